/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_text.h"

#include "base/date.h"
#include "cmd/census_words.h"

#include <math.h>

#define TEXT_COLUMNS 78
#define TEXT_INDENT 16

static void
write_key(FILE *out, const char *key)
{
	fprintf(out, "%-11s ", key);
}

/* Writes the ${texts}, which are foreign, with commas between. */
static void
write_list(FILE *out, const char *const *texts)
{
	for (size_t i = 0; texts[i] != NULL; i++) {
		fputs(i == 0 ? "" : ", ", out);
		words_safe(out, span_of(texts[i]), 0);
	}
}

static void
write_file(FILE *out, const char *key, const char *before, const char *path)
{
	if (path == NULL)
		return;
	write_key(out, key);
	fputs(before, out);
	words_safe(out, span_of(path), 0);
	fputc('\n', out);
}

static void
write_sensors(FILE *out, const struct census_report *report)
{
	if (report->sensors[0] == NULL && report->part_count == 0)
		return;
	write_key(out, "Sensors");
	if (report->sensors[0] == NULL)
		fputs("not named", out);
	write_list(out, report->sensors);
	fputs(report->sensors_of_peak ? " (in the peak hours)\n" : "\n", out);
}

static void
write_head(FILE *out, const struct census_report *report)
{
	write_key(out, "Window");
	if (report->from < report->to)
		fprintf(out, "%s, UTC%s\n",
		        census_words_window(report->from, report->to).text,
		        report->last_day ? " (the last day with a sighting)" : "");
	else
		fputs("none\n", out);
	write_key(out, "Sources");
	write_list(out, report->sources);
	fputc('\n', out);
	write_sensors(out, report);
	if (report->held != NULL && strcmp(report->held, "all") == 0)
		write_file(out, "Held", "", "every name of every list");
	else
		write_file(out, "Held", "the names in ", report->held);
	write_file(out, "Canaries", "the names in ", report->canary);
	write_file(out, "Countries", "of ", report->country);
	write_file(out, "Networks", "of ", report->network);
	if (report->lines > 0) {
		write_key(out, "Read");
		fprintf(out, "%s of files", words_things(report->lines, "line").text);
		if (report->skipped > 0)
			fprintf(out, ", %s passed over", words_count(report->skipped).text);
		fputc('\n', out);
	}
	if (report->pseudonyms)
		fputs("Some hosts are known by pseudonyms, which change each day: over "
		      "several days\nthe same one counts again.\n",
		      out);
}

static uint64_t
removed_of(const struct census_facts *facts)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < CENSUS_CHAFFS; i++)
		sum += facts->chaff[i];
	return sum;
}

static void
write_part_head(FILE *out, const struct census_part *part)
{
	const struct census_facts *facts = part->facts;

	fputc('\n', out);
	words_safe(out, span_of(part->family), 0);
	fprintf(out, ": %s called, %s\n", census_words_addresses(facts->footprint).text,
	        words_things(facts->contacts, "contact").text);
	fprintf(out, "  %s removed before%s\n",
	        census_words_addresses(removed_of(facts)).text,
	        removed_of(facts) > 0 ? ":" : "");
	for (size_t i = 0; i < CENSUS_CHAFFS; i++)
		if (facts->chaff[i] > 0)
			fprintf(out, "    %-9s %s\n", words_count(facts->chaff[i]).text,
			        census_words_chaff_why((enum census_chaff)i));
	if (facts->forgotten > 0)
		fprintf(out,
		        "  %s of hosts are kept as a number only, and are in no "
		        "figure\n",
		        words_things(facts->forgotten, "day").text);
	for (size_t i = 0; i < part->cut_count; i++)
		fprintf(out, "  %s is not whole: %s\n",
		        census_words_day(facts->from +
		                         (int64_t)part->cuts[i].day * DATE_DAY)
		                .text,
		        census_words_cut(&part->cuts[i]).text);
	if (part->habits_of[0] != '\0') {
		fputs("  habits of ", out);
		words_safe(out, span_of(part->habits_of), 0);
		fputc('\n', out);
	}
}

/* Writes ${text} in lines of TEXT_COLUMNS, behind ${label}, which is ours, and TEXT_INDENT
 * blanks. */
static void
write_paragraph(FILE *out, const char *label, const char *text)
{
	size_t column = (size_t)fprintf(out, "%s", label);
	bool first = true;

	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (!first && column + 1 + len > TEXT_COLUMNS) {
			fprintf(out, "\n%*s", TEXT_INDENT, "");
			column = TEXT_INDENT;
		} else if (!first) {
			fputc(' ', out);
			column++;
		}
		words_safe(out, (struct span){text, len}, 0);
		column += len;
		first = false;
		text += len + (text[len] == ' ');
	}
	fputc('\n', out);
}

static void
write_figure(FILE *out, const struct census_report *report,
             const struct census_estimated *estimated)
{
	const struct census_method *method = estimated->method;
	const struct census_figure *figure = &estimated->figure;
	int64_t from, to;

	census_words_span(report, figure, &from, &to);
	fprintf(out, "  %-11s %14s  %-24s  %-9s  %s\n", method->name,
	        census_words_number(method->unit, figure->value).text,
	        census_words_range(method, figure).text, census_unit_name(method->unit),
	        census_words_window(from, to).text);
	write_paragraph(out, "              ", method->title);
	write_paragraph(out, "              assumes: ", method->assumes);
	if (figure->note[0] != '\0')
		write_paragraph(out, "              note: ", figure->note);
}

