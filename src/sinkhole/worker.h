/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/worker.h: one of those that answer: a thread with its own loop, sockets, counts
 * and journal. It is made, bound and ended by the daemon's thread, and shares with others
 * the ground, which is swapped as a whole, and what was answered just before.
 */
#ifndef SINKHOLE_WORKER_H
#define SINKHOLE_WORKER_H

#include "sinkhole/sinkhole.h"
#include "watch/swap.h"

struct sinkhole_worker;

/* What all of them share; must outlive them. */
struct sinkhole_shared {
	struct watch_swap *ground;
	struct sinkhole_recent *recent;
	struct sinkhole_tls *tls;       /* NULL: TLS is not spoken */
	const uint8_t *secret;          /* of cookies: WIRE_COOKIE_SECRET octets */
	struct net_endpoint *endpoints; /* those of DNS, then those of the web: where the
	                                 * first worker got its ports, others find them */
};

/* Makes a worker by ${setting}, bound to the endpoints; it waits. FSK_IO with errno and the
 * number of the endpoint in ${which}, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err sinkhole_worker_new(const struct sinkhole_setting *setting,
                                              const struct sinkhole_shared *shared,
                                              size_t *which,
                                              struct sinkhole_worker **worker);

/* Where it keeps what it sees, before it begins; owned by the caller, outlives it. */
void sinkhole_worker_keep(struct sinkhole_worker *worker, struct store_journal *journal);

/* Begins its thread. FSK_IO with errno. */
FSK_MUST_USE enum fsk_err sinkhole_worker_start(struct sinkhole_worker *worker);

/* Lets it take the limits, keep and sensor of ${setting}, and waits for that. */
void sinkhole_worker_change(struct sinkhole_worker *worker,
                            const struct sinkhole_setting *setting);

/* What it counts; may be read while it runs. */
const struct sinkhole_tally *sinkhole_worker_tally(const struct sinkhole_worker *worker);

/* Ends its thread; and frees it, with its connections: each of them that was not kept is.
 * NULL is allowed. */
void sinkhole_worker_stop(struct sinkhole_worker *worker);
void sinkhole_worker_free(struct sinkhole_worker *worker);

#endif
