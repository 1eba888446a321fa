/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_plot.h: the ground on which a plot of a census is drawn, as SVG in a page: its
 * title and description for who cannot see it, axes with round ticks, marks. Colours are
 * classes of the page's style. Texts are foreign unless it is said that they are ours.
 *
 * A telephone shows a plot at half its size and doubles the letters: margins have room for
 * that, and the page hides what is of the class "roomy" there.
 */
#ifndef CMD_CENSUS_PLOT_H
#define CMD_CENSUS_PLOT_H

#include "cmd/census_plot_scale.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define CENSUS_PLOT_WIDTH 720.0 /* of the whole, in its own units */
#define CENSUS_PLOT_LETTER 14.0 /* width of a letter, as large as it gets */

struct census_plot {
	FILE *out;
	double left, right, top, bottom; /* of the field */
	size_t places;                   /* side by side in the field, at least 1 */
	struct census_plot_scale scale;  /* of counts, from the bottom up */
};

/* Begins a plot that is ${height} high; its parts have ids that begin with ${id}, ours. */
void census_plot_begin(FILE *out, const char *id, double height, const char *title,
                       const char *description);
void census_plot_end(FILE *out);

/* How large a plot is, and what its counts are. */
struct census_plot_frame {
	double height;    /* of all */
	double above;     /* of this what is above the field, with the unit */
	double below;     /* and what is under it */
	const char *unit; /* ours */
};

/* A ground in ${frame} with ${places}, for counts up to ${most}. Draws the axis of counts.
 */
struct census_plot census_plot_ground(FILE *out, const struct census_plot_frame *frame,
                                      size_t places, double most);

/* Where ${place} begins (0 to places), and where ${value} is. */
double census_plot_x(const struct census_plot *plot, double place);
double census_plot_y(const struct census_plot *plot, double value);

/* Axes of time: ${days} from ${from} fill the field, with a tick in the middle of a day
 * that is one place, else at midnight; the hours of one day do. */
void census_plot_axis_days(const struct census_plot *plot, int64_t from, size_t days);
void census_plot_axis_hours(const struct census_plot *plot);

/* Draws the counts of all places by ${count}, as bars of ${class}, ours, that ${tell} what
 * they are when they are pointed at; as one shape when there are too many for that. */
struct census_plot_counts {
	uint64_t (*count)(const void *context, size_t place);
	void (*tell)(FILE *out, const void *context, size_t place);
	const void *context;
};
void census_plot_draw(const struct census_plot *plot,
                      const struct census_plot_counts *counts, const char *class);

/* Goes on with a path: to ${value}, and along ${place}, to its end; or back to its begin.
 */
void census_plot_step(const struct census_plot *plot, size_t place, double value);
void census_plot_step_back(const struct census_plot *plot, size_t place, double value);

#endif
