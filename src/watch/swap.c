/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The pointer is read and replaced with the compiler's own atomics, which
 * ThreadSanitizer understands; liburcu does what they cannot, which is to wait
 * until no reader is left.
 */
#include "watch/swap.h"

#include <urcu/urcu-bp.h>

/* ThreadSanitizer does not see what liburcu does: it is told that what readers did before
 * they let go comes before what is done behind the wait. */
#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#define LET_GO(swap) __tsan_release(swap)
#define WAITED(swap) __tsan_acquire(swap)
#else
#define LET_GO(swap) (void)(swap) /* one grace period serves all of them */
#define WAITED(swap) (void)(swap)
#endif

void
watch_swap_init(struct watch_swap *swap, void *thing, void (*free)(void *))
{
	swap->free = free;
	__atomic_store_n(&swap->current, thing, __ATOMIC_RELEASE);
}

const void *
watch_swap_enter(struct watch_swap *swap)
{
	urcu_bp_read_lock();
	return __atomic_load_n(&swap->current, __ATOMIC_ACQUIRE);
}

void
watch_swap_leave(struct watch_swap *swap)
{
	LET_GO(swap);
	urcu_bp_read_unlock();
}

void
watch_swap_replace(struct watch_swap *swap, void *thing)
{
	void *before = __atomic_exchange_n(&swap->current, thing, __ATOMIC_ACQ_REL);

	if (before == NULL)
		return;
	urcu_bp_synchronize_rcu();
	WAITED(swap);
	swap->free(before);
}

void *
watch_swap_mine(const struct watch_swap *swap)
{
	return __atomic_load_n(&swap->current, __ATOMIC_RELAXED);
}

void
watch_swap_fini(struct watch_swap *swap)
{
	watch_swap_replace(swap, NULL);
}
