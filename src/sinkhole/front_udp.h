/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/front_udp.h: questions that come as datagrams to one socket, in batches: all of
 * a batch are kept before the first of its answers leaves.
 */
#ifndef SINKHOLE_FRONT_UDP_H
#define SINKHOLE_FRONT_UDP_H

#include "net/datagrams.h"
#include "net/loop.h"
#include "sinkhole/dns.h"

/* How a front opens and closes the desk of its worker: time and ground are asked for once a
 * round. Fronts of one worker are never inside one another. */
struct sinkhole_post {
	struct net_loop *loop;
	struct sinkhole_desk *(*open)(struct sinkhole_post *post);
	void (*close)(struct sinkhole_post *post);
	void *context;
};

struct sinkhole_udp {
	struct sinkhole_post *post;
	struct net_batch *batch;      /* of 1232 octets; the worker's */
	struct net_endpoint endpoint; /* at which it listens */
	struct net_watch watch;       /* fd -1: not begun */
};

/* Serves ${fd}, which it owns on success. FSK_IO with errno, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err sinkhole_udp_begin(struct sinkhole_udp *udp, int fd);
void sinkhole_udp_end(struct sinkhole_udp *udp);

#endif
