/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_json.h"

#include "base/date.h"
#include "cmd/census_ask.h"
#include "cmd/census_words.h"

#include <inttypes.h>
#include <math.h>

static void
write_text(struct output *output, const char *key, const char *text)
{
	fprintf(output->file, ",\"%s\":", key);
	if (text != NULL && text[0] != '\0')
		output_json(output, text, strlen(text));
	else
		fputs("null", output->file);
}

static void
write_number(struct output *output, const char *key, uint64_t number)
{
	fprintf(output->file, ",\"%s\":%" PRIu64, key, number);
}

/* JSON has no words for what is no number. */
static void
write_real(struct output *output, const char *key, double number, bool is)
{
	if (is && isfinite(number))
		fprintf(output->file, ",\"%s\":%.12g", key, number);
	else
		fprintf(output->file, ",\"%s\":null", key);
}

static void
write_truth(struct output *output, const char *key, bool truth)
{
	fprintf(output->file, ",\"%s\":%s", key, truth ? "true" : "false");
}

static void
write_second(struct output *output, const char *key, int64_t second)
{
	write_text(output, key, words_second(second * DATE_SECOND).text);
}

static void
write_list(struct output *output, const char *key, const char *const *texts)
{
	fprintf(output->file, ",\"%s\":[", key);
	for (size_t i = 0; texts[i] != NULL; i++) {
		fputs(i == 0 ? "" : ",", output->file);
		output_json(output, texts[i], strlen(texts[i]));
	}
	fputc(']', output->file);
}

static void
write_head(struct output *output, const struct census_report *report)
{
	bool any = report->from < report->to;

	fputs("{\"record\":\"census\"", output->file);
	if (any) {
		write_second(output, "from", report->from);
		write_second(output, "to", report->to);
	} else {
		fputs(",\"from\":null,\"to\":null", output->file);
	}
	write_truth(output, "last_day", report->last_day);
	write_list(output, "sources", report->sources);
	write_list(output, "sensors", report->sensors);
	write_truth(output, "sensors_of_peak", report->sensors_of_peak);
	write_truth(output, "pseudonyms", report->pseudonyms);
	write_text(output, "held", report->held);
	write_text(output, "canary", report->canary);
	write_text(output, "country", report->country);
	write_text(output, "network", report->network);
	write_number(output, "lines", report->lines);
	write_number(output, "skipped", report->skipped);
	write_number(output, "families", report->part_count);
	fputs("}\n", output->file);
}

static void
write_part(struct output *output, const struct census_report *report,
           const struct census_part *part)
{
	const struct census_facts *facts = part->facts;

	fputs("{\"record\":\"family\"", output->file);
	write_text(output, "family", part->family);
	write_second(output, "from", report->from);
	write_second(output, "to", report->to);
	write_text(output, "habits_of", part->habits_of);
	write_number(output, "addresses", facts->footprint);
	write_number(output, "contacts", facts->contacts);
	write_number(output, "forgotten", facts->forgotten);
	fputs(",\"removed\":{", output->file);
	for (size_t i = 0; i < CENSUS_CHAFFS; i++)
		fprintf(output->file, "%s\"%s\":%" PRIu64, i == 0 ? "" : ",",
		        census_words_chaff((enum census_chaff)i), facts->chaff[i]);
	fputs("},\"gaps\":[", output->file);
	for (size_t i = 0; i < part->cut_count; i++) {
		const struct census_cut *cut = &part->cuts[i];
		int64_t day = facts->from + (int64_t)cut->day * DATE_DAY;

		fprintf(output->file, "%s{\"from\":\"%s\"", i == 0 ? "" : ",",
		        words_second((day + cut->from * INT64_C(3600)) * DATE_SECOND).text);
		fprintf(output->file, ",\"to\":\"%s\"}",
		        words_second((day + cut->to * INT64_C(3600)) * DATE_SECOND).text);
	}
	fputs("]}\n", output->file);
}

static void
write_method(struct output *output, const struct census_method *method)
{
	write_text(output, "method", method->name);
	write_text(output, "title", method->title);
	write_text(output, "unit", census_unit_name(method->unit));
	write_text(output, "formula", method->formula);
	write_text(output, "source", method->source);
	write_text(output, "assumes", method->assumes);
}

void
census_json_method(struct output *output, const struct census_method *method)
{
	fputs("{\"record\":\"method\"", output->file);
	write_method(output, method);
	write_text(output, "refuses", method->refuses);
	fputs("}\n", output->file);
}

