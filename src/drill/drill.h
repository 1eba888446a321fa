/* SPDX-License-Identifier: BSD-2-Clause
 *
 * drill/drill.h: the drill of one resolver: first the canary, without which not one bot's
 * name is asked for; then the names of a plan, and names that have to pass. What is not
 * blocked reaches others, so that a family is left alone after the first of its names that
 * is not, and all of them are after some families.
 */
#ifndef DRILL_DRILL_H
#define DRILL_DRILL_H

#include "drill/canary.h"
#include "drill/plan.h"

/* Families that were found not to be blocked, after which no further name is asked for. */
#define DRILL_PATIENCE 3

/* A question of the drill and its answer. */
struct drill_told {
	const struct fsk_name *name;
	const struct drill_name *forecast; /* NULL: a name that has to pass */
	bool answered;
	struct drill_answer answer;
	struct drill_judgement judgement;
	bool good; /* blocked, or passes, as it has to */
};

struct drill_counts {
	unsigned asked[3]; /* names of bots, by enum drill_word */
	unsigned left;     /* of the plan, that were not asked for after all */
	unsigned passing;  /* names that have to pass, and do */
	unsigned stopping; /* and do not */
	bool impatient;    /* it was ended after DRILL_PATIENCE families */
	bool late;         /* the deadline came */
};

struct drill_setting {
	struct drill_canary_setting canary;
	const struct drill_plan *plan;
	const struct fsk_name *passing; /* names that have to pass */
	size_t passing_count;
	bool keep_going; /* with other families, however many are not blocked */

	/* Called once, with what the canary proves, and once for each name. */
	void (*canary_found)(const struct drill_canary *canary, void *context);
	void (*name_asked)(const struct drill_told *told, void *context);
	void *context;
};

/* Runs the drill of ${setting} with ${asker}. Of the plan first one name of each family is
 * asked for, then the second of those whose first was blocked. FSK_MISMATCH: no canary,
 * nothing was asked for; FSK_END: the resolver does not answer; FSK_STOPPED, FSK_IO with
 * errno, FSK_NOMEM: ${counts} are those until then. */
FSK_MUST_USE enum fsk_err drill_run(struct drill_asker *asker,
                                    const struct drill_setting *setting,
                                    struct drill_counts *counts);

#endif
