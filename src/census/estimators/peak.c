/* SPDX-License-Identifier: BSD-2-Clause
 *
 * How many addresses called in the hour in which most did. Nothing is estimated. It is the
 * count that errs least (Asghari et al., "Post-Mortem of a Zombie", USENIX Security 2015,
 * and CERT/CC's count of Conficker C, both by the hour): in an hour few addresses change
 * hands, while a day counts a host once for each address that it had. It is not a number of
 * hosts: not every host that is on line calls in every hour, and hosts behind NAT call
 * through one address.
 */
#include "census/grounds.h"

static bool
estimate(const struct census_facts *facts, struct census_figure *figure)
{
	size_t peak;

	if (!census_grounds_peak(facts, &peak))
		return census_grounds_refuse(figure,
		                             "nobody called in an hour that is known");
	census_grounds_window(figure, facts->from + (int64_t)peak * CENSUS_SECONDS_HOUR,
	                      CENSUS_SECONDS_HOUR);
	figure->value = figure->low = figure->high = (double)facts->hours[peak];
	figure->bound = CENSUS_COUNTED;
	if (census_grounds_partial(facts)) {
		figure->bound = CENSUS_AT_LEAST;
		census_grounds_note(figure,
		                    "of some days only how many called is kept, not "
		                    "when: they are not in it");
	}
	return true;
}

const struct census_method census_method_peak = {
        .name = "peak",
        .title = "addresses that called in the peak hour",
        .unit = CENSUS_ADDRESSES,
        .formula = "max over hours h of |A(h)|",
        .source = "Asghari et al., Post-Mortem of a Zombie, USENIX Security 2015; CERT/CC, "
                  "2009-03-30",
        .assumes =
                "that chaff was recognised as such; nothing else: an address is neither a "
                "host nor an infection",
        .refuses = "when nobody called",
        .estimate = estimate,
};
