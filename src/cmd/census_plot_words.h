/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_plot_words.h: what must stand beside each number of a census, in words: its
 * unit, window, sensors, interval. For a page: foreign text is escaped.
 */
#ifndef CMD_CENSUS_PLOT_WORDS_H
#define CMD_CENSUS_PLOT_WORDS_H

#include "cmd/census_report.h"
#include "cmd/words.h"

#include <stdio.h>

#define CENSUS_PLOT_WORDS 160 /* octets of a text of ours with its NUL */

struct census_plot_words {
	char text[CENSUS_PLOT_WORDS];
};

/* "2026-01-05 14:00 to 15:00 UTC (1 hour)"; "2026-01-01 to 2026-01-14 UTC (14 days)": of
 * whole days the last one is named. Of no time "none". */
struct census_plot_words census_plot_window(int64_t from, int64_t to);

/* "2026-01-05 14:00": the hour that begins then. */
struct census_plot_words census_plot_hour(int64_t from);

/* "1 address", "12,345 addresses". */
struct words census_plot_addresses(uint64_t addresses);

/* "at least 12,345 hosts": a figure with its unit. */
struct census_plot_words census_plot_figure(const struct census_estimated *estimated);

/* "95 %: 11,000 to 14,000"; of what has none, why. */
struct census_plot_words census_plot_interval(const struct census_estimated *estimated);

/* What ${unit} counts, in a sentence without its full stop. */
const char *census_plot_unit(enum census_unit unit);

/* Writes the sensors of ${report}, the first ones if they are many. */
void census_plot_sensors(FILE *out, const struct census_report *report);

/* Writes "Window: ... Sensors: ..." of a plot. */
void census_plot_scope(FILE *out, const struct census_report *report);

#endif
