/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink up: the daemon that runs the roles of foresink.conf.
 */
#include "base/date.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/say.h"
#include "up/daemon.h"

#include <stdlib.h>
#include <unistd.h>

#define PATH "/etc/foresink/foresink.conf"

enum { OPTION_CONFIG = OPTION_OWN, OPTION_CHECK, OPTION_CLOCK };

static const struct argp_option rows[] = {
        {"config", OPTION_CONFIG, "FILE", 0, "the configuration (default: " PATH ")", 0},
        {"check", OPTION_CHECK, NULL, 0, "read all, say what would be served, and end", 0},
        {"clock", OPTION_CLOCK, "INSTANT", 0,
         "for tests: the calendar starts at INSTANT (UTC) and goes on from there", 0},
        {0},
};

struct up {
	struct options common;
	struct up_setting setting;
	bool check;
};

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct up *up = state->input;
	int64_t length;

	switch (key) {
	case OPTION_CONFIG:
		up->setting.path = arg;
		return 0;
	case OPTION_CHECK:
		up->check = true;
		return 0;
	case OPTION_CLOCK:
		up->setting.shifted = true;
		if (date_parse_instant(span_of(arg), &up->setting.clock, &length, NULL) ==
		    FSK_OK)
			return 0;
		say("--clock %s: a date or an instant is wanted", arg);
		exit(STATUS_USAGE);
	default:
		return options_take(&up->common, key, arg);
	}
}

/* Says why it cannot be done, with its place. */
static enum status
refuse(enum fsk_err err, const struct up_trouble *trouble)
{
	struct fault fault = {trouble->line, trouble->column, trouble->why};

	if (trouble->why[0] == '\0')
		fault.why = fsk_strerror(err);
	if (trouble->file[0] != '\0')
		say_fault(trouble->file, &fault);
	else
		say("%s", fault.why);
	return err == FSK_SYNTAX || err == FSK_UNKNOWN ? STATUS_DATA : STATUS_SYSTEM;
}

static void
tell(const char *line, void *context)
{
	struct output *output = context;

	fprintf(output->file, "%s\n", line);
}

static enum status
check(const struct up *up)
{
	struct up_trouble trouble = {.line = 0};
	struct output output;
	enum status status = output_open(&output, NULL);
	enum fsk_err err;

	if (status != STATUS_DONE)
		return status;
	err = up_daemon_check(&up->setting, tell, &output, &trouble);
	if (err != FSK_OK)
		status = refuse(err, &trouble);
	return output_close(&output, status);
}

static enum status
run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .doc = "Run the roles that the configuration names, in the foreground: "
	               "feed, a primary server of response policy zones; guard, the front "
	               "of a resolver that blocks; sinkhole, which holds names and keeps "
	               "who calls.",
	};
	struct up up = {
	        .setting = {.path = PATH,
	                    .version = FORESINK_VERSION,
	                    .notify = getenv("NOTIFY_SOCKET"),
	                    .log = STDERR_FILENO},
	};
	struct up_trouble trouble = {.line = 0};
	enum status status;
	enum fsk_err err;

	options_init(&up.common);
	status = options_parse(&argp, argc, argv, &up);
	options_fini(&up.common);
	if (status != STATUS_DONE)
		return status;
	if (up.check)
		return check(&up);
	err = up_daemon_run(&up.setting, &trouble);
	return err == FSK_OK ? STATUS_DONE : refuse(err, &trouble);
}

const struct command command_up = {
        .name = "up",
        .summary = "run the daemon: feed resolvers with lists, guard one, hold names",
        .run = run,
};
