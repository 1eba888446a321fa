/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/store_import.h"

#include "cmd/import_tell.h"
#include "cmd/nearest.h"
#include "cmd/options.h"
#include "cmd/say.h"
#include "cmd/store_place.h"
#include "cmd/whole.h"
#include "cmd/zone.h"
#include "scan/files.h"
#include "up/store_part.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILES_SAID 20 /* that could not be read, one line each */
#define WINDOW_DAYS 1 /* as foresink scan's */
#define V6_BITS 64
#define INDEX_MOST ((size_t)256 << 20) /* bytes of lists that are kept */
#define YEAR_LEAST 1970
#define YEAR_MOST 9998 /* the year after it is in the calendar too */
#define SENSOR_MOST 64

enum {
	OPTION_FORMAT = OPTION_OWN,
	OPTION_TZ,
	OPTION_YEAR,
	OPTION_SENSOR,
	OPTION_CALLED,
	OPTION_COUNTRY,
	OPTION_NETWORK,
	OPTION_PSEUDONYMS
};

static const struct argp_option rows[] = {
        {"format", OPTION_FORMAT, "NAME", 0,
         "the format of all files (default: by content); see `foresink formats'", 0},
        {"tz", OPTION_TZ, "ZONE", 0, "of times without a zone (default: UTC)", 0},
        {"year", OPTION_YEAR, "Y", 0,
         "in which times without a year begin (default: by the file's date)", 0},
        {"sensor", OPTION_SENSOR, "NAME", 0, "who wrote the files", 0},
        {"to", OPTION_CALLED, "ADDRESS[:PORT]", 0,
         "which address was called, where a line does not say", 0},
        {"country", OPTION_COUNTRY, "FILE", 0,
         "a file (MMDB, iptoasn) that knows the countries of addresses", 0},
        {"network", OPTION_NETWORK, "FILE", 0,
         "one that knows the numbers of their networks", 0},
        {"pseudonyms", OPTION_PSEUDONYMS, "FILE", 0,
         "keep clients under other names; FILE holds the secret, as the daemon's does", 0},
        {0},
};

struct import_ask {
	struct options common;
	const char *format, *zone, *year, *sensor, *to;
	const char *country, *network, *pseudonyms;
	const char *folder;
	char **paths;
	size_t path_count;
};

/* All of it. */
struct work {
	struct import import;
	struct selection selection;
	struct files files;
	struct up_store plan; /* of it the secret */
	struct progress progress;
	uint64_t whole;               /* bytes of all files, twice */
	size_t refused, unread, said; /* files */
};

/* Where the word of an option is kept; NULL when it is none of ours. */
static const char **
place_of(struct import_ask *ask, int key)
{
	switch (key) {
	case OPTION_FORMAT:
		return &ask->format;
	case OPTION_TZ:
		return &ask->zone;
	case OPTION_YEAR:
		return &ask->year;
	case OPTION_SENSOR:
		return &ask->sensor;
	case OPTION_CALLED:
		return &ask->to;
	case OPTION_COUNTRY:
		return &ask->country;
	case OPTION_NETWORK:
		return &ask->network;
	case OPTION_PSEUDONYMS:
		return &ask->pseudonyms;
	default:
		return NULL;
	}
}

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct import_ask *ask = state->input;
	const char **place = place_of(ask, key);

	if (place != NULL) {
		*place = arg;
		return 0;
	}
	if (key != ARGP_KEY_ARGS)
		return options_take(&ask->common, key, arg);
	ask->folder = state->argv[state->next];
	ask->paths = state->argv + state->next + 1;
	ask->path_count = (size_t)(state->argc - state->next - 1);
	return 0;
}

static enum status
fail(const char *path, enum fsk_err err)
{
	say("%s: %s", path, err == FSK_IO ? strerror(errno) : fsk_strerror(err));
	return STATUS_SYSTEM;
}

