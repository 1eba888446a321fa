/* SPDX-License-Identifier: BSD-2-Clause
 *
 * wire/rewrite.h: the few changes that one who relays makes to a message: the id, the case
 * of the question's letters (0x20: draft-vixie-dnsext-dns0x20-00, more entropy against who
 * guesses), options that are hop by hop. All else stays octet for octet.
 */
#ifndef WIRE_REWRITE_H
#define WIRE_REWRITE_H

#include "wire/query.h"

void wire_id_set(uint8_t *octets, uint16_t id);
uint16_t wire_id(const uint8_t *octets);

/* Sets the case of each letter in the name of the question at ${octets} (its header was
 * read into a struct wire_query with that question_end) by one bit of ${bits} (1: lower):
 * that of the letter's place in the name, of which 64 are told apart. */
void wire_case_set(uint8_t *octets, size_t question_end, uint64_t bits);

/* Whether two questions, of messages with the same question_end, are the same octet for
 * octet; and without regard to the case of letters. */
bool wire_question_same(const uint8_t *a, const uint8_t *b, size_t question_end);
bool wire_question_alike(const uint8_t *a, const uint8_t *b, size_t question_end);

/* What follows changes a message of ${len} octets that was read into ${query}, by
 * wire_query_read() (WIRE_ANSWER) or wire_response_read(), and brings ${query} up to date,
 * its spans too. The OPT record need not be the last: pointers in what stands behind it are
 * mended, also those in the data of the types that may have some (RFC 3597 section 4). A
 * signature (RFC 8945) over the whole message does not live through this: who relays
 * leaves requests alone that have records besides the OPT. */

/* Removes all options ${code} from the OPT record; the new length. */
size_t wire_option_drop(uint8_t *octets, size_t len, struct wire_query *query,
                        enum wire_option code);

/* An option that is to be appended; the data lie outside of the message. */
struct wire_addition {
	enum wire_option code;
	struct span data;
};

/* Appends ${option} to the OPT record; appends the record (udp size WIRE_UDP_SIZE) where
 * there is none. False, and nothing is changed, when it does not fit into ${most}, or would
 * move records behind the OPT record of a message over 16,383 octets, where pointers end.
 */
bool wire_option_add(uint8_t *octets, size_t *len, size_t most, struct wire_query *query,
                     struct wire_addition option);

/* Removes the OPT record: of an answer to who sent none. An rcode whose upper bits go with
 * it becomes SERVFAIL. The new length. */
size_t wire_opt_drop(uint8_t *octets, size_t len, struct wire_query *query);

/* Makes of the answer at ${octets}, read into ${response}, one that says "truncated":
 * header, question, and the OPT record without options if there is one. The length. */
size_t wire_truncate(uint8_t *octets, size_t len, const struct wire_query *response);

#endif
