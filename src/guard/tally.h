/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/tally.h: what one worker counts. It alone writes, others may read at any time: so
 * a count is a load and a store, without a lock of the bus.
 */
#ifndef GUARD_TALLY_H
#define GUARD_TALLY_H

#include <stdatomic.h>
#include <stdint.h>

struct guard_tally {
	_Atomic uint64_t udp, tcp;    /* questions, all that came */
	_Atomic uint64_t answered[4]; /* by enum guard_action */
	_Atomic uint64_t logged, passed, relayed;
	_Atomic uint64_t refused;   /* may not ask, or cannot be asked */
	_Atomic uint64_t malformed; /* answered so, or thrown away */
	_Atomic uint64_t limited;   /* beyond the rate */
	_Atomic uint64_t dropped;   /* answers that could not be sent */
	_Atomic uint64_t connections, connections_dropped;
};

static inline void
guard_tally_add(_Atomic uint64_t *count, uint64_t n)
{
	atomic_store_explicit(count, atomic_load_explicit(count, memory_order_relaxed) + n,
	                      memory_order_relaxed);
}

static inline uint64_t
guard_tally_read(const _Atomic uint64_t *count)
{
	return atomic_load_explicit(count, memory_order_relaxed);
}

#endif
