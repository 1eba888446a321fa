/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink index: builds the file from which explain answers at once, and
 * tells what is in one.
 */
#include "base/date.h"
#include "cmd/index_info.h"
#include "cmd/index_file.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/say.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>

enum { OPTION_CHECK = OPTION_OWN, OPTION_JSON };

#define SPAN_AHEAD_DAYS 1461

struct index_options {
	struct options common;
	bool check;
	bool json;
	char **words; /* what is neither option nor its value */
	size_t word_count;
};

static const struct argp_option rows[] = {
        {NULL, 0, NULL, 0, "build:", 1},
        OPTIONS_FAMILY,
        OPTIONS_FROM,
        OPTIONS_TO,
        OPTIONS_OUTPUT,
        OPTIONS_THREADS,
        {NULL, 0, NULL, 0, "info:", 2},
        {"check", OPTION_CHECK, NULL, 0, "read the whole file against its checksums", 2},
        {"json", OPTION_JSON, NULL, 0, "one JSON object", 2},
        {0},
};

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct index_options *options = state->input;

	switch (key) {
	case OPTION_CHECK:
		options->check = true;
		return 0;
	case OPTION_JSON:
		options->json = true;
		return 0;
	case ARGP_KEY_ARGS:
		options->words = state->argv + state->next;
		options->word_count = (size_t)(state->argc - state->next);
		return 0;
	default:
		return options_take(&options->common, key, arg, state);
	}
}

static enum status
build(const struct index_options *options, const char *path)
{
	int64_t ahead = options_day(options_now() + SPAN_AHEAD_DAYS * DATE_DAY).to;
	struct progress progress = {.what = "building the index", .unit = "names"};
	struct selection selection = {.count = 0};
	struct watch_archive_info info;
	struct span_of_time span;
	struct watch_plan plan;
	enum status status;
	enum fsk_err err;

	status = options_span(&options->common,
	                      (struct span_of_time){OPTIONS_FIRST_DAY, ahead}, &span);
	if (status == STATUS_DONE)
		status = options_select(&options->common, &selection);
	if (status != STATUS_DONE)
		return status;
	plan = (struct watch_plan){
	        .generators = selection.generators,
	        .generator_count = selection.count,
	        .from = span.from,
	        .to = span.to,
	        .threads = options->common.threads,
	        .progress = say_progress,
	        .context = &progress,
	};
	if (options->common.output == NULL && !index_file_make_folders(path)) {
		say("%s: %s", path, strerror(errno));
		selection_fini(&selection);
		return STATUS_SYSTEM;
	}
	err = watch_archive_build(path, &plan, &info);
	say_progress_done(&progress);
	selection_fini(&selection);
	if (err != FSK_OK)
		return index_file_refuse(
		        path, err,
		        err == FSK_RANGE ? "no names, or more than one file can number"
		                         : NULL);
	say("%s: %" PRIu64 " names in %" PRIu64 " bytes", path, info.names, info.bytes);
	return STATUS_DONE;
}

static enum status
info(const struct index_options *options, const char *path)
{
	struct progress progress = {.what = "checking the index", .unit = "bytes"};
	struct watch_archive *archive;
	const char *why = NULL;
	struct output output;
	enum status status;
	enum fsk_err err;

	err = watch_archive_open(path, &archive, &why);
	if (err != FSK_OK)
		return index_file_refuse(path, err, why);
	if (options->check)
		err = watch_archive_check(archive, say_progress, &progress);
	say_progress_done(&progress);
	if (err != FSK_OK) {
		watch_archive_close(archive);
		return index_file_refuse(path, err, NULL);
	}
	status = output_open(&output, NULL);
	if (status == STATUS_DONE) {
		index_info_write(&output, path, watch_archive_info(archive), options->json);
		status = output_close(&output, STATUS_DONE);
	}
	watch_archive_close(archive);
	return status;
}

/* Finds out which of the two is wanted, and the file. */
static enum status
choose(const struct index_options *options)
{
	bool building = options->word_count > 0 && strcmp(options->words[0], "build") == 0;
	bool telling = options->word_count > 0 && strcmp(options->words[0], "info") == 0;
	char usual[PATH_MAX];
	const char *path = options->common.output;

	if (!building && !telling) {
		say("index: say `foresink index build' or `foresink index info'");
		return STATUS_USAGE;
	}
	if (options->word_count > (telling ? 2u : 1u)) {
		say("index: one word too many: %s",
		    options->words[options->word_count - 1]);
		return STATUS_USAGE;
	}
	if (telling && options->word_count == 2)
		path = options->words[1];
	if (path == NULL && !index_file_usual(usual, sizeof(usual))) {
		say("index: no place for the file: give one, or set HOME");
		return STATUS_USAGE;
	}
	if (path == NULL)
		path = usual;
	return building ? build(options, path) : info(options, path);
}

static enum status
run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "build\ninfo [FILE]",
	        .doc = "Build the index file from which explain answers at once, or tell "
	               "what is "
	               "in one.",
	};
	struct index_options options = {.check = false};
	enum status status;

	options_init(&options.common);
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	status = choose(&options);
	options_fini(&options.common);
	return status;
}

const struct command command_index = {
        .name = "index",
        .summary = "build or describe the file that makes explain fast",
        .run = run,
};
