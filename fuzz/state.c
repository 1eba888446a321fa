/* SPDX-License-Identifier: BSD-2-Clause
 *
 * State files: what is read is written again byte for byte, and each mark is told
 * once, the furthest first.
 */
#include "fuzz.h"

#include "scan/state.h"

#include <stdlib.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span text = {(const char *)data, len};
	struct fault fault = {.why = NULL};
	struct scan_state *state;
	enum fsk_err err;
	char *again;
	size_t again_len;

	if (scan_state_new(&state) != FSK_OK)
		return 0;
	err = scan_state_read(state, text, &fault);
	FUZZ_CLAIM((err == FSK_OK) == (fault.why == NULL));
	FUZZ_CLAIM(scan_state_write(state, 0, &again, &again_len) == FSK_OK);
	FUZZ_CLAIM(err != FSK_OK || span_equal(text, (struct span){again, again_len}));
	for (size_t n = 1; scan_state_find(state, text, n) != NULL; n++)
		FUZZ_CLAIM(scan_state_find(state, text, n)->offset <=
		           scan_state_find(state, text, n - 1)->offset);
	free(again);
	scan_state_free(state);
	return 0;
}
