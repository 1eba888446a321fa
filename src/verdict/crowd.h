/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict/crowd.h: how many hosts asked for each forecast name, and how many of
 * them for that one alone, to tell which names are collisions.
 */
#ifndef VERDICT_CROWD_H
#define VERDICT_CROWD_H

#include "verdict/cells.h"
#include "verdict/verdict.h"

/* Fewer hosts may be what one infected house shows. */
#define CROWD_LEAST 3

/* Whether a name is a collision for which ${hosts} asked, ${alone} of them alone. */
static inline bool
crowd_is_collision(uint32_t hosts, uint32_t alone)
{
	return hosts >= CROWD_LEAST && alone >= hosts - alone;
}

struct crowd {
	uint64_t key; /* of the hashes */
	struct verdict_collision *names;
	size_t count;
	size_t room;
	struct cells cells;
};

/* Adds a host that asked for ${name}, and for no other of its generator if
 * ${alone}. Each host at most once a name. ${crowd} begins as zeros and a key.
 * FSK_NOMEM. */
FSK_MUST_USE enum fsk_err crowd_add(struct crowd *crowd, const struct verdict_name *name,
                                    bool alone);

/* Whether ${name}, which was added, is a collision. */
bool crowd_collides(const struct crowd *crowd, const struct verdict_name *name);

/* Leaves the collisions in ${crowd} alone, in the order of verdict_collision_at().
 * No more is asked of it then. */
void crowd_settle(struct crowd *crowd);

/* Frees what ${crowd} holds. */
void crowd_fini(struct crowd *crowd);

#endif
