/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_plot_days.h"

#include "base/date.h"
#include "cmd/census_plot.h"
#include "cmd/census_plot_words.h"
#include "cmd/census_words.h"
#include "cmd/html.h"
#include "cmd/page.h"

#include <math.h>

#define HEIGHT 360.0
#define ABOVE 44.0 /* the unit, and numbers of changes */
#define BELOW 44.0
#define STRIP 92.0     /* what names that were held take below */
#define STRIP_BAR 40.0 /* of it a bar that stands for the most */
#define LINE_POINTS 24
#define LONG_TABLE 60 /* days of which paper has no table */

static uint64_t
count_at(const void *context, size_t day)
{
	const struct census_part *part = context;

	return part->facts->daily[day];
}

static struct words
when(const struct census_part *part, size_t day)
{
	return census_words_day(part->facts->from + (int64_t)day * DATE_DAY);
}

static bool
knows_held(const struct census_facts *facts)
{
	return facts->name_set && facts->held != NULL;
}

static void
tell_day(FILE *out, const void *context, size_t day)
{
	const struct census_part *part = context;

	fprintf(out, "%s: %s", when(part, day).text,
	        census_plot_addresses(count_at(part, day)).text);
	if (knows_held(part->facts))
		fprintf(out, "; %s held",
		        words_things(part->facts->held[day], "name").text);
}

/* How many names a full bar of the strip stands for. */
static uint64_t
held_most(const struct census_facts *facts)
{
	uint64_t most = facts->habits.names;

	for (size_t i = 0; i < facts->days; i++)
		if (facts->held[i] > most)
			most = facts->held[i];
	return most > 0 ? most : 1;
}

/* The strip under the axis: names that were held. */
static void
draw_held(const struct census_plot *plot, const struct census_part *part)
{
	uint64_t most = held_most(part->facts);
	struct census_plot strip = *plot;
	double unit_at = plot->bottom + BELOW + 12;

	strip.top = unit_at + 12;
	strip.bottom = strip.top + STRIP_BAR;
	fprintf(plot->out, "<text class=\"unit\" x=\"0\" y=\"%.1f\">names held</text>\n",
	        unit_at);
	fprintf(plot->out,
	        "<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/><text class=\"count\" "
	        "x=\"%.1f\" y=\"%.1f\">%s</text>\n",
	        plot->left, strip.top, plot->right, plot->left - 8, strip.top,
	        words_count(most).text);
	fprintf(plot->out,
	        "<path class=\"base\" d=\"M%.1f %.1fH%.1f\"/>\n<path "
	        "class=\"held\" d=\"M%.1f %.1f",
	        plot->left, strip.bottom, plot->right, plot->left, strip.bottom);
	strip.scale.top = (double)most;
	for (size_t i = 0; i < part->facts->days; i++)
		census_plot_step(&strip, i, (double)part->facts->held[i]);
	fprintf(plot->out, "V%.1fZ\"/>\n", strip.bottom);
}

/* The days of the segment ${number} between changes: days[0] up to days[1]. */
static void
segment_of(const struct census_part *part, size_t number, size_t days[2])
{
	const struct census_trend *trend = &part->trend;

	days[0] = number > 0 ? trend->changes[number - 1].day : 0;
	days[1] = number < trend->change_count ? trend->changes[number].day
	                                       : part->facts->days;
}

/* Whether ${day} is one that the trend is made of. */
static bool
is_used(const struct census_part *part, size_t day)
{
	for (size_t i = 0; i < part->cut_count; i++)
		if (part->cuts[i].day == day)
			return false;
	return part->facts->daily[day] > 0;
}

/* Where the line of the trend is at ${at} within the segment ${days}, as census/trend.h
 * fits it: one growth for all segments, and through the middle of the logarithms of each.
 */
static double
trend_at(const struct census_part *part, const size_t days[2], double at)
{
	double slope = log1p(part->trend.rate), sum = 0;
	size_t used = 0;

	for (size_t i = days[0]; i < days[1]; i++) {
		if (!is_used(part, i))
			continue;
		sum += log((double)part->facts->daily[i]) - slope * (double)i;
		used++;
	}
	return used > 0 ? exp(sum / (double)used + slope * at) : 0;
}

/* The greatest that the line comes to: at an end of a segment. */
static double
trend_most(const struct census_part *part)
{
	double most = 0;

	for (size_t k = 0; k <= part->trend.change_count; k++) {
		size_t days[2];

		segment_of(part, k, days);
		most = fmax(most, trend_at(part, days, (double)days[0] - 0.5));
		most = fmax(most, trend_at(part, days, (double)days[1] - 0.5));
	}
	return most;
}

