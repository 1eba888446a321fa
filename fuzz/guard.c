/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What may come to the guard, from whomever; and to what it relays as an answer. The first
 * octet says from whom and by which way. What is answered is a response of bounded length,
 * what is relayed is a part of what came.
 */
#include "guard_desk.h"

#include "guard/foresee.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct guard_call call = {.octets = data + 1, .len = len - 1, .port = 99};
	struct guard_back back = {.has_cookie = true, .most = 512};
	uint8_t out[GUARD_ANSWER_MOST], gist[GUARD_FAILED];
	struct guard_outcome outcome;
	enum guard_step step = GUARD_DROP;
	struct watch_look look;

	if (len == 0 || len > UINT16_MAX)
		return 0;
	call.stream = (data[0] & 4) != 0;
	call.cut = (data[0] & 8) != 0;
	FUZZ_CLAIM(address_read(span_of(fuzz_peers[data[0] & 3]), &call.peer) == FSK_OK);
	guard_foresee(fuzz_desk()->ground, call.octets, call.len, &look);
	guard_ground_fetch_more(fuzz_desk()->ground, &look);
	step = guard_handle(fuzz_desk(), &call, out, &outcome);
	FUZZ_CLAIM(step != GUARD_ANSWER ||
	           (outcome.len >= 12 && outcome.len <= sizeof(out) && out[2] >= 0x80 &&
	            memcmp(out, outcome.message, 2) == 0 &&
	            (call.stream || outcome.len <= outcome.query.udp_size)));
	FUZZ_CLAIM(
	        step != GUARD_RELAY ||
	        (outcome.message + outcome.message_len == data + len &&
	         guard_failed(gist, guard_gist(&outcome, gist), &outcome.back, gist) > 12));
	fuzz_fit(&back, data + 1, len - 1);
	return 0;
}
