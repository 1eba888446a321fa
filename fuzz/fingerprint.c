/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Fingerprints: the input is a request, a field a line. What fits does so by its own
 * descriptor, no bot's that is stronger does; at a sinkhole a strong one is never hidden.
 */
#include "fuzz.h"

#include "watch/fingerprint.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span field[6], rest = {(const char *)data, len};
	struct watch_request request;
	const struct watch_fingerprint *found, *other;
	int64_t counter = -7, again = -7;

	for (size_t i = 0; i < 6; i++) {
		const char *end = rest.len > 0 ? memchr(rest.text, '\n', rest.len) : NULL;

		field[i] = rest;
		field[i].len = end != NULL ? (size_t)(end - rest.text) : rest.len;
		rest = span_from(rest, end != NULL ? field[i].len + 1 : rest.len);
	}
	request = (struct watch_request){field[0], field[1], field[2],
	                                 field[3], field[4], field[5]};
	found = watch_fingerprint_of(&request, &counter);
	FUZZ_CLAIM(found != NULL || counter == -7);
	FUZZ_CLAIM(found == NULL || (counter >= -1 && counter <= INT32_MAX &&
	                             found->fits(&request, &again) && again == counter));
	for (size_t i = 0; i < watch_fingerprint_count(); i++) {
		other = watch_fingerprint_at(i);
		FUZZ_CLAIM(other->sender != WATCH_BOT || !other->fits(&request, &again) ||
		           (found != NULL && found->strength >= other->strength));
	}
	other = watch_fingerprint_mark(&request, &again);
	FUZZ_CLAIM(again >= -1 && again <= INT32_MAX && other != NULL);
	FUZZ_CLAIM(found == NULL || found->strength == WATCH_WEAK || other == found);
	return 0;
}
