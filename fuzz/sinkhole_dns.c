/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What may come to the DNS of a sinkhole. Each message is one record or one reject; the
 * answer is a response that can be read, and to a datagram at most twice as long.
 */
#include "sinkhole_desk.h"

#define PACKET 28 /* octets of the headers of IPv4 and UDP */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct sinkhole_call call = {.octets = data + 1, .len = len - 1};
	uint8_t out[SINKHOLE_DNS_MOST];
	struct sinkhole_sought sought;
	struct sinkhole_desk *desk = fuzz_desk();
	struct wire_query response;
	uint64_t before = fuzz_accounted(desk);
	size_t made;

	if (len == 0 || len > UINT16_MAX)
		return 0;
	call.stream = (data[0] & 1) != 0;
	call.cut = (data[0] & 2) != 0;
	call.peer = (struct net_endpoint){.address = fuzz_address("192.0.2.7"), .port = 99};
	call.local = call.peer;
	sinkhole_dns_fetch(desk, &call, &sought);
	sinkhole_ground_fetch_more(desk->ground, &sought);
	made = sinkhole_dns(desk, &call, out);
	FUZZ_CLAIM(fuzz_accounted(desk) == before + 1);
	FUZZ_CLAIM(made == 0 || (made >= WIRE_HEADER && made <= sizeof(out)));
	FUZZ_CLAIM(made == 0 || (memcmp(out, call.octets, 2) == 0 && out[2] >= 0x80));
	FUZZ_CLAIM(made == 0 || call.stream || made + PACKET <= 2 * (call.len + PACKET));
	FUZZ_CLAIM(made == 0 || out[5] == 0 || wire_response_read(out, made, &response));
	return 0;
}
