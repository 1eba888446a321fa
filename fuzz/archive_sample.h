/* SPDX-License-Identifier: BSD-2-Clause
 *
 * fuzz/archive_sample.h: a small good index file, and what a fuzzer may do to it.
 * Checksums keep mere noise from getting far, so the header can be sealed anew.
 */
#ifndef FUZZ_ARCHIVE_SAMPLE_H
#define FUZZ_ARCHIVE_SAMPLE_H

#include "fuzz.h"

#include "watch/archive.h"
#include "watch/archive_format.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static union {
	struct archive_header header;
	unsigned char byte[1 << 15]; /* conficker/b of 8 days: 24 KiB */
} good, file;

/* Makes the good index; returns its size. */
static size_t
make_good(void)
{
	char path[] = "/tmp/fuzz_archive.XXXXXX";
	size_t number;
	struct watch_plan plan = {
	        .generators = &number, .generator_count = 1, .threads = 1};
	struct watch_archive_info info;
	int fd = mkstemp(path);
	FILE *built;

	plan.from = 14308 * INT64_C(86400);
	plan.to = 14316 * INT64_C(86400) - 1;
	FUZZ_CLAIM(fd >= 0 && close(fd) == 0);
	FUZZ_CLAIM(fsk_generator_find("conficker/b", &number) == FSK_OK);
	FUZZ_CLAIM(watch_archive_build(path, &plan, &info) == FSK_OK);
	built = fopen(path, "rb");
	FUZZ_CLAIM(built != NULL && unlink(path) == 0);
	FUZZ_CLAIM(fread(good.byte, 1, sizeof(good.byte), built) == info.bytes);
	fclose(built);
	return (size_t)info.bytes;
}

/* Changes the good index of ${size} bytes as the ${len} bytes at ${data} say: behind
 * the first, three octets for a place and one to XOR there; if the first is not '+',
 * the tables and the header are sealed anew. Returns what came out, ${size} bytes,
 * and stores that in ${len}. */
static const uint8_t *
change(const uint8_t *data, size_t *len, size_t size)
{
	FUZZ_CLAIM(size > 0);
	file = good;
	for (size_t i = 1; i + 4 <= *len; i += 4)
		file.byte[(data[i] | (size_t)data[i + 1] << 8 | (size_t)data[i + 2] << 16) %
		          size] ^= data[i + 3];
	*len = size;
	if (data[0] == '+')
		return file.byte;
	file.header.tables_sum = archive_tables_sum(
	        file.byte + ARCHIVE_PAGE, (size_t)good.header.states_at - ARCHIVE_PAGE);
	file.header.header_sum = archive_header_sum(&file.header);
	return file.byte;
}

#endif