/* Reads "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]:80" into the setting. */
static enum status
read_to(const char *text, struct import_setting *setting)
{
	struct span address = span_of(text);
	const char *colon = strrchr(text, ':');
	uint64_t port = 0;

	if (address_read(address, &setting->to) == FSK_OK)
		return STATUS_DONE;
	if (colon != NULL && options_number(colon + 1, 1, UINT16_MAX, &port)) {
		address.len = (size_t)(colon - text);
		if (address.len > 2 && text[0] == '[' && colon[-1] == ']')
			address = (struct span){text + 1, address.len - 2};
		if (address_read(address, &setting->to) == FSK_OK) {
			setting->to_port = (uint16_t)port;
			return STATUS_DONE;
		}
	}
	say("--to %s: an address is wanted, or ADDRESS:PORT", text);
	return STATUS_USAGE;
}

/* What is said of the files. */
static enum status
read_options(const struct import_ask *ask, struct import *import)
{
	struct scan_setting *reading = &import->reading;
	char near[NEAREST_FORMATS_SIZE];
	uint64_t year = 0;

	reading->now = options_now();
	reading->v6_bits = import->setting.v6_bits = V6_BITS;
	if (ask->format != NULL) {
		reading->format = log_format_find(span_of(ask->format));
		if (reading->format == NULL && nearest_formats(ask->format, near))
			say("--format %s: no such format; it may be: %s", ask->format,
			    near);
		else if (reading->format == NULL)
			say("--format %s: no such format; see `foresink formats'",
			    ask->format);
		if (reading->format == NULL)
			return STATUS_USAGE;
	}
	if (ask->year != NULL && !options_number(ask->year, YEAR_LEAST, YEAR_MOST, &year)) {
		say("--year %s: a number from %d to %d is wanted", ask->year, YEAR_LEAST,
		    YEAR_MOST);
		return STATUS_USAGE;
	}
	reading->year = (int)year;
	if (ask->sensor != NULL && strlen(ask->sensor) > SENSOR_MOST) {
		say("--sensor: a name of at most %d octets is wanted", SENSOR_MOST);
		return STATUS_USAGE;
	}
	import->setting.sensor =
	        ask->sensor != NULL ? span_of(ask->sensor) : (struct span){"", 0};
	if (ask->to != NULL && read_to(ask->to, &import->setting) != STATUS_DONE)
		return STATUS_USAGE;
	return zone_set(ask->zone != NULL ? ask->zone : "UTC", &reading->utc);
}

static void
say_unopened(const char *path, int error, void *context)
{
	struct work *work = context;

	if (++work->refused <= FILES_SAID)
		say("%s: %s", path, strerror(error));
}

static enum status
find_files(const struct import_ask *ask, struct work *work)
{
	work->files.failed = say_unopened;
	work->files.context = work;
	for (size_t i = 0; i < ask->path_count; i++) {
		enum fsk_err err;

		if (strcmp(ask->paths[i], "-") == 0) {
			say("store import: standard input cannot be read twice: name a "
			    "file");
			return STATUS_USAGE;
		}
		err = files_add(&work->files, ask->paths[i]);
		if (err != FSK_OK && err != FSK_IO)
			return fail(ask->paths[i], err);
	}
	for (size_t i = 0; i < work->files.count; i++)
		work->whole += work->files.file[i].bytes * 2;
	return STATUS_DONE;
}

static bool
show_progress(uint64_t done, void *context)
{
	struct work *work = context;

	return !say_stopped() && say_progress(done, work->whole, &work->progress);
}

/* Says what is wrong with ${file}, if anything is. */
static void
say_file(struct work *work, const struct scan_file *file)
{
	work->unread += file->format == NULL && !file->empty;
	if (file->why == NULL || file->empty)
		return;
	say_progress_done(&work->progress);
	work->refused += file->error != 0;
	if (++work->said > FILES_SAID)
		return;
	if (file->error != 0)
		say("%s: %s: %s", file->path, file->why, strerror(file->error));
	else
		say("%s: %s", file->path, file->why);
}

/* Takes all files; what came of it is said. */
static enum status
take_files(const struct import_ask *ask, struct work *work)
{
	for (size_t i = 0; i < work->files.count; i++) {
		struct scan_file file;
		enum fsk_err err =
		        import_file(&work->import, work->files.file[i].path, &file);

		say_file(work, &file);
		if (err == FSK_STOPPED)
			break;
		if (err != FSK_OK) {
			int error = errno;

			say_progress_done(&work->progress);
			errno = error;
			return store_place_refuse(ask->folder, err, NULL);
		}
	}
	say_progress_done(&work->progress);
	return STATUS_DONE;
}

