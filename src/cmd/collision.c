/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/collision.h"

#include "base/date.h"
#include "cmd/say.h"
#include "cmd/words.h"
#include "watch/recur.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What ${key} is a file of; false when it is none of ours. */
static bool
kind_of(int key, enum watch_rulebook_kind *kind)
{
	switch (key) {
	case OPTION_ALLOW:
		*kind = WATCH_RULEBOOK_ALLOW;
		return true;
	case OPTION_POPULAR:
		*kind = WATCH_RULEBOOK_POPULAR;
		return true;
	case OPTION_REGISTERED:
		*kind = WATCH_RULEBOOK_REGISTERED;
		return true;
	default:
		return false;
	}
}

/* Cuts the date off ${arg}, the value of an option of ${kind}; it is stored in
 * ${taken}. */
static void
cut_date(enum watch_rulebook_kind kind, char *arg, int64_t *taken)
{
	const char *option = kind == WATCH_RULEBOOK_POPULAR ? "--popular" : "--registered";
	struct fault fault;
	size_t len;

	if (kind == WATCH_RULEBOOK_ALLOW)
		return;
	if (watch_rulebook_split(span_of(arg), &len, taken, &fault) != FSK_OK) {
		say("%s %s: %s", option, arg, fault.why);
		exit(STATUS_USAGE);
	}
	arg[len] = '\0';
}

error_t
collision_take(struct collision_ask *ask, int key, char *arg)
{
	struct watch_rulebook_file file = {.taken = WATCH_RULEBOOK_FILE_TIME};
	struct watch_rulebook_file *grown;

	if (!kind_of(key, &file.kind))
		return ARGP_ERR_UNKNOWN;
	cut_date(file.kind, arg, &file.taken);
	file.path = arg;
	grown = reallocarray(ask->files, ask->count + 1, sizeof(*grown));
	if (grown == NULL) {
		say("out of memory");
		exit(STATUS_SYSTEM);
	}
	ask->files = grown;
	ask->files[ask->count++] = file;
	return 0;
}

/* Says why the file at ${path} could not be read, and what that means for the end. */
static enum status
say_failure(const char *path, enum fsk_err err, const struct fault *fault)
{
	if (err == FSK_SYNTAX) {
		say_fault(path, fault);
		return STATUS_DATA;
	}
	if (err == FSK_NOMEM)
		say("out of memory");
	else
		say("%s: %s", path, strerror(err == FSK_RANGE ? EFBIG : errno));
	return STATUS_SYSTEM;
}

/* Says what of the file at ${path} was passed over. */
static void
say_skipped(const char *path, const struct watch_rulebook_read *read)
{
	struct fault first = read->first;

	if (read->skipped == 0)
		return;
	if (first.line > 0)
		say("%s: %s passed over, the first at line %zu: %s", path,
		    words_things(read->skipped, "line").text, first.line, first.why);
	else
		say("%s: %s passed over, the first: %s", path,
		    words_things(read->skipped, "name").text, first.why);
}

/* Says which time was taken for that of the list at ${path}, where nobody told it. */
static void
say_assumed(const char *path, const struct watch_rulebook_read *read)
{
	int64_t day = date_day_of(read->taken);
	char date[DATE_INSTANT_SIZE];

	if (!read->assumed || day < DATE_FIRST || day > DATE_LAST)
		return;
	date_write_day(read->taken, date);
	say("note: %s: assumed to be of %s, the file's time; %s@DATE tells when it was "
	    "taken",
	    path, date, path);
}

enum status
collision_load(const struct collision_ask *ask, struct watch_rulebook **book)
{
	struct fault fault = {.why = NULL};
	size_t which = 0;
	enum fsk_err err = watch_rulebook_new(ask->files, ask->count, book, &which, &fault);

	if (err != FSK_OK)
		return say_failure(ask->count > 0 ? ask->files[which].path : "", err,
		                   &fault);
	for (size_t i = 0; i < ask->count; i++) {
		say_assumed(ask->files[i].path, watch_rulebook_read_of(*book, i));
		say_skipped(ask->files[i].path, watch_rulebook_read_of(*book, i));
	}
	return STATUS_DONE;
}

/* Whether bots asked for the popular name of ${claim}, ${match}, before; since when is
 * stored there. */
static bool
find_begin(const struct fsk_match *match, const struct watch_ruling *ruling,
           struct watch_claim *claim)
{
	const struct watch_plan plan = {.threads = 1};
	struct watch_recur forecast;
	enum fsk_err err;

	watch_recur_set(&forecast, claim->name, match->generator, ruling);
	err = watch_recur_find(&forecast, 1, &plan);
	if (err != FSK_OK) {
		say("%s", err == FSK_IO ? strerror(errno) : fsk_strerror(err));
		exit(STATUS_SYSTEM);
	}
	if (forecast.begins >= claim->begins)
		return false;
	claim->begins = forecast.begins;
	return true;
}

void
collision_rule(const struct watch_rules *rules, const struct fsk_match *match,
               const struct fsk_name *name, struct watch_ruling *ruling)
{
	const struct dga_family *family = dga_generator_at(match->generator).family;
	struct watch_claim claim = {
	        .name = {name->text, name->len},
	        .known_from = dga_known_from(family),
	        .begins = watch_recur_begins(match->generator, match->period),
	};

	watch_rule(rules, &claim, ruling);
	if (ruling->ground == WATCH_GROUND_POPULAR && find_begin(match, ruling, &claim))
		watch_rule(rules, &claim, ruling);
}

void
collision_fini(struct collision_ask *ask)
{
	free(ask->files);
	*ask = (struct collision_ask){.count = 0};
}
