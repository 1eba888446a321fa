/* SPDX-License-Identifier: BSD-2-Clause
 *
 * net/outbox.h: datagrams that are gathered and sent with one system call: answers of the
 * relay, which come for many clients at a time, when no batch of questions is at hand
 * (net/datagrams.h) to which they would be replies.
 */
#ifndef NET_OUTBOX_H
#define NET_OUTBOX_H

#include "net/socket.h"

struct net_outbox;

FSK_MUST_USE enum fsk_err net_outbox_new(struct net_outbox **box);
void net_outbox_free(struct net_outbox *box);

/* Puts a datagram of any length to ${peer}, from ${local} (all zero: as the system
 * chooses), by ${fd}: ${octets} must stay until net_outbox_send(). */
struct net_letter {
	int fd;
	struct net_endpoint peer;
	struct address local;
	uint8_t *octets;
	size_t len;
};
void net_outbox_put(struct net_outbox *box, const struct net_letter *letter);

/* Sends what was put; how many the system did not take since the last call: they are lost,
 * as datagrams may be. */
size_t net_outbox_send(struct net_outbox *box);

#endif
