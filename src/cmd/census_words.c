/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_words.h"

#include "base/ascii.h"
#include "base/date.h"

#include <inttypes.h>
#include <math.h>

const char *
census_words_chaff(enum census_chaff chaff)
{
	static const char *const names[CENSUS_CHAFFS] = {
	        [CENSUS_CHAFF_OUTSIDE] = "outside",
	        [CENSUS_CHAFF_MANY] = "many",
	        [CENSUS_CHAFF_HEADERS] = "headers",
	        [CENSUS_CHAFF_CANARY] = "canary",
	};

	return names[chaff];
}

const char *
census_words_chaff_why(enum census_chaff chaff)
{
	static const char *const whys[CENSUS_CHAFFS] = {
	        [CENSUS_CHAFF_OUTSIDE] = "asked for names of days that are far off",
	        [CENSUS_CHAFF_MANY] = "asked for more than twice the names that a bot does",
	        [CENSUS_CHAFF_HEADERS] = "sent what no bot sends",
	        [CENSUS_CHAFF_CANARY] = "asked for a name that only researchers know",
	};

	return whys[chaff];
}

struct words
census_words_addresses(uint64_t number)
{
	struct words words = words_count(number);

	words_add(&words, number == 1 ? " address" : " addresses");
	return words;
}

struct words
census_words_day(int64_t second)
{
	struct words words = words_second(second * DATE_SECOND);

	if (words.text[0] != '-')
		words.text[sizeof("2009-01-22") - 1] = '\0';
	return words;
}

struct words
census_words_window(int64_t from, int64_t to)
{
	struct words words = census_words_day(from);
	int64_t day = date_day_of(from) * DATE_DAY;
	size_t len = strlen(words.text);

	if (to <= day + DATE_DAY && (from != day || to != day + DATE_DAY)) {
		int first = (int)(from - day) / 60, last = (int)(to - day) / 60;

		(void)snprintf(words.text + len, sizeof(words.text) - len,
		               " %02d:%02d to %02d:%02d", first / 60, first % 60, last / 60,
		               last % 60);
	} else if (to - day > DATE_DAY) {
		words_add(&words, " to ");
		words_add(&words, census_words_day(to - 1).text);
	}
	return words;
}

struct words
census_words_number(enum census_unit unit, double number)
{
	struct words words = {.text = ""};

	if (unit != CENSUS_SHARE)
		return words_about(number);
	(void)snprintf(words.text, sizeof(words.text), "%.1f %%", number * 100);
	return words;
}

struct words
census_words_range(const struct census_method *method, const struct census_figure *figure)
{
	struct words words = {.text = ""};

	/* Added up it was, and yet nobody measured it. */
	if (method->unit == CENSUS_VICTIMS) {
		words_add(&words, "attacker-reported");
		return words;
	}
	if (figure->bound != CENSUS_INTERVAL) {
		words_add(&words, census_bound_name(figure->bound));
		return words;
	}
	words_add(&words, census_words_number(method->unit, figure->low).text);
	words_add(&words, " to ");
	words_add(&words, isfinite(figure->high)
	                          ? census_words_number(method->unit, figure->high).text
	                          : "any number");
	return words;
}

struct words
census_words_share(uint64_t part, uint64_t whole)
{
	return census_words_number(CENSUS_SHARE,
	                           whole > 0 ? (double)part / (double)whole : 0);
}

struct words
census_words_rate(double rate)
{
	struct words words = {.text = ""};

	if (fabs(rate) < 0.0005)
		rate = 0; /* not -0.0 */
	(void)snprintf(words.text, sizeof(words.text), "%+.1f %%", rate * 100);
	return words;
}

struct words
census_words_cut(const struct census_cut *cut)
{
	struct words words = {.text = ""};

	if (cut->from == 0)
		(void)snprintf(words.text, sizeof(words.text),
		               "nobody called before %02u:00", cut->to);
	else
		(void)snprintf(words.text, sizeof(words.text),
		               "nobody called from %02u:00 on", cut->from);
	return words;
}

void
census_words_span(const struct census_report *report, const struct census_figure *figure,
                  int64_t *from, int64_t *to)
{
	bool own = figure->from < figure->to;

	*from = own ? figure->from : report->from;
	*to = own ? figure->to : report->to;
}

/* ${text} in ${words}, as far as there is room; what is not printable is '?'. */
static void
add_text(struct words *words, struct span text)
{
	size_t len = 0;

	for (; len < text.len && len < sizeof(words->text) - 1; len++)
		words->text[len] = ascii_print(text.text[len]) ? text.text[len] : '?';
	words->text[len] = '\0';
}

struct words
census_words_line(enum census_by by, const struct census_line *line)
{
	struct words words = {.text = "not known"};

	switch (by) {
	case CENSUS_BY_HOUR:
		return words_second(line->second * DATE_SECOND);
	case CENSUS_BY_DAY:
		return census_words_day(line->second);
	case CENSUS_BY_NETWORK:
		if (line->network != 0)
			(void)snprintf(words.text, sizeof(words.text), "AS%" PRIu32,
			               line->network);
		return words;
	case CENSUS_BY_COUNTRY:
	case CENSUS_BY_GENERATOR:
		if (line->text.len > 0)
			add_text(&words, line->text);
		return words;
	}
	return words;
}
