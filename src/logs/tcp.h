/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/tcp.h: the DNS messages that clients send over TCP, out of captured segments
 * (RFC 1035 section 4.2.2: two octets of length before each message). One direction
 * of a connection is a flow. Segments are taken in the order of their numbers: what
 * was sent twice is dropped, and a flow with a gap is given up, for it cannot be
 * known where the next message begins. A table holds TCP_FLOWS flows and forgets
 * those of a full set that were silent longest, so that its memory is bounded.
 */
#ifndef LOGS_TCP_H
#define LOGS_TCP_H

#include <foresink/err.h>

#include "base/span.h"
#include "logs/packet.h"

#define TCP_FLOWS 4096

/* Octets of a message that are kept, the first; the others are passed over. A header,
 * a question and a client subnet are under 400. */
#define TCP_KEPT 1024

struct tcp_table;

enum tcp_got {
	TCP_NOTHING, /* the segment is used up */
	TCP_MESSAGE, /* a message ends in the segment; there may be more in it */
	TCP_LOST     /* the flow is given up here, why says it; its later segments are
	              * nothing, up to the next SYN */
};

struct tcp_message {
	const unsigned char *octets; /* valid until the next call */
	size_t len;                  /* at most TCP_KEPT */
	const char *why;             /* static; of TCP_LOST */
};

/* Stores an empty table in ${table}. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err tcp_new(struct tcp_table **table);

/* Takes the next message out of ${segment}, of PACKET_TCP, which loses what was
 * taken: call it again until it has TCP_NOTHING. A flow whose SYN was not captured
 * begins with its first data. Fills ${message} unless it returns TCP_NOTHING. */
enum tcp_got tcp_take(struct tcp_table *table, struct packet *segment,
                      struct tcp_message *message);

/* Frees ${table}; NULL is allowed. */
void tcp_free(struct tcp_table *table);

#endif
