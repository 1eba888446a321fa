/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/store_check.h"

#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/say.h"
#include "cmd/store_place.h"
#include "cmd/store_waits.h"
#include "cmd/words.h"

#include <string.h>

struct check {
	struct options common;
	const char *folder;
	struct output output;
	uint64_t wrong;
};

static const struct argp_option rows[] = {{0}};

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct check *check = state->input;

	if (key == ARGP_KEY_ARG)
		return store_place_take(&check->folder, arg) ? 0 : ARGP_ERR_UNKNOWN;
	return options_take(&check->common, key, arg);
}

/* Tells ${words}: of a broken file the engine says several things at once, each in a line.
 */
static void
tell_wrong(const char *words, void *context)
{
	struct check *check = context;

	check->wrong++;
	while (*words != '\0') {
		size_t len = strcspn(words, "\n");

		words_safe(check->output.file, (struct span){words, len}, 0);
		fputc('\n', check->output.file);
		words += len + (words[len] == '\n');
	}
}

/* Looks at the engine, then at the journals. */
static enum fsk_err
look(struct check *check, struct store *store, struct store_waits *waits)
{
	enum fsk_err err = store_check(store, tell_wrong, check);

	if (err == FSK_OK)
		err = store_waits_count(check->folder, store, waits, tell_wrong, check);
	return err;
}

static enum status
work(struct check *check)
{
	const struct store_plan plan = {.folder = check->folder, .readonly = true};
	struct store_facts facts = {.sightings = 0};
	struct store_waits waits = {.records = 0};
	struct store *store;
	enum status status = store_place_open(&plan, &store);
	enum fsk_err err;

	if (status != STATUS_DONE)
		return status;
	err = look(check, store, &waits);
	if (err == FSK_OK)
		err = store_facts(store, &facts);
	if (err != FSK_OK)
		status = store_place_refuse(check->folder, err, NULL);
	else if (check->wrong > 0)
		status = STATUS_DATA;
	else
		fprintf(check->output.file, "whole: %s, %s waiting in journals\n",
		        words_things(facts.sightings, "sighting").text,
		        words_count(waits.records).text);
	store_close(store);
	return status;
}

enum status
store_check_run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "FOLDER",
	        .doc = "Read all of a store: is it whole, do its sums agree with its "
	               "sightings, can what waits in the journals be read? A line for each "
	               "thing that is wrong.",
	};
	struct check check = {.folder = NULL};
	enum status status;

	options_init(&check.common);
	status = options_parse(&argp, argc, argv, &check);
	if (status == STATUS_DONE)
		status = store_place_check(argv[0], check.folder);
	if (status == STATUS_DONE)
		status = output_open(&check.output, NULL);
	if (status == STATUS_DONE)
		status = output_close(&check.output, work(&check));
	options_fini(&check.common);
	return status;
}
