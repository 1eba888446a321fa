/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_plot_bars.h"

#include "cmd/census_plot.h"
#include "cmd/census_plot_words.h"
#include "cmd/census_words.h"
#include "cmd/html.h"
#include "cmd/page.h"

#include <math.h>

#define BARS 15    /* the others are one more */
#define ROW 30.0   /* height of one */
#define THICK 18.0 /* of this the bar */
#define HEAD 26.0  /* above the first: the unit */
#define FOOT 36.0  /* under the last: the axis */
#define GAP 8.0
#define BEHIND 130.0 /* for the number behind the longest */
#define LABEL 14     /* letters, at most */
#define TICKS 5
#define OTHERS "others"

/* What is drawn: the first lines, and the sum of the others. */
struct chart {
	FILE *out;
	const struct census_plot_bars *bars;
	size_t shown;
	uint64_t others; /* addresses of all that are not shown */
	size_t other_count;
	double left, width; /* where bars begin, and how long the longest may be */
	struct census_plot_scale scale;
};

static const char *
thing_of(enum census_by by)
{
	switch (by) {
	case CENSUS_BY_COUNTRY:
		return "country";
	case CENSUS_BY_NETWORK:
		return "network";
	case CENSUS_BY_GENERATOR:
		return "generator";
	case CENSUS_BY_HOUR:
	case CENSUS_BY_DAY:
		break;
	}
	return "";
}

/* ${name} as it has room beside its bar. */
static struct words
label_of(struct words name)
{
	if (strlen(name.text) > LABEL)
		snprintf(name.text + LABEL - 3, 4, "...");
	return name;
}

/* ", 15.1 %": which part of the addresses of the family that is. */
static struct words
share_of(const struct census_plot_bars *bars, uint64_t addresses)
{
	struct words words = {.text = "-"};
	uint64_t all = bars->part->facts->footprint;

	if (all > 0)
		snprintf(words.text, sizeof(words.text), "%.1f %%",
		         (double)addresses * 100 / (double)all);
	return words;
}

static struct chart
plan(FILE *out, const struct census_plot_bars *bars)
{
	const struct census_table *table = bars->table;
	struct chart chart = {.out = out,
	                      .bars = bars,
	                      .shown = table->count < BARS ? table->count : BARS,
	                      .others = table->others.addresses,
	                      .other_count = table->other_count};
	size_t letters = strlen(OTHERS);
	double most = 0;

	for (size_t i = chart.shown; i < table->count; i++) {
		chart.others += table->lines[i].addresses;
		chart.other_count++;
	}
	for (size_t i = 0; i < chart.shown; i++) {
		size_t width = strlen(
		        label_of(census_words_line(bars->by, &table->lines[i])).text);

		letters = width > letters ? width : letters;
		most = fmax(most, (double)table->lines[i].addresses);
	}
	chart.left = GAP + CENSUS_PLOT_LETTER * (double)letters;
	chart.width = CENSUS_PLOT_WIDTH - BEHIND - chart.left;
	chart.scale = census_plot_scale_of(fmax(most, (double)chart.others), TICKS);
	return chart;
}

static double
length_of(const struct chart *chart, double value)
{
	return chart->width * fmin(value / chart->scale.top, 1);
}

/* Draws the axis under ${rows}, with a line for each tick. */
static void
draw_axis(const struct chart *chart, size_t rows)
{
	double bottom = HEAD + ROW * (double)rows;

	for (unsigned i = 0; i <= chart->scale.ticks; i++) {
		uint64_t value = chart->scale.step * i;
		double x = chart->left + length_of(chart, (double)value);
		bool roomy = i % 2 == 1;

		fprintf(chart->out,
		        "<path class=\"%s%s\" d=\"M%.1f %.1fV%.1f\"/><text "
		        "class=\"time%s\" "
		        "text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
		        i == 0 ? "base" : "grid", roomy ? " roomy" : "", x, HEAD, bottom,
		        roomy ? " roomy" : "", x, bottom + GAP, words_count(value).text);
	}
}

/* Draws row ${row}, with ${name} as its label. */
static void
draw_row(const struct chart *chart, size_t row, struct words name, uint64_t addresses)
{
	FILE *out = chart->out;
	double middle = HEAD + ROW * ((double)row + 0.5);
	double length = length_of(chart, (double)addresses);

	fprintf(out, "<text class=\"count\" x=\"%.1f\" y=\"%.1f\">", chart->left - GAP,
	        middle);
	html_text(out, label_of(name).text);
	fprintf(out,
	        "</text><rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
	        "height=\"%.1f\"><title>",
	        row < chart->shown ? "counted" : "held", chart->left, middle - THICK / 2,
	        length, THICK);
	html_text(out, name.text);
	fprintf(out,
	        ": %s (%s)</title></rect><text class=\"value\" x=\"%.1f\" y=\"%.1f\">%s"
	        "<tspan class=\"roomy\"> (%s)</tspan></text>\n",
	        census_plot_addresses(addresses).text,
	        share_of(chart->bars, addresses).text, chart->left + length + GAP / 2,
	        middle, words_count(addresses).text, share_of(chart->bars, addresses).text);
}

