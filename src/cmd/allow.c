/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink allow: lets a name through for a while: asks the daemon that guards.
 */
#include "cmd/allow_ask.h"
#include "cmd/asked.h"
#include "cmd/options.h"
#include "cmd/say.h"
#include "guard/passes.h"
#include "up/ask.h"
#include "up/value.h"

#define LONGEST 2592000 /* seconds: 30 days, as the daemon has it */

enum {
	OPTION_FOR = OPTION_OWN,
	OPTION_REASON,
	OPTION_CLIENT,
	OPTION_LIST,
	OPTION_END,
	OPTION_JSON,
	OPTION_CONTROL,
	OPTION_CONFIG
};

static const struct argp_option rows[] = {
        {"for", OPTION_FOR, "DURATION", 0, "for how long: 45s, 30m, 2h, 7d; 30d at most",
         0},
        {"reason", OPTION_REASON, "TEXT", 0, "why, for the log and the next colleague", 0},
        {"client", OPTION_CLIENT, "PREFIX", 0, "only for this address or prefix", 0},
        {"end", OPTION_END, NULL, 0, "end it now", 0},
        {"list", OPTION_LIST, NULL, 0, "say what is let through", 0},
        {"json", OPTION_JSON, NULL, 0, "one JSON object a name", 0},
        {"control", OPTION_CONTROL, "PATH", 0,
         "the daemon's control socket (default: " UP_ASK_PATH ")", 0},
        {"config", OPTION_CONFIG, "FILE", 0, "the configuration that names the socket", 0},
        {0},
};

struct allow {
	struct options common;
	const char *duration, *asked; /* NULL: not given */
	struct asked name;
	struct allow_ask ask;
};

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct allow *allow = state->input;

	switch (key) {
	case OPTION_FOR:
		allow->duration = arg;
		return 0;
	case OPTION_REASON:
		allow->ask.reason = arg;
		return 0;
	case OPTION_CLIENT:
		allow->ask.client = arg;
		return 0;
	case OPTION_LIST:
		allow->ask.list = true;
		return 0;
	case OPTION_END:
		allow->ask.end = true;
		return 0;
	case OPTION_JSON:
		allow->ask.json = true;
		return 0;
	case OPTION_CONTROL:
		allow->ask.control = arg;
		return 0;
	case OPTION_CONFIG:
		allow->ask.config = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (allow->asked != NULL)
			return ARGP_ERR_UNKNOWN;
		allow->asked = arg;
		return 0;
	default:
		return options_take(&allow->common, key, arg);
	}
}

/* The command line. */

static enum status
usage(const char *why)
{
	say("allow: %s", why);
	return STATUS_USAGE;
}

/* "30m" as seconds. */
static bool
read_duration(const char *text, uint64_t *seconds)
{
	static const struct {
		char unit;
		uint64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	size_t len = strlen(text);

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		uint64_t number;

		if (len == 0 || text[len - 1] != units[i].unit ||
		    !up_value_number((struct span){text, len - 1}, 1,
		                     LONGEST / units[i].seconds, &number))
			continue;
		*seconds = number * units[i].seconds;
		return true;
	}
	return false;
}

static enum status
check_name(struct allow *allow)
{
	struct fault fault;
	bool rented = false;
	char words[ASKED_WORDS_SIZE];

	if (asked_read(span_of(allow->asked), &allow->name, &fault) != FSK_OK) {
		say("allow: %s: %s", allow->asked, fault.why);
		return STATUS_USAGE;
	}
	if (asked_is_public_suffix(&allow->name.name, &rented)) {
		say("allow: %s: refused: a suffix below which anybody may have a name",
		    allow->name.name.text);
		return STATUS_USAGE;
	}
	asked_tell(&allow->name, words);
	if (words[0] != '\0')
		say("allow: %s: %s", allow->name.name.text, words);
	allow->ask.name = allow->name.name.text;
	return STATUS_DONE;
}

/* NULL, or why ${text} is no reason. */
static const char *
check_reason(const char *text)
{
	size_t len;

	while (text != NULL && *text == ' ')
		text++;
	if (text == NULL || *text == '\0')
		return "why? (--reason TEXT)";
	len = strlen(text);
	while (text[len - 1] == ' ')
		len--;
	if (len > GUARD_PASS_REASON)
		return "--reason: longer than 200 octets";
	return guard_pass_reason((struct span){text, len})
	               ? NULL
	               : "--reason: a text of one line, in UTF-8, is wanted";
}

static enum status
check(struct allow *allow)
{
	struct address address;
	unsigned bits;

	if (allow->ask.control != NULL && allow->ask.config != NULL)
		return usage("--control excludes --config");
	if (allow->ask.list &&
	    (allow->ask.end || allow->asked != NULL || allow->duration != NULL ||
	     allow->ask.reason != NULL || allow->ask.client != NULL))
		return usage("--list says all, and takes neither a name nor the like");
	if (allow->ask.list)
		return STATUS_DONE;
	if (allow->asked == NULL)
		return usage("which name?");
	if (allow->ask.end && (allow->duration != NULL || allow->ask.reason != NULL))
		return usage("--end excludes --for and --reason");
	if (!allow->ask.end && allow->duration == NULL)
		return usage("for how long? (--for 2h)");
	if (!allow->ask.end && !read_duration(allow->duration, &allow->ask.seconds))
		return usage(
		        "--for: a duration like 30m, 2h or 7d, of at most 30d, is wanted");
	if (!allow->ask.end && check_reason(allow->ask.reason) != NULL)
		return usage(check_reason(allow->ask.reason));
	if (allow->ask.client != NULL &&
	    address_read_prefix(span_of(allow->ask.client), &address, &bits) != FSK_OK)
		return usage("--client: an address or a prefix without bits behind it is "
		             "wanted");
	return check_name(allow);
}

static enum status
run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "NAME --for DURATION --reason TEXT\n--end NAME\n--list",
	        .doc = "Let NAME, and what lies below it, through for a while: asks the "
	               "daemon whose role guard blocks it.",
	};
	struct allow allow = {.asked = NULL};
	enum status status;

	options_init(&allow.common);
	status = options_parse(&argp, argc, argv, &allow);
	if (status == STATUS_DONE)
		status = check(&allow);
	if (status == STATUS_DONE)
		status = allow_ask(&allow.ask);
	options_fini(&allow.common);
	return status;
}

const struct command command_allow = {
        .name = "allow",
        .summary = "let a name through the daemon's guard for a while",
        .run = run,
};
