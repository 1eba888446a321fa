/* SPDX-License-Identifier: BSD-2-Clause */
#include "drill/canary.h"

#include "base/ascii.h"
#include "base/date.h"
#include "wire/name.h"

#include <stdio.h>

#define PREFIX "foresink serial="
#define EACH_DAY 10 /* serials of a day that are tried: lists change once a day */

/* Octets of the longest label in front of the domain, with its dot. */
#define LABEL_MOST (sizeof("s4294967295.") - 1)

/* What is being found out. */
struct search {
	struct drill_asker *asker;
	const struct drill_canary_setting *setting;
	struct drill_canary *canary;
	struct drill_answer open; /* to the question for the open name */
	bool over;                /* more questions would show no more */
};

bool
drill_serial_day(uint32_t serial, int64_t *day)
{
	char text[sizeof("YYYY-MM-DD")];
	uint32_t date = serial / 100;
	int64_t days;

	if (serial < 1000000000)
		return false;
	snprintf(text, sizeof(text), "%04u-%02u-%02u", (unsigned)(date / 10000 % 10000),
	         (unsigned)(date / 100 % 100), (unsigned)(date % 100));
	if (date_parse(span_of(text), &days, NULL) != FSK_OK)
		return false;
	*day = days;
	return true;
}

/* The serial of the list of ${day}, the ${n}th. */
static uint32_t
serial_of(int64_t day, unsigned n)
{
	struct date date = date_from_days(day);

	return ((uint32_t)date.year * 10000 + date.month * 100 + date.day) * 100 + n;
}

static enum fsk_err
ask(struct search *search, const char *label, uint16_t type, struct drill_answer *answer)
{
	const struct fsk_name *domain = &search->setting->domain;
	struct fsk_name name;
	char text[FSK_NAME_MAX + 1];
	int len = snprintf(text, sizeof(text), "%s.%.*s", label, (int)domain->len,
	                   domain->text);

	if (len < 0 || (size_t)len >= sizeof(text) ||
	    wire_name_read((struct span){text, (size_t)len}, &name, NULL) != FSK_OK)
		return FSK_RANGE;
	return drill_ask(search->asker, &name, type, answer);
}

/* Reads "foresink serial=N". */
static bool
read_serial(const struct drill_answer *answer, uint32_t *serial)
{
	size_t at = sizeof(PREFIX) - 1;
	uint64_t number = 0;

	if (answer->text_len <= at || answer->text_len > at + 10 ||
	    memcmp(answer->text, PREFIX, at) != 0)
		return false;
	for (; at < answer->text_len; at++) {
		if (!ascii_digit(answer->text[at]))
			return false;
		number = number * 10 + (uint64_t)(answer->text[at] - '0');
	}
	if (number == 0 || number > UINT32_MAX)
		return false;
	*serial = (uint32_t)number;
	return true;
}

/* Asks for the blocked name of ${serial} and judges it; the addresses of the open name
 * are none of a sinkhole. FSK_END is an answer that did not come. */
static enum fsk_err
ask_blocked(struct search *search, uint32_t serial)
{
	const struct drill_canary_setting *setting = search->setting;
	struct drill_canary *canary = search->canary;
	struct drill_sinkholes sinkholes = *setting->sinkholes;
	struct drill_answer answer;
	char label[LABEL_MOST + 1];
	enum fsk_err err;

	snprintf(label, sizeof(label), "s%lu", (unsigned long)serial);
	err = ask(search, label, DRILL_TYPE_A, &answer);
	if (err != FSK_OK && err != FSK_END)
		return err;
	canary->asked_blocked = true;
	canary->learnt.count = 0;
	/* By the TXT record there is a list; then an address that the open name has not is
	 * the one by which that list blocks. */
	if (err == FSK_OK && canary->has_serial && answer.address_count > 0 &&
	    !drill_answer_same(&answer, &search->open)) {
		drill_sinkholes_add(&canary->learnt, &answer);
		drill_sinkholes_add(&sinkholes, &answer);
	}
	canary->blocked =
	        drill_judge(err == FSK_OK ? &answer : NULL, &setting->domain, &sinkholes);
	return FSK_OK;
}

/* Whether a list of ${canary}'s serial has today's names; why not, is stored there. */
static bool
is_fresh(const struct drill_canary_setting *setting, struct drill_canary *canary)
{
	int64_t today = date_day_of(setting->now);

	canary->has_day = drill_serial_day(canary->serial, &canary->day);
	if (setting->serial == canary->serial)
		return true;
	if (setting->serial != 0)
		canary->why = "it serves another serial than the one that is wanted";
	else if (!canary->has_day)
		canary->why = "its serial does not tell of which day its list is";
	else if (canary->day < today - DRILL_DAYS_AHEAD)
		canary->why = "its list is too old to have the names of the day";
	else if (canary->day > today + DRILL_DAYS_BACK)
		canary->why =
		        "its list is of a later day, and has not the names of this one";
	else
		return true;
	return false;
}

