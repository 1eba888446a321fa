/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Places are counted from the first on and never begin anew: those between taken and put
 * are full. Each side keeps what it last saw of the other's count, so that it reads the
 * line of the cache in which the other writes only when its own knowledge is used up.
 */
#include "guard/hits.h"

#include "base/size.h"

#include <stdlib.h>

#define LINE 64 /* octets that processors pass to one another at a time */

struct guard_hits {
	size_t mask;
	_Alignas(LINE) _Atomic uint64_t put; /* the writer's */
	_Atomic uint64_t lost;
	uint64_t seen_taken;
	_Alignas(LINE) _Atomic uint64_t taken; /* the reader's */
	uint64_t seen_put;
	_Alignas(LINE) struct guard_hit hit[];
};

enum fsk_err
guard_hits_new(size_t room, struct guard_hits **hits)
{
	size_t bytes = size_add(sizeof(struct guard_hits),
	                        size_mul(room, sizeof(struct guard_hit)));
	struct guard_hits *made;

	/* aligned_alloc() wants a multiple of the alignment. */
	bytes = size_add(bytes, LINE - 1) / LINE * LINE;
	made = aligned_alloc(LINE, bytes);
	if (made == NULL)
		return FSK_NOMEM;
	made->mask = room - 1;
	atomic_init(&made->put, 0);
	atomic_init(&made->lost, 0);
	atomic_init(&made->taken, 0);
	made->seen_taken = 0;
	made->seen_put = 0;
	*hits = made;
	return FSK_OK;
}

void
guard_hits_free(struct guard_hits *hits)
{
	free(hits);
}

struct guard_hit *
guard_hits_room(struct guard_hits *hits)
{
	uint64_t put = atomic_load_explicit(&hits->put, memory_order_relaxed);

	if (put - hits->seen_taken > hits->mask) {
		hits->seen_taken = atomic_load_explicit(&hits->taken, memory_order_acquire);
		if (put - hits->seen_taken > hits->mask) {
			uint64_t lost =
			        atomic_load_explicit(&hits->lost, memory_order_relaxed);

			/* Nobody else writes it: no read-modify-write is needed. */
			atomic_store_explicit(&hits->lost, lost + 1, memory_order_relaxed);
			return NULL;
		}
	}
	return &hits->hit[put & hits->mask];
}

void
guard_hits_put(struct guard_hits *hits)
{
	uint64_t put = atomic_load_explicit(&hits->put, memory_order_relaxed);

	/* In one order with the flag that guard_ledger_wake() reads behind it and the
	 * ledger writes before it looks here for the last time: one of the two sees what
	 * the other did, and no hit lies while the ledger sleeps. */
	atomic_store_explicit(&hits->put, put + 1, memory_order_seq_cst);
}

const struct guard_hit *
guard_hits_at(struct guard_hits *hits, size_t n)
{
	uint64_t place = atomic_load_explicit(&hits->taken, memory_order_relaxed) + n;

	if (place >= hits->seen_put) {
		hits->seen_put = atomic_load_explicit(&hits->put, memory_order_seq_cst);
		if (place >= hits->seen_put)
			return NULL;
	}
	return &hits->hit[place & hits->mask];
}

void
guard_hits_take(struct guard_hits *hits)
{
	uint64_t taken = atomic_load_explicit(&hits->taken, memory_order_relaxed);

	atomic_store_explicit(&hits->taken, taken + 1, memory_order_release);
}

uint64_t
guard_hits_lost(const struct guard_hits *hits)
{
	return atomic_load_explicit(&hits->lost, memory_order_relaxed);
}
