/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/swap.h"

#include <urcu/urcu-bp.h>

void
watch_swap_init(struct watch_swap *swap, struct fsk_index *index)
{
	rcu_set_pointer(&swap->current, index);
}

const struct fsk_index *
watch_swap_enter(struct watch_swap *swap)
{
	urcu_bp_read_lock();
	return rcu_dereference(swap->current);
}

void
watch_swap_leave(struct watch_swap *swap)
{
	(void)swap; /* one grace period serves all of them */
	urcu_bp_read_unlock();
}

void
watch_swap_replace(struct watch_swap *swap, struct fsk_index *index)
{
	struct fsk_index *before = rcu_xchg_pointer(&swap->current, index);

	if (before == NULL)
		return;
	urcu_bp_synchronize_rcu();
	fsk_index_free(before);
}

void
watch_swap_fini(struct watch_swap *swap)
{
	watch_swap_replace(swap, NULL);
}