/* Reads the secret of pseudonyms, if there is to be one. */
static enum status
read_secret(const struct import_ask *ask, struct work *work)
{
	const char *why;
	char *text;
	size_t len;
	enum status status;

	if (ask->pseudonyms == NULL)
		return STATUS_DONE;
	status = whole_read(ask->pseudonyms, false, &text, &len);
	if (status != STATUS_DONE)
		return status;
	why = up_store_secret(&work->plan, (struct span){text, len});
	free(text);
	if (why == NULL)
		return STATUS_DONE;
	say("%s: %s", ask->pseudonyms, why);
	return STATUS_DATA;
}

/* Opens the store, which is made when there is none. */
static enum status
open_store(const struct import_ask *ask, struct work *work)
{
	const struct store_plan plan = {
	        .folder = ask->folder,
	        .create = true,
	        .country = ask->country,
	        .network = ask->network,
	        .secret = work->plan.has_secret ? work->plan.secret : NULL,
	};

	/* Who called a sinkhole is nobody else's business. */
	if (mkdir(ask->folder, 0700) != 0 && errno != EEXIST)
		return fail(ask->folder, FSK_IO);
	return store_place_open(&plan, &work->import.store);
}

/* Takes all files into the store. */
static enum status
work_with_store(const struct import_ask *ask, struct work *work)
{
	struct import *import = &work->import;
	const struct import_counts *counts = &import->counts;
	enum status status = open_store(ask, work);
	enum status written;

	if (status != STATUS_DONE)
		return status;
	status = take_files(ask, work);
	store_close(import->store);
	if (status == STATUS_DONE && work->refused > 0)
		status = STATUS_SYSTEM;
	if (status == STATUS_DONE && (work->unread > 0 || counts->skipped > 0) &&
	    import_taken(counts) + counts->before + counts->files_before == 0)
		status = STATUS_DATA; /* of all that was named nothing could be used */
	written = import_tell(counts, ask->zone, ask->year != NULL);
	return status == STATUS_DONE ? written : status;
}

static enum status
run_asked(const struct import_ask *ask)
{
	struct work work = {.progress = {.what = "import", .unit = "bytes"}};
	struct import *import = &work.import;
	enum status status = read_options(ask, import);
	enum fsk_err err = FSK_OK;

	import->progress = show_progress;
	import->context = &work;
	if (status == STATUS_DONE)
		status = options_select(&ask->common, &work.selection);
	if (status == STATUS_DONE)
		status = find_files(ask, &work);
	if (status == STATUS_DONE)
		status = read_secret(ask, &work);
	if (status == STATUS_DONE) {
		const struct watch_view_setting view = {
		        .generators = work.selection.generators,
		        .generator_count = work.selection.count,
		        .window_days = WINDOW_DAYS,
		        .most_bytes = INDEX_MOST,
		};

		err = watch_view_new(&view, &import->setting.view);
		if (err == FSK_OK)
			err = import_init(import);
		status = err == FSK_OK ? work_with_store(ask, &work)
		                       : fail("store import", err);
	}
	import_fini(import);
	watch_view_free(import->setting.view);
	selection_fini(&work.selection);
	files_fini(&work.files);
	return status;
}

enum status
store_import_run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "FOLDER FILE|FOLDER...",
	        .doc = "Take what another sinkhole wrote down into the store in FOLDER: "
	               "access logs of nginx or Apache, logs of name servers, "
	               "Shadowserver's "
	               "reports on sinkholes; compressed or not. A file that is imported "
	               "again changes nothing.",
	};
	struct import_ask ask = {.format = NULL};
	enum status status;

	options_init(&ask.common);
	status = options_parse(&argp, argc, argv, &ask);
	if (status == STATUS_DONE)
		status = store_place_check(argv[0], ask.folder);
	if (status == STATUS_DONE && ask.path_count == 0) {
		say("store import: which files? (logs, or folders of them)");
		status = STATUS_USAGE;
	}
	if (status == STATUS_DONE)
		status = run_asked(&ask);
	options_fini(&ask.common);
	return status;
}
