/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_merge.h"

#include "base/date.h"
#include "base/size.h"
#include "cmd/apart.h"
#include "cmd/census_csv.h"
#include "cmd/census_sketch.h"
#include "cmd/census_words.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/say.h"
#include "cmd/whole.h"

#include <inttypes.h>
#include <stdlib.h>

#define QUANTILE 1.96 /* of the normal distribution, for 95 % */

enum { OPTION_JSON = OPTION_OWN, OPTION_CSV, OPTION_SKETCH };

static const struct argp_option rows[] = {
        {"json", OPTION_JSON, NULL, 0, "JSON, one object a line", 0},
        {"csv", OPTION_CSV, NULL, 0, "CSV", 0},
        {"sketch", OPTION_SKETCH, "FILE", 0, "write the merged sketches, too", 0},
        OPTIONS_OUTPUT,
        {0},
};

/* All days of a generator together. */
struct sum {
	struct census_sketch_key key; /* from the first to the end of the last */
	size_t days;
	struct census_hll *hll;
};

struct merge {
	struct options common;
	const char *sketch_path;
	bool json, csv;
	char **paths;
	size_t path_count;

	struct census_sketch *sketch; /* of all that were read; NULL: none yet */
	struct sum *sums;
	size_t sum_count;
	struct output output;
};

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct merge *merge = state->input;

	switch (key) {
	case OPTION_JSON:
		merge->json = true;
		return 0;
	case OPTION_CSV:
		merge->csv = true;
		return 0;
	case OPTION_SKETCH:
		merge->sketch_path = arg;
		return 0;
	case ARGP_KEY_ARGS:
		merge->paths = state->argv + state->next;
		merge->path_count = (size_t)(state->argc - state->next);
		return 0;
	default:
		return options_take(&merge->common, key, arg);
	}
}

static enum status
refuse(const char *path, enum fsk_err err, const struct fault *fault)
{
	if (err == FSK_MISMATCH)
		say("%s: made with another key than the sketches before it", path);
	else
		say("%s: %s", path, fault->why != NULL ? fault->why : fsk_strerror(err));
	return err == FSK_NOMEM ? STATUS_SYSTEM : STATUS_DATA;
}

/* Adds the sketches in ${path} to those before. */
static enum status
add(struct merge *merge, const char *path)
{
	struct fault fault = {.why = NULL};
	struct census_sketch *sketch = NULL;
	char *text = NULL;
	size_t len = 0;
	enum status status = whole_read(path, false, &text, &len);
	enum fsk_err err;

	if (status != STATUS_DONE)
		return status;
	err = census_sketch_read((struct span){text, len}, &sketch, &fault);
	free(text);
	if (err == FSK_OK && merge->sketch != NULL) {
		err = census_sketch_merge(merge->sketch, sketch);
		census_sketch_free(sketch);
	} else if (err == FSK_OK) {
		merge->sketch = sketch;
	}
	return err == FSK_OK ? STATUS_DONE : refuse(path, err, &fault);
}

/* An entry as it is told. */
struct told {
	const struct census_sketch_key *key;
	double value, low, high;
};

static void
write_json(struct output *output, const struct told *told)
{
	const struct census_sketch_key *key = told->key;
	FILE *out = output->file;

	fprintf(out, "{\"record\":\"sketch\",\"from\":\"%s\"",
	        words_second(key->from * DATE_SECOND).text);
	fprintf(out, ",\"to\":\"%s\",\"generator\":",
	        words_second((key->from + key->seconds) * DATE_SECOND).text);
	output_json(output, key->generator, strlen(key->generator));
	fputs(",\"country\":", out);
	if (key->country[0] != '\0')
		output_json(output, key->country, strlen(key->country));
	else
		fputs("null", out);
	fprintf(out,
	        ",\"unit\":\"addresses\",\"value\":%.0f,\"low\":%.0f,\"high\":%.0f,"
	        "\"bound\":\"interval\"}\n",
	        told->value, told->low, told->high);
}

static void
write_csv(struct output *output, const struct told *told)
{
	const struct census_sketch_key *key = told->key;
	FILE *out = output->file;

	fprintf(out, "%s", words_second(key->from * DATE_SECOND).text);
	fprintf(out, ",%s,", words_second((key->from + key->seconds) * DATE_SECOND).text);
	census_csv_text(output, key->generator);
	fputc(',', out);
	census_csv_text(output, key->country);
	fprintf(out, ",addresses,%.0f,%.0f,%.0f\n", told->value, told->low, told->high);
}

static void
write_text(FILE *out, const struct told *told)
{
	const struct census_sketch_key *key = told->key;
	bool hour = key->seconds < DATE_DAY;
	struct words from = hour ? words_second(key->from * DATE_SECOND)
	                         : census_words_window(key->from, key->from + key->seconds);

	fprintf(out, "%-24s %-5s ", from.text,
	        hour                       ? "hour"
	        : key->seconds <= DATE_DAY ? "day"
	                                   : "span");
	words_safe(out, span_of(key->generator), 22);
	fputc(' ', out);
	words_safe(out, span_of(key->country[0] != '\0' ? key->country : "all"), 7);
	fprintf(out, " %12s  %s to ", words_about(told->value).text,
	        words_about(told->low).text);
	fprintf(out, "%s\n", words_about(told->high).text);
}

