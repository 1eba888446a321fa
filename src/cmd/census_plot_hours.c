/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_plot_hours.h"

#include "base/date.h"
#include "cmd/census_plot.h"
#include "cmd/census_plot_words.h"
#include "cmd/html.h"
#include "cmd/page.h"

#include <math.h>
#include <stdlib.h>

#define HOUR INT64_C(3600)
#define HOURLY_DAYS 31 /* of more days only the peak hour has room */
#define LIVE "live"
#define LONG_TABLE 60 /* lines that paper has no room for */
#define HEIGHT 360.0
#define ABOVE 34.0
#define BELOW 44.0

/* Hosts of one hour. */
struct estimate {
	bool has;
	double value, low, high;
};

/* What is drawn from left to right. */
struct series {
	const struct census_facts *facts;
	const struct census_estimated *live; /* NULL: was not asked for */
	bool daily; /* a place is a day, of which the peak hour counts */
	size_t places;
	struct estimate *estimates; /* of each place; NULL: there are none */
	bool interval;              /* they have one; else they are lower bounds */
};

static const struct census_estimated *
find_live(const struct census_part *part)
{
	for (size_t i = 0; i < part->figure_count; i++)
		if (strcmp(part->figures[i].method->name, LIVE) == 0)
			return &part->figures[i];
	return NULL;
}

/* The hour, from the first of the span, that ${place} stands for. */
static size_t
hour_of(const struct series *series, size_t place)
{
	const uint64_t *hours = series->facts->hours;
	size_t best = place * CENSUS_HOURS;

	if (!series->daily)
		return place;
	for (size_t i = best; i < (place + 1) * CENSUS_HOURS; i++)
		if (hours[i] > hours[best])
			best = i;
	return best;
}

static uint64_t
count_at(const void *context, size_t place)
{
	const struct series *series = context;

	return series->facts->hours[hour_of(series, place)];
}

/* Estimates hosts for each place by the method that gave the figure for the peak hour, as
 * if nobody had called in another hour: so each has the interval that it would have if it
 * were the peak, and that of the peak is the figure's own. Whether there is an interval,
 * and no lower bound only, is for the peak hour to say, of which counters are known. */
static bool
estimate_all(struct series *series)
{
	struct census_facts facts = *series->facts;
	uint64_t *hours = calloc(facts.days * CENSUS_HOURS, sizeof(*hours));

	series->estimates = calloc(series->places, sizeof(*series->estimates));
	if (hours == NULL || series->estimates == NULL) {
		free(hours);
		return false;
	}
	facts.hours = hours;
	for (size_t i = 0; i < series->places; i++) {
		struct estimate *estimate = &series->estimates[i];
		size_t hour = hour_of(series, i);
		struct census_figure figure;

		hours[hour] = series->facts->hours[hour];
		estimate->has = census_estimate(series->live->method, &facts, &figure);
		hours[hour] = 0;
		estimate->low = figure.low;
		estimate->value = series->interval ? figure.value : figure.low;
		estimate->high = series->interval ? figure.high : figure.low;
		estimate->has = estimate->has && isfinite(estimate->high);
	}
	free(hours);
	return true;
}

static bool
has_at(const struct series *series, size_t place)
{
	return series->estimates != NULL && series->estimates[place].has;
}

/* "at least 12,345 hosts", "12,345 hosts, 95 %: 11,000 to 14,000"; "no number". */
static struct census_plot_words
hosts_at(const struct series *series, size_t place)
{
	struct census_plot_words words = {.text = "no number"};

	if (!has_at(series, place))
		return words;

	const struct estimate *estimate = &series->estimates[place];

	if (!series->interval) {
		snprintf(words.text, sizeof(words.text), "at least %s hosts",
		         words_about(estimate->low).text);
		return words;
	}
	snprintf(words.text, sizeof(words.text),
	         "%s hosts, 95 %%: ", words_about(estimate->value).text);

	size_t used = strlen(words.text);

	snprintf(words.text + used, sizeof(words.text) - used, "%s to ",
	         words_about(estimate->low).text);
	used = strlen(words.text);
	snprintf(words.text + used, sizeof(words.text) - used, "%s",
	         words_about(estimate->high).text);
	return words;
}

