/* SPDX-License-Identifier: BSD-2-Clause
 *
 * How many bots are behind the addresses of the peak hour at least? The counter that a bot
 * sends never falls as long as it runs, so values of one address that fall are of several
 * bots: as many at least as it takes chains that do not fall (census/chains.h). Bots that
 * send the same or rise one after the other are not told apart, and those that sent no
 * counter are not in it: so it is a bound. But one host counts twice if its address changes
 * between two of its calls. Where addresses change once a day, which is as often as they
 * are known to, that happens to less than one in 24 in an hour: so many, and a standard
 * deviation, are taken off. The values come from the enemy's program: who wishes to can
 * send any.
 */
#include "census/grounds.h"

#include <inttypes.h>
#include <math.h>

static bool
estimate(const struct census_facts *facts, struct census_figure *figure)
{
	double mean = (double)facts->chained / CENSUS_HOURS;
	uint64_t changed = (uint64_t)(mean + sqrt(mean));

	if (facts->chained == 0)
		return census_grounds_refuse(
		        figure, "nobody sent a counter in the peak hour, or only days are "
		                "known and not when which one was sent");
	census_grounds_window(figure, facts->chain_hour, CENSUS_SECONDS_HOUR);
	census_grounds_at_least(figure, (double)(facts->chains - changed));
	census_grounds_note(figure,
	                    "%" PRIu64 " behind %" PRIu64 " addresses that sent a counter, "
	                    "less %" PRIu64 " of hosts whose address may have changed",
	                    facts->chains, facts->chained, changed);
	return true;
}

const struct census_method census_method_nat = {
        .name = "nat",
        .title = "hosts behind the addresses of the peak hour, by their counters",
        .unit = CENSUS_HOSTS,
        .formula =
                "sum over addresses of the least number of chains of q that do not fall, "
                "less 1/24 of the addresses and the root of it",
        .source = "Dilworth, 1950; counter q of Conficker A and B: F-Secure, January 2009",
        .assumes =
                "a bot's counter falls only when the bot is started anew, which within "
                "the hour few are; no address was handed on with a counter that somebody "
                "invented",
        .refuses = "when no counter was sent in the peak hour",
        .estimate = estimate,
};
