/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/ruling.h"

#include "base/date.h"

#include <stdio.h>

/* Octets of a file's name that a sentence shows: the longest that Linux has in a folder. */
#define FILE_MOST 255

/* Whether ${rules} allow ${claim}; then ${ruling} says why. */
static bool
is_allowed(const struct watch_rules *rules, const struct watch_claim *claim,
           struct watch_ruling *ruling)
{
	if (rules->allow == NULL)
		return false;
	if (watch_allow_find(rules->allow, claim->name, rules->now, &ruling->allowed))
		ruling->ground = WATCH_GROUND_ALLOWED;
	else if (watch_allow_below(rules->allow, claim->name, rules->now, &ruling->allowed))
		ruling->ground = WATCH_GROUND_ALLOWED_BELOW;
	else
		return false;
	ruling->state = WATCH_ALLOW;
	return true;
}

/* Whether ${fact}, of a registration, is of a time before ${instant}. A list without
 * days shows no more than that the name was registered when the list was taken. */
static bool
registered_before(const struct watch_known_fact *fact, int64_t instant)
{
	if (fact->number == WATCH_KNOWN_NO_DAY)
		return fact->list->taken < instant;
	return fact->number * DATE_DAY < instant;
}

/* Rules on ${claim}, which no allow list knows, by what others know of it. Who was
 * there first is told before who was seen, and that before who came later: one that
 * was popular before bots asked for it has an owner, however late he bought it. */
static void
weigh(const struct watch_known *known, const struct watch_claim *claim,
      struct watch_ruling *ruling)
{
	int64_t begins = claim->begins != INT64_MIN ? claim->begins : claim->known_from;
	struct watch_known_fact registered;
	struct watch_known_fact popular;
	bool is_registered =
	        watch_known_find(known, WATCH_REGISTERED, claim->name, &registered);

	if (is_registered && registered_before(&registered, claim->known_from)) {
		ruling->state = WATCH_LOG_ONLY;
		ruling->ground = WATCH_GROUND_REGISTERED;
		ruling->known = registered;
	} else if (watch_known_find(known, WATCH_POPULAR, claim->name, &popular) &&
	           popular.list->taken < begins) {
		ruling->state = WATCH_LOG_ONLY;
		ruling->ground = WATCH_GROUND_POPULAR;
		ruling->known = popular;
	} else if (is_registered) {
		ruling->ground = WATCH_GROUND_SUSPICIOUS;
		ruling->known = registered;
	}
}

void
watch_rule(const struct watch_rules *rules, const struct watch_claim *claim,
           struct watch_ruling *ruling)
{
	*ruling = (struct watch_ruling){
	        .state = WATCH_BLOCK,
	        .ground = WATCH_GROUND_NONE,
	};
	if (!is_allowed(rules, claim, ruling) && rules->known != NULL)
		weigh(rules->known, claim, ruling);
}

const char *
watch_state_name(enum watch_state state)
{
	switch (state) {
	case WATCH_BLOCK:
		return "block";
	case WATCH_LOG_ONLY:
		return "log-only";
	case WATCH_ALLOW:
		return "allow";
	}
	return "block";
}

const char *
watch_ground_name(enum watch_ground ground)
{
	switch (ground) {
	case WATCH_GROUND_NONE:
		return "none";
	case WATCH_GROUND_SUSPICIOUS:
		return "suspicious";
	case WATCH_GROUND_REGISTERED:
		return "registered";
	case WATCH_GROUND_POPULAR:
		return "popular";
	case WATCH_GROUND_ALLOWED:
		return "allowed";
	case WATCH_GROUND_ALLOWED_BELOW:
		return "allowed-below";
	}
	return "none";
}

/* A sentence that is being written. */
struct words {
	char *text; /* WATCH_RULING_SIZE octets */
	size_t len;
};

/* Writes ${text}, ${most} octets of it at most; a piece that is cut ends in "..." at
 * the end of a character. */
