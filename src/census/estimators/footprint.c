/* SPDX-License-Identifier: BSD-2-Clause
 *
 * How many addresses called in the whole span. It grows with the span as long as addresses
 * change hands, whether or not a host more is infected: Torpig had 1.2 million addresses in
 * ten days of 180,000 bots (Stone-Gross et al., "Your Botnet is My Botnet", CCS 2009), and
 * Rajab et al. ("My Botnet is Bigger than Yours", HotBots 2007) found 48,500 beside 3,000
 * that were alive. Nobody who is not among them can have called, so it bounds the addresses
 * from which bots called, chaff that no rule knows among them; it does not bound the hosts.
 * Addresses that were removed are not in it, though a bot may have been behind one beside a
 * scanner or a visitor: how many they were is noted.
 *
 * Host-days of which only the number is kept may each be of one more address.
 */
#include "census/grounds.h"

#include <inttypes.h>

static bool
estimate(const struct census_facts *facts, struct census_figure *figure)
{
	uint64_t most = facts->footprint + facts->forgotten, removed = 0;

	if (most == 0)
		return census_grounds_refuse(figure, "nobody called");
	for (size_t rule = 0; rule < CENSUS_CHAFFS; rule++)
		removed += facts->chaff[rule];
	figure->value = figure->high = (double)most;
	figure->low = (double)facts->footprint;
	figure->bound = CENSUS_AT_MOST;
	census_grounds_note(
	        figure,
	        "addresses, of which one host may have had many and many hosts one");
	if (removed > 0)
		census_grounds_note(figure,
		                    "%" PRIu64 " that were removed as chaff are not in it",
		                    removed);
	if (facts->forgotten > 0)
		census_grounds_note(figure,
		                    "for %" PRIu64 " host-days only the number is kept, "
		                    "each counted as one more address",
		                    facts->forgotten);
	return true;
}

const struct census_method census_method_footprint = {
        .name = "footprint",
        .title = "addresses that called in the whole span",
        .unit = CENSUS_ADDRESSES,
        .formula = "|union over days d of A(d)|",
        .source = "Rajab et al., My Botnet is Bigger than Yours, HotBots 2007; Stone-Gross "
                  "et al., Your Botnet is My Botnet, CCS 2009",
        .assumes =
                "that no bot called from an address that was removed as chaff, as one with "
                "a scanner, a visitor or very many bots behind it would be; else nothing: "
                "an upper bound of the addresses from which bots called, which says "
                "nothing of how many were infected at a time",
        .refuses = "when nobody called",
        .estimate = estimate,
};
