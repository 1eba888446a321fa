/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed/udp.h: the feed's sockets of datagrams.
 */
#ifndef FEED_UDP_H
#define FEED_UDP_H

#include "feed/notify.h"
#include "feed/serve.h"

struct feed_udp {
	struct feed_desk *desk;
	struct net_loop *loop;
	struct feed_notices *notices;
	struct net_watch watch; /* its fd is -1: closed */
	bool everywhere;        /* bound to all addresses of its kind */
	uint8_t *out;           /* as struct feed_reply wants it; the owner's */
};

/* Serves the socket ${fd}, bound to ${endpoint}, which it owns on success; desk, loop,
 * notices and out are set. FSK_IO with errno, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err feed_udp_begin(struct feed_udp *udp, int fd,
                                         const struct net_endpoint *endpoint);
void feed_udp_end(struct feed_udp *udp);

#endif
