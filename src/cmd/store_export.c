/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/store_export.h"

#include "cmd/say.h"
#include "cmd/store_place.h"
#include "cmd/store_row.h"
#include "cmd/store_want.h"

#include <stdlib.h>
#include <string.h>

#define LOOK_EVERY 1024 /* sightings: whether it is of use to go on */

enum { OPTION_FORMAT = STORE_WANT_OWN, OPTION_SPREADSHEET };

static const struct argp_option rows[] = {
        OPTIONS_FROM,
        OPTIONS_TO,
        OPTIONS_FAMILY,
        STORE_WANT_NETWORKS,
        STORE_WANT_KINDS,
        {"format", OPTION_FORMAT, "FORMAT", 0, "csv or jsonl (default: jsonl)", 0},
        {"spreadsheet", OPTION_SPREADSHEET, NULL, 0,
         "CSV for people: nothing in it is taken for a formula", 0},
        OPTIONS_OUTPUT,
        {0},
};

struct export
{
	struct store_want want;
	const char *folder;
	const char *format;
	bool csv;
	bool spreadsheet;
};

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct export *export = state->input;

	switch (key) {
	case OPTION_FORMAT:
		export->format = arg;
		return 0;
	case OPTION_SPREADSHEET:
		export->spreadsheet = true;
		return 0;
	case ARGP_KEY_ARG:
		return store_place_take(&export->folder, arg) ? 0 : ARGP_ERR_UNKNOWN;
	default:
		return store_want_take(&export->want, key, arg);
	}
}

static enum status
check(struct export *export)
{
	const char *format = export->format;

	export->csv = export->spreadsheet && format == NULL;
	if (format != NULL && strcmp(format, "csv") == 0) {
		export->csv = true;
	} else if (format != NULL && strcmp(format, "jsonl") != 0) {
		say("store export: --format %s: it is csv or jsonl", format);
		return STATUS_USAGE;
	}
	if (export->spreadsheet && !export->csv) {
		say("store export: --spreadsheet goes with --format csv");
		return STATUS_USAGE;
	}
	return store_want_settle(&export->want);
}

/* Writes what ${reading} gives; the progress goes to a terminal only. */
static enum fsk_err
write_all(const struct export *export, struct output *output, struct store_reading *reading)
{
	struct progress progress = {.what = "writing", .unit = "sightings"};
	struct sighting_cursor cursor = store_reading_cursor(reading);
	struct store_row row;
	struct sighting sighting;
	uint64_t count = 0;
	enum fsk_err err;

	if (export->csv)
		store_row_csv_head(output);
	for (;;) {
		err = cursor.next(cursor.context, &sighting);
		if (err != FSK_OK)
			break;
		if (!store_want_family(&export->want, &sighting))
			continue;
		store_row_fill(&row, &sighting, store_reading_said(reading));
		if (export->csv)
			store_row_csv(output, &row, export->spreadsheet);
		else
			store_row_json(output, &row);
		if (++count % LOOK_EVERY != 0)
			continue;
		if (output_broken(output))
			break;
		if (export->want.common.output != NULL)
			(void)say_progress(count, 0, &progress);
	}
	say_progress_done(&progress);
	return err == FSK_END ? FSK_OK : err;
}

/* Whether ${place}, a path without symbolic links at its end, lies in ${folder}. */
static bool
lies_in(const char *place, const char *folder)
{
	const char *slash = strrchr(place, '/');
	size_t above = slash == place ? 1 : slash != NULL ? (size_t)(slash - place) : 0;
	char *parent = above > 0 ? strndup(place, above) : strdup(".");
	char *in = parent != NULL ? realpath(parent, NULL) : NULL;
	char *store = realpath(folder, NULL);
	size_t len = store != NULL ? strlen(store) : 0;
	bool lies = in != NULL && store != NULL && strncmp(in, store, len) == 0 &&
	            (in[len] == '/' || in[len] == '\0');

	free(parent);
	free(in);
	free(store);
	return lies;
}

/* Refuses to write into the store: the data base, or a journal, would be gone. */
static enum status
check_place(const struct export *export, struct output *output)
{
	if (output->draft.place == NULL || !lies_in(output->draft.place, export->folder))
		return STATUS_DONE;
	say("store export: -o %s is in the folder of the store", output->path);
	return output_close(output, STATUS_USAGE);
}

static enum status
work_with_output(const struct export *export, struct store *store)
{
	struct store_reading *reading = NULL;
	struct output output;
	enum status status = output_open(&output, export->want.common.output);
	enum fsk_err err;

	if (status == STATUS_DONE)
		status = check_place(export, &output);
	if (status != STATUS_DONE)
		return status;
	err = store_read(store, &export->want.reading, &reading);
	if (err == FSK_OK)
		err = write_all(export, &output, reading);
	if (err != FSK_OK)
		status = store_place_refuse(export->folder, err, NULL);
	store_reading_free(reading);
	return output_close(&output, status);
}

static enum status
work(const struct export *export)
{
	const struct store_plan plan = {.folder = export->folder, .readonly = true};
	struct store *store;
	enum status status = store_place_open(&plan, &store);

	if (status == STATUS_DONE)
		status = work_with_output(export, store);
	store_close(store);
	return status;
}

enum status
store_export_run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "FOLDER",
	        .doc = "Write the sightings of a store, by time, for other programs: one "
	               "JSON object a line, or CSV.",
	};
	struct export export = {.folder = NULL};
	enum status status;

	store_want_init(&export.want);
	status = options_parse(&argp, argc, argv, &export);
	if (status == STATUS_DONE)
		status = store_place_check(argv[0], export.folder);
	if (status == STATUS_DONE)
		status = check(&export);
	if (status == STATUS_DONE)
		status = work(&export);
	store_want_fini(&export.want);
	return status;
}