static void
put(struct words *words, struct span text, size_t most)
{
	size_t room = WATCH_RULING_SIZE - 1 - words->len;
	bool cut;

	most = most < room ? most : room;
	cut = text.len > most;
	if (cut) {
		text.len = most > 3 ? most - 3 : 0;
		while (text.len > 0 && ((unsigned char)text.text[text.len] & 0xc0) == 0x80)
			text.len--;
	}
	if (text.len > 0)
		memcpy(words->text + words->len, text.text, text.len);
	words->len += text.len;
	if (cut && most > 3) {
		memcpy(words->text + words->len, "...", 3);
		words->len += 3;
	}
	words->text[words->len] = '\0';
}

static void
put_word(struct words *words, const char *word)
{
	put(words, span_of(word), SIZE_MAX);
}

static void
put_number(struct words *words, uintmax_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%ju", number);
	put_word(words, text);
}

/* Writes the day of ${instant}. */
static void
put_day(struct words *words, int64_t instant)
{
	int64_t day = date_day_of(instant);
	char text[DATE_INSTANT_SIZE];

	if (day < DATE_FIRST || day > DATE_LAST) {
		put_word(words, "a day out of the calendar");
		return;
	}
	date_write_day(instant, text);
	put_word(words, text);
}

/* Writes where ${allowed} stands, until when it holds, and why. */
static void
put_allowed(struct words *words, const struct watch_allowed *allowed)
{
	put(words, allowed->file, FILE_MOST);
	put_word(words, ", line ");
	put_number(words, allowed->line);
	if (allowed->until != INT64_MAX) {
		put_word(words, ", until ");
		put_day(words, allowed->until);
	}
	put_word(words, ": ");
	if (allowed->reason.len > 0)
		put(words, allowed->reason, SIZE_MAX);
	else
		put_word(words, "no reason given");
}

/* Writes which list says it, and when that was taken. */
static void
put_list(struct words *words, const struct watch_known_fact *known)
{
	put_word(words, "list ");
	put(words, known->list->file, FILE_MOST);
	put_word(words, " of ");
	put_day(words, known->list->taken);
}

static void
put_registered(struct words *words, const struct watch_known_fact *known)
{
	put_word(words, "registered ");
	put_word(words, known->number != WATCH_KNOWN_NO_DAY ? "on " : "by ");
	put_day(words, known->number != WATCH_KNOWN_NO_DAY ? known->number * DATE_DAY
	                                                   : known->list->taken);
	put_word(words, ", before the family's names could be known (");
	put_list(words, known);
	put_word(words, ")");
}

static void
put_suspicious(struct words *words, const struct watch_known_fact *known)
{
	if (known->number != WATCH_KNOWN_NO_DAY) {
		put_word(words, "registered on ");
		put_day(words, known->number * DATE_DAY);
		put_word(words, ", when the family's names could be known: "
		                "whoever did it may have known them (");
	} else {
		put_word(words, "registered, but nobody says since when, and the family's "
		                "names could be known already (");
	}
	put_list(words, known);
	put_word(words, ")");
}

static void
put_popular(struct words *words, const struct watch_known_fact *known)
{
	put_word(words, "popular on ");
	put_day(words, known->list->taken);
	put_word(words, ", before a bot could ask for it: ");
	put(words, known->name, SIZE_MAX);
	put_word(words, known->number > 0 ? " has rank " : " is");
	if (known->number > 0)
		put_number(words, (uintmax_t)known->number);
	put_word(words, " in ");
	put(words, known->list->file, FILE_MOST);
}

void
watch_ruling_write(const struct watch_ruling *ruling, char text[WATCH_RULING_SIZE])
{
	struct words words = {.text = text};

	text[0] = '\0';
	switch (ruling->ground) {
	case WATCH_GROUND_NONE:
		break;
	case WATCH_GROUND_SUSPICIOUS:
		put_suspicious(&words, &ruling->known);
		break;
	case WATCH_GROUND_REGISTERED:
		put_registered(&words, &ruling->known);
		break;
	case WATCH_GROUND_POPULAR:
		put_popular(&words, &ruling->known);
		break;
	case WATCH_GROUND_ALLOWED:
		put(&words, ruling->allowed.name, SIZE_MAX);
		put_word(&words, " is allowed by ");
		put_allowed(&words, &ruling->allowed);
		break;
	case WATCH_GROUND_ALLOWED_BELOW:
		put(&words, ruling->allowed.name, SIZE_MAX);
		put_word(&words, ", below it, is allowed by ");
		put_allowed(&words, &ruling->allowed);
		break;
	}
}
