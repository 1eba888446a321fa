/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/review_setup.h"

#include "cmd/columns.h"
#include "cmd/index_file.h"
#include "cmd/nearest.h"
#include "cmd/say.h"
#include "cmd/whole.h"
#include "cmd/words.h"
#include "cmd/zone.h"

#include <stdlib.h>

#define WINDOW_MOST 366
#define YEAR_LEAST 1970
#define YEAR_MOST 9998 /* the year after it is in the calendar too */

/* Says that memory ran out. */
static enum status
say_memory(void)
{
	say("out of memory");
	return STATUS_SYSTEM;
}

/* Reads ${text}, the value of ${option}, into ${number}, which keeps its value
 * when nothing was said. */
static enum status
read_number(const char *option, const char *text, uint64_t least, uint64_t most,
            unsigned *number)
{
	uint64_t value = *number;

	if (text != NULL && !options_number(text, least, most, &value)) {
		say("%s %s: a number from %u to %u is wanted", option, text,
		    (unsigned)least, (unsigned)most);
		return STATUS_USAGE;
	}
	*number = (unsigned)value;
	return STATUS_DONE;
}

static enum status
read_numbers(struct scan_setting *setting, const struct review_ask *ask)
{
	unsigned year = 0;
	enum status status = read_number("--year", ask->year, YEAR_LEAST, YEAR_MOST, &year);

	setting->year = (int)year;
	if (status == STATUS_DONE)
		status = read_number("--window", ask->window, 0, WINDOW_MOST,
		                     &setting->window_days);
	if (status == STATUS_DONE)
		status = read_number("--ipv6-prefix", ask->v6_prefix, 1, 128,
		                     &setting->v6_bits);
	return status;
}

static enum status
read_order(struct log_dialect *dialect, const char *text)
{
	if (text == NULL)
		return STATUS_DONE;
	if (strcmp(text, "mdy") == 0) {
		dialect->order = LOG_ORDER_MDY;
	} else if (strcmp(text, "dmy") == 0) {
		dialect->order = LOG_ORDER_DMY;
	} else if (strcmp(text, "ymd") == 0) {
		dialect->order = LOG_ORDER_YMD;
	} else {
		say("--date-order %s: mdy, dmy or ymd is wanted", text);
		return STATUS_USAGE;
	}
	dialect->order_said = true;
	return STATUS_DONE;
}

/* What is said of the format: its name, its columns, the order of its dates. */
static enum status
read_format(struct scan_setting *setting, const struct review_ask *ask)
{
	const struct log_format *columns = log_format_find(span_of("columns"));
	char near[NEAREST_FORMATS_SIZE];
	enum status status;

	if (ask->format != NULL) {
		setting->format = log_format_find(span_of(ask->format));
		if (setting->format == NULL) {
			if (nearest_formats(ask->format, near))
				say("--format %s: no such format; it may be: %s",
				    ask->format, near);
			else
				say("--format %s: no such format; see `foresink formats'",
				    ask->format);
			return STATUS_USAGE;
		}
	}
	if (ask->columns != NULL) {
		if (setting->format != NULL && setting->format != columns) {
			say("--columns excludes --format %s", ask->format);
			return STATUS_USAGE;
		}
		setting->format = columns;
		status = columns_read(ask->columns, &setting->dialect);
		if (status != STATUS_DONE)
			return status;
	}
	return read_order(&setting->dialect, ask->date_order);
}

static enum status
load_allow(struct review_setup *setup, const char *path)
{
	struct fault fault = {0};
	char *text;
	size_t len;
	enum status status;
	enum fsk_err err;

	status = whole_read(path, false, &text, &len);
	if (status != STATUS_DONE)
		return status;
	err = setup->allow == NULL ? watch_allow_new(&setup->allow) : FSK_OK;
	if (err == FSK_OK)
		err = watch_allow_read(setup->allow, (struct span){text, len},
		                       span_of(path), &fault);
	free(text);
	if (err == FSK_SYNTAX) {
		say_fault(path, &fault);
		return STATUS_DATA;
	}
	setup->setting.allow = setup->allow;
	return err == FSK_OK ? STATUS_DONE : say_memory();
}

