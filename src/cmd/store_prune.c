/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/store_prune.h"

#include "base/date.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/say.h"
#include "cmd/store_place.h"
#include "cmd/words.h"

#define AT_ONCE 50000 /* in one transaction: a signal is heard between two */

enum { OPTION_BEFORE = OPTION_OWN, OPTION_SUMS };

static const struct argp_option rows[] = {
        {"before", OPTION_BEFORE, "D", 0, "remove what is older than this", 0},
        {"sums", OPTION_SUMS, NULL, 0, "and the sums of that time, too", 0},
        {0},
};

struct prune {
	struct options common;
	const char *folder;
	const char *before;
	int64_t before_us;
	bool sums;
};

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct prune *prune = state->input;

	switch (key) {
	case OPTION_BEFORE:
		prune->before = arg;
		return 0;
	case OPTION_SUMS:
		prune->sums = true;
		return 0;
	case ARGP_KEY_ARG:
		return store_place_take(&prune->folder, arg) ? 0 : ARGP_ERR_UNKNOWN;
	default:
		return options_take(&prune->common, key, arg);
	}
}

static enum status
check(struct prune *prune)
{
	struct span_of_time span;
	enum status status;

	if (prune->before == NULL) {
		say("store prune: what? (--before D)");
		return STATUS_USAGE;
	}
	status = options_instant("--before", prune->before, &span);
	if (status == STATUS_DONE)
		prune->before_us = span.from * DATE_SECOND;
	return status;
}

/* Removes piece by piece, so that a store which is read meanwhile is not locked for long.
 */
static enum fsk_err
remove_all(const struct prune *prune, struct store *store, uint64_t *removed)
{
	struct progress progress = {.what = "removing", .unit = "sightings"};
	uint64_t piece;
	enum fsk_err err;

	do {
		piece = 0;
		err = store_prune(store, prune->before_us, AT_ONCE, prune->sums, &piece);
		*removed += err == FSK_OK ? piece : 0;
		if (err == FSK_OK && !say_progress(*removed, 0, &progress))
			err = FSK_STOPPED;
	} while (err == FSK_OK && piece > 0);
	say_progress_done(&progress);
	return err;
}

static enum status
work(const struct prune *prune)
{
	const struct store_plan plan = {.folder = prune->folder, .tend = true};
	uint64_t removed = 0;
	struct output output;
	struct store *store;
	enum status status = store_place_open(&plan, &store);
	enum fsk_err err;

	if (status != STATUS_DONE)
		return status;
	err = remove_all(prune, store, &removed);
	if (err != FSK_OK)
		status = store_place_refuse(prune->folder, err, NULL);
	store_close(store);
	if (output_open(&output, NULL) != STATUS_DONE)
		return STATUS_SYSTEM;
	fprintf(output.file, "%s removed\n", words_things(removed, "sighting").text);
	return output_close(&output, status);
}

enum status
store_prune_run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "FOLDER --before D",
	        .doc = "Remove the sightings before D from a store, while no daemon writes "
	               "into it. The sums of hours and days stay.",
	};
	struct prune prune = {.folder = NULL};
	enum status status;

	options_init(&prune.common);
	status = options_parse(&argp, argc, argv, &prune);
	if (status == STATUS_DONE)
		status = store_place_check(argv[0], prune.folder);
	if (status == STATUS_DONE)
		status = check(&prune);
	if (status == STATUS_DONE)
		status = work(&prune);
	options_fini(&prune.common);
	return status;
}
