/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/date.h"

#include "base/ascii.h"

/* Days and eras are counted from 0000-03-01, so that the leap day is the last
 * of its year and a 400-year era always has 146097 days (Howard Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms", explains the arithmetic). */
#define ERA_DAYS 146097
#define EPOCH_SHIFT 719468 /* days from 0000-03-01 to 1970-01-01 */

int64_t
date_to_days(struct date date)
{
	int64_t year = date.year - (date.month <= 2);
	int64_t era = year / 400; /* years here are never negative */
	int64_t in_era = year % 400;
	int64_t month = (date.month + 9) % 12; /* 0 is March */
	int64_t day = (153 * month + 2) / 5 + (int64_t)date.day - 1;

	return era * ERA_DAYS + in_era * 365 + in_era / 4 - in_era / 100 + day -
	       EPOCH_SHIFT;
}

struct date
date_from_days(int64_t days)
{
	int64_t shifted = days + EPOCH_SHIFT;
	int64_t era = shifted / ERA_DAYS;
	int64_t day = shifted % ERA_DAYS;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t in_year = day - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * in_year + 2) / 153;

	return (struct date){
	        .year = (int)(era * 400 + year + (month >= 10)),
	        .month = (unsigned)(month < 10 ? month + 3 : month - 9),
	        .day = (unsigned)(in_year - (153 * month + 2) / 5 + 1),
	};
}

int64_t
date_day_of(int64_t instant)
{
	return instant / DATE_DAY - (instant % DATE_DAY < 0);
}

struct date
date_of(int64_t instant)
{
	return date_from_days(date_day_of(instant));
}

static bool
leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

unsigned
date_month_days(int year, unsigned month)
{
	if (month == 2)
		return leap(year) ? 29 : 28;
	return 30 + ((month + month / 8) & 1);
}

unsigned
date_weekday(int64_t days)
{
	int64_t since_sunday = (days + 4) % 7; /* 1970-01-01 was a Thursday */

	return (unsigned)(since_sunday < 0 ? since_sunday + 7 : since_sunday);
}

static enum fsk_err
fail(struct fault *fault, enum fsk_err err, size_t column, const char *why)
{
	if (fault != NULL)
		*fault = (struct fault){.line = 0, .column = column, .why = why};
	return err;
}

/* Whether ${text} has digits where ${form} has '0' and ${form}'s own bytes
 * elsewhere; a blank in ${form} stands for 'T', 't' or a blank. */
static bool
has_form(struct span text, const char *form)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.text[i];
		bool ok = form[i] == '0'   ? ascii_digit(c)
		          : form[i] == ' ' ? c == 'T' || c == 't' || c == ' '
		                           : c == form[i];

		if (!ok)
			return false;
	}
	return true;
}

static unsigned
number(struct span text, size_t start, size_t digits)
{
	unsigned value = 0;

	for (size_t i = start; i < start + digits; i++)
		value = value * 10 + (unsigned)(text.text[i] - '0');
	return value;
}

enum fsk_err
date_parse(struct span text, int64_t *days, struct fault *fault)
{
	struct date date;

	if (text.len != 10 || !has_form(text, "0000-00-00"))
		return fail(fault, FSK_SYNTAX, 0, "not a date of the form YYYY-MM-DD");
	date = (struct date){
	        .year = (int)number(text, 0, 4),
	        .month = number(text, 5, 2),
	        .day = number(text, 8, 2),
	};
	if (date.month < 1 || date.month > 12)
		return fail(fault, FSK_RANGE, 6, "there is no such month");
	if (date.day < 1 || date.day > date_month_days(date.year, date.month))
		return fail(fault, FSK_RANGE, 9, "this month has no such day");
	if (date.year < 1601)
		return fail(fault, FSK_RANGE, 1,
		            "no family's clock begins before 1601-01-01");
	*days = date_to_days(date);
	return FSK_OK;
}

/* Reads "hh:mm:ss" at ${text}, which has that form. */
static enum fsk_err
parse_time(struct span text, int64_t *seconds, struct fault *fault)
{
	unsigned hour = number(text, 0, 2);
	unsigned minute = number(text, 3, 2);
	unsigned second = number(text, 6, 2);

	if (hour > 23)
		return fail(fault, FSK_RANGE, 12, "there is no such hour");
	if (minute > 59)
		return fail(fault, FSK_RANGE, 15, "there is no such minute");
	if (second > 59)
		return fail(fault, FSK_RANGE, 18,
		            "there is no such second (leap seconds are not counted)");
	*seconds = (int64_t)hour * 3600 + (int64_t)minute * 60 + second;
	return FSK_OK;
}

enum fsk_err
date_parse_instant(struct span text, int64_t *instant, int64_t *length, struct fault *fault)
{
	struct span time = span_from(text, 11);
	int64_t days = 0;
	int64_t seconds = 0;
	enum fsk_err err;

	if (text.len <= 10) {
		err = date_parse(text, &days, fault);
		if (err != FSK_OK)
			return err;
		*instant = days * DATE_DAY;
		*length = DATE_DAY;
		return FSK_OK;
	}
	if (time.len == 9 && (time.text[8] == 'Z' || time.text[8] == 'z'))
		time.len = 8;
	if (!has_form((struct span){text.text + 10, 1}, " ") || time.len != 8 ||
	    !has_form(time, "00:00:00"))
		return fail(fault, FSK_SYNTAX, 0,
		            "neither a date (YYYY-MM-DD) nor an instant "
		            "(YYYY-MM-DDThh:mm:ssZ)");
	err = date_parse((struct span){text.text, 10}, &days, fault);
	if (err == FSK_OK)
		err = parse_time(time, &seconds, fault);
	if (err != FSK_OK)
		return err;
	*instant = days * DATE_DAY + seconds;
	*length = 1;
	return FSK_OK;
}

/* Writes ${value} as ${digits} decimal digits. */
static void
write_number(char *out, unsigned value, size_t digits)
{
	for (size_t i = digits; i-- > 0; value /= 10)
		out[i] = (char)('0' + value % 10);
}

void
date_write_day(int64_t instant, char out[DATE_INSTANT_SIZE])
{
	struct date date = date_of(instant);

	write_number(out, (unsigned)date.year, 4);
	out[4] = '-';
	write_number(out + 5, date.month, 2);
	out[7] = '-';
	write_number(out + 8, date.day, 2);
	out[10] = '\0';
}

void
date_write_instant(int64_t instant, char out[DATE_INSTANT_SIZE])
{
	unsigned seconds = (unsigned)(instant - date_day_of(instant) * DATE_DAY);

	date_write_day(instant, out);
	out[10] = 'T';
	write_number(out + 11, seconds / 3600, 2);
	out[13] = ':';
	write_number(out + 14, seconds / 60 % 60, 2);
	out[16] = ':';
	write_number(out + 17, seconds % 60, 2);
	out[19] = 'Z';
	out[20] = '\0';
}