/* By the TXT record, whose serial is known. */
static enum fsk_err
prove_by_text(struct search *search)
{
	struct drill_canary *canary = search->canary;
	enum fsk_err err;

	if (!is_fresh(search->setting, canary))
		return FSK_OK;
	err = ask(search, "open", DRILL_TYPE_A, &search->open);
	if (err != FSK_OK)
		search->open = (struct drill_answer){.rcode = DRILL_RCODE_SERVFAIL};
	if (err == FSK_OK || err == FSK_END)
		err = ask_blocked(search, canary->serial);
	if (err != FSK_OK)
		return err;
	if (canary->blocked.word == DRILL_BLOCKED)
		canary->proof = DRILL_BY_TEXT;
	else
		canary->why =
		        "it has the list's TXT record, but does not block the name of "
		        "the same serial: its list is not in force";
	return FSK_OK;
}

/* Asks for the open name; stored in ${is_open} is whether it has an address of its own. */
static enum fsk_err
ask_open(struct search *search, bool *is_open)
{
	const struct drill_canary_setting *setting = search->setting;
	enum fsk_err err = ask(search, "open", DRILL_TYPE_A, &search->open);

	*is_open = err == FSK_OK &&
	           drill_judge(&search->open, &setting->domain, setting->sinkholes).how ==
	                   DRILL_DATA;
	return err == FSK_END ? FSK_OK : err;
}

/* Tries the blocked name of ${serial}: it proves that serial if it is blocked, and the
 * open name still is not. A resolver to which these were questions enough would refuse
 * both. */
static enum fsk_err
try(struct search *search, uint32_t serial)
{
	struct drill_canary *canary = search->canary;
	enum fsk_err err = ask_blocked(search, serial);
	bool is_open = false;

	if (err != FSK_OK)
		return err;
	search->over = canary->blocked.how == DRILL_SILENT;
	if (canary->blocked.word != DRILL_BLOCKED)
		return FSK_OK;
	err = ask_open(search, &is_open);
	search->over = true;
	if (err != FSK_OK || !is_open)
		return err;
	canary->proof = DRILL_BY_NAME;
	canary->has_serial = true;
	canary->serial = serial;
	canary->has_day = drill_serial_day(serial, &canary->day);
	return FSK_OK;
}

/* Tries the serials of all days whose lists have today's names, the latest first, until
 * one is proven or an answer lacks. */
static enum fsk_err
try_days(struct search *search)
{
	int64_t today = date_day_of(search->setting->now);
	enum fsk_err err = FSK_OK;

	for (int64_t day = today + DRILL_DAYS_BACK; day >= today - DRILL_DAYS_AHEAD; day--)
		for (unsigned n = 0; n < EACH_DAY; n++) {
			if (err != FSK_OK || search->over || day < DATE_FIRST ||
			    day > DATE_LAST)
				return err;
			err = try(search, serial_of(day, n));
		}
	return err;
}

/* By names alone: below a domain where each name has an address, the one of the list's
 * serial has none. */
static enum fsk_err
prove_by_name(struct search *search)
{
	const struct drill_canary_setting *setting = search->setting;
	bool is_open;
	enum fsk_err err = ask_open(search, &is_open);

	if (err != FSK_OK)
		return err;
	if (!is_open) {
		search->canary->why =
		        "it has no TXT record of a list, and below the canary's domain "
		        "names have no address, so that nothing shows what is blocked";
		return FSK_OK;
	}
	search->canary->why =
	        "names of these days' lists below the canary's domain have an "
	        "address: none is blocked";
	return setting->serial != 0 ? try(search, setting->serial) : try_days(search);
}

enum fsk_err
drill_canary_find(struct drill_asker *asker, const struct drill_canary_setting *setting,
                  struct drill_canary *canary)
{
	struct drill_canary got = {.why = ""};
	struct search search = {.asker = asker, .setting = setting, .canary = &got};
	struct drill_answer text;
	enum fsk_err err = ask(&search, "serial", DRILL_TYPE_TXT, &text);

	if (err != FSK_OK)
		return err;
	got.has_serial = text.rcode == DRILL_RCODE_OK && read_serial(&text, &got.serial);
	if (got.has_serial)
		err = prove_by_text(&search);
	else if (text.rcode == DRILL_RCODE_REFUSED)
		got.why = "it refuses to answer";
	else
		err = prove_by_name(&search);
	if (err != FSK_OK)
		return err;
	if (got.proof != DRILL_NO_PROOF)
		got.why = "";
	*canary = got;
	return FSK_OK;
}