static void
draw(const struct chart *chart, const char *id)
{
	const struct census_table *table = chart->bars->table;
	size_t rows = chart->shown + (chart->other_count > 0 ? 1 : 0);
	double height = HEAD + ROW * (double)rows + FOOT;
	char title[80], description[240];

	snprintf(title, sizeof(title), "Addresses that called, by %s",
	         thing_of(chart->bars->by));
	snprintf(description, sizeof(description),
	         "The most first, from %s; %zu more are summed up as others. All numbers "
	         "are in the table below.",
	         census_plot_addresses(table->lines[0].addresses).text, chart->other_count);
	census_plot_begin(chart->out, id, height, title, description);
	fputs("<text class=\"unit\" x=\"0\" y=\"16\">addresses</text>\n", chart->out);
	draw_axis(chart, rows);
	for (size_t i = 0; i < chart->shown; i++)
		draw_row(chart, i, census_words_line(chart->bars->by, &table->lines[i]),
		         table->lines[i].addresses);
	if (chart->other_count > 0)
		draw_row(chart, chart->shown, (struct words){OTHERS}, chart->others);
	census_plot_end(chart->out);
}

static void
write_line(FILE *out, const struct census_plot_bars *bars, struct words name,
           const struct census_line *line)
{
	fputs("<tr>", out);
	html_element(out, "td", name.text);
	page_cell(out, words_count(line->addresses).text);
	page_cell(out, share_of(bars, line->addresses).text);
	page_cell(out, words_count(line->contacts).text);
	fputs("</tr>\n", out);
}

void
census_plot_bars_table(FILE *out, const struct census_plot_bars *bars)
{
	const char *titles[] = {"", "Addresses, counted", "Share of all", "Contacts", NULL};
	const struct census_table *table = bars->table;

	titles[0] = bars->by == CENSUS_BY_COUNTRY   ? "Country"
	            : bars->by == CENSUS_BY_NETWORK ? "Network"
	                                            : "Variant";
	page_begin_table(out, titles);
	for (size_t i = 0; i < table->count; i++)
		write_line(out, bars, census_words_line(bars->by, &table->lines[i]),
		           &table->lines[i]);
	if (table->other_count > 0) {
		write_line(out, bars, words_things(table->other_count, "other"),
		           &table->others);
	}
	page_end_table(out);
}

/* Whence it is known where an address is. */
static void
write_whence(FILE *out, const struct census_plot_bars *bars)
{
	const char *file = bars->by == CENSUS_BY_COUNTRY ? bars->report->country
	                                                 : bars->report->network;

	fprintf(out, " The %s of an address is that which ", thing_of(bars->by));
	if (file != NULL) {
		fputs("the file ", out);
		html_text(out, file);
		fputs(" says", out);
	} else {
		fputs("the sightings say", out);
	}
	fputs("; it is where the connection is, not who is behind it. Addresses are no "
	      "hosts: "
	      "where many share one, or change theirs each day, they are too few or too "
	      "many by unlike factors, and places must not be ranked by them.",
	      out);
}

/* Whether the table names any place. */
static bool
knows(const struct census_plot_bars *bars)
{
	for (size_t i = 0; i < bars->table->count; i++)
		if (bars->table->lines[i].network > 0 || bars->table->lines[i].text.len > 0)
			return true;
	return false;
}

void
census_plot_bars(FILE *out, const struct census_plot_bars *bars, const char *id)
{
	struct chart chart = plan(out, bars);

	fprintf(out, "<section>\n<h3>By %s</h3>\n", thing_of(bars->by));
	if (!knows(bars)) {
		fprintf(out,
		        "<p>Not known: no sighting says the %s of its address, and no file "
		        "that does was given.</p>\n</section>\n",
		        thing_of(bars->by));
		return;
	}
	fputs("<figure>\n<div class=\"wide\">", out);
	draw(&chart, id);
	fputs("</div>\n<figcaption>", out);
	census_plot_scope(out, bars->report);
	fputs(" Method: different addresses in the whole window, counted, no interval; "
	      "chaff "
	      "removed.",
	      out);
	write_whence(out, bars);
	fprintf(out,
	        "</figcaption>\n</figure>\n<details%s><summary>The numbers of this "
	        "plot</summary>\n",
	        bars->table->count > 100 ? " class=\"long\"" : "");
	census_plot_bars_table(out, bars);
	fputs("</details>\n</section>\n", out);
}
