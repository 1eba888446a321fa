/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the bots say of themselves. Conficker A and B send how many machines this copy has
 * infected since it was started. F-Secure added the greatest of each source and wrote
 * 8,976,038 on 16 January 2009, of 353,495 addresses. It is no number of infected machines:
 * who was infected twice counts twice, who was cleaned counts on, a restart sets the
 * counter to 0, few values make most of the sum, and the enemy writes it. It is here so
 * that the number can be named for what it is.
 */
#include "census/grounds.h"

#include <inttypes.h>

static bool
estimate(const struct census_facts *facts, struct census_figure *figure)
{
	if (facts->with_counter == 0)
		return census_grounds_refuse(figure, "nobody sent a counter");
	figure->value = figure->low = figure->high = facts->counter_sum;
	figure->bound = CENSUS_COUNTED;
	census_grounds_note(figure,
	                    "reported by the attacker's own program, from %" PRIu64
	                    " addresses; not a number of infected machines",
	                    facts->with_counter);
	return true;
}

const struct census_method census_method_counter = {
        .name = "counter",
        .title = "attacker-reported: infections that the bots claim",
        .unit = CENSUS_VICTIMS,
        .formula = "sum over addresses of the greatest q",
        .source = "F-Secure, Calculating the Size of the Downadup Outbreak, 2009-01-16",
        .assumes = "that the attacker's program tells the truth, that nobody was infected "
                   "twice or cleaned, that no bot was started anew: none of which holds",
        .refuses = "when no counter was sent",
        .estimate = estimate,
};
