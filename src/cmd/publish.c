/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink publish: block lists and detection lists for resolvers and sensors, in a
 * folder that changes as a whole.
 */
#include "cmd/publish_facts.h"
#include "cmd/publish_formats.h"
#include "cmd/publish_key.h"
#include "cmd/publish_lists.h"
#include "cmd/publish_verify.h"

enum {
	OPTION_TLD = OPTION_OWN,
	OPTION_CONFIDENCE,
	OPTION_FORMAT,
	OPTION_ORIGIN,
	OPTION_CANARY,
	OPTION_TTL,
	OPTION_KEY,
	OPTION_NEW_KEY,
	OPTION_PUBLIC_KEY,
	OPTION_SHRINK,
	OPTION_PAST,
	OPTION_REPLACE,
	OPTION_VERIFY,
	OPTION_LIST_FORMATS,
	OPTION_MDOC,
	OPTION_JSON
};

static const struct argp_option rows[] = {
        {NULL, 0, NULL, 0, "which names:", 1},
        OPTIONS_FAMILY,
        OPTIONS_FROM,
        OPTIONS_TO,
        {"at", OPTION_AT, "D", 0,
         "as if it were D; the standard window is yesterday to 7 days on", 1},
        {"tld", OPTION_TLD, "T", 0, "only names that end in .T, repeatable", 1},
        {"confidence", OPTION_CONFIDENCE, "RANK", 0,
         "only lists that are so certain: low, medium or high (default: low, all)", 1},
        OPTIONS_COLLISION,
        {NULL, 0, NULL, 0, "how they are written:", 2},
        {"format", OPTION_FORMAT, "NAME", 0, "in this format, repeatable (default: all)",
         2},
        {"origin", OPTION_ORIGIN, "ZONE", 0,
         "name of the RPZ zone (default: rpz.foresink.internal)", 2},
        {"canary", OPTION_CANARY, "NAME", 0,
         "domain of the canaries (default: foresink.internal), or none", 2},
        {"ttl", OPTION_TTL, "SECONDS", 0, "of the records of the zone (default: 60)", 2},
        {"key", OPTION_KEY, "FILE", 0, "sign with this secret key", 2},
        {"allow-shrink", OPTION_SHRINK, NULL, 0,
         "publish, even if it is less than half of the last list, or nothing", 2},
        {"allow-past", OPTION_PAST, NULL, 0,
         "publish, even if the clock is more than a day behind the last list", 2},
        {"replace-damaged", OPTION_REPLACE, NULL, 0,
         "publish, even if the last list is not what its manifest says", 2},
        OPTIONS_THREADS,
        {NULL, 0, NULL, 0, "instead:", 3},
        {"verify", OPTION_VERIFY, NULL, 0, "verify what is published in DIR", 3},
        {"public-key", OPTION_PUBLIC_KEY, "FILE", 0, "and that this key signed it", 3},
        {"new-key", OPTION_NEW_KEY, "FILE", 0, "make a secret key, and FILE.pub", 3},
        {"list-formats", OPTION_LIST_FORMATS, NULL, 0,
         "tell which formats there are; with --format all about those", 3},
        {"mdoc", OPTION_MDOC, NULL, 0,
         "with --list-formats: the sections of foresink-publish-formats(7)", 3},
        {"json", OPTION_JSON, NULL, 0, "tell it in JSON", 3},
        {0},
};

static void
take_canary(struct publish_ask *ask, const char *arg)
{
	if (strcmp(arg, "none") == 0)
		ask->canary = (struct fsk_name){.len = 0};
	else
		publish_ask_name("--canary", arg, &ask->canary);
}

/* Takes the options whose value is one thing. */
static error_t
take_value(struct publish_ask *ask, int key, char *arg)
{
	switch (key) {
	case OPTION_TLD:
		publish_ask_tld(ask, arg);
		return 0;
	case OPTION_CONFIDENCE:
		ask->least = options_confidence(arg);
		return 0;
	case OPTION_FORMAT:
		publish_ask_format(ask, arg);
		return 0;
	case OPTION_ORIGIN:
		publish_ask_name("--origin", arg, &ask->origin);
		return 0;
	case OPTION_CANARY:
		take_canary(ask, arg);
		return 0;
	case OPTION_TTL:
		publish_ask_ttl(ask, arg);
		return 0;
	case OPTION_KEY:
		ask->key = arg;
		return 0;
	case OPTION_NEW_KEY:
		ask->new_key = arg;
		return 0;
	case OPTION_PUBLIC_KEY:
		ask->public_key = arg;
		return 0;
	default:
		return collision_take(&ask->collision, key, arg);
	}
}

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct publish_ask *ask = state->input;

	switch (key) {
	case OPTION_SHRINK:
		ask->may_shrink = true;
		return 0;
	case OPTION_PAST:
		ask->may_go_back = true;
		return 0;
	case OPTION_REPLACE:
		ask->may_replace = true;
		return 0;
	case OPTION_VERIFY:
		ask->verify = true;
		return 0;
	case OPTION_LIST_FORMATS:
		ask->list_formats = true;
		return 0;
	case OPTION_MDOC:
		ask->mdoc = true;
		return 0;
	case OPTION_JSON:
		ask->json = true;
		return 0;
	case ARGP_KEY_ARGS:
		ask->words = state->argv + state->next;
		ask->word_count = (size_t)(state->argc - state->next);
		return 0;
	default:
		if (take_value(ask, key, arg) == 0)
			return 0;
		return options_take(&ask->common, key, arg);
	}
}

/* Tells which formats there are, or of some of them all that is known. */
static enum status
list_formats(const struct publish_ask *ask)
{
	if (ask->mdoc)
		return publish_facts_page();
	if (ask->some_formats && !ask->json)
		return publish_facts_tell(ask->formats);
	return publish_formats_list(ask->json);
}

static enum status
run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "DIR",
	        .doc = "Publish the names that infected machines will try, in the formats "
	               "that resolvers and sensors read. DIR/current changes as a whole.",
	};
	struct publish_ask ask;
	enum status status = publish_ask_init(&ask);

	if (status == STATUS_DONE)
		status = options_parse(&argp, argc, argv, &ask);
	if (status == STATUS_DONE)
		status = publish_ask_check(&ask);
	if (status == STATUS_DONE) {
		if (ask.new_key != NULL)
			status = publish_key_create(ask.new_key);
		else if (ask.list_formats)
			status = list_formats(&ask);
		else if (ask.verify)
			status = publish_verify_run(&ask);
		else
			status = publish_lists_run(&ask);
	}
	publish_ask_fini(&ask);
	return status;
}

const struct command command_publish = {
        .name = "publish",
        .summary = "write block lists for resolvers, and keep them",
        .run = run,
};
