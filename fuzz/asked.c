/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What users paste: whatever comes, it is a name that reads as itself, or a
 * reason. Asking again for the name that was found changes nothing.
 */
#include "fuzz.h"

#include "cmd/asked.h"
#include "wire/name.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span text = {(const char *)data, len};
	struct fault fault = {.why = NULL};
	struct asked asked, again;
	struct fsk_name name;
	enum fsk_err err = asked_read(text, &asked, &fault);
	bool rented;

	FUZZ_CLAIM((err == FSK_OK) == (fault.why == NULL));
	if (err != FSK_OK)
		return 0;
	text = (struct span){asked.name.text, asked.name.len};
	FUZZ_CLAIM(wire_name_read(text, &name, NULL) == FSK_OK);
	FUZZ_CLAIM(span_equal((struct span){name.text, name.len}, text));
	(void)asked_is_public_suffix(&asked.name, &rented);
	if (asked_read(text, &again, &fault) == FSK_OK && again.taken == 0)
		FUZZ_CLAIM(
		        span_equal((struct span){again.name.text, again.name.len}, text));
	return 0;
}
