/* SPDX-License-Identifier: BSD-2-Clause
 *
 * drill/plan.h: which names a resolver is asked for: of each family at most two of those
 * that bots try now, of which nothing speaks against being blocked. Made before anything
 * is asked, and the same for all resolvers.
 */
#ifndef DRILL_PLAN_H
#define DRILL_PLAN_H

#include <foresink/watch.h>

#include "watch/ruling.h"

#define DRILL_NAMES 2 /* of a family */

struct drill_plan_setting {
	const size_t *generators; /* numbers, rising, each once */
	size_t generator_count;
	enum dga_confidence least; /* generators below it are left out */
	int64_t now;
	struct watch_rules rules; /* names that they do not block, or call suspicious, are
	                           * not asked for: somebody has them */
};

/* A name to be asked for. */
struct drill_name {
	struct fsk_name name; /* lower case */
	struct fsk_match match;
};

struct drill_family {
	const struct dga_family *family;
	struct drill_name names[DRILL_NAMES];
	size_t count; /* 0: it has none now */
	bool ruled;   /* the rules took names out */
};

struct drill_plan {
	struct drill_family *families; /* in the order of the catalog */
	size_t count;
};

/* Chooses the names of ${setting}, one of the first of its generators that has a list now,
 * the other one of the last of them, or from the middle of the list if that is the same:
 * so that more than the begin of one list is seen. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err drill_plan_init(struct drill_plan *plan,
                                          const struct drill_plan_setting *setting);
void drill_plan_fini(struct drill_plan *plan);

#endif
