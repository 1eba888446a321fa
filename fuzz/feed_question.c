/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a client may send to the feed: any octets get silence or an answer of bounded
 * length with their id, and a transfer ends.
 */
#include "feed_desk.h"

/* Serves the request; a transfer has at most ${most} messages. */
static void
serve(const struct feed_call *call, unsigned most)
{
	static uint8_t octets[WIRE_RPZ_MOST + FEED_TSIG_ROOM];
	struct feed_reply reply = {.packer = {.octets = octets}};
	enum feed_outcome outcome = feed_serve(fuzz_desk(), call, &reply);
	enum fsk_err err = outcome == FEED_TRANSFER ? FSK_OK : FSK_END;

	while (err == FSK_OK) {
		FUZZ_CLAIM(call->stream && most-- > 0);
		reply.packer.most = WIRE_RPZ_MOST;
		err = feed_transfer_next(&reply.transfer, &reply.signer, 0, &reply.packer);
	}
	feed_transfer_end(&reply.transfer);
	FUZZ_CLAIM(err == FSK_END);
	FUZZ_CLAIM(outcome == FEED_SILENCE ||
	           (octets[2] >= 0x80 && memcmp(octets, call->octets, 2) == 0 &&
	            reply.packer.len <= (call->stream ? sizeof(octets) : WIRE_UDP_SIZE)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct feed_call call = {.octets = data, .len = len, .now = FUZZ_NOW};

	serve(&call, 0);
	call.stream = true;
	serve(&call, 4);
	return 0;
}
