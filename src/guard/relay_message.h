/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/relay_message.h: what a relay changes in messages, and by what it knows an answer.
 * To the upstream goes what the client sent but for: the id; the case of the question
 * (0x20); its cookie, which is between it and us (RFC 7873 section 5: hop by hop); its
 * subnet or a PROXY header if the upstream is to be told who asked. The answer comes back
 * with those undone. A request with records besides the question and OPT may be signed
 * (TSIG, SIG(0)): it keeps all octets but the id, which TSIG repeats (RFC 8945
 * section 5.1), and so does its answer.
 */
#ifndef GUARD_RELAY_MESSAGE_H
#define GUARD_RELAY_MESSAGE_H

#include "guard/relay_table.h"

/* Octets by which a message may grow: an OPT record with a subnet of IPv6. */
#define RELAY_GROWTH 48

/* Writes ${request} into ${entry}, which has room for it and RELAY_GROWTH octets, with id 0
 * and small letters; and into its waiter what is to be restored. A client's own subnet
 * stays as it is: a prefix of 0 asks that nothing be told (RFC 7871 section 7.1.2), and a
 * carrier's names who stands behind it. */
void relay_message_make(const struct guard_request *request, enum guard_tell tell,
                        struct relay_entry *entry);

/* Writes the case of the question: 0x20, or the first client's own. */
void relay_message_case(struct relay_entry *entry, bool plain);

enum relay_likeness {
	RELAY_RIGHT,   /* it answers the request */
	RELAY_FOLDED,  /* it does, but with other letters than were sent */
	RELAY_STRANGE, /* it does not, or cannot be read */
};

/* Says whether the ${len} octets at ${octets} answer ${attempt}, whose id they have, and
 * reads them into ${response}. */
enum relay_likeness relay_message_check(const struct relay_attempt *attempt,
                                        const uint8_t *octets, size_t len,
                                        struct wire_query *response);

/* Makes the answer at ${octets}, which was read into ${response}, that of ${waiter}; its
 * new length. */
size_t relay_message_restore(const struct relay_waiter *waiter,
                             const struct wire_query *response, uint8_t *octets,
                             size_t len);

#endif
