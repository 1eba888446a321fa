/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict/null.h"

#include <math.h>

#define TAIL 0.025 /* on each side of the interval */

/* ln of n! over Stirling's n^n e^-n sqrt(2 pi n); n > 0. The series is exact to
 * the last digits from 16 on (Abramowitz and Stegun 6.1.41). */
static double
log_stirling(double n)
{
	const double two_pi = 2 * acos(-1);
	double square = n * n;

	if (n < 16)
		return lgamma(n + 1) - (n + 0.5) * log(n) + n - 0.5 * log(two_pi);
	return (1.0 / 12 -
	        (1.0 / 360 - (1.0 / 1260 - 1.0 / 1680 / square) / square) / square) /
	       n;
}

/* n (d - ln(1 + d)): what a count n costs whose mean is n (1 + d). */
static double
cost(double n, double d)
{
	return n * (d - log1p(d));
}

/* The chance of exactly ${k} of ${n} with ${p} each, 0 < p < 1. As differences
 * from the mean (Loader, "Fast and accurate computation of binomial
 * probabilities", 2000): the three lgamma() of the textbook are of the order of
 * 1e12 when n is 1e11, and their difference has four digits left. */
static double
exactly(double k, double n, double p)
{
	double over = k - n * p;

	if (k <= 0)
		return exp(n * log1p(-p));
	if (k >= n)
		return exp(n * log(p));
	return exp(log_stirling(n) - log_stirling(k) - log_stirling(n - k) -
	           cost(k, -over / k) - cost(n - k, over / (n - k))) *
	       sqrt(n / (2 * acos(-1) * k * (n - k)));
}

/* The chance of ${k} or fewer of ${n}; ${p} is not below k / n, so that the terms
 * fall from the first on. */
static double
at_most(double k, double n, double p)
{
	double term = exactly(k, n, p), sum = 0;

	while (sum + term > sum) {
		sum += term;
		term *= k / (n - k + 1) * ((1 - p) / p);
		k--;
	}
	return sum;
}

/* The share of ${n} with which ${k} or fewer come in TAIL of all cases; k < n. */
static double
upper_end(double k, double n)
{
	double low = k / n, high = 1;

	if (k <= 0)
		return -expm1(log(TAIL) / n);
	for (;;) {
		double middle = low + (high - low) / 2;

		if (middle <= low || middle >= high)
			return high;
		if (at_most(k, n, middle) > TAIL)
			low = middle;
		else
			high = middle;
	}
}

/* The chance of ${k} or more of ${n}; ${p} is not above k / n. */
static double
at_least(double k, double n, double p)
{
	double term = exactly(k, n, p), sum = 0;

	while (sum + term > sum) {
		sum += term;
		term *= (n - k) / (k + 1) * (p / (1 - p));
		k++;
	}
	return sum;
}

/* The share of ${n} with which ${k} or more come in TAIL of all cases; k > 0. Not
 * 1 minus the upper end of n - k, which has no digits left when k is small. */
static double
lower_end(double k, double n)
{
	double low = 0, high = k / n;

	if (k >= n)
		return exp(log(TAIL) / n);
	for (;;) {
		double middle = low + (high - low) / 2;

		if (middle <= low || middle >= high)
			return low;
		if (at_least(k, n, middle) > TAIL)
			high = middle;
		else
			low = middle;
	}
}

struct null_rate
null_measure(uint64_t matched, double asked)
{
	double k = (double)matched;
	struct null_rate rate = {.matched = matched, .high = 1};

	rate.asked = asked > k ? round(asked) : k; /* also when it is no number */
	if (rate.asked > 0)
		rate.rate = k / rate.asked;
	if (matched > 0)
		rate.low = lower_end(k, rate.asked);
	if (k < rate.asked)
		rate.high = upper_end(k, rate.asked);
	rate.prior = rate.asked < NULL_LEAST && rate.low <= NULL_PRIOR;
	rate.used = rate.prior ? NULL_PRIOR : rate.high;
	return rate;
}

double
null_tail(double mean, uint32_t count)
{
	double k = count, term, sum = 0;

	if (count == 0)
		return 1;
	if (!(mean > 0))
		return 0;
	if (mean < k) {
		/* From count upward the terms fall, and each is positive: no digit
		 * is lost however small the sum is. */
		term = exp(k * log(mean) - mean - lgamma(k + 1));
		while (sum + term > sum) {
			sum += term;
			term *= mean / (k + 1);
			k++;
		}
		return sum;
	}
	/* At least about one half; what is below count is the smaller part. */
	k--;
	term = exp(k * log(mean) - mean - lgamma(k + 1));
	while (sum + term > sum) {
		sum += term;
		term *= k / mean;
		k--;
	}
	return 1 - sum;
}
