/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/answer.h: records that an authoritative server has and wire/reply.h has not: SOA
 * and NS with names of servers, and HINFO. They are put into an answer that
 * wire_reply_write() made without records. Names are compressed against each other (RFC
 * 1035 section 4.1.4), by where each goes that is known beforehand.
 */
#ifndef SINKHOLE_ANSWER_H
#define SINKHOLE_ANSWER_H

#include "wire/reply.h"

/* Name servers, at most; and what a message may take that must hold all of them behind any
 * question, OPT and cookie. */
#define SINKHOLE_SERVERS 8
#define SINKHOLE_ANSWER_MOST 1232

/* Seconds of the SOA for who would copy the zone, which nobody may: RFC 1912 section 2.2.
 */
#define SINKHOLE_REFRESH 14400
#define SINKHOLE_RETRY 3600
#define SINKHOLE_EXPIRE 1209600

/* A name in wire form up to what an earlier one of the same zone has: its own octets and
 * then those of name ${from} from octet ${at} on; ${from} of itself: nothing, it ends in
 * the root. */
struct sinkhole_tail {
	uint8_t octets[255];
	uint8_t len;
	uint8_t from;
	uint8_t at;
};

/* What all held names have in common. The mailbox stands behind the servers; it is
 * compressed against the first server alone. */
struct sinkhole_zone {
	struct sinkhole_tail names[SINKHOLE_SERVERS + 1];
	size_t servers;
	uint32_t serial;
	uint32_t ttl;
};

/* Sets the names of ${zone}: ${count} of ${servers}, 1..SINKHOLE_SERVERS, and ${mailbox},
 * in text form. FSK_RANGE for another number, or when they do not fit into one answer. */
FSK_MUST_USE enum fsk_err sinkhole_zone_set(struct sinkhole_zone *zone,
                                            const struct fsk_name *servers, size_t count,
                                            const struct fsk_name *mailbox);

/* An answer of ${len} octets at ${out} with room for ${most}, whose question ends at octet
 * ${end}; ${owner} is the octet of the name of the record that is put. */
struct sinkhole_draft {
	uint8_t *out;
	size_t len, most;
	size_t end;
	size_t owner;
};

/* Put records behind the question: the SOA as the answer or, for what has none, as the
 * ${authority}; the NS records; one HINFO that says why there is no more (RFC 8482 section
 * 4.2). False, and nothing is changed, when there is no room. */
bool sinkhole_answer_soa(struct sinkhole_draft *draft, const struct sinkhole_zone *zone,
                         bool authority);
bool sinkhole_answer_ns(struct sinkhole_draft *draft, const struct sinkhole_zone *zone);
bool sinkhole_answer_hinfo(struct sinkhole_draft *draft, const struct sinkhole_zone *zone);

#endif
