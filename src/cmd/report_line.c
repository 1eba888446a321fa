/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/report_line.h"

#include "base/date.h"
#include "cmd/html.h"

#include <inttypes.h>

/* In units of the drawing. */
#define LEFT 130
#define RIGHT 780
#define WIDTH 800
#define ROW 24
#define FOOT 26
#define TENTHS 10

#define LABELS 6 /* on the axis, about */

/* Of "2015-08-03T12:00:00Z", to the end of the day and of the minute. */
#define DAY_OCTETS 10
#define MINUTE_OCTETS 16

struct line {
	FILE *out;
	int64_t first_us; /* of the axis */
	int64_t last_us;
	int height; /* of the rows */
};

/* Where ${us} is, in tenths of a unit. */
static int
place(const struct line *line, int64_t us)
{
	int64_t span = line->last_us - line->first_us;
	int64_t at = us < line->first_us ? 0 : us - line->first_us;

	if (at > span)
		at = span;
	return LEFT * TENTHS + (int)((double)at / (double)span * ((RIGHT - LEFT) * TENTHS));
}

/* Seconds between two labels of the axis. */
static int64_t
choose_step(const struct line *line)
{
	static const int64_t steps[] = {1,
	                                5,
	                                15,
	                                60,
	                                300,
	                                900,
	                                3600,
	                                3 * 3600,
	                                6 * 3600,
	                                12 * 3600,
	                                DATE_DAY,
	                                2 * DATE_DAY,
	                                7 * DATE_DAY,
	                                14 * DATE_DAY,
	                                30 * DATE_DAY,
	                                91 * DATE_DAY,
	                                365 * DATE_DAY};
	int64_t span = (line->last_us - line->first_us) / DATE_SECOND;
	size_t last = sizeof(steps) / sizeof(steps[0]) - 1;

	for (size_t i = 0; i < last; i++) {
		if (span / steps[i] <= LABELS)
			return steps[i];
	}
	return span / LABELS > steps[last] ? span / LABELS : steps[last];
}

/* Writes the label of ${second}: a day, or a time of day where the step is less
 * than one; both at the ${first}, so that an axis has a date. */
static void
write_label(const struct line *line, int64_t second, int64_t step, bool first)
{
	struct words words = words_second(second * DATE_SECOND);
	const char *label = words.text;
	int x = place(line, second * DATE_SECOND);

	if (step >= DATE_DAY || (!first && second % DATE_DAY == 0))
		words.text[DAY_OCTETS] = '\0';
	else if (!first)
		label += DAY_OCTETS + 1; /* without the T */
	if (step % 60 == 0)
		words.text[MINUTE_OCTETS] = '\0';
	fprintf(line->out,
	        "<path class=\"axis\" d=\"M%d.%d 0V%d\"/><text x=\"%d.%d\" y=\"%d\" "
	        "text-anchor=\"middle\">%s</text>\n",
	        x / TENTHS, x % TENTHS, line->height, x / TENTHS, x % TENTHS,
	        line->height + 16, label);
}

static void
write_axis(const struct line *line)
{
	int64_t step = choose_step(line);
	int64_t first = line->first_us / DATE_SECOND;
	int64_t last = line->last_us / DATE_SECOND;
	int64_t second = first + (step - first % step) % step;

	for (bool begin = true; second <= last; second += step, begin = false)
		write_label(line, second, step, begin);
	fprintf(line->out, "<path class=\"axis\" d=\"M%d %dH%d\"/>\n", LEFT, line->height,
	        RIGHT);
}

/* Writes the tick of ${count} names, of which ${name} is the first, at ${x}. */
static void
write_tick(const struct line *line, const struct verdict_name *name, size_t count, int row)
{
	int x = place(line, name->first_us);

	fprintf(line->out, "<path class=\"%s\" d=\"M%d.%d %dv14\"><title>",
	        report_uncounted(name) != NULL ? "passed" : "tick", x / TENTHS, x % TENTHS,
	        row * ROW + 5);
	html_text(line->out, words_second(name->first_us).text);
	fputc(' ', line->out);
	html_text(line->out, name->text);
	if (count > 1)
		fprintf(line->out, " and %zu more", count - 1);
	fputs("</title></path>\n", line->out);
}

/* Names that fall on the same tenth are one tick, so that a drawing has a
 * bounded size. */
static void
write_row(const struct line *line, const struct verdict_finding *finding, int row)
{
	size_t count;

	fprintf(line->out, "<text x=\"0\" y=\"%d\">", row * ROW + 16);
	html_text(line->out, words_generator(finding->generator).text);
	fputs("</text>\n", line->out);
	for (size_t i = 0; i < finding->name_count; i += count) {
		int x = place(line, finding->names[i].first_us);

		count = 1;
		while (i + count < finding->name_count &&
		       place(line, finding->names[i + count].first_us) == x)
			count++;
		write_tick(line, &finding->names[i], count, row);
	}
}

void
report_line_write(FILE *out, const struct report *report, const struct verdict_host *host)
{
	struct line line = {out, report->scan->first_us, report->scan->last_us,
	                    (int)host->finding_count * ROW};

	if (line.first_us > line.last_us || host->finding_count == 0)
		return;
	if (line.last_us - line.first_us < DATE_SECOND)
		line.last_us = line.first_us + DATE_SECOND;
	fprintf(out,
	        "<div class=\"wide\"><svg viewBox=\"0 0 %d %d\" role=\"img\" "
	        "aria-label=\"names by time, UTC\">\n",
	        WIDTH, line.height + FOOT);
	write_axis(&line);
	for (size_t i = 0; i < host->finding_count; i++)
		write_row(&line, &host->findings[i], (int)i);
	fputs("</svg></div>\n", out);
}