static bool
has_trend(const struct census_part *part)
{
	return part->trend.why == NULL && isfinite(part->trend.rate) &&
	       part->trend.rate > -1;
}

static void
draw_trend(const struct census_plot *plot, const struct census_part *part)
{
	for (size_t k = 0; k <= part->trend.change_count; k++) {
		size_t days[2];

		segment_of(part, k, days);

		double length = (double)(days[1] - days[0]);

		fputs("<path class=\"trend\" d=\"", plot->out);
		for (unsigned i = 0; i <= LINE_POINTS; i++) {
			double place = (double)days[0] + length * i / LINE_POINTS;

			fprintf(plot->out, "%c%.1f %.1f", i == 0 ? 'M' : 'L',
			        census_plot_x(plot, place),
			        census_plot_y(plot, trend_at(part, days, place - 0.5)));
		}
		fputs("\"/>\n", plot->out);
	}
}

/* Marks where the level changed, with numbers that write_changes() explains. */
static void
draw_changes(const struct census_plot *plot, const struct census_trend *trend)
{
	for (size_t i = 0; i < trend->change_count; i++) {
		double x = census_plot_x(plot, (double)trend->changes[i].day);

		fprintf(plot->out,
		        "<path class=\"change\" d=\"M%.1f %.1fV%.1f\"/><text "
		        "class=\"mark\" x=\"%.1f\" y=\"%.1f\">%zu</text>\n",
		        x, plot->top, plot->bottom, x, plot->top - 5, i + 1);
	}
}

static void
draw(FILE *out, const struct census_part *part, const char *id)
{
	bool held = knows_held(part->facts);
	const struct census_plot_frame frame = {.height = HEIGHT + (held ? STRIP : 0),
	                                        .above = ABOVE,
	                                        .below = BELOW + (held ? STRIP : 0),
	                                        .unit = "addresses"};
	const struct census_plot_counts counts = {count_at, tell_day, part};
	size_t best = 0;
	char description[640];

	for (size_t i = 1; i < part->facts->days; i++)
		if (count_at(part, i) > count_at(part, best))
			best = i;
	snprintf(description, sizeof(description),
	         "From %s. The most, %s, called on %s. All numbers are in the table below.",
	         census_plot_window(part->facts->from, part->facts->to).text,
	         census_plot_addresses(count_at(part, best)).text, when(part, best).text);
	census_plot_begin(out, id, frame.height, "Addresses that called, by day",
	                  description);

	double most = (double)count_at(part, best);

	if (has_trend(part))
		most = fmax(most, trend_most(part));

	struct census_plot plot = census_plot_ground(out, &frame, part->facts->days, most);

	census_plot_draw(&plot, &counts, "counted");
	if (has_trend(part))
		draw_trend(&plot, part);
	draw_changes(&plot, &part->trend);
	census_plot_axis_days(&plot, part->facts->from, part->facts->days);
	if (held)
		draw_held(&plot, part);
	census_plot_end(out);
}

static void
write_changes(FILE *out, const struct census_part *part)
{
	const struct census_trend *trend = &part->trend;

	if (trend->change_count == 0)
		return;
	fputs("<p>Days from which on the level was another one, as marked:</p>\n<ol>\n",
	      out);
	for (size_t i = 0; i < trend->change_count; i++) {
		const struct census_change *change = &trend->changes[i];

		fprintf(out,
		        "<li>From %s on %.2f times as many addresses as before.%s</li>\n",
		        when(part, change->day).text, change->ratio,
		        change->held
		                ? " <b>Other names are held from that day on: it may be no "
		                  "more than that, no cure and no outbreak.</b>"
		                : "");
	}
	fputs("</ol>\n", out);
}

static void
write_trend(FILE *out, const struct census_part *part)
{
	const struct census_trend *trend = &part->trend;

	if (has_trend(part)) {
		fprintf(out, "<p><b>Trend: %s a day</b>",
		        census_words_rate(trend->rate).text);
		fprintf(out, " (95 %%: %s", census_words_rate(trend->low).text);
		fprintf(out,
		        " to %s), addresses that called by day, %s with a "
		        "sighting%s.</p>\n",
		        census_words_rate(trend->high).text,
		        words_things(trend->days, "day").text,
		        trend->change_count > 0 ? ", between the changes that are marked"
		                                : "");
		return;
	}
	fputs("<p><b>Trend: no number</b>: ", out);
	html_text(out, trend->why != NULL ? trend->why : "it is no number");
	fputs(".</p>\n", out);
}

