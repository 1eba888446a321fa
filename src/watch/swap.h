/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/swap.h: a thing that is in use, replaced as a whole while others read it. Readers
 * take no lock and never wait; the old one is freed when the last of them has let go of
 * it (read-copy-update, liburcu's "bulletproof" flavour, in which threads need not
 * register).
 */
#ifndef WATCH_SWAP_H
#define WATCH_SWAP_H

struct watch_swap {
	void *current;        /* read through watch_swap_enter() only */
	void (*free)(void *); /* takes NULL, too */
};

/* Puts ${thing} (may be NULL) in use and owns it from now on; ${free} ends it. */
void watch_swap_init(struct watch_swap *swap, void *thing, void (*free)(void *));

/* Begins to read: the thing in use, or NULL, stays valid until the same thread
 * calls watch_swap_leave(). A batch of look-ups fits between the two, and readings of
 * several things may lie in one another. */
const void *watch_swap_enter(struct watch_swap *swap);
void watch_swap_leave(struct watch_swap *swap);

/* Puts ${thing} in use, waits until no reader holds the one before, and frees
 * that. Not from inside enter and leave. */
void watch_swap_replace(struct watch_swap *swap, void *thing);

/* The thing in use, for who alone replaces it. */
void *watch_swap_mine(const struct watch_swap *swap);

/* Takes the thing out of use and frees it. */
void watch_swap_fini(struct watch_swap *swap);

#endif
