/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/stamp.h"

#include "base/ascii.h"
#include "base/date.h"
#include "logs/text.h"

#define MICROSECONDS INT64_C(1000000)

/* A time as it is being read. */
struct reading {
	struct span rest;
	struct date date;
	unsigned hour, minute, second; /* second may be 60 */
	int64_t fraction;              /* microseconds */
};

/* Takes ${least} to ${most} digits. */
static bool
digits(struct span *text, unsigned least, unsigned most, unsigned *number)
{
	unsigned value = 0;
	unsigned n = 0;

	while (n < most && n < text->len && ascii_digit(text->text[n]))
		value = value * 10 + (unsigned)(text->text[n++] - '0');
	if (n < least)
		return false;
	*text = span_from(*text, n);
	*number = value;
	return true;
}

static bool
octet(struct span *text, char c)
{
	if (text->len == 0 || *text->text != c)
		return false;
	*text = span_from(*text, 1);
	return true;
}

/* Takes ".066" or ",066" if it stands there. */
static void
fraction(struct span *text, int64_t *microseconds)
{
	int64_t unit = MICROSECONDS;
	size_t n = 1;

	*microseconds = 0;
	if (text->len < 2 || (*text->text != '.' && *text->text != ',') ||
	    !ascii_digit(text->text[1]))
		return;
	for (; n < text->len && n < 10 && ascii_digit(text->text[n]); n++) {
		unit /= 10;
		*microseconds += unit * (text->text[n] - '0');
	}
	*text = span_from(*text, n);
}

/* Takes "19:41:34.066", the hour also of one digit. */
static bool
time_of_day(struct reading *at)
{
	if (!digits(&at->rest, 1, 2, &at->hour) || !octet(&at->rest, ':') ||
	    !digits(&at->rest, 2, 2, &at->minute) || !octet(&at->rest, ':') ||
	    !digits(&at->rest, 2, 2, &at->second))
		return false;
	fraction(&at->rest, &at->fraction);
	if (at->second == 60) {
		at->second = 59;
		at->fraction = MICROSECONDS - 1;
	}
	return at->hour < 24 && at->minute < 60 && at->second < 60;
}

