/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Countries and networks by lines of ranges: a text that is refused says in which line; one
 * that is read has an answer for any address.
 */
#include "fuzz.h"

#include "store/where_ranges.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	int fd = memfd_create("ranges", MFD_CLOEXEC);
	struct log_source *source = NULL;
	struct where_ranges *ranges = NULL;
	struct fault fault = {.why = NULL};
	struct store_where where;
	char path[40];
	enum fsk_err err;

	FUZZ_CLAIM(fd >= 0 && write(fd, data, len) == (ssize_t)len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	FUZZ_CLAIM(log_source_open(path, &source) == FSK_OK);
	err = where_ranges_read(source, &ranges, &fault);
	FUZZ_CLAIM((err == FSK_OK) == (fault.why == NULL));
	for (size_t i = 0; err == FSK_OK && i + 16 <= len; i += 7) {
		struct address address = address_of_v6(data + i);

		where_ranges_find(ranges, &address, &where);
		FUZZ_CLAIM(where.country[2] == '\0');
	}
	where_ranges_free(ranges);
	log_source_close(source);
	return close(fd);
}
