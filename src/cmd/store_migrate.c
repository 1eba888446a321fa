/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/store_migrate.h"

#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/store_place.h"
#include "cmd/words.h"

struct migrate {
	struct options common;
	const char *folder;
};

static const struct argp_option rows[] = {{0}};

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct migrate *migrate = state->input;

	if (key == ARGP_KEY_ARG)
		return store_place_take(&migrate->folder, arg) ? 0 : ARGP_ERR_UNKNOWN;
	return options_take(&migrate->common, key, arg);
}

static enum status
work(const struct migrate *migrate)
{
	const struct store_plan plan = {
	        .folder = migrate->folder, .migrate = true, .tend = true};
	struct store_facts facts;
	struct output output;
	struct store *store;
	enum status status = store_place_open(&plan, &store);
	enum fsk_err err;

	if (status != STATUS_DONE)
		return status;
	err = store_facts(store, &facts);
	store_close(store);
	if (err != FSK_OK)
		return store_place_refuse(migrate->folder, err, NULL);
	status = output_open(&output, NULL);
	if (status != STATUS_DONE)
		return status;
	words_safe(output.file, span_of(migrate->folder), 0);
	fprintf(output.file, ": form %u, %s\n", facts.version,
	        words_things(facts.sightings, "sighting").text);
	return output_close(&output, STATUS_DONE);
}

enum status
store_migrate_run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "FOLDER",
	        .doc = "Bring a store that an earlier version wrote to this one's form; "
	               "one "
	               "that has it stays as it is. Copy it first, and stop the daemon.",
	};
	struct migrate migrate = {.folder = NULL};
	enum status status;

	options_init(&migrate.common);
	status = options_parse(&argp, argc, argv, &migrate);
	if (status == STATUS_DONE)
		status = store_place_check(argv[0], migrate.folder);
	if (status == STATUS_DONE)
		status = work(&migrate);
	options_fini(&migrate.common);
	return status;
}