static void
write_caption(FILE *out, const struct census_report *report, const struct census_part *part)
{
	fputs("<figcaption>", out);
	census_plot_scope(out, report);
	fputs(" Method: different addresses of each day (UTC), counted, no interval; chaff "
	      "removed. Days cannot be added: who calls on two days is in both.",
	      out);
	if (knows_held(part->facts)) {
		fputs(" Below: names of each day's list that were held by these sensors",
		      out);
		if (part->facts->habits.names > 0)
			fprintf(out, ", of %s",
			        words_count(part->facts->habits.names).text);
		fputs("; fewer names that are held are fewer addresses that call.", out);
	} else {
		fputs(" How many names were held is not known: a fall may be no more than "
		      "fewer names that are held.",
		      out);
	}
	fputs("</figcaption>\n", out);
}

/* The number of the change that begins on ${day}; 0: none. */
static size_t
change_on(const struct census_trend *trend, size_t day)
{
	for (size_t i = 0; i < trend->change_count; i++)
		if (trend->changes[i].day == day)
			return i + 1;
	return 0;
}

/* Where the line is on ${day}. */
static double
line_on(const struct census_part *part, size_t day)
{
	size_t days[2], k = 0;

	do
		segment_of(part, k++, days);
	while (day >= days[1]);
	return trend_at(part, days, (double)day);
}

static void
write_day(FILE *out, const struct census_part *part, size_t day)
{
	const struct census_facts *facts = part->facts;
	size_t change = change_on(&part->trend, day);

	fputs("<tr>", out);
	page_cell(out, when(part, day).text);
	page_cell(out, words_count(facts->daily[day]).text);
	page_cell(out, has_trend(part) ? words_about(line_on(part, day)).text : "");
	page_cell(out,
	          knows_held(facts) ? words_count(facts->held[day]).text : "not known");
	page_cell(out, change > 0 ? words_count(change).text : "");
	fputs("</tr>\n", out);
}

static void
write_table(FILE *out, const struct census_part *part)
{
	static const char *const titles[] = {"Day (UTC)",  "Addresses, counted",
	                                     "Trend line", "Names held",
	                                     "Change",     NULL};

	fprintf(out, "<details%s><summary>The numbers of this plot</summary>\n",
	        part->facts->days > LONG_TABLE ? " class=\"long\"" : "");
	page_begin_table(out, titles);
	for (size_t i = 0; i < part->facts->days; i++)
		write_day(out, part, i);
	page_end_table(out);
	fputs("</details>\n", out);
}

/* A day alone is a number, no plot. */
static void
write_day_alone(FILE *out, const struct census_report *report,
                const struct census_part *part)
{
	const struct census_facts *facts = part->facts;

	fprintf(out, "<p>%s called on %s, counted, no interval; chaff removed.",
	        census_plot_addresses(facts->daily[0]).text, when(part, 0).text);
	if (knows_held(facts))
		fprintf(out, " Names of that day's list that were held: %s.",
		        words_count(facts->held[0]).text);
	else
		fputs(" How many names were held is not known.", out);
	fputs("</p>\n<p class=\"keys\">", out);
	census_plot_scope(out, report);
	fputs("</p>\n</section>\n", out);
}

void
census_plot_days(FILE *out, const struct census_report *report,
                 const struct census_part *part, const char *id)
{
	fputs("<section>\n<h3>By day</h3>\n", out);
	write_trend(out, part);
	if (part->facts->days == 1) {
		write_day_alone(out, report, part);
		return;
	}
	fputs("<figure>\n<p class=\"keys\"><span><i class=\"counted\"></i>addresses that "
	      "called on that day, counted</span>",
	      out);
	if (has_trend(part))
		fputs(" <span><i class=\"trend\"></i>trend</span>", out);
	if (part->trend.change_count > 0)
		fputs(" <span><i class=\"change\"></i>change of level</span>", out);
	if (knows_held(part->facts))
		fputs(" <span><i class=\"held\"></i>names held</span>", out);
	fputs("</p>\n<div class=\"wide\">", out);
	draw(out, part, id);
	fputs("</div>\n", out);
	write_caption(out, report, part);
	fputs("</figure>\n", out);
	write_changes(out, part);
	write_table(out, part);
	fputs("</section>\n", out);
}
