/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/crowd.h: the connections of a worker: their places, their memory, and the lines
 * in which they wait. Who joins a line may wait in it for the same time as all others
 * there, so that the first is always the one whose time is over first. What is done with a
 * connection: sinkhole/caller.h.
 */
#ifndef SINKHOLE_CROWD_H
#define SINKHOLE_CROWD_H

#include "sinkhole/front_tcp.h"
#include "sinkhole/prefixes.h"
#include "sinkhole/request.h"
#include "sinkhole/tls.h"

/* Octets of the answers that go together: sixteen of DNS, each with its length. */
#define SINKHOLE_OUT ((size_t)16 * (2 + SINKHOLE_DNS_MOST))

/* Octets that wait until the system takes them: several times what is sent at once. */
#define SINKHOLE_REST_MOST ((size_t)64 << 10)

/* Sessions of TLS at a time: one for so many connections that there may be, and so many at
 * least. A session takes more than a hundred connections. */
#define SINKHOLE_SESSIONS_PART 16
#define SINKHOLE_SESSIONS_LEAST 64

/* What a connection waits for. */
enum sinkhole_line {
	SINKHOLE_LINE_HEADER, /* until its beginning is whole */
	SINKHOLE_LINE_RAW,    /* until it is silent */
	SINKHOLE_LINE_LINGER, /* until the other side ends, too; it was kept and answered */
	SINKHOLE_LINE_DNS,    /* for a message */
	SINKHOLE_LINE_ASKING, /* for the next one, of whom the time of all is nearly over */
	SINKHOLE_LINES,
	SINKHOLE_LINE_NONE = SINKHOLE_LINES
};

/* A connection. While it is idle it has no more memory than this. */
struct sinkhole_caller {
	struct net_watch watch;                 /* first; its context is the crowd */
	struct sinkhole_caller *before, *after; /* in its line */
	struct sinkhole_caller *older, *newer;  /* of its neighbourhood, in a ring */
	struct net_endpoint peer, local;
	int64_t us;         /* of the calendar, when it began */
	int64_t began_ms;   /* of the monotonic clock */
	int64_t since_ms;   /* in its line */
	char *octets;       /* that came; of TLS the hello until something is said */
	uint32_t len, room; /* octets */
	uint32_t dropped;   /* octets that were read and not looked at */
	uint32_t rest_at;   /* how far the rest was sent */
	uint32_t rest_len;  /* octets of it */
	uint32_t weight;    /* octets of memory of the session */
	char *rest;         /* what is still to be sent; nothing is read meanwhile */
	struct sinkhole_reader reader;
	struct sinkhole_session *session; /* TLS that is spoken; NULL: none */
	char *sni;                        /* of its hello */
	uint8_t line;                     /* enum sinkhole_line */
	uint8_t port;                     /* enum sinkhole_port */
	bool said; /* something was said in TLS, and stands in octets */
	bool kept;
	bool gone;  /* nothing is answered any more */
	bool ended; /* a connection of DNS: nothing comes any more */
	bool over;  /* it leaves when the rest was sent */
};

struct sinkhole_crowd {
	struct sinkhole_post *post;
	struct sinkhole_tls *tls;
	unsigned most, most_of_prefix;

	unsigned count;
	unsigned sessions;
	size_t bytes; /* of memory: places, octets, sessions */
	struct sinkhole_prefixes prefixes;
	struct sinkhole_slab *slabs;
	struct sinkhole_caller *free; /* places, by after */
	struct {
		struct sinkhole_caller *first, *last;
	} lines[SINKHOLE_LINES];
	struct net_timer timer; /* always set: moving it never fails */

	char in[SINKHOLE_REQUEST_MOST]; /* of the connection that is being served */
	uint8_t out[SINKHOLE_OUT];
};

/* A place, zeroed but for its watch's context, in no line; NULL: no memory. */
struct sinkhole_caller *sinkhole_crowd_place(struct sinkhole_crowd *crowd);

/* Makes ${caller} one of the neighbourhood of ${peer}, which was taken for him. */
void sinkhole_crowd_settle(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller,
                           const struct net_endpoint *peer);

/* Closes the connection of ${caller} and frees all that it has, and its place. */
void sinkhole_crowd_leave(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller);

/* Puts ${caller} at the end of ${line}, out of that in which it is. */
void sinkhole_crowd_join(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller,
                         enum sinkhole_line line);

/* The connection that waits for longest; NULL: there is none. */
struct sinkhole_caller *sinkhole_crowd_oldest(const struct sinkhole_crowd *crowd);

/* The same of the neighbourhood of ${address}. */
struct sinkhole_caller *sinkhole_crowd_neighbour(const struct sinkhole_crowd *crowd,
                                                 const struct address *address);

/* The connection whose time is over by now; NULL: there is none, and the timer is set for
 * the next. */
struct sinkhole_caller *sinkhole_crowd_overdue(struct sinkhole_crowd *crowd);

/* Makes room for one more octet of ${caller} at least. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err sinkhole_crowd_grow(struct sinkhole_crowd *crowd,
                                              struct sinkhole_caller *caller);

/* Adds ${octets} to those of ${caller}; frees those. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err sinkhole_crowd_add(struct sinkhole_crowd *crowd,
                                             struct sinkhole_caller *caller,
                                             struct span octets);
void sinkhole_crowd_forget(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller);

/* Adds ${octets} to what is still to be sent to ${caller}; frees all of that. FSK_NOMEM:
 * no memory, or too much. */
FSK_MUST_USE enum fsk_err sinkhole_crowd_owe(struct sinkhole_crowd *crowd,
                                             struct sinkhole_caller *caller,
                                             struct span octets);
void sinkhole_crowd_waive(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller);

/* Begins TLS with ${caller}, who asked for ${name}. FSK_NOMEM: no memory, or there are as
 * many sessions as may be. */
FSK_MUST_USE enum fsk_err sinkhole_crowd_speak(struct sinkhole_crowd *crowd,
                                               struct sinkhole_caller *caller,
                                               const char *name);

/* Counts what the session of ${caller} takes now. */
void sinkhole_crowd_weigh(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller);

/* Frees all memory; all connections have left. */
void sinkhole_crowd_fini(struct sinkhole_crowd *crowd);

#endif
