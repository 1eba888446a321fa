/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/post.h: what the fronts of one worker share: by what they decide, whom they ask,
 * who waits.
 */
#ifndef GUARD_POST_H
#define GUARD_POST_H

#include "guard/ledger.h"
#include "guard/waits.h"
#include "watch/swap.h"

struct guard_post {
	struct net_loop *loop;
	struct watch_swap *ground, *passes;
	struct guard_relay *relay;
	struct guard_waits *waits;
	struct guard_ledger *ledger; /* NULL: nobody is told */
	struct guard_desk desk;      /* ground, passes and time while it is open */
	int64_t shift_us;
	bool hit; /* since it was opened */
};

/* Opens the desk: until guard_post_close() one ground and one set of passes hold, and one
 * time. Short: who replaces the ground waits. */
void guard_post_open(struct guard_post *post);
void guard_post_close(struct guard_post *post);

/* The calendar's second. */
int64_t guard_post_now(const struct guard_post *post);

/* Where a question came in. */
struct guard_door {
	struct address local;
	uint16_t port;
	bool stream;
};

/* Relays what ${outcome} says for ${wait}, a place that was taken for it. False: it cannot
 * be; the place is free again, and guard_failed() is to be told. */
bool guard_post_ask(struct guard_post *post, const struct guard_outcome *outcome,
                    struct guard_wait *wait, const struct guard_door *door);

#endif
