/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Records: what is read lies in the octets that were given, is written again in no more
 * room than a record has, and reads as the same.
 */
#include "fuzz.h"

#include "store/record.h"

static bool
lies_in(struct span text, const uint8_t *data, size_t len)
{
	const char *octets = (const char *)data;

	return text.len == 0 ||
	       (text.text >= octets && text.text + text.len <= octets + len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static uint8_t out[STORE_RECORD_MOST], twice[STORE_RECORD_MOST];
	struct sighting s, again;
	struct store_said said;
	size_t size;

	if (store_record_read(data, len, &s, &said) != FSK_OK)
		return 0;
	FUZZ_CLAIM(lies_in(s.name, data, len) && lies_in(s.first, data, len));
	FUZZ_CLAIM(lies_in(s.forecast, data, len) && lies_in(said.generator, data, len));
	size = store_record_write(&s, out);
	FUZZ_CLAIM(size <= STORE_RECORD_MOST);
	FUZZ_CLAIM(store_record_read(out, size, &again, &said) == FSK_OK);
	FUZZ_CLAIM(again.us == s.us && again.kind == s.kind && again.counter == s.counter);
	FUZZ_CLAIM(span_equal(again.name, s.name) && span_equal(again.first, s.first));
	FUZZ_CLAIM(span_equal(again.forecast, s.forecast));
	FUZZ_CLAIM(store_record_write(&again, twice) == size);
	FUZZ_CLAIM(memcmp(out, twice, size) == 0);
	return 0;
}
