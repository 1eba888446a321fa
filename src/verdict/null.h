/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict/null.h: how often does a name that an innocent machine asks for match
 * a forecast by chance? Measured with placebo lists: so many of the different
 * clean names that hosts asked for (pairs of host and name) matched lists of a
 * far-off time. What follows is the share with the exact interval of Clopper and
 * Pearson (Biometrika 26, 1934).
 */
#ifndef VERDICT_NULL_H
#define VERDICT_NULL_H

#include <stdbool.h>
#include <stdint.h>

/* The share that is assumed while a log is too small to measure one
 * (reference: section 4.6 of the census document: p0 of 1e-4, with which two
 * names are evidence and one is none), and how many pairs of host and name a log
 * must have: with none of them matching, the upper end is then below it. */
#define NULL_PRIOR 1e-4
#define NULL_LEAST 40000

struct null_rate {
	uint64_t matched; /* pairs that matched a placebo list */
	double asked;     /* pairs in all */
	double rate;      /* matched / asked; 0 when none was asked */
	double low;       /* of the 95 % interval */
	double high;
	bool prior;  /* too small: used is NULL_PRIOR */
	double used; /* what verdicts reckon with: high, the cautious end, or the
	              * prior */
};

/* The rate after ${matched} of ${asked} pairs. ${asked} is an estimate: it is
 * rounded, and is at least ${matched}; what is no number is 0. */
struct null_rate null_measure(uint64_t matched, double asked);

/* The chance that a Poisson number of mean ${mean} is ${count} or more. */
double null_tail(double mean, uint32_t count);

#endif
