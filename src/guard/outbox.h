/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/outbox.h: datagrams that are gathered and sent with one system call: answers of the
 * relay, which come for many clients at a time, when no batch of questions is at hand
 * (net/datagrams.h) to which they would be replies.
 */
#ifndef GUARD_OUTBOX_H
#define GUARD_OUTBOX_H

#include "net/socket.h"

struct guard_outbox;

FSK_MUST_USE enum fsk_err guard_outbox_new(struct guard_outbox **box);
void guard_outbox_free(struct guard_outbox *box);

/* Puts a datagram to ${peer}, from ${local} (all zero: as the system chooses), by ${fd}:
 * ${octets} must stay until guard_outbox_send(). */
struct guard_letter {
	int fd;
	struct net_endpoint peer;
	struct address local;
	uint8_t *octets;
	size_t len;
};
void guard_outbox_put(struct guard_outbox *box, const struct guard_letter *letter);

/* Sends what was put; how many the system did not take since the last call: they are lost,
 * as datagrams may be. */
size_t guard_outbox_send(struct guard_outbox *box);

#endif
