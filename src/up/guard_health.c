/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/guard_health.h"

#define ATTEMPTS 3 /* without an answer: as many as take it down for a worker */

static bool
same(const struct net_endpoint *a, const struct net_endpoint *b)
{
	return a->port == b->port && address_equal(&a->address, &b->address);
}

/* Whether it is to be told that it is down. */
static bool
is_down(const struct up_guard_seen *seen, const struct guard_upstream_facts *facts,
        int64_t now_ms)
{
	return !seen->down && facts->down && facts->asked - seen->asked >= ATTEMPTS &&
	       (!seen->told || now_ms - seen->told_ms >= UP_GUARD_PAUSE_MS);
}

enum up_guard_turn
up_guard_health_look(struct up_guard_health *health, size_t n,
                     const struct guard_upstream_facts *facts, int64_t now_ms)
{
	struct up_guard_seen *seen = &health->upstreams[n % GUARD_UPSTREAMS];
	bool was_down;

	/* Others came with a reload. */
	if (!same(&seen->endpoint, &facts->endpoint))
		*seen = (struct up_guard_seen){.endpoint = facts->endpoint,
		                               .answered = facts->answered,
		                               .asked = facts->asked};
	if (facts->answered != seen->answered) {
		was_down = seen->down;
		seen->down = false;
		seen->answered = facts->answered;
		seen->asked = facts->asked;
		return was_down ? UP_GUARD_BACK : UP_GUARD_SAME;
	}
	if (!is_down(seen, facts, now_ms))
		return UP_GUARD_SAME;
	seen->down = seen->told = true;
	seen->told_ms = now_ms;
	return UP_GUARD_DOWN;
}
