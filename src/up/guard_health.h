/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/guard_health.h: when it is worth a line of the log that an upstream of guard does not
 * answer, or does again. Workers judge it each for itself, and one that asks nothing more
 * keeps its opinion: so it is down when one says so and nobody was answered meanwhile.
 */
#ifndef UP_GUARD_HEALTH_H
#define UP_GUARD_HEALTH_H

#include "guard/relay.h"

#define UP_GUARD_PAUSE_MS INT64_C(60000) /* from one time that it goes down to the next */

enum up_guard_turn { UP_GUARD_SAME, UP_GUARD_DOWN, UP_GUARD_BACK };

struct up_guard_seen {
	struct net_endpoint endpoint;
	bool down;         /* as was told last */
	bool told;         /* once at least */
	int64_t told_ms;   /* when it was told that it is down */
	uint64_t answered; /* at the last look */
	uint64_t asked;    /* when it was answered last */
};

/* All zero: nothing was seen yet. */
struct up_guard_health {
	struct up_guard_seen upstreams[GUARD_UPSTREAMS];
};

/* Looks at the ${facts} of upstream ${n} at ${now_ms}, and says what is to be told. */
enum up_guard_turn up_guard_health_look(struct up_guard_health *health, size_t n,
                                        const struct guard_upstream_facts *facts,
                                        int64_t now_ms);

#endif
