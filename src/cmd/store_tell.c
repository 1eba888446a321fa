/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/store_tell.h"

#include "base/date.h"
#include "cmd/words.h"

#include <inttypes.h>

#define TIME_COLUMNS 22
#define COUNT_COLUMNS 11
#define NAME_COLUMNS 22

/* The hosts that ${told} counts for ${generator}. */
static uint64_t
hosts_of(const struct store_told *told, struct span generator)
{
	for (size_t i = 0; i < told->hosts.count; i++) {
		const struct store_sum *sum = &told->hosts.sums[i];

		if (span_equal(store_sums_part(&told->hosts, sum, 0), generator))
			return sum->count;
	}
	return 0;
}

static bool
is_empty(const struct store_told *told)
{
	return told->facts.last_us < told->facts.first_us;
}

/* The text. */

static void
tell_facts(FILE *out, const struct store_told *told)
{
	const struct store_facts *facts = &told->facts;

	fprintf(out, "form        %u\n", facts->version);
	fprintf(out, "sightings   %s\n", words_count(facts->sightings).text);
	if (!is_empty(told)) {
		fprintf(out, "first       %s\n", words_time(facts->first_us).text);
		fprintf(out, "last        %s\n", words_time(facts->last_us).text);
	}
	fprintf(out, "bytes       %s\n", words_count(facts->bytes).text);
	fprintf(out, "journals    %s, ",
	        words_things(told->waits.segments, "segment").text);
	if (told->waits.held > 0)
		fprintf(out, "%s of them written to, ", words_count(told->waits.held).text);
	fprintf(out, "%s waiting", words_things(told->waits.records, "record").text);
	if (told->waits.damaged > 0)
		fprintf(out, ", %s damaged", words_count(told->waits.damaged).text);
	fprintf(out, "\nclients     %s\n",
	        facts->pseudonyms ? "some have pseudonyms" : "as they came");
	if (facts->unknown > 0)
		fprintf(out, "unknown     %s of families that this version does not have\n",
		        words_things(facts->unknown, "sighting").text);
	if (!is_empty(told))
		fprintf(out, "hosts       %s on %.10s\n",
		        words_count(told->hosts_in_all).text,
		        words_second(told->day * DATE_SECOND).text);
}

static void
tell_families(FILE *out, const struct store_told *told)
{
	const struct store_sums *sums = &told->contacts;

	if (sums->count == 0)
		return;
	fputc('\n', out);
	words_safe(out, span_of("GENERATOR"), NAME_COLUMNS);
	words_safe(out, span_of("CONTACTS"), COUNT_COLUMNS);
	fputs("HOSTS THAT DAY\n", out);
	for (size_t i = 0; i < sums->count; i++) {
		struct span generator = store_sums_part(sums, &sums->sums[i], 0);
		struct words count = words_count(sums->sums[i].count);

		words_safe(out, generator.len > 0 ? generator : span_of("-"),
		           NAME_COLUMNS - 1);
		fputc(' ', out);
		words_safe(out, span_of(count.text), COUNT_COLUMNS - 1);
		fprintf(out, " %s\n", words_count(hosts_of(told, generator)).text);
	}
}

void
store_tell_shape_head(FILE *out)
{
	words_safe(out, span_of("NEW OR GROWING SINCE"), TIME_COLUMNS);
	words_safe(out, span_of("IN ALL"), COUNT_COLUMNS);
	words_safe(out, span_of("LAST DAY"), COUNT_COLUMNS);
	words_safe(out, span_of("DAY BEFORE"), COUNT_COLUMNS);
	words_safe(out, span_of("HOSTS"), COUNT_COLUMNS);
	fputs("SHAPE\n", out);
}

void
store_tell_shape(FILE *out, const struct store_shape *shape)
{
	const uint64_t counts[] = {shape->contacts, shape->today, shape->before,
	                           shape->hosts};

	words_safe(out, span_of(words_second(shape->first_us).text), TIME_COLUMNS);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		words_safe(out, span_of(words_count(counts[i]).text), COUNT_COLUMNS - 1);
		fputc(' ', out);
	}
	words_safe(out, shape->text, 0);
	fputc('\n', out);
}

