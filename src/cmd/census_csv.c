/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_csv.h"

#include "base/ascii.h"
#include "base/date.h"
#include "cmd/census_ask.h"
#include "cmd/census_words.h"

#include <inttypes.h>
#include <math.h>

#define CELL_MOST 2048 /* octets of a text */

/* Whether a spreadsheet takes a cell that begins with ${c} for a formula. */
static bool
begins_formula(char c)
{
	return c == '=' || c == '+' || c == '-' || c == '@';
}

void
census_csv_text(struct output *output, const char *text)
{
	char cell[CELL_MOST];
	size_t len = 0;

	for (; *text != '\0' && len + 5 < sizeof(cell); text++) {
		if (ascii_print(*text) && (len > 0 || !begins_formula(*text)))
			cell[len++] = *text;
		else
			len += (size_t)snprintf(cell + len, 5, "\\x%02x",
			                        (unsigned char)*text);
	}
	output_csv(output, cell, len);
}

static void
write_real(struct output *output, double number, bool is)
{
	fputc(',', output->file);
	if (is && isfinite(number))
		fprintf(output->file, "%.12g", number);
}

/* Writes the sensors as one cell, with blanks between. */
static void
write_sensors(struct output *output, const struct census_report *report)
{
	char cell[CELL_MOST];
	size_t len = 0;

	cell[0] = '\0';
	for (size_t i = 0; report->sensors[i] != NULL && len < sizeof(cell); i++)
		len += (size_t)snprintf(cell + len, sizeof(cell) - len, "%s%s",
		                        i == 0 ? "" : " ", report->sensors[i]);
	census_csv_text(output, cell);
}

static void
write_figure(struct output *output, const struct census_report *report,
             const struct census_part *part, const struct census_estimated *estimated)
{
	const struct census_method *method = estimated->method;
	const struct census_figure *figure = &estimated->figure;
	enum census_bound bound = figure->bound;
	FILE *out = output->file;
	bool has = estimated->has;
	int64_t from, to;

	census_words_span(report, figure, &from, &to);
	census_csv_text(output, part->family);
	fprintf(out, ",%s,%s,%s,%s,", method->name, census_unit_name(method->unit),
	        words_second(from * DATE_SECOND).text, words_second(to * DATE_SECOND).text);
	write_sensors(output, report);
	write_real(output, figure->value, has);
	write_real(output, figure->low,
	           has && (bound == CENSUS_INTERVAL || bound == CENSUS_AT_LEAST));
	write_real(output, figure->high,
	           has && (bound == CENSUS_INTERVAL || bound == CENSUS_AT_MOST));
	fprintf(out, ",%s,", has ? census_bound_name(bound) : "");
	census_csv_text(output, has ? "" : figure->why);
	fputc(',', out);
	census_csv_text(output, figure->note);
	fputc(',', out);
	census_csv_text(output, method->assumes);
	fputc('\n', out);
}

static void
write_line(struct output *output, const struct census_part *part,
           const struct census_table *table, const struct census_line *line)
{
	bool known = table->by == CENSUS_BY_NETWORK
	                     ? line->network != 0
	                     : table->by == CENSUS_BY_HOUR || table->by == CENSUS_BY_DAY ||
	                               line->text.len > 0;

	census_csv_text(output, part->family);
	fputc(',', output->file);
	census_csv_text(output, known ? census_words_line(table->by, line).text : "");
	fprintf(output->file, ",%" PRIu64, line->addresses);
	if (table->by != CENSUS_BY_HOUR)
		fprintf(output->file, ",%" PRIu64, line->contacts);
	if (table->by == CENSUS_BY_DAY && part->facts->held != NULL)
		fprintf(output->file, ",%" PRIu64 ",%.12g", line->held, line->hits);
	else if (table->by == CENSUS_BY_DAY)
		fputs(",,", output->file);
	fputc('\n', output->file);
}

static void
write_table(struct output *output, const struct census_part *part,
            const struct census_table *table)
{
	for (size_t i = 0; i < table->count && !output_broken(output); i++)
		write_line(output, part, table, &table->lines[i]);
	if (table->other_count == 0)
		return;
	census_csv_text(output, part->family);
	fprintf(output->file, ",(others),%" PRIu64 ",%" PRIu64 "\n",
	        table->others.addresses, table->others.contacts);
}

static void
write_head(FILE *out, const struct census_report *report)
{
	if (!report->by_set)
		fputs("family,method,unit,from,to,sensors,value,low,high,bound,why,note,"
		      "assumes\n",
		      out);
	else
		fprintf(out, "family,%s,addresses%s%s\n",
		        report->by == CENSUS_BY_GENERATOR ? "generator"
		                                          : census_ask_by_name(report->by),
		        report->by != CENSUS_BY_HOUR ? ",contacts" : "",
		        report->by == CENSUS_BY_DAY ? ",held,hits" : "");
}

void
census_csv_write(struct output *output, const struct census_report *report)
{
	write_head(output->file, report);
	for (size_t i = 0; i < report->part_count && !output_broken(output); i++) {
		const struct census_part *part = &report->parts[i];

		for (size_t n = 0; n < part->figure_count && !report->by_set; n++)
			write_figure(output, report, part, &part->figures[n]);
		if (report->by_set)
			write_table(output, part, &part->tables[report->by]);
	}
}