static void
write_figure(struct output *output, const struct census_report *report,
             const struct census_part *part, const struct census_estimated *estimated)
{
	const struct census_figure *figure = &estimated->figure;
	enum census_bound bound = figure->bound;
	bool has = estimated->has;
	int64_t from, to;

	census_words_span(report, figure, &from, &to);
	fputs("{\"record\":\"figure\"", output->file);
	write_text(output, "family", part->family);
	write_method(output, estimated->method);
	write_second(output, "from", from);
	write_second(output, "to", to);
	write_list(output, "sensors", report->sensors);
	write_real(output, "value", figure->value, has);
	write_real(output, "low", figure->low,
	           has && (bound == CENSUS_INTERVAL || bound == CENSUS_AT_LEAST));
	write_real(output, "high", figure->high,
	           has && (bound == CENSUS_INTERVAL || bound == CENSUS_AT_MOST));
	write_text(output, "bound", has ? census_bound_name(bound) : NULL);
	write_text(output, "why", has ? NULL : figure->why);
	write_text(output, "note", figure->note);
	fputs("}\n", output->file);
}

/* Writes from which day on how many names were held. */
static void
write_held(struct output *output, const struct census_facts *facts)
{
	const char *comma = "";

	fputs(",\"held\":", output->file);
	if (facts->held == NULL) {
		fputs("null", output->file);
		return;
	}
	fputc('[', output->file);
	for (size_t day = 0; day < facts->days; day++) {
		if (day > 0 && facts->held[day] == facts->held[day - 1])
			continue;
		fprintf(output->file, "%s{\"from\":\"%s\",\"names\":%" PRIu64 "}", comma,
		        census_words_day(facts->from + (int64_t)day * DATE_DAY).text,
		        facts->held[day]);
		comma = ",";
	}
	fputc(']', output->file);
}

static void
write_trend(struct output *output, const struct census_part *part)
{
	const struct census_trend *trend = &part->trend;
	const struct census_facts *facts = part->facts;
	bool has = trend->why == NULL;

	fputs("{\"record\":\"trend\"", output->file);
	write_text(output, "family", part->family);
	write_text(output, "unit", census_unit_name(CENSUS_ADDRESSES));
	write_second(output, "from", facts->from);
	write_second(output, "to", facts->to);
	write_number(output, "days", trend->days);
	write_real(output, "rate", trend->rate, has);
	write_real(output, "low", trend->low, has);
	write_real(output, "high", trend->high, has);
	write_text(output, "why", trend->why);
	fputs(",\"changes\":[", output->file);
	for (size_t i = 0; i < trend->change_count; i++) {
		const struct census_change *change = &trend->changes[i];

		fprintf(output->file, "%s{\"day\":\"%s\"", i == 0 ? "" : ",",
		        census_words_day(facts->from + (int64_t)change->day * DATE_DAY)
		                .text);
		write_real(output, "ratio", change->ratio, true);
		if (facts->held != NULL)
			write_truth(output, "held", change->held);
		else
			write_text(output, "held", NULL);
		fputc('}', output->file);
	}
	fputc(']', output->file);
	write_held(output, facts);
	fputs("}\n", output->file);
}

/* What the line stands for, under the key that says by what the table is. */
static void
write_place(struct output *output, enum census_by by, const struct census_line *line)
{
	bool known =
	        by == CENSUS_BY_NETWORK
	                ? line->network != 0
	                : by == CENSUS_BY_HOUR || by == CENSUS_BY_DAY || line->text.len > 0;

	write_text(output, by == CENSUS_BY_GENERATOR ? "generator" : census_ask_by_name(by),
	           known ? census_words_line(by, line).text : NULL);
}

static void
write_line(struct output *output, const struct census_part *part,
           const struct census_table *table, const struct census_line *line)
{
	fputs("{\"record\":\"line\"", output->file);
	write_text(output, "family", part->family);
	write_place(output, table->by, line);
	write_number(output, "addresses", line->addresses);
	if (table->by != CENSUS_BY_HOUR && table->by != CENSUS_BY_DAY)
		write_real(output, "share",
		           (double)line->addresses / (double)part->facts->footprint,
		           part->facts->footprint > 0);
	if (table->by != CENSUS_BY_HOUR)
		write_number(output, "contacts", line->contacts);
	if (table->by == CENSUS_BY_DAY && part->facts->held != NULL) {
		write_number(output, "held", line->held);
		write_real(output, "hits", line->hits, true);
	}
	fputs("}\n", output->file);
}

static void
write_table(struct output *output, const struct census_part *part,
            const struct census_table *table)
{
	for (size_t i = 0; i < table->count && !output_broken(output); i++)
		write_line(output, part, table, &table->lines[i]);
	if (table->other_count == 0)
		return;
	fputs("{\"record\":\"others\"", output->file);
	write_text(output, "family", part->family);
	write_text(output, "by", census_ask_by_name(table->by));
	write_number(output, "lines", table->other_count);
	write_number(output, "addresses", table->others.addresses);
	write_number(output, "contacts", table->others.contacts);
	fputs("}\n", output->file);
}

void
census_json_write(struct output *output, const struct census_report *report)
{
	write_head(output, report);
	for (size_t i = 0; i < report->part_count && !output_broken(output); i++) {
		const struct census_part *part = &report->parts[i];

		write_part(output, report, part);
		for (size_t n = 0; n < part->figure_count; n++)
			write_figure(output, report, part, &part->figures[n]);
		write_trend(output, part);
		if (report->by_set)
			write_table(output, part, &part->tables[report->by]);
	}
}
