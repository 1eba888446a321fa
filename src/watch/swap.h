/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/swap.h: the index that is in use, replaced as a whole while others read
 * it. Readers take no lock and never wait; the old index is freed when the last
 * of them has let go of it (read-copy-update, liburcu's "bulletproof" flavour,
 * in which threads need not register).
 */
#ifndef WATCH_SWAP_H
#define WATCH_SWAP_H

#include <foresink/watch.h>

struct watch_swap {
	struct fsk_index *current; /* read through watch_swap_enter() only */
};

/* Puts ${index} (may be NULL) in use and owns it from now on. */
void watch_swap_init(struct watch_swap *swap, struct fsk_index *index);

/* Begins to read: the index in use, or NULL, stays valid until the same thread
 * calls watch_swap_leave(). A batch of look-ups fits between the two. */
const struct fsk_index *watch_swap_enter(struct watch_swap *swap);
void watch_swap_leave(struct watch_swap *swap);

/* Puts ${index} in use, waits until no reader holds the one before, and frees
 * that. Not from inside enter and leave. */
void watch_swap_replace(struct watch_swap *swap, struct fsk_index *index);

/* Takes the index out of use and frees it. */
void watch_swap_fini(struct watch_swap *swap);

#endif
