/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/ground.h: by what guard decides: the dated index of the days around now, the
 * rulebook of the collision stage, the policy. One thing that is replaced as a whole
 * (watch/swap.h) and never changed: so a name is never judged by the index of one
 * configuration and the rules of another. A forecast is ruled when it is asked for; of
 * those that are on a list of popular names it is found at the making whether bots made
 * them popular (watch/recur.h), since that takes long.
 */
#ifndef GUARD_GROUND_H
#define GUARD_GROUND_H

#include <foresink/watch.h>

#include "guard/policy.h"
#include "watch/look.h"
#include "watch/plan.h"
#include "watch/rulebook.h"

struct guard_ground;

/* Its index, and what is shared with other grounds of other policies. */
struct guard_lists;

/* Makes the lists of ${plan}, with ${book}, which it keeps (watch_rulebook_keep(); NULL:
 * nothing is ruled out), for serial ${serial}. The plan ends late enough for who asks
 * before a period begins (dga/family.h, ahead). FSK_NOMEM, FSK_RANGE (too many names),
 * FSK_STOPPED (the plan's progress says so), and what watch_recur_find() returns.
 * guard_lists_keep() gives them one more owner, who frees them too. NULL is allowed. */
FSK_MUST_USE enum fsk_err guard_lists_new(const struct watch_plan *plan,
                                          struct watch_rulebook *book, uint32_t serial,
                                          struct guard_lists **lists);
struct guard_lists *guard_lists_keep(struct guard_lists *lists);
void guard_lists_free(struct guard_lists *lists);

/* Gives ${lists} another serial, before anybody else has them. */
void guard_lists_number(struct guard_lists *lists, uint32_t serial);

struct guard_lists_facts {
	size_t names, bytes; /* of the index */
	size_t popular;      /* names of it that are on a list of popular names */
	uint32_t serial;
	int64_t from, to; /* of the plan */
};
struct guard_lists_facts guard_lists_facts(const struct guard_lists *lists);

/* Makes a ground of ${lists} and ${policy}, which it shares (both count their owners):
 * the caller goes on owning his. NULL for lists: nothing is blocked yet, and everything
 * is answered SERVFAIL, so that no blocked name passes. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err guard_ground_new(struct guard_lists *lists,
                                           struct guard_policy *policy,
                                           struct guard_ground **ground);
void guard_ground_free(void *ground);

const struct guard_policy_setting *guard_ground_policy(const struct guard_ground *ground);
bool guard_ground_ready(const struct guard_ground *ground);
uint32_t guard_ground_serial(const struct guard_ground *ground);

/* The last second for which it was made; INT64_MIN when it is not ready. */
int64_t guard_ground_until(const struct guard_ground *ground);

/* What the index and the rules say of a name. */
struct guard_finding {
	struct fsk_match match; /* of a name and its parents the longest whose state is not
	                         * allow; if all are, the longest. Of the lists that have
	                         * it the one whose period is nearest to now */
	enum watch_state state;
	enum watch_ground ground;
};

/* Fetches what guard_ground_find() will read of memory for ${name} in two steps:
 * watch_look_fetch(). */
void guard_ground_fetch(const struct guard_ground *ground, struct span name,
                        struct watch_look *look);
void guard_ground_fetch_more(const struct guard_ground *ground,
                             const struct watch_look *look);

/* Looks up the ${len} octets of lower-case ${name} and its parents at ${now} (seconds since
 * 1970). False: no bot's. */
bool guard_ground_find(const struct guard_ground *ground, const char *name, size_t len,
                       int64_t now, struct guard_finding *finding);

#endif
