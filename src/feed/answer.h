/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed/answer.h: small answers, written with ldns: an answer of one record at most, which
 * is a constant of the zone, or none.
 */
#ifndef FEED_ANSWER_H
#define FEED_ANSWER_H

#include "feed/history.h"
#include "feed/request.h"

/* What stands in the answer section, owned by the question's name. */
enum feed_record { FEED_NO_RECORD, FEED_SOA, FEED_NS, FEED_TXT, FEED_RULE };

struct feed_answer {
	enum feed_rcode code;
	bool truncated;                     /* TC: ask by TCP */
	const struct feed_version *version; /* of whose zone this tells; NULL: of none */
	enum feed_record record;
	enum wire_action action; /* of the rule */
};

/* Writes ${answer} to ${request} into packer->octets of packer->most bytes: packer->len.
 * FSK_NOMEM; FSK_RANGE when there is no room. */
FSK_MUST_USE enum fsk_err feed_answer_write(const struct feed_request *request,
                                            const struct feed_answer *answer,
                                            struct wire_packer *packer);

/* Writes the refusal ${code} of the request that begins at ${octets} and of which no more
 * than the header can be relied on: WIRE_HEADER octets. */
void feed_answer_bare(const uint8_t *octets, enum feed_rcode code, uint8_t *out);

#endif
