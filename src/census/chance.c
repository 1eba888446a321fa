/* SPDX-License-Identifier: BSD-2-Clause */
#include "census/chance.h"

#include <math.h>
#include <stdbool.h>

#define STEPS 100000 /* of the fraction: of 10^9 hosts it takes about as many */
#define HALVINGS 200
#define TINY 1e-300

/* 1 / ${value}, which is kept away from 0 (Lentz). */
static double
turned(double value)
{
	return 1 / (fabs(value) < TINY ? TINY : value);
}

/* The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8) by
 * Lentz's method; it converges where x < (a + 1) / (a + b + 2). */
static double
fraction(double a, double b, double x)
{
	double c = 1, d = turned(1 - (a + b) * x / (a + 1)), value = d;

	for (unsigned i = 1; i < STEPS; i++) {
		double step = i;
		double even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step));
		double odd = -(a + step) * (a + b + step) * x /
		             ((a + 2 * step) * (a + 2 * step + 1));
		double change;

		d = turned(1 + even * d);
		c = 1 + even * turned(c);
		value *= c * d;
		d = turned(1 + odd * d);
		c = 1 + odd * turned(c);
		change = c * d;
		value *= change;
		if (fabs(change - 1) < 1e-14)
			break;
	}
	return value;
}

double
census_chance_beta(double a, double b, double x)
{
	double front;

	if (!(a > 0 && b > 0) || isnan(x))
		return NAN;
	if (x <= 0 || x >= 1)
		return x >= 1;
	front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
	if (x < (a + 1) / (a + b + 2))
		return front * fraction(a, b, x) / a;
	return 1 - front * fraction(b, a, 1 - x) / b;
}

/* C(all - m, n) / C(all, n) is the same with m and n changed for one another, and a product
 * of as many factors as the smaller of them; below exp(-745) it is 0. */
double
census_chance_missed(uint64_t all, uint64_t m, uint64_t n)
{
	uint64_t few = m < n ? m : n, many = m < n ? n : m;
	double sum = 0;

	if (m > all || n > all)
		return NAN;
	if (few > all - many)
		return 0;
	for (uint64_t i = 0; i < few && sum > -745; i++)
		sum += log1p(-(double)many / (double)(all - i));
	return exp(sum);
}

/* The chance of ${k} or more of ${n}; of ${k} or fewer. The number of all need not be
 * whole: the beta function goes on between. */
static double
or_more(double k, double n, double p)
{
	return k <= 0 ? 1 : n < k ? 0 : census_chance_beta(k, n - k + 1, p);
}

static double
or_fewer(double k, double n, double p)
{
	return n <= k ? 1 : 1 - census_chance_beta(k + 1, n - k, p);
}

struct met {
	double k, p, tail;
};

/* Where ${met}->tail is crossed between ${low} and ${high}, by halves: by or_more(), which
 * rises with n, or by or_fewer(), which falls. */
static double
cross(double low, double high, const struct met *met, bool rising)
{
	for (unsigned i = 0; i < HALVINGS && high - low > 1e-9 * high; i++) {
		double middle = low + (high - low) / 2;
		bool below = rising ? or_more(met->k, middle, met->p) < met->tail
		                    : or_fewer(met->k, middle, met->p) > met->tail;

		if (below)
			low = middle;
		else
			high = middle;
	}
	return low + (high - low) / 2;
}

double
census_chance_fewest(double k, double p, double tail)
{
	if (!(p > 0 && p <= 1 && tail > 0 && tail < 0.5 && k >= 0))
		return NAN;
	if (p == 1 || k == 0)
		return k;
	/* With k / p of them half of all cases have so many or more. */
	return cross(k, k / p + 1, &(struct met){k, p, tail}, true);
}

double
census_chance_most(double k, double p, double tail)
{
	double high;

	if (!(p > 0 && p <= 1 && tail > 0 && tail < 0.5 && k >= 0))
		return NAN;
	if (p == 1)
		return k;
	for (high = 2 * (k + 1) / p; or_fewer(k, high, p) > tail;)
		high *= 2;
	return cross(k, high, &(struct met){k, p, tail}, false);
}

static double
log_choose(double n, double k)
{
	return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

/* The chance that ${both} or more (${sign} 1), or so many or fewer (-1), are the same of
 * ${n1} and ${n2} of ${all}: by its terms, which fall from some one on. */
static double
overlap(double all, double n1, double n2, double both, int sign)
{
	double term = exp(log_choose(n1, both) + log_choose(all - n1, n2 - both) -
	                  log_choose(all, n2));
	double sum = 0;

	while (term > 0 && (sum + term > sum || sum == 0)) {
		sum += term;
		if (sign < 0) {
			term *= both * (all - n1 - n2 + both) /
			        ((n1 - both + 1) * (n2 - both + 1));
			both--;
		} else {
			term *= (n1 - both) * (n2 - both) /
			        ((both + 1) * (all - n1 - n2 + both + 1));
			both++;
		}
	}
	return fmin(sum, 1);
}

double
census_chance_fewest_of(double n1, double n2, double both, double tail)
{
	double low = n1 + n2 - both, high = n1 * n2 / both + 1;

	if (!(both > 0 && both < n1 && both < n2 && tail > 0 && tail < 0.5))
		return NAN;
	/* The more there are, the more often so few are the same. */
	for (unsigned i = 0; i < HALVINGS && high - low > 1e-9 * high; i++) {
		double middle = low + (high - low) / 2;

		if (overlap(middle, n1, n2, both, -1) < tail)
			low = middle;
		else
			high = middle;
	}
	return low + (high - low) / 2;
}

double
census_chance_most_of(double n1, double n2, double both, double tail)
{
	double low = n1 * n2 / both, high = 2 * low;

	if (!(both > 0 && both < n1 && both < n2 && tail > 0 && tail < 0.5))
		return NAN;
	while (overlap(high, n1, n2, both, 1) > tail)
		high *= 2;
	for (unsigned i = 0; i < HALVINGS && high - low > 1e-9 * high; i++) {
		double middle = low + (high - low) / 2;

		if (overlap(middle, n1, n2, both, 1) > tail)
			low = middle;
		else
			high = middle;
	}
	return low + (high - low) / 2;
}

double
census_chance_student(double df, double tail)
{
	double low = 0, high = 1;

	if (!(df > 0 && tail > 0 && tail < 0.5))
		return NAN;
	while (census_chance_fisher(1, df, high * high) / 2 > tail && high < 1e30)
		high *= 2;
	for (unsigned i = 0; i < HALVINGS && high - low > 1e-12 * high; i++) {
		double middle = low + (high - low) / 2;

		if (census_chance_fisher(1, df, middle * middle) / 2 > tail)
			low = middle;
		else
			high = middle;
	}
	return low + (high - low) / 2;
}

double
census_chance_fisher(double df1, double df2, double value)
{
	if (!(df1 > 0 && df2 > 0) || isnan(value))
		return NAN;
	if (value <= 0)
		return 1;
	return census_chance_beta(df2 / 2, df1 / 2, df2 / (df2 + df1 * value));
}
