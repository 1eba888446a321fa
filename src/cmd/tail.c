/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink tail: contacts as they come, a line each.
 */
#include "cmd/say.h"
#include "cmd/store_place.h"
#include "cmd/store_want.h"
#include "cmd/tail_live.h"
#include "cmd/tail_recent.h"

#include <stdlib.h>

#define LINES 10

enum {
	OPTION_LINES = 'n',
	OPTION_NEW = STORE_WANT_OWN,
	OPTION_ONCE,
	OPTION_JSON,
	OPTION_COUNTRY
};

static const struct argp_option rows[] = {
        {"lines", OPTION_LINES, "N", 0, "first the last N, 0 to 100000 (default: 10)", 0},
        {"new", OPTION_NEW, NULL, 0, "only requests of a shape that the store has not seen",
         0},
        OPTIONS_FAMILY,
        STORE_WANT_NETWORKS,
        STORE_WANT_KINDS,
        {"country", OPTION_COUNTRY, "FILE", 0,
         "tell the country of clients, by this file (MMDB, iptoasn)", 0},
        {"once", OPTION_ONCE, NULL, 0, "end after the last N", 0},
        {"json", OPTION_JSON, NULL, 0, "one JSON object a contact", 0},
        {0},
};

struct tail {
	struct store_want want;
	struct tail_ask ask;
};

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct tail *tail = state->input;
	uint64_t lines;

	switch (key) {
	case OPTION_LINES:
		if (options_number(arg, 0, TAIL_RECENT_MOST, &lines)) {
			tail->ask.lines = (size_t)lines;
			return 0;
		}
		say("--lines %s: a number from 0 to %d is wanted", arg, TAIL_RECENT_MOST);
		exit(STATUS_USAGE);
	case OPTION_NEW:
		tail->ask.new = true;
		return 0;
	case OPTION_ONCE:
		tail->ask.once = true;
		return 0;
	case OPTION_JSON:
		tail->ask.json = true;
		return 0;
	case OPTION_COUNTRY:
		tail->ask.country = arg;
		return 0;
	case ARGP_KEY_ARG:
		return store_place_take(&tail->ask.folder, arg) ? 0 : ARGP_ERR_UNKNOWN;
	default:
		return store_want_take(&tail->want, key, arg);
	}
}

static enum status
run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "FOLDER",
	        .doc = "Show the contacts that reach a store as they come: first the last "
	               "ones, then those that are put into its journals. An interrupt ends "
	               "it.",
	};
	struct tail tail = {.ask = {.lines = LINES, .want = &tail.want}};
	enum status status;

	store_want_init(&tail.want);
	status = options_parse(&argp, argc, argv, &tail);
	if (status == STATUS_DONE)
		status = store_place_check(argv[0], tail.ask.folder);
	if (status == STATUS_DONE)
		status = store_want_settle(&tail.want);
	if (status == STATUS_DONE)
		status = tail_live_run(&tail.ask);
	store_want_fini(&tail.want);
	if (say_stopped())
		exit((int)status); /* an interrupt is how this command is ended */
	return status;
}

const struct command command_tail = {
        .name = "tail",
        .summary = "show the contacts that reach a store as they come",
        .run = run,
};
