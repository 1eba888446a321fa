/* SPDX-License-Identifier: BSD-2-Clause
 *
 * base/date.h: civil dates of the proleptic Gregorian calendar and instants
 * (seconds since 1970-01-01T00:00:00Z, UTC, no leap seconds). Dates go from
 * 1601-01-01 (the oldest clock that a family reads, Windows' FILETIME, begins
 * there) to 9999-12-31 (the last that RFC 3339 can write). No clock and no
 * time zone of the machine is asked.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <foresink/err.h>

#include "base/fault.h"
#include "base/span.h"

#include <stdint.h>

#define DATE_DAY INT64_C(86400)      /* seconds */
#define DATE_SECOND INT64_C(1000000) /* microseconds */

/* Days since 1970-01-01 of the first and the last date. */
#define DATE_FIRST INT64_C(-134774) /* 1601-01-01 */
#define DATE_LAST INT64_C(2932896)  /* 9999-12-31 */

struct date {
	int year;       /* 1601..9999 */
	unsigned month; /* 1..12 */
	unsigned day;   /* 1..31 */
};

/* Octets of "9999-12-31T23:59:59Z" and its NUL. */
#define DATE_INSTANT_SIZE 21

/* Days from 1970-01-01 to ${date}, which must exist. */
int64_t date_to_days(struct date date);

/* The date that lies ${days} after 1970-01-01; any value in
 * DATE_FIRST..DATE_LAST. */
struct date date_from_days(int64_t days);

/* The day, counted from 1970-01-01, that holds ${instant}: floor, so that the
 * second before midnight of 1970 is day -1. */
int64_t date_day_of(int64_t instant);

/* The second that holds the microsecond ${us}, both since 1970: floor, too. */
static inline int64_t
date_second_of(int64_t us)
{
	return us / DATE_SECOND - (us % DATE_SECOND < 0);
}

/* The date that holds ${instant}, which lies on a day of DATE_FIRST..DATE_LAST. */
struct date date_of(int64_t instant);

/* Days in ${month} (1..12) of ${year}. */
unsigned date_month_days(int year, unsigned month);

/* 0 for Sunday to 6 for Saturday of the day ${days} after 1970-01-01. */
unsigned date_weekday(int64_t days);

/* Reads "YYYY-MM-DD" into ${days} (since 1970-01-01). FSK_SYNTAX when the text
 * has another form, FSK_RANGE when it has this form but no such date exists or
 * it lies outside the calendar above; ${fault} (may be NULL) says which. */
FSK_MUST_USE enum fsk_err date_parse(struct span text, int64_t *days, struct fault *fault);

/* Reads "YYYY-MM-DD", which gives its first second and ${length} DATE_DAY, or
 * "YYYY-MM-DDThh:mm:ssZ" (also with a space for T, and without Z), which gives
 * that second and length 1. Errors as date_parse. */
FSK_MUST_USE enum fsk_err date_parse_instant(struct span text, int64_t *instant,
                                             int64_t *length, struct fault *fault);

/* Writes ${instant} as RFC 3339, "2009-03-08T00:00:00Z", with its NUL; the day
 * must lie in DATE_FIRST..DATE_LAST. */
void date_write_instant(int64_t instant, char out[DATE_INSTANT_SIZE]);

/* Writes the day of ${instant} as "2009-03-08", with its NUL, under the same
 * condition. */
void date_write_day(int64_t instant, char out[DATE_INSTANT_SIZE]);

#endif
