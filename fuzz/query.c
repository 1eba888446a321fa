/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Requests: what is refused or read is answered with something that can be read and is no
 * longer than twice as long, and can be rewritten there and back.
 */
#include "fuzz.h"

#include "wire/reply.h"
#include "wire/rewrite.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static uint8_t out[1 << 17];
	struct wire_reply reply = {
	        .has_soa = true, .soa_offset = len % 64, .ede_text = {"no, none", 8}};
	struct span mac = {"abcdef", 6};
	struct wire_query query, response;
	enum wire_reading reading = wire_query_read(data, len, &query);
	size_t made, most = wire_reply_most(len, 512);

	if (reading == WIRE_DROP_IT)
		return 0;
	made = wire_reply_write(&query, data, &reply, out, most);
	FUZZ_CLAIM(made >= WIRE_HEADER && made <= most);
	FUZZ_CLAIM(!query.has_question || wire_response_read(out, made, &response));
	if (reading == WIRE_REFUSE || len > sizeof(out) / 2)
		return 0;
	FUZZ_CLAIM(wire_question_same(data, out, query.question_end));
	memcpy(out, data, len);
	wire_case_set(out, query.question_end, len * UINT64_C(0x9e3779b97f4a7c15));
	FUZZ_CLAIM(wire_question_alike(data, out, query.question_end));
	len = wire_option_drop(out, len, &query, WIRE_OPTION_MAC);
	FUZZ_CLAIM(wire_query_read(out, len, &query) == WIRE_ANSWER && !query.mac.text);
	if (wire_option_add(out, &len, 65535, &query,
	                    (struct wire_addition){WIRE_OPTION_MAC, mac}))
		FUZZ_CLAIM(span_equal(query.mac, mac));
	FUZZ_CLAIM(wire_query_read(out, len, &query) == WIRE_ANSWER);
	return 0;
}
