/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/front_udp.h: questions that come as datagrams, in batches, to one socket; answers
 * of the relay to them go by the same.
 */
#ifndef GUARD_FRONT_UDP_H
#define GUARD_FRONT_UDP_H

#include "net/outbox.h"
#include "guard/post.h"
#include "net/datagrams.h"

/* Octets of a datagram that are looked at: those of a question with as much EDNS as anybody
 * sends, and a PROXY header. */
#define GUARD_DATAGRAM (1232 + WIRE_PROXY_MOST)

/* Zeroed, fd -1, before it begins; the rest is set by the worker. */
struct guard_udp {
	struct guard_post *post;
	struct net_batch *batch;      /* of GUARD_DATAGRAM octets; the worker's */
	struct net_endpoint endpoint; /* at which it listens */
	uint32_t number;              /* among the worker's */
	struct net_watch watch;
};

/* Serves ${fd}, which it owns on success. FSK_IO with errno, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err guard_udp_begin(struct guard_udp *udp, int fd);
void guard_udp_end(struct guard_udp *udp);

/* Puts the answer of ${len} octets to ${wait}, which came in here, into ${box}. */
void guard_udp_answer(const struct guard_udp *udp, const struct guard_wait *wait,
                      struct net_outbox *box, uint8_t *octets, size_t len);

#endif
