/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/relay_core.h: a relay from within: what its parts share. relay.c is the face,
 * relay_course.c says what becomes of a request, relay_datagram.c and relay_stream.c carry
 * it by UDP and TCP, relay_ports.c keeps the sockets, relay_upstream.c knows which upstream
 * is well. All of it belongs to one thread, but for the counts and facts.
 */
#ifndef GUARD_RELAY_CORE_H
#define GUARD_RELAY_CORE_H

#include "guard/relay_random.h"
#include "guard/relay_table.h"
#include "guard/relay_upstream.h"

#include <sys/socket.h>

/* Datagrams that leave, and that come, by one system call. */
#define RELAY_SEND 64
#define RELAY_RECEIVE 32

/* Octets of a room for an answer that comes by UDP. An odd number of lines of the cache
 * apart, so that the begins of all rooms do not push each other out of it. */
#define RELAY_ROOM (65536 + 64)

/* Octets for copies of answers: of those that several wait for, or that came by TCP. Room
 * for three of the longest. */
#define RELAY_COPIES (3 * (65536 + RELAY_SPARE))

/* Octets behind a copy into which the front may write (a cookie, an OPT record). */
#define RELAY_SPARE 256

struct guard_relay {
	struct guard_relay_setting setting; /* its upstreams: those below */
	struct net_loop *loop;
	struct relay_upstream *upstreams[GUARD_UPSTREAMS];
	size_t upstream_count;
	struct relay_upstream *retired; /* which still have requests under way */
	size_t down;                    /* upstreams that are, by UDP */
	size_t links;                   /* connections to all */
	uint32_t lanes;                 /* that were ever opened */
	bool written;                   /* connections have something to send */
	int64_t sweep_ms;               /* when idle connections are looked for */
	int64_t now_us;
	struct net_timer timer;
	struct relay_random random;
	struct relay_table table;
	struct wire_query query; /* what was read last */

	size_t copied; /* octets of copies that are taken */
	bool told;     /* answers were given since done() */
	uint8_t *copies;
	uint8_t *rooms; /* RELAY_RECEIVE of RELAY_ROOM octets */
	struct iovec room_parts[RELAY_RECEIVE];
	struct mmsghdr room_heads[RELAY_RECEIVE];
	struct relay_entry *sent[RELAY_SEND];
	struct iovec parts[RELAY_SEND][2];
	struct mmsghdr heads[RELAY_SEND];

	struct guard_relay_counts counts;
	struct relay_facts facts[GUARD_UPSTREAMS];
	_Atomic size_t fact_count;
};

/* Adds to a count that one thread writes and others read. */
static inline void
relay_count(_Atomic uint64_t *count)
{
	uint64_t now = atomic_load_explicit(count, memory_order_relaxed);

	atomic_store_explicit(count, now + 1, memory_order_relaxed);
}

#endif
