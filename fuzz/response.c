/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Answers of an upstream: what can be read can lose its cookie and its OPT record, or all
 * that it says, and be read again.
 */
#include "fuzz.h"

#include "wire/rewrite.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static uint8_t out[1 << 17];
	struct wire_query response, again;
	struct span cookie = {"abcdefgh", 8};
	size_t shorter;

	if (len > sizeof(out) / 2 || !wire_response_read(data, len, &response))
		return 0;
	FUZZ_CLAIM(response.question_end <= len && response.opt_end <= len);
	memcpy(out, data, len);
	/* The places are those of the copy. */
	FUZZ_CLAIM(wire_response_read(out, len, &response));
	len = wire_option_drop(out, len, &response, WIRE_OPTION_COOKIE);
	FUZZ_CLAIM(wire_response_read(out, len, &again) && again.cookie.text == NULL);
	FUZZ_CLAIM(again.opt_at == response.opt_at && again.opt_end == response.opt_end);
	if (wire_option_add(out, &len, 65535, &response,
	                    (struct wire_addition){WIRE_OPTION_COOKIE, cookie}))
		FUZZ_CLAIM(span_equal(response.cookie, cookie));
	FUZZ_CLAIM(wire_response_read(out, len, &again) &&
	           again.has_opt == response.has_opt);
	shorter = wire_opt_drop(out, len, &response);
	FUZZ_CLAIM(shorter <= len && wire_response_read(out, shorter, &again));
	FUZZ_CLAIM(!again.has_opt);
	shorter = wire_truncate(out, shorter, &again);
	FUZZ_CLAIM(shorter == again.question_end &&
	           wire_response_read(out, shorter, &again));
	FUZZ_CLAIM((again.flags & WIRE_TC) != 0 && !again.extra);
	return 0;
}
