/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_plot_bars.h: where the addresses are that called: lying bars by country or by
 * network, the most first.
 */
#ifndef CMD_CENSUS_PLOT_BARS_H
#define CMD_CENSUS_PLOT_BARS_H

#include "cmd/census_report.h"

#include <stdio.h>

/* Writes the plot of the table ${by} of ${part}, which has the id ${id}, with what must be
 * said of it and a table of its numbers. */
struct census_plot_bars {
	const struct census_report *report;
	const struct census_part *part;
	const struct census_table *table;
	enum census_by by;
};
void census_plot_bars(FILE *out, const struct census_plot_bars *bars, const char *id);

/* A table of numbers alone. */
void census_plot_bars_table(FILE *out, const struct census_plot_bars *bars);

#endif
