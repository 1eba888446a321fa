/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Segments: whatever stands in the file, its reader comes to an end, what it gives can be
 * touched, and lies behind what it gave before.
 */
#include "segment_file.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct store_segment *segment;
	struct span record = {"", 0};
	uint64_t offset = 0, before = 0;
	unsigned sum = 0;

	if (len == 0 || len > FILE_SIZE - FORM_FIRST)
		return 0;
	file_make(data, len);
	FUZZ_CLAIM(store_segment_open(file.folder, "w", FILE_NUMBER, &segment) == FSK_OK);
	FUZZ_CLAIM(store_segment_ended(segment));
	for (;;) {
		enum fsk_err err = store_segment_next(segment, &offset, &record);

		if (err == FSK_CORRUPT) {
			(void)store_segment_torn(segment, offset);
			err = store_segment_resume(segment, &offset);
		}
		if (err != FSK_OK)
			break;
		FUZZ_CLAIM(offset > before && offset <= FILE_SIZE + FORM_WORD);
		before = offset;
		for (size_t i = 0; i < record.len; i++)
			sum += (uint8_t)record.text[i];
	}
	store_segment_free(segment);
	FUZZ_CLAIM(sum < UINT32_MAX);
	return 0;
}
