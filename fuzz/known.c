/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Lists of known names of any form, of both kinds: what is counted can be found, and a
 * list that is refused leaves nothing behind.
 */
#include "fuzz.h"

#include "watch/known.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span text = {(const char *)data, len};
	struct watch_known *known = NULL;

	if (watch_known_new(&known) != FSK_OK)
		return 0;
	for (unsigned kind = WATCH_POPULAR; kind <= WATCH_REGISTERED; kind++) {
		const struct watch_known_list list = {kind, {"f", 1}, 0};
		struct watch_known_count count = {.names = 0};
		struct fault fault = {.why = NULL};
		struct watch_known_fact fact;
		enum fsk_err err = watch_known_read(known, text, &list, &count, &fault);

		FUZZ_CLAIM(err == FSK_OK || err == FSK_SYNTAX);
		FUZZ_CLAIM((err == FSK_SYNTAX) == (fault.why != NULL));
		FUZZ_CLAIM((count.skipped > 0) == (count.first.why != NULL));
		FUZZ_CLAIM(count.names <= len / 3);
		if (watch_known_find(known, kind, text, &fact))
			FUZZ_CLAIM(count.names > 0 && fact.name.len >= len);
	}
	watch_known_free(known);
	return 0;
}
