/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_ask.h"

#include "base/ascii.h"
#include "base/date.h"
#include "base/size.h"
#include "cmd/apart.h"
#include "cmd/say.h"
#include "cmd/whole.h"
#include "dga/catalog.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
	OPTION_BY = OPTION_OWN,
	OPTION_METHOD,
	OPTION_HELD,
	OPTION_CANARY,
	OPTION_COUNTRY,
	OPTION_NETWORK,
	OPTION_JSON,
	OPTION_CSV,
	OPTION_HTML,
	OPTION_SKETCH,
	OPTION_KEY,
	OPTION_NODE
};

static const struct argp_option rows[] = {
        OPTIONS_FAMILY,
        {"from", OPTION_FROM, "DATE", 0,
         "first day, UTC (default: the last one on which anything was seen)", 0},
        {"to", OPTION_TO, "DATE", 0, "last day, UTC", 0},
        {"by", OPTION_BY, "WHAT", 0,
         "a table of addresses, too: by hour, day, country, asn or family", 0},
        {"method", OPTION_METHOD, "NAME", 0,
         "only this way to count, repeatable; see `foresink census methods'", 0},
        {"held", OPTION_HELD, "FILE", 0,
         "the names that the sinkhole holds, one a line; `all': every name of every list",
         0},
        {"canary", OPTION_CANARY, "FILE", 0,
         "names for which nobody but researchers asks: who does is not counted", 0},
        {"country", OPTION_COUNTRY, "FILE", 0,
         "a file that knows the countries of addresses, where sightings do not say", 0},
        {"network", OPTION_NETWORK, "FILE", 0,
         "one that knows the numbers of their networks", 0},
        {"json", OPTION_JSON, NULL, 0, "JSON, one object a line", 0},
        {"csv", OPTION_CSV, NULL, 0, "CSV: the figures, or the table of --by", 0},
        {"html", OPTION_HTML, "FILE", 0, "write a page with plots, too", 0},
        {"sketch", OPTION_SKETCH, "FILE", 0,
         "write sketches for `foresink census merge', too", 0},
        {"key", OPTION_KEY, "FILE", 0, "the key of sketches: 32 hexadecimal digits", 0},
        {"node", OPTION_NODE, "NAME", 0, "who counted, in sketches", 0},
        OPTIONS_OUTPUT,
        {0},
};

/* Where the word of an option is kept; NULL when it is none of ours. */
static const char **
place_of(struct census_ask *ask, int key)
{
	switch (key) {
	case OPTION_BY:
		return &ask->by_word;
	case OPTION_HELD:
		return &ask->held;
	case OPTION_CANARY:
		return &ask->canary;
	case OPTION_COUNTRY:
		return &ask->country;
	case OPTION_NETWORK:
		return &ask->network;
	case OPTION_HTML:
		return &ask->html;
	case OPTION_SKETCH:
		return &ask->sketch.path;
	case OPTION_KEY:
		return &ask->sketch.key_path;
	case OPTION_NODE:
		return &ask->sketch.node;
	default:
		return NULL;
	}
}

/* Adds ${word} to ${words}. */
static void
append(const char ***words, size_t *count, const char *word)
{
	const char **grown = realloc(*words, size_mul(*count + 1, sizeof(*grown)));

	if (grown == NULL) {
		say("out of memory");
		exit(STATUS_SYSTEM);
	}
	*words = grown;
	(*words)[(*count)++] = word;
}

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct census_ask *ask = state->input;
	const char **place = place_of(ask, key);

	if (place != NULL) {
		*place = arg;
		return 0;
	}
	switch (key) {
	case OPTION_METHOD:
		append(&ask->method_words, &ask->method_word_count, arg);
		return 0;
	case OPTION_JSON:
		ask->json = true;
		return 0;
	case OPTION_CSV:
		ask->csv = true;
		return 0;
	case ARGP_KEY_ARG:
		append(&ask->words, &ask->word_count, arg);
		return 0;
	default:
		return options_take(&ask->common, key, arg);
	}
}

static const char *const by_names[CENSUS_BY_GENERATOR + 1] = {
        [CENSUS_BY_HOUR] = "hour",        [CENSUS_BY_DAY] = "day",
        [CENSUS_BY_COUNTRY] = "country",  [CENSUS_BY_NETWORK] = "asn",
        [CENSUS_BY_GENERATOR] = "family",
};

const char *
census_ask_by_name(enum census_by by)
{
	return by_names[by];
}

