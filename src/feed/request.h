/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed/request.h: what a client asks. Each octet of a request is bounded here before
 * ldns reads it: what we serve is asked with one question, at most one record in the
 * authority section (the SOA of IXFR) and two behind it (OPT, TSIG).
 */
#ifndef FEED_REQUEST_H
#define FEED_REQUEST_H

#include "feed/tsig.h"
#include "wire/message.h"

#include <ldns/ldns.h>

/* Octets of a request, at most. What it is made of, with options of some hundred octets,
 * stays below. */
#define FEED_REQUEST_MOST 4096

/* RFC 1035 section 4.1.1, RFC 2136 section 2.2, RFC 6891 section 9. */
enum feed_rcode {
	FEED_NOERROR = 0,
	FEED_FORMERR = 1,
	FEED_SERVFAIL = 2,
	FEED_NXDOMAIN = 3,
	FEED_NOTIMP = 4,
	FEED_REFUSED = 5,
	FEED_NOTAUTH = 9,
	FEED_BADVERS = 16
};

struct feed_request {
	struct wire_message message;
	ldns_pkt *packet;
	bool has_edns;
	uint8_t edns_version;
	size_t udp_size; /* of a datagram that the client takes: 512..WIRE_UDP_SIZE */
	bool has_serial; /* of an SOA in the authority section */
	uint32_t serial;
	bool has_tsig;
	size_t tsig_at; /* octets in front of its record */
	struct feed_tsig tsig;
};

/* Whether the ${len} octets at ${octets} may be answered at all: a header at least, and
 * no answer (two servers would talk for ever). */
bool feed_request_is(const uint8_t *octets, size_t len);

/* Reads a request, for which feed_request_is() holds, into ${request}: FEED_NOERROR, and
 * the caller ends it with feed_request_fini(); or by which code it is to be refused. */
FSK_MUST_USE enum feed_rcode feed_request_read(const uint8_t *octets, size_t len,
                                               struct feed_request *request);
void feed_request_fini(struct feed_request *request);

#endif
