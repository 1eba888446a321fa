/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_plot.h"

#include "base/date.h"
#include "cmd/html.h"
#include "cmd/words.h"

#include <inttypes.h>
#include <math.h>

#define RIGHT 12.0     /* room behind the field */
#define GAP 8.0        /* between axis and its labels */
#define DAY_LABELS 7   /* of 10 letters, at most */
#define DAY_LETTERS 10 /* "2026-01-05" */
#define COUNT_TICKS 5
#define HOURS 24
#define BARS 168 /* more are too narrow */

void
census_plot_begin(FILE *out, const char *id, double height, const char *title,
                  const char *description)
{
	fprintf(out,
	        "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
	        "aria-labelledby=\"%s-title %s-desc\">\n<title id=\"%s-title\">",
	        CENSUS_PLOT_WIDTH, height, id, id, id);
	html_text(out, title);
	fprintf(out, "</title>\n<desc id=\"%s-desc\">", id);
	html_text(out, description);
	fputs("</desc>\n", out);
}

void
census_plot_end(FILE *out)
{
	fputs("</svg>\n", out);
}

/* Draws the axis of counts, with a line for each tick. */
static void
draw_counts(const struct census_plot *plot, const char *unit)
{
	FILE *out = plot->out;

	fprintf(out, "<text class=\"unit\" x=\"0\" y=\"%.0f\">%s</text>\n", 16.0, unit);
	for (unsigned i = 0; i <= plot->scale.ticks; i++) {
		uint64_t value = plot->scale.step * i;
		double y = census_plot_y(plot, (double)value);

		fprintf(out,
		        "<path class=\"%s\" d=\"M%.1f %.1fH%.1f\"/>"
		        "<text class=\"count\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
		        i == 0 ? "base" : "grid", plot->left, y, plot->right,
		        plot->left - GAP, y, words_count(value).text);
	}
}

struct census_plot
census_plot_ground(FILE *out, const struct census_plot_frame *frame, size_t places,
                   double most)
{
	struct census_plot plot = {.out = out,
	                           .right = CENSUS_PLOT_WIDTH - RIGHT,
	                           .top = frame->above,
	                           .bottom = frame->height - frame->below,
	                           .places = places,
	                           .scale = census_plot_scale_of(most, COUNT_TICKS)};
	size_t letters = strlen(words_count(plot.scale.step * plot.scale.ticks).text);

	plot.left = GAP + CENSUS_PLOT_LETTER * (double)letters;
	draw_counts(&plot, frame->unit);
	return plot;
}

double
census_plot_x(const struct census_plot *plot, double place)
{
	return plot->left + (plot->right - plot->left) * place / (double)plot->places;
}

double
census_plot_y(const struct census_plot *plot, double value)
{
	double share = fmin(fmax(value / plot->scale.top, 0), 1);

	return plot->bottom - (plot->bottom - plot->top) * share;
}

/* Draws a tick at ${x} with ${text}, which stays within the plot; ${odd} ones have no room
 * on a telephone. */
static void
draw_tick(const struct census_plot *plot, double x, const char *text, bool odd)
{
	double half = CENSUS_PLOT_LETTER * (double)strlen(text) / 2;
	const char *anchor = "middle";
	double at = x;

	if (x + half > CENSUS_PLOT_WIDTH) {
		anchor = "end";
		at = CENSUS_PLOT_WIDTH;
	} else if (x < half) {
		anchor = "start";
		at = 0;
	}
	fprintf(plot->out,
	        "<path class=\"base%s\" d=\"M%.1f %.1fv5\"/><text class=\"time%s\" "
	        "text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
	        odd ? " roomy" : "", x, plot->bottom, odd ? " roomy" : "", anchor, at,
	        plot->bottom + GAP, text);
}

void
census_plot_axis_days(const struct census_plot *plot, int64_t from, size_t days)
{
	size_t step = census_plot_scale_days(days, DAY_LABELS);
	double width = (double)plot->places / (double)days;
	double at = plot->places == days ? 0.5 : 0; /* a bar's middle; midnight */

	for (size_t i = 0; i < days; i += step) {
		char text[DATE_INSTANT_SIZE];

		date_write_day(from + (int64_t)i * DATE_DAY, text);
		text[DAY_LETTERS] = '\0';
		draw_tick(plot, census_plot_x(plot, width * ((double)i + at)), text,
		          i / step % 2 == 1);
	}
}

void
census_plot_axis_hours(const struct census_plot *plot)
{
	for (unsigned hour = 0; hour < HOURS; hour += 3) {
		char text[16];

		snprintf(text, sizeof(text), "%02u:00", hour);
		draw_tick(plot, census_plot_x(plot, hour), text, hour % 6 != 0);
	}
}

/* Draws a bar of each place. */
static void
draw_bars(const struct census_plot *plot, const struct census_plot_counts *counts,
          const char *class)
{
	double width = census_plot_x(plot, 1) - plot->left;
	double gap = fmin(width / 5, 6);

	for (size_t i = 0; i < plot->places; i++) {
		double y = census_plot_y(plot, (double)counts->count(counts->context, i));

		fprintf(plot->out,
		        "<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" "
		        "height=\"%.2f\"><title>",
		        class, census_plot_x(plot, (double)i) + gap / 2, y, width - gap,
		        plot->bottom - y);
		counts->tell(plot->out, counts->context, i);
		fputs("</title></rect>\n", plot->out);
	}
}

void
census_plot_draw(const struct census_plot *plot, const struct census_plot_counts *counts,
                 const char *class)
{
	if (plot->places <= BARS) {
		draw_bars(plot, counts, class);
		return;
	}
	fprintf(plot->out, "<path class=\"%s\" d=\"M%.1f %.1f", class, plot->left,
	        plot->bottom);
	for (size_t i = 0; i < plot->places; i++)
		census_plot_step(plot, i, (double)counts->count(counts->context, i));
	fprintf(plot->out, "V%.1fZ\"/>\n", plot->bottom);
}

void
census_plot_step(const struct census_plot *plot, size_t place, double value)
{
	fprintf(plot->out, "V%.1fH%.1f", census_plot_y(plot, value),
	        census_plot_x(plot, (double)place + 1));
}

void
census_plot_step_back(const struct census_plot *plot, size_t place, double value)
{
	fprintf(plot->out, "V%.1fH%.1f", census_plot_y(plot, value),
	        census_plot_x(plot, (double)place));
}
