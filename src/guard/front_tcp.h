/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/front_tcp.h: questions that come by TCP (RFC 7766), many on one connection, their
 * answers as they come. Everything that a client could pile up is bounded: connections, in
 * all and of one neighbourhood; the time until a message is whole, and of idleness;
 * questions under way; octets that wait to be read or to be taken. One of a worker.
 */
#ifndef GUARD_FRONT_TCP_H
#define GUARD_FRONT_TCP_H

#include "guard/post.h"

/* Milliseconds from the begin of a connection, or of a message, until the message is
 * whole. */
#define GUARD_WHOLE_MS 2000

/* Questions of one connection that are under way at a time: more are not read. */
#define GUARD_FLYING 32

/* Connections, whatever the limits say. A power of 2. */
#define GUARD_STREAMS 4096

struct guard_stream; /* a connection */

struct guard_tcp_listener {
	struct guard_tcp *tcp;
	struct net_endpoint endpoint;
	struct net_watch watch; /* fd -1: not begun */
};

/* Zeroed before it begins; the worker sets what stands above the line. */
struct guard_tcp {
	struct guard_post *post;
	unsigned most, most_of_prefix; /* connections */
	int64_t idle_ms;
	struct guard_tcp_listener *listeners;
	size_t listener_count;

	struct guard_stream *first, *last; /* by when something was done for them */
	struct guard_stream *places[GUARD_STREAMS];
	uint32_t next_place, count;
	uint64_t turn;
	struct guard_stream *touched; /* have answers that are to be sent */
	unsigned large;               /* that hold more memory than a question needs */
	struct net_timer pause;       /* set: no descriptors, nothing is accepted */
};

/* Serves ${fd}, which listens and which it owns on success, as listener ${n}. FSK_IO with
 * errno, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err guard_tcp_begin(struct guard_tcp *tcp, size_t n, int fd);
void guard_tcp_end(struct guard_tcp *tcp);

/* Puts the answer of ${len} octets to ${wait} among what its connection is to send; one
 * that is gone wants nothing. */
void guard_tcp_answer(struct guard_tcp *tcp, const struct guard_wait *wait,
                      const uint8_t *octets, size_t len);

/* Sends what was put. */
void guard_tcp_send(struct guard_tcp *tcp);

#endif
