/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Sightings of files, as the census reads them: whatever stands in one, its reader comes to
 * an end, says of each line why it is none, and what it gives can be touched.
 */
#include "fuzz.h"

#include "cmd/census_rows.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	int fd = memfd_create("rows", MFD_CLOEXEC);
	struct census_rows *rows = NULL;
	struct fault fault = {.why = NULL};
	struct census_row row;
	char path[40];
	size_t lines = 0;
	enum fsk_err err;

	FUZZ_CLAIM(fd >= 0 && write(fd, data, len) == (ssize_t)len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	err = census_rows_open(path, &rows, &fault);
	FUZZ_CLAIM(err == FSK_OK || fault.why != NULL);
	while (err == FSK_OK || (err == FSK_SYNTAX && rows != NULL)) {
		err = census_rows_next(rows, &row, &fault);
		FUZZ_CLAIM(err == FSK_OK || err == FSK_END || fault.why != NULL);
		/* What is compressed may have more lines than octets. */
		FUZZ_CLAIM(lines < fault.line || err == FSK_END || err == FSK_CORRUPT);
		lines = fault.line;
		FUZZ_CLAIM(err != FSK_OK || row.country.len % 2 == 0);
	}
	census_rows_close(rows);
	return close(fd);
}
