/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_plot_words.h"

#include "base/date.h"
#include "cmd/census_words.h"
#include "cmd/html.h"

#include <inttypes.h>

#define HOUR INT64_C(3600)
#define SENSORS_SHOWN 12
#define CLOCK 17 /* octets of "2026-01-05T14:00" and a NUL */
#define DAY 11

/* Writes ${instant}, "2026-01-05 14:00", into ${out}. */
static void
write_minute(int64_t instant, char *out)
{
	date_write_instant(instant, out);
	out[DAY - 1] = ' ';
	out[CLOCK - 1] = '\0';
}

struct census_plot_words
census_plot_window(int64_t from, int64_t to)
{
	struct census_plot_words words = {.text = "none"};
	char first[DATE_INSTANT_SIZE], last[DATE_INSTANT_SIZE];
	int64_t length = to - from;

	if (length <= 0)
		return words;
	if (from % DATE_DAY == 0 && length % DATE_DAY == 0) {
		date_write_day(from, first);
		date_write_day(to - 1, last);
		snprintf(words.text, sizeof(words.text), "%s%s%s, UTC (%s)", first,
		         length > DATE_DAY ? " to " : "", length > DATE_DAY ? last : "",
		         words_things((uint64_t)(length / DATE_DAY), "day").text);
		return words;
	}
	write_minute(from, first);
	write_minute(to, last);
	snprintf(words.text, sizeof(words.text), "%s to %s, UTC", first,
	         memcmp(first, last, DAY) == 0 ? last + DAY : last);
	if (length % HOUR == 0) {
		size_t used = strlen(words.text);

		snprintf(words.text + used, sizeof(words.text) - used, " (%s)",
		         words_things((uint64_t)(length / HOUR), "hour").text);
	}
	return words;
}

struct census_plot_words
census_plot_hour(int64_t from)
{
	struct census_plot_words words = {.text = ""};

	write_minute(from, words.text);
	return words;
}

struct words
census_plot_addresses(uint64_t addresses)
{
	struct words words = words_count(addresses);

	words_add(&words, addresses == 1 ? " address" : " addresses");
	return words;
}

/* "hosts"; "host" of a ${number} that is told as 1. */
static const char *
unit_of(enum census_unit unit, struct words number)
{
	bool one = strcmp(number.text, "1") == 0;

	switch (unit) {
	case CENSUS_ADDRESSES:
		return one ? "address" : "addresses";
	case CENSUS_HOSTS:
		return one ? "host" : "hosts";
	case CENSUS_SWEEPS:
		return one ? "sweep" : "sweeps";
	case CENSUS_LINES:
		return one ? "line" : "lines";
	case CENSUS_VICTIMS:
		return one ? "claimed victim" : "claimed victims";
	case CENSUS_SHARE:
		return "of hosts";
	}
	return "";
}

struct census_plot_words
census_plot_figure(const struct census_estimated *estimated)
{
	const struct census_figure *figure = &estimated->figure;
	enum census_unit unit = estimated->method->unit;
	struct census_plot_words words;
	struct words number = census_words_number(unit, figure->value);
	const char *bound = "";

	if (figure->bound == CENSUS_AT_LEAST)
		bound = "at least ";
	else if (figure->bound == CENSUS_AT_MOST)
		bound = "at most ";
	snprintf(words.text, sizeof(words.text), "%s%s %s", bound, number.text,
	         unit_of(unit, number));
	return words;
}

struct census_plot_words
census_plot_interval(const struct census_estimated *estimated)
{
	const struct census_figure *figure = &estimated->figure;
	struct census_plot_words words = {.text = "none: counted, not estimated"};

	switch (figure->bound) {
	case CENSUS_COUNTED:
		if (estimated->method->unit == CENSUS_SHARE)
			snprintf(words.text, sizeof(words.text),
			         "none: computed, not measured");
		else if (estimated->method->unit == CENSUS_VICTIMS)
			snprintf(words.text, sizeof(words.text),
			         "none: claimed by the attacker, not measured");
		break;
	case CENSUS_INTERVAL:
		snprintf(words.text, sizeof(words.text), "95 %%: %s",
		         census_words_range(estimated->method, figure).text);
		break;
	case CENSUS_AT_LEAST:
		snprintf(words.text, sizeof(words.text),
		         "none: a lower bound, there may be any number more");
		break;
	case CENSUS_AT_MOST:
		snprintf(words.text, sizeof(words.text),
		         "none: an upper bound, there may be far fewer");
		break;
	}
	return words;
}

const char *
census_plot_unit(enum census_unit unit)
{
	switch (unit) {
	case CENSUS_ADDRESSES:
		return "addresses that called: neither machines nor infections";
	case CENSUS_HOSTS:
		return "infected machines";
	case CENSUS_SWEEPS:
		return "walks of a bot through its names in a day: one for each bot that "
		       "is "
		       "on line all day";
	case CENSUS_LINES:
		return "connections to the Internet with an infected machine behind them";
	case CENSUS_VICTIMS:
		return "what bots say that they have infected: attacker-reported";
	case CENSUS_SHARE:
		return "a share of infected machines";
	}
	return "";
}

void
census_plot_sensors(FILE *out, const struct census_report *report)
{
	size_t count = 0;

	while (report->sensors[count] != NULL)
		count++;
	if (count == 0)
		fputs("not named", out);
	for (size_t i = 0; i < count && i < SENSORS_SHOWN; i++) {
		fputs(i > 0 ? ", " : "", out);
		html_text(out, report->sensors[i]);
	}
	if (count > SENSORS_SHOWN)
		fprintf(out, " and %s more", words_count(count - SENSORS_SHOWN).text);
	if (report->sensors_of_peak)
		fputs(" (met in the peak hours)", out);
}

void
census_plot_scope(FILE *out, const struct census_report *report)
{
	fprintf(out,
	        "Window: %s. Sensors: ", census_plot_window(report->from, report->to).text);
	census_plot_sensors(out, report);
	fputs(".", out);
}