/* Says what could not be read of the leases at ${path}. */
static void
say_skipped(const char *path, size_t skipped, const struct fault *fault)
{
	say("%s: %s passed over, the first at line %zu: %s", path,
	    words_things(skipped, "line").text, fault->line, fault->why);
}

static enum status
load_leases(struct review_setup *setup, const char *path)
{
	struct fault fault = {0};
	char *text;
	size_t len;
	size_t skipped = 0;
	enum status status = whole_read(path, false, &text, &len);
	enum fsk_err err = FSK_OK;

	if (status != STATUS_DONE)
		return status;
	if (setup->leases == NULL)
		err = leases_new(&setup->leases);
	if (err == FSK_OK)
		err = leases_read(setup->leases, (struct span){text, len}, &skipped,
		                  &fault);
	free(text);
	if (err == FSK_SYNTAX) {
		say_fault(path, &fault);
		return STATUS_DATA;
	}
	if (err != FSK_OK)
		return say_memory();
	if (skipped > 0)
		say_skipped(path, skipped, &fault);
	return STATUS_DONE;
}

static enum status
load_state(struct review_setup *setup, const char *path)
{
	struct fault fault = {0};
	char *text;
	size_t len;
	enum status status;
	enum fsk_err err;

	if (path == NULL)
		return STATUS_DONE;
	status = whole_read(path, true, &text, &len);
	if (status != STATUS_DONE)
		return status;
	err = scan_state_new(&setup->state);
	/* An empty file is what mktemp(1) makes for one that is to be. */
	if (err == FSK_OK && len > 0)
		err = scan_state_read(setup->state, (struct span){text, len}, &fault);
	free(text);
	if (err == FSK_NOMEM)
		return say_memory();
	if (err == FSK_VERSION)
		say("%s: made by another version of foresink; remove it to begin anew",
		    path);
	else if (err != FSK_OK)
		say_fault(path, &fault);
	setup->setting.state = setup->state;
	return err == FSK_OK ? STATUS_DONE : STATUS_DATA;
}

/* Opens the index that --index or FORESINK_INDEX names; the file at the usual place is
 * for questions about single names: it makes a scan slower that did not ask for it. */
static enum status
load_index(struct review_setup *setup, const char *path)
{
	const char *named = getenv("FORESINK_INDEX");
	char usual[PATH_MAX]; /* not asked for: path is named */
	enum status status;

	if (path == NULL && named != NULL && *named != '\0')
		path = named;
	if (path == NULL)
		return STATUS_DONE;
	setup->index = path;
	status = index_file_open(path, usual, &setup->archive);
	setup->setting.archive = setup->archive;
	return status;
}

enum status
review_setup_init(struct review_setup *setup, const struct review_ask *ask)
{
	struct scan_setting *setting = &setup->setting;
	enum status status;

	*setup = (struct review_setup){.setting = {.window_days = 1,
	                                           .v6_bits = 64,
	                                           .threads = ask->common.threads,
	                                           .now = options_now()}};
	status = read_numbers(setting, ask);
	if (status == STATUS_DONE)
		status = read_format(setting, ask);
	if (status == STATUS_DONE)
		status = zone_set(ask->zone != NULL ? ask->zone : "UTC", &setting->utc);
	if (status == STATUS_DONE)
		status = options_select(&ask->common, &setup->selection);
	for (size_t i = 0; i < ask->allow_count && status == STATUS_DONE; i++)
		status = load_allow(setup, ask->allow[i]);
	for (size_t i = 0; i < ask->lease_count && status == STATUS_DONE; i++)
		status = load_leases(setup, ask->leases[i]);
	if (status == STATUS_DONE)
		status = load_state(setup, ask->state);
	if (status == STATUS_DONE)
		status = load_index(setup, ask->index);
	setting->generators = setup->selection.generators;
	setting->generator_count = setup->selection.count;
	return status;
}

void
review_setup_fini(struct review_setup *setup)
{
	selection_fini(&setup->selection);
	watch_allow_free(setup->allow);
	leases_free(setup->leases);
	scan_state_free(setup->state);
	watch_archive_close(setup->archive);
	*setup = (struct review_setup){.allow = NULL};
}