void
store_tell_shape_json(struct output *output, const struct store_shape *shape)
{
	FILE *out = output->file;

	fputs("{\"shape\":", out);
	output_json(output, shape->text.text, shape->text.len);
	fprintf(out, ",\"first_seen\":\"%s\"", words_time(shape->first_us).text);
	fprintf(out, ",\"last_seen\":\"%s\"", words_time(shape->last_us).text);
	fprintf(out,
	        ",\"contacts\":%" PRIu64 ",\"last_day\":%" PRIu64 ",\"day_before\":%" PRIu64
	        ",\"hosts\":%" PRIu64 "}",
	        shape->contacts, shape->today, shape->before, shape->hosts);
}

/* The shapes. */

struct shapes {
	struct output *output;
	int64_t since_us;
	bool json;
	uint64_t told;
};

static enum fsk_err
tell_shape(const struct store_shape *shape, void *context)
{
	struct shapes *shapes = context;

	if (!store_shape_is_new(shape, shapes->since_us))
		return FSK_OK;
	if (shapes->json) {
		fputs(shapes->told > 0 ? "," : "", shapes->output->file);
		store_tell_shape_json(shapes->output, shape);
	} else {
		if (shapes->told == 0) {
			fputc('\n', shapes->output->file);
			store_tell_shape_head(shapes->output->file);
		}
		store_tell_shape(shapes->output->file, shape);
	}
	shapes->told++;
	return FSK_OK;
}

/* JSON. */

static void
json_facts(struct output *output, const struct store_told *told)
{
	const struct store_facts *facts = &told->facts;
	FILE *out = output->file;

	fputs("{\"store\":", out);
	output_json(output, told->folder, strlen(told->folder));
	fprintf(out, ",\"form\":%u,\"sightings\":%" PRIu64, facts->version,
	        facts->sightings);
	if (is_empty(told))
		fputs(",\"first_seen\":null,\"last_seen\":null", out);
	else
		fprintf(out, ",\"first_seen\":\"%s\",\"last_seen\":\"%s\"",
		        words_time(facts->first_us).text, words_time(facts->last_us).text);
	fprintf(out,
	        ",\"bytes\":%" PRIu64 ",\"segments\":%" PRIu64 ",\"segments_held\":%" PRIu64
	        ",\"waiting\":%" PRIu64 ",\"damaged\":%" PRIu64,
	        facts->bytes, told->waits.segments, told->waits.held, told->waits.records,
	        told->waits.damaged);
	fprintf(out, ",\"pseudonyms\":%s,\"unknown\":%" PRIu64 ",\"shapes\":%" PRIu64,
	        facts->pseudonyms ? "true" : "false", facts->unknown, facts->shapes);
	if (is_empty(told))
		fputs(",\"day\":null", out);
	else
		fprintf(out, ",\"day\":\"%.10s\"",
		        words_second(told->day * DATE_SECOND).text);
	fprintf(out, ",\"hosts\":%" PRIu64 ",\"generators\":[", told->hosts_in_all);
}

static void
json_families(struct output *output, const struct store_told *told)
{
	const struct store_sums *sums = &told->contacts;
	FILE *out = output->file;

	for (size_t i = 0; i < sums->count; i++) {
		struct span generator = store_sums_part(sums, &sums->sums[i], 0);

		fprintf(out, "%s{\"generator\":", i > 0 ? "," : "");
		if (generator.len > 0)
			output_json(output, generator.text, generator.len);
		else
			fputs("null", out);
		fprintf(out, ",\"contacts\":%" PRIu64 ",\"hosts\":%" PRIu64 "}",
		        sums->sums[i].count, hosts_of(told, generator));
	}
	fputs("],\"new_shapes\":[", out);
}

enum fsk_err
store_tell(struct output *output, const struct store_told *told, struct store *store,
           bool json)
{
	struct shapes shapes = {.output = output, .json = json};
	enum fsk_err err = FSK_OK;

	shapes.since_us = is_empty(told) ? INT64_MAX : told->day * DATE_SECOND;
	if (json) {
		json_facts(output, told);
		json_families(output, told);
	} else {
		tell_facts(output->file, told);
		tell_families(output->file, told);
	}
	if (!is_empty(told))
		err = store_shapes(store, shapes.since_us, tell_shape, &shapes);
	if (json)
		fputs("]}\n", output->file);
	return err;
}