static struct census_plot_words
when(const struct series *series, size_t place)
{
	return census_plot_hour(series->facts->from +
	                        (int64_t)hour_of(series, place) * HOUR);
}

static void
tell_place(FILE *out, const void *context, size_t place)
{
	const struct series *series = context;

	fprintf(out, "%s: %s", when(series, place).text,
	        census_plot_addresses(count_at(series, place)).text);
	if (has_at(series, place))
		fprintf(out, "; %s", hosts_at(series, place).text);
}

/* Up to where the axis goes. */
static double
greatest(const struct series *series)
{
	double most = 0;

	for (size_t i = 0; i < series->places; i++) {
		most = fmax(most, (double)count_at(series, i));
		if (has_at(series, i))
			most = fmax(most, series->estimates[i].high);
	}
	return most;
}

/* Draws the places from run[0] to run[1], all of which have an estimate: the interval, or
 * the line within. */
static void
draw_run(const struct census_plot *plot, const struct series *series, const size_t run[2],
         bool interval)
{
	fprintf(plot->out, "<path class=\"%s\" d=\"", interval ? "band" : "hosts");
	for (size_t i = run[0]; i < run[1]; i++) {
		const struct estimate *estimate = &series->estimates[i];
		double value = interval ? estimate->high : estimate->value;

		if (i == run[0])
			fprintf(plot->out, "M%.1f %.1f", census_plot_x(plot, (double)i),
			        census_plot_y(plot, value));
		census_plot_step(plot, i, value);
	}
	for (size_t i = run[1]; interval && i > run[0]; i--)
		census_plot_step_back(plot, i - 1, series->estimates[i - 1].low);
	fprintf(plot->out, "%s\"/>\n", interval ? "Z" : "");
}

/* Draws what was estimated: hours without a number leave a gap. */
static void
draw_hosts(const struct census_plot *plot, const struct series *series)
{
	for (size_t i = 0; i < series->places; i++) {
		size_t run[2] = {i, i};

		while (run[1] < series->places && has_at(series, run[1]))
			run[1]++;
		if (run[1] == i)
			continue;
		if (series->interval)
			draw_run(plot, series, run, true);
		draw_run(plot, series, run, false);
		i = run[1];
	}
}

static void
draw(FILE *out, const struct series *series, const char *id)
{
	bool estimated = series->estimates != NULL;
	const struct census_plot_frame frame = {.height = HEIGHT,
	                                        .above = ABOVE,
	                                        .below = BELOW,
	                                        .unit = estimated ? "addresses; hosts"
	                                                          : "addresses"};
	const struct census_plot_counts counts = {count_at, tell_place, series};
	char title[160], description[640];
	size_t best = 0;

	for (size_t i = 1; i < series->places; i++)
		if (count_at(series, i) > count_at(series, best))
			best = i;
	snprintf(title, sizeof(title), "%s that called%s, %s",
	         estimated ? "Addresses and estimated hosts" : "Addresses",
	         series->daily ? " in the peak hour" : "",
	         series->daily ? "by day" : "by hour");
	snprintf(description, sizeof(description),
	         "From %s. The most, %s addresses, called in the hour from %s. All numbers "
	         "are in the "
	         "table below.",
	         census_plot_window(series->facts->from, series->facts->to).text,
	         words_count(count_at(series, best)).text, when(series, best).text);
	census_plot_begin(out, id, HEIGHT, title, description);

	struct census_plot plot =
	        census_plot_ground(out, &frame, series->places, greatest(series));

	census_plot_draw(&plot, &counts, "counted");
	if (estimated)
		draw_hosts(&plot, series);
	if (series->facts->days == 1)
		census_plot_axis_hours(&plot);
	else
		census_plot_axis_days(&plot, series->facts->from, series->facts->days);
	census_plot_end(out);
}

