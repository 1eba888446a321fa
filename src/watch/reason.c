/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Each blocked answer carries the line (EDE), so it is written by hand: printf() would take
 * longer than all else that the answer needs.
 */
#include "watch/reason.h"

#include "base/date.h"
#include "dga/catalog.h"

#include <stdbool.h>
#include <string.h>

/* A text in the making. What has no room is cut; nothing is while names of generators have
 * at most 49 octets, which the test asks each that there is. */
struct line {
	char *text;
	size_t len;
};

static void
put(struct line *line, const char *text, size_t len)
{
	size_t room = WATCH_REASON_SIZE - 1 - line->len;

	if (len > room)
		len = room;
	memcpy(line->text + line->len, text, len);
	line->len += len;
}

static void
put_text(struct line *line, const char *text)
{
	put(line, text, strlen(text));
}

/* Puts ${number} with ${least} digits or more. */
static void
put_number(struct line *line, uint32_t number, size_t least)
{
	char digits[10]; /* UINT32_MAX has as many */
	size_t at = sizeof(digits);

	while (number > 0 || sizeof(digits) - at < least) {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	}
	put(line, digits + at, sizeof(digits) - at);
}

static void
put_day(struct line *line, int64_t instant)
{
	struct date date = date_of(instant);

	put_number(line, (uint32_t)date.year, 4);
	put(line, "-", 1);
	put_number(line, date.month, 2);
	put(line, "-", 1);
	put_number(line, date.day, 2);
}

static void
put_instant(struct line *line, int64_t instant)
{
	uint32_t second = (uint32_t)(instant - date_day_of(instant) * DATE_DAY);

	put_day(line, instant);
	put(line, "T", 1);
	put_number(line, second / 3600, 2);
	put(line, ":", 1);
	put_number(line, second / 60 % 60, 2);
	put(line, ":", 1);
	put_number(line, second % 60, 2);
	put(line, "Z", 1);
}

static bool
is_whole_days(struct fsk_period period)
{
	return date_day_of(period.first) * DATE_DAY == period.first &&
	       date_day_of(period.last + 1) * DATE_DAY == period.last + 1;
}

/* No list begins before the calendar or ends behind it, but for those that always hold:
 * dga/period.h. */
static bool
is_dated(struct fsk_period period)
{
	return period.first >= DATE_FIRST * DATE_DAY &&
	       period.last < (DATE_LAST + 1) * DATE_DAY && period.first <= period.last;
}

static void
put_period(struct line *line, struct fsk_period period)
{
	if (!is_dated(period)) {
		put_text(line, "always");
	} else if (!is_whole_days(period)) {
		put_instant(line, period.first);
		put(line, "/", 1);
		put_instant(line, period.last);
	} else {
		put_day(line, period.first);
		if (period.last - period.first >= DATE_DAY) {
			put(line, "/", 1);
			put_day(line, period.last);
		}
	}
}

void
watch_reason_write(const struct fsk_match *match, char text[WATCH_REASON_SIZE])
{
	struct dga_generator generator = dga_generator_at(match->generator);
	struct line line = {.text = text};

	put_text(&line, generator.family->name);
	put(&line, "/", 1);
	put_text(&line, generator.variant->name);
	put(&line, " ", 1);
	put_period(&line, match->period);
	put_text(&line, " #");
	put_number(&line, match->index, 1);
	text[line.len] = '\0';
}
