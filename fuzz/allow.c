/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Allow lists: what a text allows is what its lines say, and a text that is
 * refused changes nothing.
 */
#include "fuzz.h"

#include "watch/allow.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span text = {(const char *)data, len}, file = {"f", 1};
	struct fault fault = {.why = NULL};
	struct watch_allow *allow = NULL;
	struct watch_allowed entry;
	enum fsk_err err;

	if (watch_allow_new(&allow) != FSK_OK)
		return 0;
	err = watch_allow_read(allow, text, file, &fault);
	FUZZ_CLAIM((err == FSK_SYNTAX) == (fault.why != NULL));
	if (err == FSK_OK) {
		size_t count = watch_allow_count(allow);

		/* The same again adds nothing. */
		FUZZ_CLAIM(watch_allow_read(allow, text, file, NULL) == FSK_OK);
		FUZZ_CLAIM(watch_allow_count(allow) == count);
	} else {
		FUZZ_CLAIM(fault.line > 0 && fault.column > 0);
		FUZZ_CLAIM(watch_allow_count(allow) == 0);
	}
	if (watch_allow_find(allow, text, INT64_MIN, &entry))
		FUZZ_CLAIM(entry.name.len <= len && entry.line > 0);
	if (watch_allow_below(allow, text, INT64_MIN, &entry))
		FUZZ_CLAIM(entry.name.len > len + 1);
	watch_allow_free(allow);
	return 0;
}
