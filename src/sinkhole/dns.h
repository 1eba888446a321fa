/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/dns.h: what is done with one DNS message: a pure step but for what is kept and
 * counted by the desk: no socket, no clock. An authoritative server of the held names
 * (RFC 1034 section 4.3.2, each with a wildcard below it, RFC 4592): A and AAAA of its set;
 * SOA and NS of the zone; ANY minimal (RFC 8482); all else NODATA with the SOA; transfers
 * and names that are not held REFUSED, since nobody's resolver is served here. Never more
 * than twice the octets of a datagram that came without a good cookie; rates of
 * neighbourhoods are limited, and every second answer beyond says "truncated".
 */
#ifndef SINKHOLE_DNS_H
#define SINKHOLE_DNS_H

#include "sinkhole/desk.h"
#include "net/socket.h"
#include "wire/cookie.h"

#define SINKHOLE_DNS_MOST SINKHOLE_ANSWER_MOST

struct sinkhole_call {
	const uint8_t *octets;
	size_t len;
	bool cut;    /* there was more of it */
	bool stream; /* by TCP, without the length in front */
	struct net_endpoint peer;
	struct net_endpoint local; /* which of ours was asked */
};

/* Answers ${call} into ${out}, of SINKHOLE_DNS_MOST octets; how many, 0: nothing is to be
 * sent. Each question for a held name was kept by then. */
size_t sinkhole_dns(struct sinkhole_desk *desk, const struct sinkhole_call *call,
                    uint8_t *out);

/* Fetches what that will read and write for ${call}, while others of the same batch are
 * looked at; sinkhole_ground_fetch_more() fetches the rest. It decides nothing, and may be
 * wrong. */
void sinkhole_dns_fetch(const struct sinkhole_desk *desk, const struct sinkhole_call *call,
                        struct sinkhole_sought *sought);

#endif
