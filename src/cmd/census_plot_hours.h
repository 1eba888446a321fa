/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_plot_hours.h: who called by hour: counted, and where the method "live" divides
 * by the chance that a host calls in an hour, hosts with their interval, each hour by the
 * same division. Of a long span only the peak hour of each day.
 */
#ifndef CMD_CENSUS_PLOT_HOURS_H
#define CMD_CENSUS_PLOT_HOURS_H

#include "cmd/census_report.h"

#include <stdio.h>

/* Writes the plot of ${part}, whose id is ${id}, with what must be said of it and a table
 * of its numbers. */
void census_plot_hours(FILE *out, const struct census_report *report,
                       const struct census_part *part, const char *id);

#endif
