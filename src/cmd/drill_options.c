/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/drill_options.h"

#include "cmd/publish_ask.h"
#include "cmd/say.h"
#include "drill/scope.h"
#include "wire/name.h"

#include <stdlib.h>

#define PORT 53
#define TIMEOUT 60 /* seconds */
#define TIMEOUT_MOST 3600

enum {
	OPTION_CONFIDENCE = OPTION_OWN,
	OPTION_CANARY,
	OPTION_SERIAL,
	OPTION_SINKHOLE,
	OPTION_ALLOWED,
	OPTION_KEEP_GOING,
	OPTION_PUBLIC,
	OPTION_TCP,
	OPTION_TIMEOUT,
	OPTION_DRY_RUN,
	OPTION_JSON
};

static const struct argp_option rows[] = {
        OPTIONS_FAMILY,
        {"confidence", OPTION_CONFIDENCE, "RANK", 0,
         "low (the default), medium or high: only these families", 0},
        {"at", OPTION_AT, "D", 0, "as if it were then: a day or an instant, UTC", 0},
        OPTIONS_COLLISION,
        {"canary", OPTION_CANARY, "NAME", 0,
         "the domain of the list's canary (default: foresink.internal)", 0},
        {"serial", OPTION_SERIAL, "N", 0, "the list that has to be served", 0},
        {"sinkhole", OPTION_SINKHOLE, "ADDRESS", 0, "an address that blocks; repeatable",
         0},
        {"allowed", OPTION_ALLOWED, "NAME", 0, "a name that has to pass; repeatable", 0},
        {"keep-going", OPTION_KEEP_GOING, NULL, 0, "ask on, however much is not blocked",
         0},
        {"public", OPTION_PUBLIC, NULL, 0, "RESOLVER may have a public address", 0},
        {"tcp", OPTION_TCP, NULL, 0, "ask over TCP", 0},
        {"timeout", OPTION_TIMEOUT, "SECONDS", 0, "for each resolver (default: 60)", 0},
        {"dry-run", OPTION_DRY_RUN, NULL, 0, "say what would be asked for, ask nobody", 0},
        {"json", OPTION_JSON, NULL, 0, "one JSON object a line", 0},
        {0},
};

static uint64_t
take_number(const char *option, const char *text, uint64_t most)
{
	uint64_t number = 0;

	if (options_number(text, 1, most, &number))
		return number;
	say("%s %s: a number from 1 to %lu is wanted", option, text, (unsigned long)most);
	exit(STATUS_USAGE);
}

static void
take_sinkhole(struct drill_options *ask, const char *text)
{
	struct drill_sinkholes *sinkholes = &ask->sinkholes;

	if (sinkholes->count < DRILL_ADDRESSES &&
	    address_read(span_of(text), &sinkholes->addresses[sinkholes->count]) ==
	            FSK_OK) {
		sinkholes->count++;
		return;
	}
	say("--sinkhole %s: %s", text,
	    sinkholes->count < DRILL_ADDRESSES ? "an address is wanted" : "one too many");
	exit(STATUS_USAGE);
}

static void
take_allowed(struct drill_options *ask, const char *text)
{
	struct fault fault = {.why = "one too many"};

	if (ask->passing_count < DRILL_OPTIONS_PASSING &&
	    wire_name_read(span_of(text), &ask->passing[ask->passing_count], &fault) ==
	            FSK_OK) {
		ask->passing_count++;
		return;
	}
	say("--allowed %s: %s", text, fault.why);
	exit(STATUS_USAGE);
}

static error_t
take_flag(struct drill_options *ask, int key)
{
	switch (key) {
	case OPTION_KEEP_GOING:
		ask->keep_going = true;
		return 0;
	case OPTION_PUBLIC:
		ask->public_too = true;
		return 0;
	case OPTION_TCP:
		ask->tcp = true;
		return 0;
	case OPTION_DRY_RUN:
		ask->dry_run = true;
		return 0;
	case OPTION_JSON:
		ask->json = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct drill_options *ask = state->input;

	if (collision_take(&ask->collision, key, arg) == 0 || take_flag(ask, key) == 0)
		return 0;
	switch (key) {
	case OPTION_CONFIDENCE:
		ask->least = options_confidence(arg);
		return 0;
	case OPTION_CANARY:
		publish_ask_name("--canary", arg, &ask->canary);
		return 0;
	case OPTION_SERIAL:
		ask->serial = (uint32_t)take_number("--serial", arg, UINT32_MAX);
		return 0;
	case OPTION_SINKHOLE:
		take_sinkhole(ask, arg);
		return 0;
	case OPTION_ALLOWED:
		take_allowed(ask, arg);
		return 0;
	case OPTION_TIMEOUT:
		ask->timeout_s = (unsigned)take_number("--timeout", arg, TIMEOUT_MOST);
		return 0;
	case ARGP_KEY_ARGS:
		ask->words = state->argv + state->next;
		ask->word_count = (size_t)(state->argc - state->next);
		return 0;
	default:
		return options_take(&ask->common, key, arg);
	}
}

/* Reads ${word} as a resolver that may be asked. */
static enum status
take_resolver(struct drill_options *ask, const char *word)
{
	struct net_endpoint *next = &ask->resolvers[ask->resolver_count];

	if (net_endpoint_read(span_of(word), PORT, next) != FSK_OK || next->port == 0) {
		say("drill: `%s': an address is wanted, as 192.168.1.1, 127.0.0.1:5353, "
		    "fd00::1 or [fd00::1]:5353",
		    word);
		return STATUS_USAGE;
	}
	if (!ask->public_too && !drill_is_private(&next->address)) {
		say("drill: %s is an address of neither this machine nor a private "
		    "network; --public asks it all the same",
		    word);
		return STATUS_USAGE;
	}
	ask->resolver_count++;
	return STATUS_DONE;
}

static enum status
take_resolvers(struct drill_options *ask)
{
	enum status status = STATUS_DONE;

	if (ask->word_count == 0 && !ask->dry_run) {
		say("drill: which resolver? Its address is wanted; see `foresink drill "
		    "--help'");
		return STATUS_USAGE;
	}
	ask->resolvers = calloc(ask->word_count + 1, sizeof(*ask->resolvers));
	if (ask->resolvers == NULL) {
		say("out of memory");
		return STATUS_SYSTEM;
	}
	for (size_t i = 0; i < ask->word_count && status == STATUS_DONE; i++)
		status = take_resolver(ask, ask->words[i]);
	return status;
}

enum status
drill_options_read(struct drill_options *ask, int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "RESOLVER[:PORT]...",
	        .doc = "Ask resolvers of one's own whether they block the names of the "
	               "day: first for the canary of the list, without which nothing is "
	               "asked for.",
	};
	struct span_of_time span = {.from = options_now()};
	enum status status;

	*ask = (struct drill_options){.timeout_s = TIMEOUT};
	options_init(&ask->common);
	publish_ask_name("--canary", "foresink.internal", &ask->canary);
	status = options_parse(&argp, argc, argv, ask);
	if (status == STATUS_DONE && ask->common.at != NULL)
		status = options_instant("--at", ask->common.at, &span);
	ask->now = span.from;
	return status == STATUS_DONE ? take_resolvers(ask) : status;
}

void
drill_options_fini(struct drill_options *ask)
{
	free(ask->resolvers);
	collision_fini(&ask->collision);
	options_fini(&ask->common);
}
