/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/stream.h: one connection of guard/front_tcp.h: what it has sent and was not read,
 * what it is to be sent. Private to front_tcp.c and stream.c.
 */
#ifndef GUARD_STREAM_H
#define GUARD_STREAM_H

#include "guard/front_tcp.h"

/* Octets that wait in memory for a client that does not read: beyond the first number no
 * question of his is read, beyond the second he is dropped. */
#define STREAM_PAUSE ((size_t)64 << 10)
#define STREAM_UNSENT ((size_t)512 << 10)

#define STREAM_PREFIX 2 /* octets of the length in front of a message */

struct guard_stream {
	struct guard_tcp *tcp;
	struct net_watch watch;
	struct net_timer timer;
	struct guard_stream *before, *after; /* in the order of guard_tcp */
	struct guard_stream *next_touched;
	uint32_t place;
	uint64_t turn;
	struct net_endpoint peer;
	struct address near; /* its neighbourhood */
	struct guard_door door;

	bool headed; /* the header of the PROXY protocol is still to come */
	bool has_proxy;
	struct wire_proxy proxy;

	bool asked;   /* a whole message came */
	bool ended;   /* nothing more comes */
	bool failed;  /* to be dropped */
	bool touched; /* in the list of guard_tcp */
	bool busy;    /* its messages are being served: who does it ends it, too */
	bool paused;  /* it was not hungry */
	unsigned refusals;
	unsigned flying;
	int64_t began_ms; /* the message that is not whole */
	int64_t active_ms;

	uint8_t *in;
	size_t in_len, in_room;
	uint8_t *out;
	size_t out_at, out_len, out_room; /* octets out_at .. out_len are to be sent */
};

/* Whether more questions are taken. */
bool guard_stream_hungry(const struct guard_stream *stream);

/* Octets that are still to be sent. */
static inline size_t
guard_stream_unsent(const struct guard_stream *stream)
{
	return stream->out_len - stream->out_at;
}

/* Makes room behind in_len, more of it for a long message. False: no memory, or too many
 * have so much; the connection is to end. */
bool guard_stream_room(struct guard_stream *stream);

/* Whether it has room for a long message: of these there are few at a time. */
bool guard_stream_is_large(const struct guard_stream *stream);

/* Serves the whole messages that came; the desk is open. False: it is to end. */
bool guard_stream_serve(struct guard_stream *stream);

/* Puts a message of ${len} octets among what is to be sent. False: it is to end. */
bool guard_stream_put(struct guard_stream *stream, const uint8_t *octets, size_t len);

/* Sends what the client takes. False: it is to end. */
bool guard_stream_send(struct guard_stream *stream);

#endif