static enum fsk_err
tell(const struct census_sketch_key *key, const struct census_hll *hll, void *context)
{
	struct merge *merge = context;
	double value = census_hll_estimate(hll);
	double reach = value * QUANTILE * census_hll_error(hll);
	struct told told = {key, value, value > reach ? value - reach : 0, value + reach};

	if (output_broken(&merge->output))
		return FSK_STOPPED;
	if (merge->json)
		write_json(&merge->output, &told);
	else if (merge->csv)
		write_csv(&merge->output, &told);
	else
		write_text(merge->output.file, &told);
	return FSK_OK;
}

static struct sum *
sum_of(struct merge *merge, const struct census_sketch_key *key)
{
	struct sum *grown;

	for (size_t i = 0; i < merge->sum_count; i++)
		if (strcmp(merge->sums[i].key.generator, key->generator) == 0)
			return &merge->sums[i];
	grown = realloc(merge->sums, size_mul(merge->sum_count + 1, sizeof(*grown)));
	if (grown == NULL)
		return NULL;
	merge->sums = grown;
	grown += merge->sum_count;
	*grown = (struct sum){.key = *key};
	if (census_hll_new(&grown->hll) != FSK_OK)
		return NULL;
	merge->sum_count++;
	return grown;
}

/* Adds the sketch of a day, in the order of days, to the sum of its generator. */
static enum fsk_err
add_up(const struct census_sketch_key *key, const struct census_hll *hll, void *context)
{
	struct sum *sum;

	if (key->seconds != DATE_DAY || key->country[0] != '\0')
		return FSK_OK;
	sum = sum_of(context, key);
	if (sum == NULL)
		return FSK_NOMEM;
	sum->key.seconds = key->from + key->seconds - sum->key.from;
	sum->days++;
	return census_hll_merge(sum->hll, hll);
}

/* Who called in all of the time, each once: a sum of days would have them over again. */
static enum fsk_err
tell_sums(struct merge *merge)
{
	enum fsk_err err = census_sketch_each(merge->sketch, add_up, merge);

	for (size_t i = 0; i < merge->sum_count && err == FSK_OK; i++)
		if (merge->sums[i].days > 1)
			err = tell(&merge->sums[i].key, merge->sums[i].hll, merge);
	return err;
}

/* Writes of which nodes the sketches are. */
static void
write_nodes(struct merge *merge)
{
	const char *const *nodes = census_sketch_nodes(merge->sketch);
	FILE *out = merge->output.file;

	if (merge->csv) {
		fputs("from,to,generator,country,unit,value,low,high\n", out);
		return;
	}
	fputs(merge->json ? "{\"record\":\"nodes\",\"nodes\":[" : "Nodes  ", out);
	for (size_t i = 0; nodes[i] != NULL; i++) {
		fputs(i == 0 ? "" : merge->json ? "," : ", ", out);
		if (merge->json)
			output_json(&merge->output, nodes[i], strlen(nodes[i]));
		else
			words_safe(out,
			           span_of(nodes[i][0] != '\0' ? nodes[i] : "(no name)"),
			           0);
	}
	fputs(merge->json ? "]}\n" : "\n\n", out);
	if (!merge->json)
		fprintf(out, "%-24s %-5s %-22s %-7s %12s  %s\n", "FROM (UTC)", "OF",
		        "GENERATOR", "COUNTRY", "ADDRESSES", "95 % FROM TO");
}

static enum status
write_all(struct merge *merge)
{
	enum status status = output_open(&merge->output, merge->common.output);
	enum fsk_err err;

	if (status != STATUS_DONE)
		return status;
	write_nodes(merge);
	err = tell_sums(merge);
	if (err == FSK_OK)
		err = census_sketch_each(merge->sketch, tell, merge);
	if (err == FSK_NOMEM) {
		say("out of memory");
		status = STATUS_SYSTEM;
	}
	status = output_close(&merge->output, status);
	if (status != STATUS_DONE || merge->sketch_path == NULL)
		return status;
	return census_sketch_save(merge->sketch, merge->sketch_path);
}

/* What is told is not written over sketches; merged ones are, which hold the same. */
static enum status
check_places(const struct merge *merge)
{
	const char *const places[] = {merge->common.output, merge->sketch_path};
	enum status status = apart_outputs("census merge", places, 2);

	return status == STATUS_DONE
	               ? apart_inputs("census merge", merge->common.output,
	                              (const char *const *)merge->paths, merge->path_count)
	               : status;
}

enum status
census_merge_run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "SKETCH...",
	        .doc = "Merge the sketches that nodes wrote: who called several of them "
	               "counts once. They must be made with one key.",
	};
	struct merge merge = {.json = false};
	enum status status;

	options_init(&merge.common);
	status = options_parse(&argp, argc, argv, &merge);
	if (status == STATUS_DONE && merge.path_count == 0) {
		say("census merge: which sketches? (files of `foresink census --sketch')");
		status = STATUS_USAGE;
	}
	if (status == STATUS_DONE && merge.json && merge.csv) {
		say("census merge: --json excludes --csv");
		status = STATUS_USAGE;
	}
	if (status == STATUS_DONE)
		status = check_places(&merge);
	for (size_t i = 0; i < merge.path_count && status == STATUS_DONE; i++)
		status = say_stopped() ? STATUS_DONE : add(&merge, merge.paths[i]);
	if (status == STATUS_DONE && !say_stopped())
		status = write_all(&merge);
	census_sketch_free(merge.sketch);
	for (size_t i = 0; i < merge.sum_count; i++)
		census_hll_free(merge.sums[i].hll);
	free(merge.sums);
	options_fini(&merge.common);
	return status;
}
