/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_plot_days.h: who called by day, whether it grows, where its level changed, and
 * how many names were held: a fall of the one with a fall of the other is no cure.
 */
#ifndef CMD_CENSUS_PLOT_DAYS_H
#define CMD_CENSUS_PLOT_DAYS_H

#include "cmd/census_report.h"

#include <stdio.h>

/* Writes the plot of ${part}, whose id is ${id}, with what must be said of it and a table
 * of its numbers. */
void census_plot_days(FILE *out, const struct census_report *report,
                      const struct census_part *part, const char *id);

#endif
