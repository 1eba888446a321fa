/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict/weigh.h: what the names of one generator say about one host: Wald's
 * test of verdict/verdict.h, the clock, and whether they are one host's.
 */
#ifndef VERDICT_WEIGH_H
#define VERDICT_WEIGH_H

#include "verdict/verdict.h"

/* Against what they are weighed. */
struct weigh_scale {
	const struct null_rate *rate;
	double clean;   /* different clean names of the host */
	double limit;   /* evidence that convicts */
	uint32_t tries; /* of struct verdict_setting */
	uint32_t rounds;
	uint32_t ahead; /* seconds that a bot may ask early */
};

/* The finding that the ${count} names ${names} are, of one host and generator, one
 * or more. Puts them in the order of time. */
struct verdict_finding weigh_names(const struct weigh_scale *scale,
                                   struct verdict_name *names, size_t count);

#endif
