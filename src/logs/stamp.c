/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/stamp.h"

#include "base/ascii.h"
#include "base/date.h"
#include "logs/eight.h"
#include "logs/text.h"

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
	int64_t unit = DATE_SECOND;
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
		at->fraction = DATE_SECOND - 1;
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
	entry->us = (seconds - ahead) * DATE_SECOND + at->fraction;
	entry->time = time;
	*text = at->rest;
	return true;
}

/* Reads ".066" or ",066" at octet ${at} of ${text}, which has at least eight octets,
 * if it stands there; returns where it ends. */
static inline size_t
fraction_at(struct span text, size_t at, int64_t *microseconds)
{
	uint64_t octets;
	unsigned count, kept;

	*microseconds = 0;
	if (at >= text.len || (text.text[at] != '.' && text.text[at] != ','))
		return at;
	octets = eight_from(text, at + 1);
	count = eight_digits(octets);
	if (count == 0)
		return at;
	kept = count < 6 ? count : 6;
	octets = (octets ^ EIGHT_EACH * '0') & ((UINT64_C(1) << (8 * kept)) - 1);
	*microseconds = (int64_t)eight_number(octets << 16); /* "00" and six digits */
	at += 1 + count;
	return count == 8 && at < text.len && ascii_digit(text.text[at]) ? at + 1 : at;
}

/* Reads the ten digits of the years 2001 to 2286 and what is behind them. */
static inline bool
usual_epoch(struct span *text, struct log_entry *entry)
{
	const char *t = text->text;
	uint64_t first, seconds;
	unsigned last;
	int64_t microseconds;
	size_t end;

	if (text->len < 10 || (text->len > 10 && ascii_digit(t[10])))
		return false;
	first = eight_at(t);
	last = pair(t + 8);
	if (eight_outside(first, '0', '9') != 0 || last > 99)
		return false;
	seconds = eight_number(first ^ EIGHT_EACH * '0') * 100 + last;
	end = fraction_at(*text, 10, &microseconds);
	entry->us = (int64_t)seconds * DATE_SECOND + microseconds;
	entry->time = LOG_TIME_UTC;
	*text = span_from(*text, end);
	return true;
}

bool
stamp_epoch(struct span *text, struct log_entry *entry)
{
	struct span rest = *text;
	uint64_t seconds;
	int64_t microseconds;

	if (usual_epoch(text, entry))
		return true;
	if (!text_number(&rest, UINT64_C(999999999999), &seconds))
		return false;
	fraction(&rest, &microseconds);
	entry->us = (int64_t)seconds * DATE_SECOND + microseconds;
	entry->time = LOG_TIME_UTC;
	*text = rest;
	return true;
}

/* Reads the six digits that end in front of octet ${end} of ${text} into ${microseconds};
 * false when they are none, or more. */
static inline bool
six_digits(struct span text, size_t end, int64_t *microseconds)
{
	uint64_t values;

	if (text.len < end || (text.len > end && ascii_digit(text.text[end])))
		return false;
	values = eight_at(text.text + end - 8) ^ EIGHT_EACH * '0';
	values &= ~UINT64_C(0xffff); /* the last second and the point */
	if (eight_outside(values, 0, 9) != 0)
		return false;
	*microseconds = (int64_t)eight_number(values);
	return true;
}

bool
stamp_epoch_next(struct span *text, struct log_scratch *scratch, struct log_entry *entry)
{
	const char *t = text->text;
	int64_t microseconds;
	struct span rest = *text;

	if (!six_digits(*text, 17, &microseconds) || t[10] != '.')
		return stamp_epoch(text, entry);
	if (memcmp(t, scratch->date, 11) != 0) {
		if (!stamp_epoch(&rest, entry))
			return false;
		if (rest.text == t + 17) {
			/* The point in this place is in no other stamp. */
			memset(scratch->date, 0, sizeof(scratch->date));
			memcpy(scratch->date, t, 11);
			scratch->date_us = entry->us - microseconds;
		}
		*text = rest;
		return true;
	}
	entry->us = scratch->date_us + microseconds;
	entry->time = LOG_TIME_UTC;
	*text = span_from(rest, 17);
	return true;
}

