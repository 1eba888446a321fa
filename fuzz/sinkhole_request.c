/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Requests at a sinkhole: read at once or in two parts they are the same, and all that is
 * said of them lies in them.
 */
#include "fuzz.h"

#include "sinkhole/request.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span octets = {(const char *)data, len}, part = octets;
	struct sinkhole_reader reader = {.seen = 0}, slow = {.seen = 0};
	struct sinkhole_request request, again;
	enum sinkhole_state state = sinkhole_request_read(&reader, octets, true, &request);

	FUZZ_CLAIM(state != SINKHOLE_MORE);
	part.len = len > 0 ? data[len - 1] % len : 0;
	(void)sinkhole_request_read(&slow, part, false, &again);
	FUZZ_CLAIM(sinkhole_request_read(&slow, octets, true, &again) == state);
	FUZZ_CLAIM(reader.seen <= len && reader.seen <= SINKHOLE_REQUEST_MOST);
	if (state != SINKHOLE_REQUEST && state != SINKHOLE_BROKEN &&
	    state != SINKHOLE_TOO_LONG)
		return 0;
	for (const struct span *at = &request.line, *other = &again.line;
	     at <= &request.forwarded; at++, other++) {
		FUZZ_CLAIM(at->len == other->len && at->text == other->text);
		FUZZ_CLAIM(at->len == 0 || (at->text >= octets.text &&
		                            at->text + at->len <= octets.text + len));
	}
	FUZZ_CLAIM(request.method.len > 0 && request.method.len <= 32);
	return 0;
}