static enum status
settle_by(struct census_ask *ask)
{
	if (ask->by_word == NULL)
		return STATUS_DONE;
	for (size_t by = 0; by <= CENSUS_BY_GENERATOR; by++) {
		if (strcmp(ask->by_word, by_names[by]) != 0)
			continue;
		ask->by = (enum census_by)by;
		ask->by_set = true;
		return STATUS_DONE;
	}
	say("--by %s: it is hour, day, country, asn or family", ask->by_word);
	return STATUS_USAGE;
}

static enum status
settle_methods(struct census_ask *ask)
{
	size_t whole = census_method_count();

	ask->methods = calloc(whole + 1, sizeof(const struct census_method *));
	if (ask->methods == NULL) {
		say("out of memory");
		return STATUS_SYSTEM;
	}
	for (size_t i = 0; i < ask->method_word_count; i++) {
		if (census_method_find(ask->method_words[i]) != NULL)
			continue;
		say("--method %s: no such method; see `foresink census methods'",
		    ask->method_words[i]);
		return STATUS_USAGE;
	}
	for (size_t n = 0; n < whole; n++) {
		const struct census_method *method = census_method_at(n);
		bool wanted = ask->method_word_count == 0;

		for (size_t i = 0; i < ask->method_word_count && !wanted; i++)
			wanted = strcmp(ask->method_words[i], method->name) == 0;
		if (wanted)
			ask->methods[ask->method_count++] = method;
	}
	return STATUS_DONE;
}

/* Reads one end of the span, which must be that of a day. */
static enum status
read_day(const char *option, const char *text, struct span_of_time *day)
{
	enum status status = options_instant(option, text, day);

	if (status != STATUS_DONE || day->to - day->from == DATE_DAY - 1)
		return status;
	say("%s %s: a census is of whole days: a date is wanted", option, text);
	return STATUS_USAGE;
}

static enum status
settle_span(struct census_ask *ask)
{
	const struct options *common = &ask->common;
	struct span_of_time from = {INT64_MIN, INT64_MAX};
	struct span_of_time to = {INT64_MIN, INT64_MAX - 1};
	enum status status = STATUS_DONE;

	if (common->from != NULL)
		status = read_day("--from", common->from, &from);
	if (status == STATUS_DONE && common->to != NULL)
		status = read_day("--to", common->to, &to);
	if (status != STATUS_DONE)
		return status;
	ask->from = common->from == NULL && common->to != NULL ? to.from : from.from;
	ask->to = to.to + 1;
	if (common->from == NULL || common->to == NULL)
		return STATUS_DONE;
	if (ask->from >= ask->to) {
		say("the span runs backwards: it begins after its end");
		return STATUS_USAGE;
	}
	if ((ask->to - ask->from) / DATE_DAY > CENSUS_DAYS) {
		say("--from %s --to %s: a census is of %d days at most", common->from,
		    common->to, CENSUS_DAYS);
		return STATUS_USAGE;
	}
	return STATUS_DONE;
}

static enum status
settle_families(struct census_ask *ask)
{
	struct selection selection = {.generators = NULL};
	enum status status = options_select(&ask->common, &selection);

	if (status != STATUS_DONE)
		return status;
	ask->wanted = calloc(dga_generator_count(), sizeof(*ask->wanted));
	for (size_t i = 0; i < selection.count && ask->wanted != NULL; i++)
		ask->wanted[selection.generators[i]] = true;
	selection_fini(&selection);
	if (ask->wanted != NULL)
		return STATUS_DONE;
	say("out of memory");
	return STATUS_SYSTEM;
}

/* Reads the key of sketches: 32 hexadecimal digits, which may have blanks and ends of
 * lines around, or 16 octets. */
static enum status
read_key(const char *path, uint8_t key[CENSUS_HLL_KEY])
{
	uint8_t octets[CENSUS_HLL_KEY];
	size_t read = 0, len = 0;
	char *text = NULL;
	enum status status = whole_read(path, false, &text, &len);

	if (status != STATUS_DONE)
		return status;
	if (len == sizeof(octets)) {
		memcpy(key, text, sizeof(octets));
	} else if (sodium_hex2bin(octets, sizeof(octets), text, len, " \t\r\n", &read,
	                          NULL) == 0 &&
	           read == sizeof(octets)) {
		memcpy(key, octets, sizeof(octets));
	} else {
		say("%s: this is no key of sketches: %d hexadecimal digits are wanted",
		    path, CENSUS_HLL_KEY * 2);
		status = STATUS_DATA;
	}
	sodium_memzero(octets, sizeof(octets));
	sodium_memzero(text, len);
	free(text);
	return status;
}