/* Two digits at ${text} as a number; more than 99 when they are none. */
static inline unsigned
pair(const char *text)
{
	unsigned tens = (unsigned)(unsigned char)text[0] - '0';
	unsigned ones = (unsigned)(unsigned char)text[1] - '0';

	return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

/* The number of the month whose three letters stand at ${text}; 0: none. The sum of
 * the second and third letter tells them apart. */
static inline unsigned
month_at(const char *text)
{
	static const struct {
		char name[4];
		unsigned number;
	} months[32] = {
	        [15] = {"Jan", 1}, [7] = {"Feb", 2},   [19] = {"Mar", 3}, [2] = {"Apr", 4},
	        [26] = {"May", 5}, [3] = {"Jun", 6},   [1] = {"Jul", 7},  [28] = {"Aug", 8},
	        [21] = {"Sep", 9}, [23] = {"Oct", 10}, [5] = {"Nov", 11}, [8] = {"Dec", 12},
	};
	unsigned slot = ((unsigned char)text[1] + (unsigned)(unsigned char)text[2]) & 31;

	return memcmp(months[slot].name, text, 3) == 0 ? months[slot].number : 0;
}

/* Takes the English name of a month, in three letters. */
static bool
month_name(struct span *text, unsigned *month)
{
	unsigned number = text->len < 3 ? 0 : month_at(text->text);

	if (number == 0)
		return false;
	*text = span_from(*text, 3);
	*month = number;
	return true;
}

/* Whether the date exists; all calendars begin in 1601 (base/date.h). */
static bool
exists(const struct date *date)
{
	return date->year >= 1601 && date->month >= 1 && date->month <= 12 &&
	       date->day >= 1 && date->day <= date_month_days(date->year, date->month);
}

/* Ends the reading: ${text} moves on, ${entry} gets the time, ${ahead} seconds
 * ahead of UTC. */
static bool
done(const struct reading *at, enum log_time time, int64_t ahead, struct span *text,
     struct log_entry *entry)
{
	int64_t seconds;

	if (!exists(&at->date))
		return false;
	seconds = date_to_days(at->date) * DATE_DAY + at->hour * 3600 + at->minute * 60 +
	          at->second;
	entry->us = (seconds - ahead) * MICROSECONDS + at->fraction;
	entry->time = time;
	*text = at->rest;
	return true;
}

bool
stamp_epoch(struct span *text, struct log_entry *entry)
{
	struct span rest = *text;
	uint64_t seconds;
	int64_t microseconds;

	if (!text_number(&rest, UINT64_C(999999999999), &seconds))
		return false;
	fraction(&rest, &microseconds);
	entry->us = (int64_t)seconds * MICROSECONDS + microseconds;
	entry->time = LOG_TIME_UTC;
	*text = rest;
	return true;
}

/* Takes "Z", "+02:00", "+0200" or "-03"; ${ahead} are the seconds ahead of UTC. */
static bool
zone(struct span *text, int64_t *ahead)
{
	struct span rest = *text;
	struct span behind;
	bool west;
	unsigned hours;
	unsigned minutes = 0;

	if (octet(text, 'Z')) {
		*ahead = 0;
		return true;
	}
	west = octet(&rest, '-');
	if ((!west && !octet(&rest, '+')) || !digits(&rest, 2, 2, &hours))
		return false;
	behind = rest;
	octet(&behind, ':');
	if (digits(&behind, 2, 2, &minutes))
		rest = behind;
	if (hours > 23 || minutes > 59)
		return false;
	*ahead = hours * 3600 + minutes * 60;
	if (west)
		*ahead = -*ahead;
	*text = rest;
	return true;
}

bool
stamp_iso(struct span *text, struct log_entry *entry)
{
	struct reading at = {.rest = *text};
	unsigned year;
	int64_t ahead;

	if (!digits(&at.rest, 4, 4, &year) || !octet(&at.rest, '-') ||
	    !digits(&at.rest, 2, 2, &at.date.month) || !octet(&at.rest, '-') ||
	    !digits(&at.rest, 2, 2, &at.date.day) ||
	    (!octet(&at.rest, 'T') && !octet(&at.rest, ' ')) || !time_of_day(&at))
		return false;
	at.date.year = (int)year;
	if (zone(&at.rest, &ahead))
		return done(&at, LOG_TIME_UTC, ahead, text, entry);
	return done(&at, LOG_TIME_LOCAL, 0, text, entry);
}

bool
stamp_bind(struct span *text, struct log_entry *entry)
{
	struct reading at = {.rest = *text};
	unsigned year;

	if (!digits(&at.rest, 1, 2, &at.date.day) || !octet(&at.rest, '-') ||
	    !month_name(&at.rest, &at.date.month) || !octet(&at.rest, '-') ||
	    !digits(&at.rest, 4, 4, &year) || !octet(&at.rest, ' ') || !time_of_day(&at))
		return false;
	at.date.year = (int)year;
	return done(&at, LOG_TIME_LOCAL, 0, text, entry);
}

/* Microseconds of the day at "19:41:34.066", with these digits each in its place; -1 when
 * something else stands there. */
static inline int64_t
day_time_in_place(const char *t)
{
	unsigned hour = pair(t);
	unsigned minute = pair(t + 3);
	unsigned second = pair(t + 6);
	unsigned tenth = (unsigned)(unsigned char)t[9] - '0';
	unsigned rest = pair(t + 10);

	if (hour > 23 || minute > 59 || second > 59 || tenth > 9 || rest > 99 ||
	    t[2] != ':' || t[5] != ':' || t[8] != '.')
		return -1;
	return ((hour * 60 + minute) * 60 + second) * MICROSECONDS +
	       (tenth * 100 + rest) * INT64_C(1000);
}

bool
stamp_bind_next(struct span *text, struct log_scratch *scratch, struct log_entry *entry)
{
	const char *t = text->text;
	struct span date = *text;
	int64_t day_time;

	/* "21-Nov-2026 19:41:34.066" and something that is no digit. */
	if (text->len < 25 || t[11] != ' ' || ascii_digit(t[24]))
		return stamp_bind(text, entry);
	day_time = day_time_in_place(t + 12);
	if (day_time < 0)
		return stamp_bind(text, entry);
	if (memcmp(t, scratch->date, sizeof(scratch->date)) != 0) {
		if (!stamp_bind(&date, entry))
			return false;
		memcpy(scratch->date, t, sizeof(scratch->date));
		scratch->date_us = entry->us - day_time;
	}
	entry->us = scratch->date_us + day_time;
	entry->time = LOG_TIME_LOCAL;
	*text = span_from(*text, 24);
	return true;
}

bool
stamp_syslog(struct span *text, struct log_entry *entry)
{
	struct reading at = {.rest = *text, .date = {.year = 2000}};

	if (!month_name(&at.rest, &at.date.month) || !octet(&at.rest, ' '))
		return false;
	octet(&at.rest, ' ');
	if (!digits(&at.rest, 1, 2, &at.date.day) || !octet(&at.rest, ' ') ||
	    !time_of_day(&at))
		return false;
	return done(&at, LOG_TIME_YEARLESS, 0, text, entry);
}

bool
stamp_web(struct span *text, struct log_entry *entry)
{
	struct reading at = {.rest = *text};
	unsigned year;
	int64_t ahead;

	if (!digits(&at.rest, 1, 2, &at.date.day) || !octet(&at.rest, '/') ||
	    !month_name(&at.rest, &at.date.month) || !octet(&at.rest, '/') ||
	    !digits(&at.rest, 4, 4, &year) || !octet(&at.rest, ':') || !time_of_day(&at) ||
	    !octet(&at.rest, ' ') || !zone(&at.rest, &ahead))
		return false;
	at.date.year = (int)year;
	return done(&at, LOG_TIME_UTC, ahead, text, entry);
}

/* Takes " AM" or " PM" and puts the hour right. */
static bool
half_day(struct reading *at, bool *said)
{
	bool evening;

	*said = false;
	if (at->rest.len < 3 || at->rest.text[0] != ' ' || at->rest.text[2] != 'M' ||
	    (at->rest.text[1] != 'A' && at->rest.text[1] != 'P'))
		return true;
	evening = at->rest.text[1] == 'P';
	if (at->hour < 1 || at->hour > 12)
		return false;
	at->hour = at->hour % 12 + (evening ? 12 : 0);
	at->rest = span_from(at->rest, 3);
	*said = true;
	return true;
}

bool
stamp_slash(struct span *text, enum log_order order, struct log_entry *entry)
{
	struct reading at = {.rest = *text};
	unsigned first, second, third;
	bool halves;

	if (!digits(&at.rest, 1, 4, &first) || !octet(&at.rest, '/') ||
	    !digits(&at.rest, 1, 2, &second) || !octet(&at.rest, '/') ||
	    !digits(&at.rest, 1, 4, &third) || !octet(&at.rest, ' ') || !time_of_day(&at) ||
	    !half_day(&at, &halves))
		return false;
	if (order == LOG_ORDER_UNKNOWN)
		order = first > 999 ? LOG_ORDER_YMD
		        : halves    ? LOG_ORDER_MDY
		                    : LOG_ORDER_DMY;
	if (order == LOG_ORDER_YMD)
		at.date = (struct date){(int)first, second, third};
	else if (order == LOG_ORDER_MDY)
		at.date = (struct date){(int)third, first, second};
	else
		at.date = (struct date){(int)third, second, first};
	return done(&at, LOG_TIME_LOCAL, 0, text, entry);
}

bool
stamp_any(struct span *text, struct log_entry *entry)
{
	if (text->len > 0 && ascii_alpha(*text->text))
		return stamp_syslog(text, entry);
	return stamp_bind(text, entry) || stamp_iso(text, entry);
}
