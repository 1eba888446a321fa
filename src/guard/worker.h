/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/worker.h: one of those that answer: a thread with its own loop, sockets, relay and
 * counts. It is made, bound and ended by the daemon's thread, and shares with others what
 * is swapped as a whole, the suspects, and its ring of hits.
 */
#ifndef GUARD_WORKER_H
#define GUARD_WORKER_H

#include "guard/guard.h"
#include "guard/habits.h"
#include "guard/suspects.h"
#include "guard/tally.h"
#include "watch/swap.h"

struct guard_worker;

/* What all of them share; must outlive them. */
struct guard_shared {
	struct watch_swap *ground, *passes;
	const struct guard_suspects *suspects;
	const uint8_t *secret;          /* of cookies; copied */
	struct net_endpoint *endpoints; /* setting->listen_count: where the first worker got
	                                 * its ports, the others find them */
};

/* Makes a worker by ${setting}, bound to the endpoints; it waits. FSK_IO with errno and the
 * number of the endpoint in ${which}, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err guard_worker_new(const struct guard_setting *setting,
                                           const struct guard_shared *shared, size_t *which,
                                           struct guard_worker **worker);

struct guard_hits *guard_worker_hits(struct guard_worker *worker);

/* Begins its thread; it tells ${ledger} (NULL: nobody). FSK_IO with errno. */
FSK_MUST_USE enum fsk_err guard_worker_start(struct guard_worker *worker,
                                             struct guard_ledger *ledger);

/* Lets it take the upstreams, limits and secret of ${setting}, and waits for that. FSK_IO
 * with errno, FSK_NOMEM: all stays as it was. */
FSK_MUST_USE enum fsk_err guard_worker_change(struct guard_worker *worker,
                                              const struct guard_setting *setting,
                                              const uint8_t *secret);

/* What it counts; may be read while it runs. */
const struct guard_tally *guard_worker_tally(const struct guard_worker *worker);
const struct guard_relay *guard_worker_relay(const struct guard_worker *worker);
struct guard_habits *guard_worker_habits(struct guard_worker *worker);

/* Ends its thread; and frees it. NULL is allowed. */
void guard_worker_stop(struct guard_worker *worker);
void guard_worker_free(struct guard_worker *worker);

#endif
