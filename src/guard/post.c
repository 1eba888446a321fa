/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/post.h"

#include "base/date.h"

void
guard_post_open(struct guard_post *post)
{
	post->desk.ground = watch_swap_enter(post->ground);
	post->desk.passes = watch_swap_enter(post->passes);
	post->desk.us = net_clock_us() + post->shift_us;
	post->hit = false;
}

void
guard_post_close(struct guard_post *post)
{
	watch_swap_leave(post->passes);
	watch_swap_leave(post->ground);
	post->desk.ground = NULL;
	post->desk.passes = NULL;
	if (post->hit && post->ledger != NULL)
		guard_ledger_wake(post->ledger);
}

int64_t
guard_post_now(const struct guard_post *post)
{
	return date_second_of(net_clock_us() + post->shift_us);
}

bool
guard_post_ask(struct guard_post *post, const struct guard_outcome *outcome,
               struct guard_wait *wait, const struct guard_door *door)
{
	const struct guard_asker asker = guard_wait_asker(wait);
	const struct guard_request request = {
	        .octets = outcome->message,
	        .len = outcome->message_len,
	        .query = &outcome->query,
	        .client = outcome->client.address,
	        .port = outcome->client.port,
	        .local = door->local,
	        .local_port = door->port,
	        .stream = door->stream,
	};

	if (guard_relay_ask(post->relay, &asker, &request))
		return true;
	guard_waits_give(post->waits, wait);
	return false;
}
