/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Files of sketches, their sum right: what is read can be merged and writes the same
 * octets.
 */
#include "fuzz.h"

#include "census/sketch.h"

#include <stdlib.h>
#include <xxhash.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	XXH128_canonical_t sum;
	char *file = malloc(len + sizeof(sum));
	struct span all = {file, len + sizeof(sum)};
	struct census_sketch *sketch, *other;
	uint8_t *written;
	size_t size;

	FUZZ_CLAIM(file != NULL);
	if (len > 0)
		memcpy(file, data, len);
	XXH128_canonicalFromHash(&sum, XXH3_128bits(file, len));
	memcpy(file + len, &sum, sizeof(sum));
	if (census_sketch_read(all, &sketch, NULL) == FSK_OK) {
		FUZZ_CLAIM(census_sketch_read(all, &other, NULL) == FSK_OK &&
		           census_sketch_merge(sketch, other) == FSK_OK);
		FUZZ_CLAIM(census_sketch_write(sketch, &written, &size) == FSK_OK &&
		           size == all.len && memcmp(written, file, size) == 0);
		census_sketch_free(sketch);
		census_sketch_free(other);
		free(written);
	}
	free(file);
	return 0;
}
