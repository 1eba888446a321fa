/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed/tcp.h: the feed's connections (RFC 7766). Each has one buffer, for the request that
 * is being read and then for the message that is being sent: a client that stops reading
 * costs that buffer and a place. Requests are answered one after the other. A connection
 * on which nothing is done for idle_ms ends: a request must be whole in that time, and
 * of a transfer something must have been taken.
 */
#ifndef FEED_TCP_H
#define FEED_TCP_H

#include "feed/serve.h"

struct feed_client;

struct feed_listener {
	struct feed_tcp *tcp;
	struct net_watch watch; /* its fd is -1: closed */
};

struct feed_tcp {
	struct feed_desk *desk;
	struct net_loop *loop;
	struct feed_listener *listeners; /* the owner's */
	size_t listener_count;
	struct feed_client *first, *last; /* by when something was done: the oldest
	                                   * first */
	size_t count;
	struct net_timer idle;  /* for the first of them */
	struct net_timer pause; /* set: nobody is accepted */
};

/* Serves the listening socket ${fd} as the listener numbered ${n}, which owns it on
 * success. FSK_IO with errno, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err feed_tcp_begin(struct feed_tcp *tcp, size_t n, int fd);

/* Closes all connections and listeners. */
void feed_tcp_end(struct feed_tcp *tcp);

#endif