enum status
census_ask_sketch(const char *command, const struct census_ask_sketch *ask,
                  uint8_t key[CENSUS_HLL_KEY])
{
	size_t len = ask->node != NULL ? strlen(ask->node) : 0;
	bool good = len > 0 && len <= CENSUS_NODE_MOST;

	if (ask->path == NULL && ask->key_path == NULL && ask->node == NULL)
		return STATUS_DONE;
	if (ask->path == NULL || ask->key_path == NULL || ask->node == NULL) {
		say("%s: --sketch, --key and --node go together", command);
		return STATUS_USAGE;
	}
	for (size_t i = 0; i < len; i++)
		good = good && ascii_print(ask->node[i]) && ask->node[i] != ' ';
	if (!good) {
		say("--node %s: a name of 1 to %d octets without blanks is wanted",
		    ask->node, CENSUS_NODE_MOST);
		return STATUS_USAGE;
	}
	return read_key(ask->key_path, key);
}

/* Refuses to write two things into one place, or over a file of the user's. */
static enum status
check_places(const struct census_ask *ask)
{
	const char *const places[] = {ask->common.output, ask->html, ask->sketch.path};
	const char *const files[] = {
	        ask->held != NULL && strcmp(ask->held, "all") != 0 ? ask->held : NULL,
	        ask->canary, ask->country, ask->network, ask->sketch.key_path};
	enum status status = apart_outputs("census", places, 3);

	for (size_t i = 0; i < 3 && status == STATUS_DONE; i++)
		status = apart_inputs("census", places[i], files, 5);
	return status;
}

static enum status
settle(struct census_ask *ask)
{
	enum status status = STATUS_DONE;

	if (ask->word_count == 0) {
		say("census: of what? (the folder of a store, or files of sightings)");
		return STATUS_USAGE;
	}
	if (ask->json && ask->csv) {
		say("census: --json excludes --csv");
		return STATUS_USAGE;
	}
	status = settle_by(ask);
	if (status == STATUS_DONE)
		status = settle_methods(ask);
	if (status == STATUS_DONE)
		status = settle_span(ask);
	if (status == STATUS_DONE)
		status = settle_families(ask);
	if (status == STATUS_DONE)
		status = check_places(ask);
	return status == STATUS_DONE ? census_ask_sketch("census", &ask->sketch, ask->key)
	                             : status;
}

enum status
census_ask_read(struct census_ask *ask, int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "STORE|FILE...",
	        .doc = "Count the infected: of each family how many, in which unit, by "
	               "which "
	               "method, with which interval; or why no number can be given. Of "
	               "stores (their folders) and of files of sightings. Other words: "
	               "`census merge', `census count', `census methods'.",
	};
	enum status status;

	*ask = (struct census_ask){.from = INT64_MIN, .to = INT64_MAX};
	options_init(&ask->common);
	status = options_parse(&argp, argc, argv, ask);
	return status == STATUS_DONE ? settle(ask) : status;
}

void
census_ask_fini(struct census_ask *ask)
{
	options_fini(&ask->common);
	free(ask->words);
	free(ask->method_words);
	free(ask->methods);
	free(ask->wanted);
	sodium_memzero(ask->key, sizeof(ask->key));
	*ask = (struct census_ask){.words = NULL};
}

bool
census_ask_wants(const struct census_ask *ask, struct span generator)
{
	struct dga_generator found;
	bool all = true;

	if (ask->common.family_count == 0)
		return generator.len > 0;
	if (generator.len == 0)
		return false;
	if (dga_generator_find(generator, &found) == FSK_OK)
		return ask->wanted[found.number];
	for (size_t i = 0; i < dga_generator_count(); i++) {
		found = dga_generator_at(i);
		if (!span_equal(span_of(found.family->name), generator))
			continue;
		if (!ask->wanted[i])
			return false;
		all = false;
	}
	return !all;
}

const char *
census_ask_variant(const struct census_ask *ask, const struct dga_family *family)
{
	const char *variant = NULL;

	if (ask->common.family_count == 0)
		return NULL;
	for (size_t i = 0; i < dga_generator_count(); i++) {
		struct dga_generator generator = dga_generator_at(i);

		if (generator.family != family || !ask->wanted[i])
			continue;
		if (variant != NULL)
			return NULL;
		variant = generator.variant->name;
	}
	return variant;
}
