/* SPDX-License-Identifier: BSD-2-Clause
 *
 * drill/answer.h: what a resolver's message says, as far as a drill wants to know it. The
 * message is any octets of any length.
 */
#ifndef DRILL_ANSWER_H
#define DRILL_ANSWER_H

#include <foresink/dga.h>

#include "base/address.h"
#include "base/span.h"

#define DRILL_TYPE_A 1
#define DRILL_TYPE_TXT 16

#define DRILL_RCODE_OK 0
#define DRILL_RCODE_FORMERR 1
#define DRILL_RCODE_SERVFAIL 2
#define DRILL_RCODE_NXDOMAIN 3
#define DRILL_RCODE_NOTIMP 4
#define DRILL_RCODE_REFUSED 5
#define DRILL_RCODE_BADVERS 16 /* RFC 6891 section 9 */

#define DRILL_ADDRESSES 8
#define DRILL_TEXT 255

struct drill_question {
	uint16_t id;
	uint16_t type;
	struct fsk_name name; /* lower case */
};

struct drill_answer {
	uint16_t rcode; /* the extended one, if there is an OPT */
	bool truncated;
	bool has_data; /* the answer section has a record of the type, or an alias */
	struct address addresses[DRILL_ADDRESSES]; /* the first of the answer section */
	size_t address_count;
	char text[DRILL_TEXT + 1]; /* the first string of the first TXT record there */
	size_t text_len;
	bool has_soa;        /* in the authority section */
	struct fsk_name soa; /* its owner, lower case; its len is 0 for the root, and for
	                      * one that has no text form, whose text is then "?" */
	bool has_ede; /* RFC 8914: the first that says "blocked", or else the first */
	uint16_t ede;
	char ede_text[DRILL_TEXT + 1];
	size_t ede_len;
	int64_t took_us; /* set by who asked */
};

/* Reads the ${len} octets at ${octets} into ${answer}. FSK_SYNTAX when they are no
 * message, FSK_MISMATCH when they are not the answer to ${question}: of another id, or
 * for another name, type or class, or no answer. An answer without the question (as to
 * FORMERR, RFC 1035) is taken when it has no records either. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err drill_answer_read(const uint8_t *octets, size_t len,
                                            const struct drill_question *question,
                                            struct drill_answer *answer);

/* Whether the owner of the SOA of ${answer} lies above ${name}, and is not ${name}: then
 * that name was asked for in the zone above it, as it is in the DNS of the world. */
bool drill_answer_from_above(const struct drill_answer *answer,
                             const struct fsk_name *name);

/* Whether ${answer} has an extended error by which resolvers tell that they block: forged
 * answer, blocked, censored, filtered, prohibited (RFC 8914 section 4). */
bool drill_answer_says_blocked(const struct drill_answer *answer);

/* Whether ${answer} has exactly these addresses of ${other}, in any order. */
bool drill_answer_same(const struct drill_answer *answer, const struct drill_answer *other);

#endif