static void
write_table(FILE *out, const struct series *series)
{
	static const char *const titles[] = {"Hour from (UTC)", "Addresses, counted",
	                                     "Hosts, estimated", NULL};
	static const char *const counted[] = {"Hour from (UTC)", "Addresses, counted",
	                                      NULL};
	bool estimated = series->estimates != NULL;

	fprintf(out, "<details%s><summary>The numbers of this plot</summary>\n",
	        series->places > LONG_TABLE ? " class=\"long\"" : "");
	page_begin_table(out, estimated ? titles : counted);
	for (size_t i = 0; i < series->places; i++) {
		fputs("<tr>", out);
		page_cell(out, when(series, i).text);
		page_cell(out, words_count(count_at(series, i)).text);
		if (estimated)
			page_cell(out, hosts_at(series, i).text);
		fputs("</tr>\n", out);
	}
	page_end_table(out);
	fputs("</details>\n", out);
}

/* Says by which method hosts are drawn, or why there are none, or no band. */
static void
write_hosts(FILE *out, const struct series *series)
{
	const struct census_estimated *live = series->live;

	if (live == NULL) {
		fputs(" No hosts are drawn: the method " LIVE ", which estimates them by "
		      "hour, was not asked for.",
		      out);
	} else if (!live->has) {
		fputs(" No hosts and no interval are drawn: ", out);
		html_text(out, live->figure.why);
		fputc('.', out);
	} else if (series->estimates == NULL) {
		fputs(" No hosts are drawn: there was no memory for them.", out);
	} else {
		fputs(" Hosts by the method <b>" LIVE "</b> (see above), each hour divided "
		      "as the peak hour is. Assumed: ",
		      out);
		html_text(out, live->method->assumes);
		fputc('.', out);
		if (!series->interval) {
			fputs(" There is no interval, the line is a lower bound: ", out);
			html_text(out, live->figure.note);
			fputc('.', out);
		}
	}
}

static void
write_caption(FILE *out, const struct census_report *report, const struct series *series)
{
	fputs("<figcaption>", out);
	census_plot_scope(out, report);
	fprintf(out, " Method: different addresses %s, counted; chaff removed.",
	        series->daily ? "in the peak hour of each day" : "in each hour");
	write_hosts(out, series);
	fputs(" An hour without a mark: nobody called, or no sensor was "
	      "there.</figcaption>\n",
	      out);
}

static void
write_keys(FILE *out, const struct series *series)
{
	fprintf(out,
	        "<p class=\"keys\"><span><i class=\"counted\"></i>addresses that called in "
	        "%s, counted</span>",
	        series->daily ? "the peak hour of each day" : "each hour");
	if (series->estimates != NULL)
		fprintf(out, " <span><i class=\"hosts\"></i>hosts, %s</span>",
		        series->interval ? "estimated" : "at least");
	if (series->estimates != NULL && series->interval)
		fputs(" <span><i class=\"band\"></i>95 % interval of the hosts</span>",
		      out);
	fputs("</p>\n", out);
}

void
census_plot_hours(FILE *out, const struct census_report *report,
                  const struct census_part *part, const char *id)
{
	struct series series = {.facts = part->facts,
	                        .live = find_live(part),
	                        .daily = part->facts->days > HOURLY_DAYS};

	series.places = part->facts->days * (series.daily ? 1 : CENSUS_HOURS);
	if (series.live != NULL && series.live->has) {
		series.interval = series.live->figure.bound == CENSUS_INTERVAL;
		if (!estimate_all(&series)) {
			free(series.estimates);
			series.estimates = NULL;
		}
	}
	fputs("<section>\n<h3>By hour</h3>\n<figure>\n", out);
	write_keys(out, &series);
	fputs("<div class=\"wide\">", out);
	draw(out, &series, id);
	fputs("</div>\n", out);
	write_caption(out, report, &series);
	fputs("</figure>\n", out);
	write_table(out, &series);
	fputs("</section>\n", out);
	free(series.estimates);
}
