/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_plot_scale.h: where an axis has its ticks: of a count, from 0, at 1, 2 or 5
 * times a power of ten; of days, at whole days, some days apart.
 */
#ifndef CMD_CENSUS_PLOT_SCALE_H
#define CMD_CENSUS_PLOT_SCALE_H

#include <stddef.h>
#include <stdint.h>

struct census_plot_scale {
	uint64_t step;  /* from tick to tick, at least 1 */
	unsigned ticks; /* above 0, at least 1 */
	double top;     /* value of the last one: nothing that is drawn is above it */
};

/* A scale for counts to ${most} of at most ${ticks} ticks above 0, at least two. What is no
 * number, or less than 1, is taken as 1. */
struct census_plot_scale census_plot_scale_of(double most, unsigned ticks);

/* How many days lie between ticks, so that ${days} have at most ${ticks} of them: one, two,
 * or whole weeks. */
size_t census_plot_scale_days(size_t days, unsigned ticks);

#endif
