/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink explain: whose name is this, and when?
 */
#include "base/date.h"
#include "cmd/collision.h"
#include "cmd/index_file.h"
#include "cmd/portion.h"
#include "cmd/say.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

enum { OPTION_INDEX = OPTION_OWN, OPTION_NO_INDEX, OPTION_JSON };

#define SPAN_AHEAD_DAYS 730

static const struct argp_option rows[] = {
        OPTIONS_FAMILY,
        {"at", OPTION_AT, "D", 0, "only lists that hold on D: a day, an instant, or `now'",
         0},
        OPTIONS_FROM,
        OPTIONS_TO,
        {"index", OPTION_INDEX, "FILE", 0, "ask this index file, see foresink-index(1)", 0},
        {"no-index", OPTION_NO_INDEX, NULL, 0, "ask no index file", 0},
        OPTIONS_COLLISION,
        {"json", OPTION_JSON, NULL, 0, "one JSON object a name", 0},
        OPTIONS_THREADS,
        {0},
};

struct explain {
	struct options common;
	const char *index; /* path that the user gave; NULL: the usual place */
	char usual[PATH_MAX];
	bool no_index;
	char **names;
	size_t name_count;
	struct selection selection;
	struct watch_archive *archive;
	struct collision_ask collision;
	struct watch_rulebook *book;
	struct output output;
	struct portion_task task;
	struct portion portion;
};

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct explain *explain = state->input;

	if (collision_take(&explain->collision, key, arg) == 0)
		return 0;
	switch (key) {
	case OPTION_INDEX:
		explain->index = arg;
		return 0;
	case OPTION_NO_INDEX:
		explain->no_index = true;
		return 0;
	case OPTION_JSON:
		explain->task.json = true;
		return 0;
	case ARGP_KEY_ARGS:
		explain->names = state->argv + state->next;
		explain->name_count = (size_t)(state->argc - state->next);
		return 0;
	default:
		return options_take(&explain->common, key, arg);
	}
}

/* Asks for all names and answers them. */
static enum status
answer_all(struct explain *explain)
{
	struct portion *portion = &explain->portion;
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < explain->name_count && err == FSK_OK; i++) {
		if (strcmp(explain->names[i], "-") == 0)
			err = portion_ask_stdin(portion);
		else
			err = portion_ask(portion, span_of(explain->names[i]), 0);
	}
	if (err == FSK_OK)
		err = portion_answer(portion);
	if (err == FSK_OK && !explain->task.json)
		portion_write_end(portion);
	if (err == FSK_OK || err == FSK_STOPPED)
		return portion->status;
	if (err == FSK_CORRUPT)
		return STATUS_DATA;
	say("explain: %s", err == FSK_IO ? strerror(errno) : fsk_strerror(err));
	return STATUS_SYSTEM;
}

static enum status
set_span(struct explain *explain)
{
	int64_t now = explain->task.now;
	struct span_of_time standard = {OPTIONS_FIRST_DAY,
	                                options_day(now + SPAN_AHEAD_DAYS * DATE_DAY).to};
	const char *at = explain->common.at;

	if (at == NULL)
		return options_span(&explain->common, standard, &explain->task.span);
	if (explain->common.from != NULL || explain->common.to != NULL) {
		say("--at excludes --from and --to");
		return STATUS_USAGE;
	}
	return options_instant("--at", at, &explain->task.span);
}

static enum status
work(struct explain *explain)
{
	enum status status = set_span(explain);

	if (status == STATUS_DONE)
		status = options_select(&explain->common, &explain->selection);
	if (status == STATUS_DONE && !explain->no_index)
		status = index_file_open(explain->index, explain->usual, &explain->archive);
	if (status == STATUS_DONE)
		status = collision_load(&explain->collision, &explain->book);
	if (status == STATUS_DONE)
		status = output_open(&explain->output, NULL);
	if (status != STATUS_DONE)
		return status;
	explain->task.selection = &explain->selection;
	explain->task.archive = explain->archive;
	explain->task.rules = watch_rulebook_rules(explain->book, explain->task.now);
	explain->task.path = explain->index != NULL ? explain->index : explain->usual;
	explain->task.may_do_without = explain->index == NULL;
	explain->task.threads = explain->common.threads;
	explain->task.output = &explain->output;
	if (portion_init(&explain->portion, &explain->task) != FSK_OK) {
		say("out of memory");
		return STATUS_SYSTEM;
	}
	status = output_close(&explain->output, answer_all(explain));
	portion_fini(&explain->portion);
	return status;
}

static enum status
run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "NAME... (- reads names from standard input)",
	        .doc = "Say which family, variant, day and place in its list each NAME "
	               "comes from.",
	};
	struct explain explain = {.task = {.now = options_now()}};
	enum status status;

	options_init(&explain.common);
	status = options_parse(&argp, argc, argv, &explain);
	if (status == STATUS_DONE && explain.name_count == 0) {
		say("explain: which name? (- reads names from standard input)");
		status = STATUS_USAGE;
	}
	if (status == STATUS_DONE)
		status = work(&explain);
	selection_fini(&explain.selection);
	watch_archive_close(explain.archive);
	watch_rulebook_free(explain.book);
	collision_fini(&explain.collision);
	options_fini(&explain.common);
	return status;
}

const struct command command_explain = {
        .name = "explain",
        .summary = "say which family, day and place a name comes from",
        .run = run,
};
