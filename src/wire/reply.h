/* SPDX-License-Identifier: BSD-2-Clause
 *
 * wire/reply.h: the small answers that a server makes by itself: a refusal, a name that
 * does not exist, one without the data, addresses. Written at once, without heap, and
 * never longer than the client takes: records that do not fit are left out, the text of
 * an extended error first. RFC 1035, 2308 (negative answers), 6891, 8914 (extended errors).
 */
#ifndef WIRE_REPLY_H
#define WIRE_REPLY_H

#include "base/address.h"
#include "wire/query.h"

#define WIRE_EDE_NONE 0xffffu
#define WIRE_EDE_BLOCKED 15u    /* RFC 8914 section 4.16 */
#define WIRE_EDE_PROHIBITED 18u /* section 4.19: who may not ask */
#define WIRE_EDE_NOT_READY 14u
#define WIRE_EDE_NO_REACHABLE 22u /* no upstream answers */

/* Addresses that an answer holds at most. */
#define WIRE_REPLY_ADDRESSES 8

/* What is to be answered. Zeroed: NOERROR and nothing else, but the EDE "other error": say
 * WIRE_EDE_NONE. The spans lie outside of what is written. */
struct wire_reply {
	enum wire_rcode rcode; /* of more than four bits only to who has an OPT, else
	                        * SERVFAIL */
	bool recursion;        /* RA: recursion is to be had here */
	bool authority;        /* AA */
	bool truncated;        /* TC */
	bool has_soa;          /* where there is no answer, so that this can be cached. Its
	                        * owner is the name that is asked less its first soa_offset
	                        * octets of text (struct fsk_match's offset). Server and mailbox
	                        * are the root, which is nobody: nobody is to ask for them, and
	                        * a longer name would leave no room for the reason, see
	                        * wire_reply_most() */
	size_t soa_offset;
	uint32_t serial;                 /* of the SOA */
	uint32_t ttl;                    /* of all records, and the SOA's minimum */
	const struct address *addresses; /* those of the type that is asked, and of them
	                                  * WIRE_REPLY_ADDRESSES, are the answer; the owner
	                                  * is the name that is asked */
	size_t address_count;
	struct span text;     /* one TXT record of it (its first 255 octets), if that is
	                       * asked for; place NULL: none */
	uint16_t ede;         /* its code */
	struct span ede_text; /* UTF-8 without NUL; may be empty */
	struct span cookie;   /* data of the cookie option; empty: none */
	uint16_t udp_size;    /* that the server's OPT offers; 0: WIRE_UDP_SIZE */
};

/* Writes the answer ${reply} to ${query}, whose octets are ${octets}, into ${out}, of
 * ${most} octets. The question is repeated as it was asked, octet for octet, if it could be
 * read; id and opcode are those of the request, of a QUERY also RD and CD (what these bits
 * mean in others is unknown here); an OPT comes if one was there (with DO as it was).
 *
 * What does not fit is left out, in this order: of the EDE's text the words that do
 * not fit, all of it, the EDE, the SOA. An answer that does not fit is replaced
 * by TC. Question, OPT and cookie always fit into 512 octets, and into what
 * wire_reply_most() says.
 *
 * Returns the length; 0 when ${most} holds no header. ${out} and ${octets} may be the same,
 * else they lie apart. */
size_t wire_reply_write(const struct wire_query *query, const uint8_t *octets,
                        const struct wire_reply *reply, uint8_t *out, size_t most);

/* How long an answer may be to a datagram of ${len} octets whose sender's address may be a
 * lie, and who takes ${takes}: such that the IPv4 packet (28 octets more) is at most twice
 * the request's. A name that does not exist fits in with its SOA, always. */
size_t wire_reply_most(size_t len, size_t takes);

#endif