/* Takes "Z", "+02:00", "+0200" or "-03"; ${ahead} are the seconds ahead of UTC. */
static bool
zone(struct span *text, int64_t *ahead)
{
	const char *t = text->text;
	unsigned hours, minutes;
	size_t len = 3;

	if (octet(text, 'Z')) {
		*ahead = 0;
		return true;
	}
	if (text->len < 3 || (*t != '+' && *t != '-') || (hours = pair(t + 1)) > 99)
		return false;
	minutes = 100;
	if (text->len >= 5)
		minutes = pair(t + 3);
	if (minutes <= 99)
		len = 5;
	else if (text->len >= 6 && t[3] == ':' && (minutes = pair(t + 4)) <= 99)
		len = 6;
	else
		minutes = 0;
	if (hours > 23 || minutes > 59)
		return false;
	*ahead = (*t == '-' ? -1 : 1) * (int64_t)(hours * 3600 + minutes * 60);
	*text = span_from(*text, len);
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

/* The second of the day at "19:41:34", with these digits each in its place; -1 when
 * something else stands there. */
static inline int64_t
second_of_day(const char *text)
{
	/* From each digit its '0' is taken, and 0 is left of a colon; then none may be
	 * above 29:59:59. */
	uint64_t values = eight_at(text) ^ UINT64_C(0x30303a30303a3030);
	uint64_t above = values + UINT64_C(0x767a7f767a7f767d);
	int64_t hour;

	if (((above | values) & EIGHT_EACH * 0x80) != 0)
		return -1;
	values = values * 10 + (values >> 8);
	hour = values & 255;
	return hour > 23 ? -1
	                 : (hour * 60 + (int64_t)(values >> 24 & 255)) * 60 +
	                           (int64_t)(values >> 48 & 255);
}

/* Remembers in ${scratch} that the ${len} octets at ${text} say ${date}. The last of
 * them, which is no digit and not NUL, stands elsewhere or is another one in each kind
 * of stamp, so that none takes what another one left. False when there is no such
 * day. */
static bool
remember(struct log_scratch *scratch, const char *text, size_t len, struct date date)
{
	if (!exists(&date))
		return false;
	memset(scratch->date, 0, sizeof(scratch->date));
	memcpy(scratch->date, text, len);
	scratch->date_us = date_to_days(date) * DATE_DAY * DATE_SECOND;
	return true;
}

/* Ends a stamp that takes ${len} octets, ${since} microseconds into the day
 * that ${scratch} remembers. */
static inline bool
done_next(struct span *text, size_t len, const struct log_scratch *scratch, int64_t since,
          struct log_entry *entry)
{
	entry->us = scratch->date_us + since;
	*text = span_from(*text, len);
	return true;
}

/* stamp_iso_next() of another second than the line before. */
static bool
iso_of_day(struct span *text, struct log_scratch *scratch, struct log_entry *entry)
{
	const char *t = text->text;
	int64_t second, since;
	int64_t ahead = 0;
	struct span rest;

	if (text->len < 19 || (t[10] != 'T' && t[10] != ' ') ||
	    (second = second_of_day(t + 11)) < 0)
		return stamp_iso(text, entry);
	if (memcmp(t, scratch->date, 11) != 0) {
		struct date date = {(int)(pair(t) * 100 + pair(t + 2)), pair(t + 5),
		                    pair(t + 8)};

		if (pair(t) > 99 || pair(t + 2) > 99 || t[4] != '-' || t[7] != '-' ||
		    !remember(scratch, t, 11, date))
			return stamp_iso(text, entry);
	}
	rest = span_from(*text, fraction_at(*text, 19, &since));
	entry->time = zone(&rest, &ahead) ? LOG_TIME_UTC : LOG_TIME_LOCAL;
	return done_next(text, text->len - rest.len, scratch,
	                 (second - ahead) * DATE_SECOND + since, entry);
}

bool
stamp_iso_next(struct span *text, struct log_scratch *scratch, struct log_entry *entry)
{
	struct span all = *text;
	int64_t microseconds;

	if (!six_digits(all, 26, &microseconds) || all.text[19] != '.')
		return iso_of_day(text, scratch, entry);
	if (memcmp(all.text, scratch->instant, 20) == 0 &&
	    eight_from(all, 26) == scratch->zone) {
		entry->us = scratch->instant_us + microseconds;
		entry->time = scratch->instant_time;
		*text = span_from(all, scratch->instant_len);
		return true;
	}
	if (!iso_of_day(text, scratch, entry))
		return false;
	/* A second of 60 is none that the next fraction can be added to. */
	if (all.len - text->len >= 26 && memcmp(all.text + 17, "60", 2) != 0) {
		memcpy(scratch->instant, all.text, 20);
		scratch->zone = eight_from(all, 26);
		scratch->instant_us = entry->us - microseconds;
		scratch->instant_time = entry->time;
		scratch->instant_len = (uint8_t)(all.len - text->len);
	}
	return true;
}

/* The date at "21-Nov-2026". */
static struct date
date_with_month(const char *t)
{
	return (struct date){pair(t + 7) > 99 || pair(t + 9) > 99
	                             ? 0
	                             : (int)(pair(t + 7) * 100 + pair(t + 9)),
	                     month_at(t + 3), pair(t)};
}

bool
stamp_bind_next(struct span *text, struct log_scratch *scratch, struct log_entry *entry)
{
	const char *t = text->text;
	int64_t second, since;
	size_t end;

	if (text->len < 20 || t[11] != ' ' || (second = second_of_day(t + 12)) < 0)
		return stamp_bind(text, entry);
	if (memcmp(t, scratch->date, 12) != 0 &&
	    (t[2] != '-' || t[6] != '-' || !remember(scratch, t, 12, date_with_month(t))))
		return stamp_bind(text, entry);
	end = fraction_at(*text, 20, &since);
	entry->time = LOG_TIME_LOCAL;
	return done_next(text, end, scratch, second * DATE_SECOND + since, entry);
}

bool
stamp_web_next(struct span *text, struct log_scratch *scratch, struct log_entry *entry)
{
	const char *t = text->text;
	int64_t second, since, ahead;
	struct span rest;

	if (text->len < 20 || t[11] != ':' || (second = second_of_day(t + 12)) < 0)
		return stamp_web(text, entry);
	if (memcmp(t, scratch->date, 12) != 0 &&
	    (t[2] != '/' || t[6] != '/' || !remember(scratch, t, 12, date_with_month(t))))
		return stamp_web(text, entry);
	rest = span_from(*text, fraction_at(*text, 20, &since));
	if (!octet(&rest, ' ') || !zone(&rest, &ahead))
		return false;
	entry->time = LOG_TIME_UTC;
	return done_next(text, text->len - rest.len, scratch,
	                 (second - ahead) * DATE_SECOND + since, entry);
}

bool
stamp_syslog_next(struct span *text, struct log_scratch *scratch, struct log_entry *entry)
{
	const char *t = text->text;
	int64_t second, since;
	size_t end;

	if (text->len < 15 || t[6] != ' ' || (second = second_of_day(t + 7)) < 0)
		return stamp_syslog(text, entry);
	if (memcmp(t, scratch->date, 7) != 0) {
		struct date date = {2000, month_at(t), pair(t + 4)};

		if (t[4] == ' ' && ascii_digit(t[5]))
			date.day = (unsigned)(t[5] - '0');
		if (t[3] != ' ' || !remember(scratch, t, 7, date))
			return stamp_syslog(text, entry);
	}
	end = fraction_at(*text, 15, &since);
	entry->time = LOG_TIME_YEARLESS;
	return done_next(text, end, scratch, second * DATE_SECOND + since, entry);
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
	char between;
	bool halves;

	if (!digits(&at.rest, 1, 4, &first) || at.rest.len == 0)
		return false;
	between = *at.rest.text == '.' ? '.' : '/';
	if (!octet(&at.rest, between) || !digits(&at.rest, 1, 2, &second) ||
	    !octet(&at.rest, between) || !digits(&at.rest, 1, 4, &third) ||
	    !octet(&at.rest, ' ') || !time_of_day(&at) || !half_day(&at, &halves))
		return false;
	if (between == '.')
		order = LOG_ORDER_DMY;
	else if (order == LOG_ORDER_UNKNOWN)
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

bool
stamp_any_next(struct span *text, struct log_scratch *scratch, struct log_entry *entry)
{
	if (text->len < 5)
		return false;
	if (ascii_alpha(*text->text))
		return stamp_syslog_next(text, scratch, entry);
	return text->text[4] == '-' ? stamp_iso_next(text, scratch, entry)
	                            : stamp_bind_next(text, scratch, entry);
}
