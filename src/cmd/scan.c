/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink scan: which machines asked for these names, since when, how sure?
 */
#include "cmd/review.h"
#include "cmd/say.h"

#include <stdlib.h>

enum {
	OPTION_VERBOSE = 'v',
	OPTION_FORMAT = OPTION_OWN,
	OPTION_COLUMNS,
	OPTION_DATE_ORDER,
	OPTION_TZ,
	OPTION_YEAR,
	OPTION_WINDOW,
	OPTION_V6_PREFIX,
	OPTION_LEASES,
	OPTION_INDEX,
	OPTION_STATE,
	OPTION_FOLLOW,
	OPTION_JSON,
	OPTION_SIGHTINGS,
	OPTION_HTML,
	OPTION_STORE
};

static const struct argp_option rows[] = {
        OPTIONS_FAMILY,
        {"format", OPTION_FORMAT, "NAME", 0,
         "the format of all files (default: by content); see `foresink formats'", 0},
        {"columns", OPTION_COLUMNS, "LIST", 0,
         "a table of these columns: time,date,client,port,name,type,transport,-", 0},
        {"date-order", OPTION_DATE_ORDER, "ORDER", 0,
         "of dates with slashes: mdy, dmy or ymd", 0},
        {"tz", OPTION_TZ, "ZONE", 0, "of times without a zone (default: UTC)", 0},
        {"year", OPTION_YEAR, "Y", 0,
         "in which times without a year begin (default: by the file's date)", 0},
        {"window", OPTION_WINDOW, "DAYS", 0,
         "a name counts so long before and after its list holds (default: 1)", 0},
        {"ipv6-prefix", OPTION_V6_PREFIX, "BITS", 0,
         "IPv6 addresses that share them are one host (default: 64)", 0},
        {"allow", OPTION_ALLOW, "FILE", 0, "names that never count, one a line; repeatable",
         0},
        {"leases", OPTION_LEASES, "FILE", 0,
         "leases of a DHCP server, for the names of machines; repeatable", 0},
        {"index", OPTION_INDEX, "FILE", 0,
         "an index file, for clocks that are far off; see foresink-index(1)", 0},
        {"state", OPTION_STATE, "FILE", 0, "read each line once: remember how far, here",
         0},
        {"follow", OPTION_FOLLOW, NULL, 0, "go on with what is appended", 0},
        {"json", OPTION_JSON, NULL, 0, "one JSON object a host", 0},
        {"sightings", OPTION_SIGHTINGS, NULL, 0, "one JSON object a sighting", 0},
        {"html", OPTION_HTML, "FILE", 0, "write a page to send to a colleague too", 0},
        {"store", OPTION_STORE, "FOLDER", 0, "keep the sightings in this store, too", 0},
        OPTIONS_OUTPUT,
        OPTIONS_THREADS,
        {"verbose", OPTION_VERBOSE, NULL, 0, "all names of each host", 0},
        {0},
};

/* Where the word of an option is kept; NULL when it is none that has one. */
static const char **
place_of(struct review_ask *ask, int key)
{
	switch (key) {
	case OPTION_FORMAT:
		return &ask->format;
	case OPTION_COLUMNS:
		return &ask->columns;
	case OPTION_DATE_ORDER:
		return &ask->date_order;
	case OPTION_TZ:
		return &ask->zone;
	case OPTION_YEAR:
		return &ask->year;
	case OPTION_WINDOW:
		return &ask->window;
	case OPTION_V6_PREFIX:
		return &ask->v6_prefix;
	case OPTION_INDEX:
		return &ask->index;
	case OPTION_STATE:
		return &ask->state;
	case OPTION_HTML:
		return &ask->html;
	case OPTION_STORE:
		return &ask->store;
	default:
		return NULL;
	}
}

/* Adds ${path} to the ${count} that ${list} holds. */
static void
add_path(const char ***list, size_t *count, const char *path)
{
	const char **grown = realloc(*list, (*count + 1) * sizeof(*grown));

	if (grown == NULL) {
		say("out of memory");
		exit(STATUS_SYSTEM);
	}
	grown[(*count)++] = path;
	*list = grown;
}

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct review_ask *ask = state->input;
	const char **place = place_of(ask, key);

	if (place != NULL) {
		*place = arg;
		return 0;
	}
	switch (key) {
	case OPTION_LEASES:
		add_path(&ask->leases, &ask->lease_count, arg);
		return 0;
	case OPTION_ALLOW:
		add_path(&ask->allow, &ask->allow_count, arg);
		return 0;
	case OPTION_FOLLOW:
		ask->follow = true;
		return 0;
	case OPTION_JSON:
		ask->json = true;
		return 0;
	case OPTION_SIGHTINGS:
		ask->sightings = true;
		return 0;
	case OPTION_VERBOSE:
		ask->verbose = true;
		return 0;
	case ARGP_KEY_ARGS:
		ask->paths = state->argv + state->next;
		ask->path_count = (size_t)(state->argc - state->next);
		return 0;
	default:
		return options_take(&ask->common, key, arg);
	}
}

/* What cannot be asked together, or is lacking. */
static enum status
check(const struct review_ask *ask)
{
	const char *why = NULL;

	if (ask->path_count == 0)
		why = "scan: which logs? (files, folders, - for standard input)";
	else if (ask->json && ask->sightings)
		why = "scan: --json excludes --sightings";
	else if (ask->follow && ask->common.output != NULL)
		why = "scan: --follow excludes -o, whose file appears at the end: use > "
		      "FILE";
	if (why == NULL)
		return STATUS_DONE;
	say("%s", why);
	return STATUS_USAGE;
}

static enum status
run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "FILE|FOLDER... (- is standard input)",
	        .doc = "Review logs: say which machines asked for names of a botnet's "
	               "lists in their time, since when, and how sure that is.",
	};
	struct review_ask ask = {.json = false};
	enum status status;

	options_init(&ask.common);
	status = options_parse(&argp, argc, argv, &ask);
	if (status == STATUS_DONE)
		status = check(&ask);
	if (status == STATUS_DONE)
		status = review_run(&ask);
	free(ask.leases);
	free(ask.allow);
	options_fini(&ask.common);
	return status;
}

const struct command command_scan = {
        .name = "scan",
        .summary = "review logs: find the infected machines",
        .run = run,
};
