/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/cut.h: days at the ends of a span that are not whole: today is not over, a log
 * ends at noon, a sinkhole began in the evening. Such a day has fewer callers for no other
 * reason, and a trend would take that for a fall or an outbreak.
 */
#ifndef CENSUS_CUT_H
#define CENSUS_CUT_H

#include "census/facts.h"

#define CENSUS_CUTS 2 /* at most: one at each end */

struct census_cut {
	size_t day;        /* of the span */
	unsigned from, to; /* its hours, to not included, in which nobody called */
};

/* Writes the gaps of ${facts} at its first and last day with a caller, in this order;
 * returns how many there are. */
size_t census_cut_find(const struct census_facts *facts,
                       struct census_cut cuts[CENSUS_CUTS]);

#endif
