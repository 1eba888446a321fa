/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_plot_scale.h"

#include <math.h>

#define MOST 1e18 /* so that the next step has room in 64 bits */

struct census_plot_scale
census_plot_scale_of(double most, unsigned ticks)
{
	static const unsigned rounds[] = {1, 2, 5};
	uint64_t power = 1;
	size_t round = 0;
	double value = most >= 1 ? fmin(most, MOST) : 1;

	while (value > (double)(rounds[round] * power) * ticks) {
		round = (round + 1) % 3;
		if (round == 0)
			power *= 10;
	}

	uint64_t step = rounds[round] * power;
	unsigned needed = (unsigned)ceil(value / (double)step);

	return (struct census_plot_scale){step, needed, (double)step * needed};
}

size_t
census_plot_scale_days(size_t days, unsigned ticks)
{
	size_t step = 1;

	if (days > ticks)
		step = 2;
	if (days > (size_t)2 * ticks)
		step = 7;
	while (days > step * ticks)
		step *= 2;
	return step;
}
