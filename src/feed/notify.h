/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed/notify.h: who is to know of a new serial is told, and told again until he says that
 * he heard it (RFC 1996). An answer is believed by its id, source and opcode; whoever
 * forges one makes a secondary wait for its refresh time, no more.
 */
#ifndef FEED_NOTIFY_H
#define FEED_NOTIFY_H

#include "feed/desk.h"

struct feed_notice;

struct feed_notices {
	struct feed_desk *desk;
	struct net_loop *loop;
	const int *sockets; /* of datagrams: secondaries take a NOTIFY from the address
	                     * that they ask (RFC 1996 section 3.10) */
	size_t socket_count;
	struct feed_notice *notices; /* one for each zone and target */
	size_t count;
};

/* Takes up the targets of the desk's zones. What was under way to the same place for a zone
 * of the same name goes on, all else is given up. FSK_NOMEM, and then nothing changes. */
FSK_MUST_USE enum fsk_err feed_notices_set(struct feed_notices *notices);

/* Begins to tell the serial of ${zone} to all of its targets. */
void feed_notices_begin(struct feed_notices *notices, const struct feed_zone *zone);

/* Takes a message with QR from ${peer}. */
void feed_notices_take(struct feed_notices *notices, const uint8_t *octets, size_t len,
                       const struct net_endpoint *peer);

void feed_notices_fini(struct feed_notices *notices);

#endif
