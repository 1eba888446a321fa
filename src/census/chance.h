/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/chance.h: the distributions of which estimators make their intervals, to some nine
 * digits: enough for any number of hosts that there can be. Nothing fails: what makes no
 * sense gives NAN.
 */
#ifndef CENSUS_CHANCE_H
#define CENSUS_CHANCE_H

#include <stdint.h>

#define CENSUS_SIGMA 1.959963984540054 /* of a normal: 95 % lie within so many */

/* The incomplete beta function I_${x}(${a}, ${b}), ${a} and ${b} above 0: the chance that a
 * variable of that distribution is below ${x}. */
double census_chance_beta(double a, double b, double x);

/* The chance that none of ${n} different ones of ${all}, drawn at random, is one of ${m}.
 */
double census_chance_missed(uint64_t all, uint64_t m, uint64_t n);

/* Of how many at least, and at most, do ${k} come, when each comes with chance ${p}: the
 * ends outside of which so many or more, or so many or fewer, come in ${tail} of all cases
 * only. Not whole numbers. */
double census_chance_fewest(double k, double p, double tail);
double census_chance_most(double k, double p, double tail);

/* Of how many at least, and at most, were ${n1} and ${n2} drawn at random, when ${both} of
 * them are the same: ends as above, of the hypergeometric distribution. ${both} is above 0
 * and below ${n1} and ${n2}. */
double census_chance_fewest_of(double n1, double n2, double both, double tail);
double census_chance_most_of(double n1, double n2, double both, double tail);

/* Student's t with ${df} degrees of freedom: the value that is passed in ${tail} of all
 * cases; and the chance that F with ${df1} and ${df2} is above ${value}. */
double census_chance_student(double df, double tail);
double census_chance_fisher(double df1, double df2, double value);

#endif
