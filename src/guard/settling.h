/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/settling.h: clients that are to be told of after a while in which they might turn
 * out to be worse: in the order in which they came, and all wait as long. Bounded. Of one
 * thread.
 */
#ifndef GUARD_SETTLING_H
#define GUARD_SETTLING_H

#include "guard/hits.h"

#define GUARD_SETTLING_MOST 65536

/* What is needed to tell of a client and a generator. */
struct guard_case {
	struct guard_client who; /* as last seen */
	uint32_t generator;
	enum guard_action action;
	double clean;     /* of struct verdict_live_ground */
	int64_t since_us; /* when it came */
};

/* Zeros are an empty one. */
struct guard_settling {
	struct guard_case *cases; /* a ring */
	size_t room;              /* 0, or a power of two */
	size_t first, count;
};

void guard_settling_fini(struct guard_settling *settling);

/* Puts ${some} behind the others. False: there is no room. */
bool guard_settling_put(struct guard_settling *settling, const struct guard_case *some);

/* The one that came first, NULL when there is none; it is let go with _take(). */
const struct guard_case *guard_settling_first(const struct guard_settling *settling);
void guard_settling_take(struct guard_settling *settling);

#endif