static void
write_figures(FILE *out, const struct census_report *report, const struct census_part *part)
{
	size_t refused = 0;

	for (size_t i = 0; i < part->figure_count; i++)
		refused += !part->figures[i].has;
	if (refused < part->figure_count)
		fprintf(out, "\n  %-11s %14s  %-24s  %-9s  %s\n", "METHOD", "NUMBER",
		        "95 % FROM TO", "UNIT", "OF (UTC)");
	for (size_t i = 0; i < part->figure_count; i++)
		if (part->figures[i].has)
			write_figure(out, report, &part->figures[i]);
	if (refused > 0)
		fputs("\n  No number:\n", out);
	for (size_t i = 0; i < part->figure_count; i++) {
		const struct census_estimated *estimated = &part->figures[i];
		char label[32];

		if (estimated->has)
			continue;
		(void)snprintf(label, sizeof(label), "  %-11s ", estimated->method->name);
		write_paragraph(out, label, estimated->figure.why);
	}
}

/* Writes from which day on how many names were held. */
static void
write_held(FILE *out, const struct census_facts *facts)
{
	if (facts->held == NULL)
		return;
	fputs("  Held:", out);
	for (size_t day = 0; day < facts->days; day++) {
		if (day > 0 && facts->held[day] == facts->held[day - 1])
			continue;
		fprintf(out, "%s %s%s%s", day == 0 ? "" : ",",
		        words_things(facts->held[day], "name").text,
		        day == 0 ? " of the list of " : " from ",
		        census_words_day(facts->from + (int64_t)day * DATE_DAY).text);
	}
	fputs("\n", out);
}

static void
write_trend(FILE *out, const struct census_part *part)
{
	const struct census_trend *trend = &part->trend;
	const struct census_facts *facts = part->facts;

	fputc('\n', out);
	if (trend->why != NULL)
		write_paragraph(out, "  No trend: ", trend->why);
	else
		fprintf(out,
		        "  Trend: %s a day (95 %%: %s to %s) of addresses that call, in "
		        "%s\n",
		        census_words_rate(trend->rate).text,
		        census_words_rate(trend->low).text,
		        census_words_rate(trend->high).text,
		        words_things(trend->days, "day").text);
	for (size_t i = 0; i < trend->change_count; i++) {
		const struct census_change *change = &trend->changes[i];

		fprintf(out, "  Change: from %s on %.2f times as many%s\n",
		        census_words_day(facts->from + (int64_t)change->day * DATE_DAY)
		                .text,
		        change->ratio,
		        change->held ? "; other names are held then: it may be no more "
		                       "than that"
		                     : "");
	}
	if (trend->change_count > 0 && facts->held == NULL)
		fputs("  Which names were held is not known (--held): a change may be no "
		      "more than that,\n  or than a sensor that was down. It is no cure by "
		      "itself.\n",
		      out);
	write_held(out, facts);
}

/* Whether lines by ${by} are parts of all the addresses. */
static bool
has_shares(enum census_by by)
{
	return by != CENSUS_BY_HOUR && by != CENSUS_BY_DAY;
}

static void
write_line(FILE *out, const struct census_part *part, const struct census_table *table,
           const struct census_line *line)
{
	fprintf(out, "  %-22s %14s", census_words_line(table->by, line).text,
	        words_count(line->addresses).text);
	if (has_shares(table->by))
		fprintf(out, " %8s",
		        census_words_share(line->addresses, part->facts->footprint).text);
	if (table->by != CENSUS_BY_HOUR)
		fprintf(out, " %16s", words_count(line->contacts).text);
	fputc('\n', out);
}

static void
write_table(FILE *out, const struct census_part *part, const struct census_table *table)
{
	static const char *const heads[CENSUS_TABLES] = {
	        [CENSUS_BY_HOUR] = "HOUR (UTC)",   [CENSUS_BY_DAY] = "DAY (UTC)",
	        [CENSUS_BY_COUNTRY] = "COUNTRY",   [CENSUS_BY_NETWORK] = "NETWORK",
	        [CENSUS_BY_GENERATOR] = "VARIANT",
	};

	fprintf(out, "\n  %-22s %14s%s%s\n", heads[table->by], "ADDRESSES",
	        has_shares(table->by) ? "    SHARE" : "",
	        table->by != CENSUS_BY_HOUR ? "         CONTACTS" : "");
	for (size_t i = 0; i < table->count; i++)
		write_line(out, part, table, &table->lines[i]);
	if (table->other_count > 0)
		fprintf(out, "  %-22s %14s %8s %16s\n",
		        words_things(table->other_count, "other").text,
		        words_count(table->others.addresses).text,
		        census_words_share(table->others.addresses, part->facts->footprint)
		                .text,
		        words_count(table->others.contacts).text);
}

void
census_text_write(struct output *output, const struct census_report *report)
{
	FILE *out = output->file;

	write_head(out, report);
	if (report->part_count == 0)
		fputs("\nNothing was seen of what was asked for: there is no number. This "
		      "is "
		      "no sign that\nnobody is infected.\n",
		      out);
	if (report->part_count == 0 && report->variants)
		fputs("Calls that show the family only, as requests to an address do, are "
		      "of no variant:\nask for the whole family.\n",
		      out);
	for (size_t i = 0; i < report->part_count && !output_broken(output); i++) {
		const struct census_part *part = &report->parts[i];

		write_part_head(out, part);
		write_figures(out, report, part);
		write_trend(out, part);
		if (report->by_set)
			write_table(out, part, &part->tables[report->by]);
	}
}
