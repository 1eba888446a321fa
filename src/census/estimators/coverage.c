/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What share of the bots do m held names of D see in a day, when each bot tries n of them
 * at random? One misses all m with the chance of drawing n from the D - m others:
 *
 *   P = 1 - C(D - m, n) / C(D, n)
 *
 * For Conficker C (D = 50,000, n = 500) 69 names see half of the bots, 459 see 99 %. It is
 * computed, not measured: it has no interval.
 */
#include "census/grounds.h"

#include <inttypes.h>

static bool
estimate(const struct census_facts *facts, struct census_figure *figure)
{
	struct census_grounds grounds;

	if (!census_grounds_held(facts, &grounds, figure))
		return false;
	figure->value = figure->low = figure->high = 1 - grounds.missed;
	figure->bound = CENSUS_COUNTED;
	census_grounds_note(figure,
	                    "computed of m = %" PRIu64 ", D = %" PRIu64 ", n = %" PRIu64,
	                    grounds.held, grounds.names, grounds.tries);
	return true;
}

const struct census_method census_method_coverage = {
        .name = "coverage",
        .title = "share of the bots that the held names see in a day",
        .unit = CENSUS_SHARE,
        .formula = "1 - C(D-m, n) / C(D, n)",
        .source = "hypergeometric distribution; n and D of Conficker C: Leder, Werner, "
                  "Know Your Enemy: Containing Conficker, 2009",
        .assumes =
                "each bot tries n of the D names of a day, drawn at random, and goes "
                "through all n; each held name has an address of its own, since bots may "
                "pass over an address that they have met",
        .refuses = "when it is not known which names were held, or how many a bot tries",
        .estimate = estimate,
};
