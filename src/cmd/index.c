/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink index: builds the file from which explain answers at once, and
 * tells what is in one.
 */
#include "cmd/index_build.h"
#include "cmd/index_file.h"
#include "cmd/index_info.h"
#include "cmd/say.h"

#include <limits.h>
#include <string.h>

enum { OPTION_CHECK = OPTION_OWN, OPTION_JSON };

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
		return options_take(&options->common, key, arg);
	}
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

/* Whether the options go with the word; said if not. */
static bool
agree(const struct index_options *options, bool building)
{
	const struct options *common = &options->common;
	bool wrong = building ? options->check || options->json
	                      : common->family_count > 0 || common->from != NULL ||
	                                common->to != NULL || common->output != NULL;

	if (wrong)
		say("index: %s",
		    building ? "--check and --json go with `info'"
		             : "--family, --from, --to and --output go with `build'");
	if (!wrong && options->word_count > (building ? 1u : 2u)) {
		say("index: one word too many: %s",
		    options->words[options->word_count - 1]);
		wrong = true;
	}
	return !wrong;
}

/* Finds out which of the two is wanted, and the file. */
static enum status
choose(const struct index_options *options)
{
	const char *word = options->word_count > 0 ? options->words[0] : "";
	bool building = strcmp(word, "build") == 0;
	const char *path = options->common.output;
	char usual[PATH_MAX];

	if (!building && strcmp(word, "info") != 0) {
		say("index: say `foresink index build' or `foresink index info'");
		return STATUS_USAGE;
	}
	if (!agree(options, building))
		return STATUS_USAGE;
	if (!building && options->word_count == 2)
		path = options->words[1];
	if (path == NULL && !index_file_usual(usual, sizeof(usual))) {
		say("index: no place for the file: name one, or set HOME");
		return STATUS_USAGE;
	}
	if (path == NULL)
		path = usual;
	return building ? index_build(&options->common, path) : info(options, path);
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
	status = options_parse(&argp, argc, argv, &options);
	if (status == STATUS_DONE)
		status = choose(&options);
	options_fini(&options.common);
	return status;
}

const struct command command_index = {
        .name = "index",
        .summary = "build or describe the file that makes explain fast",
        .run = run,
};
