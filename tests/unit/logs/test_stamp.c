/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The times that logs write: each form, each limit from both sides, dates that
 * cannot be, and times that are cut.
 */
#include "base/date.h"
#include "logs/stamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define MICROSECONDS INT64_C(1000000)

typedef bool stamp(struct span *text, struct log_entry *entry);

static bool
slash_unknown(struct span *text, struct log_entry *entry)
{
	return stamp_slash(text, LOG_ORDER_UNKNOWN, entry);
}

static bool
slash_mdy(struct span *text, struct log_entry *entry)
{
	return stamp_slash(text, LOG_ORDER_MDY, entry);
}

static bool
slash_dmy(struct span *text, struct log_entry *entry)
{
	return stamp_slash(text, LOG_ORDER_DMY, entry);
}

static bool
slash_ymd(struct span *text, struct log_entry *entry)
{
	return stamp_slash(text, LOG_ORDER_YMD, entry);
}

/* Writes the time of ${entry}: "2026-11-21T19:41:34.066000", with "Z" when it is
 * UTC and "?" when it has no year. */
static void
write_time(const struct log_entry *entry, char *text, size_t size)
{
	char instant[DATE_INSTANT_SIZE];

	date_write_instant(entry->us / MICROSECONDS - (entry->us % MICROSECONDS < 0),
	                   instant);
	instant[strlen(instant) - 1] = '\0';
	snprintf(text, size, "%s.%06d%s", instant,
	         (int)((entry->us % MICROSECONDS + MICROSECONDS) % MICROSECONDS),
	         entry->time == LOG_TIME_UTC        ? "Z"
	         : entry->time == LOG_TIME_YEARLESS ? "?"
	                                            : "");
}

/* Asserts that ${text} begins with the time ${want}, with ${rest} behind it. */
static void
assert_reads(stamp *read, const char *text, const char *want, const char *rest)
{
	struct log_entry entry = {.why = NULL};
	struct span left = span_of(text);
	char got[64];

	if (!read(&left, &entry))
		fail_msg("\"%s\" is no time", text);
	write_time(&entry, got, sizeof(got));
	if (strcmp(got, want) != 0)
		fail_msg("\"%s\" is %s instead of %s", text, got, want);
	if (!span_equal(left, span_of(rest)))
		fail_msg("behind the time of \"%s\": \"%.*s\"", text, (int)left.len,
		         left.text);
}

/* Asserts that ${text} is no time, and that nothing is changed then. */
static void
assert_refused(stamp *read, const char *text)
{
	struct log_entry entry = {.us = 7, .time = LOG_TIME_NONE};
	struct span left = span_of(text);

	if (read(&left, &entry))
		fail_msg("\"%s\" is a time", text);
	assert_ptr_equal(left.text, text);
	assert_int_equal(left.len, strlen(text));
	assert_int_equal(entry.us, 7);
	assert_int_equal(entry.time, LOG_TIME_NONE);
}

static void
seconds_since_1970(void **state)
{
	(void)state;
	assert_reads(stamp_epoch, "0", "1970-01-01T00:00:00.000000Z", "");
	assert_reads(stamp_epoch, "1795290133", "2026-11-21T19:42:13.000000Z", "");
	assert_reads(stamp_epoch, "1795290133.066 x", "2026-11-21T19:42:13.066000Z", " x");
	assert_reads(stamp_epoch, "1795290133.", "2026-11-21T19:42:13.000000Z", ".");
	assert_reads(stamp_epoch, "253402300799.999999", "9999-12-31T23:59:59.999999Z", "");
	assert_refused(stamp_epoch, "1000000000000");
	assert_refused(stamp_epoch, "99999999999999999999999999");
	assert_refused(stamp_epoch, "");
	assert_refused(stamp_epoch, ".5");
	assert_refused(stamp_epoch, "-1");
	assert_refused(stamp_epoch, "x1");
}

static void
the_longest_epoch_fits(void **state)
{
	struct log_entry entry = {.why = NULL};
	struct span text = span_of("999999999999.999999999");

	(void)state;
	assert_true(stamp_epoch(&text, &entry));
	assert_true(entry.us == INT64_C(999999999999999999));
}

static void
fractions(void **state)
{
	static const char *const want[] = {".100000", ".120000", ".123000",
	                                   ".123400", ".123450", ".123456",
	                                   ".123456", ".123456", ".123456"};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		char text[64], whole[64];

		snprintf(text, sizeof(text), "2026-11-21T19:41:36.%.*s Z", (int)i + 1,
		         "123456789");
		snprintf(whole, sizeof(whole), "2026-11-21T19:41:36%s", want[i]);
		assert_reads(stamp_iso, text, whole, " Z");
	}
	assert_reads(stamp_iso, "2026-11-21T19:41:36,758Z", "2026-11-21T19:41:36.758000Z",
	             "");
	assert_reads(stamp_iso, "2026-11-21T19:41:36.", "2026-11-21T19:41:36.000000", ".");
	assert_reads(stamp_iso, "2026-11-21T19:41:36.x", "2026-11-21T19:41:36.000000",
	             ".x");
	assert_reads(stamp_iso, "2026-11-21T19:41:36.999999999",
	             "2026-11-21T19:41:36.999999", "");
	/* The tenth digit is not the time's. */
	assert_reads(stamp_iso, "2026-11-21T19:41:36.1234567891",
	             "2026-11-21T19:41:36.123456", "1");
}

static void
iso_dates(void **state)
{
	(void)state;
	assert_reads(stamp_iso, "2026-11-21T19:41:36", "2026-11-21T19:41:36.000000", "");
	assert_reads(stamp_iso, "2026-11-21 19:41:36 x", "2026-11-21T19:41:36.000000",
	             " x");
	assert_reads(stamp_iso, "2026-11-21T9:41:36", "2026-11-21T09:41:36.000000", "");
	assert_reads(stamp_iso, "1601-01-01T00:00:00Z", "1601-01-01T00:00:00.000000Z", "");
	assert_reads(stamp_iso, "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000000Z", "");
	assert_reads(stamp_iso, "2024-02-29T00:00:00", "2024-02-29T00:00:00.000000", "");
	assert_reads(stamp_iso, "2000-02-29T00:00:00", "2000-02-29T00:00:00.000000", "");
	assert_refused(stamp_iso, "1600-12-31T23:59:59Z");
	assert_refused(stamp_iso, "0000-00-00T00:00:00Z");
	assert_refused(stamp_iso, "10000-01-01T00:00:00Z");
	assert_refused(stamp_iso, "2023-02-29T00:00:00");
	assert_refused(stamp_iso, "1900-02-29T00:00:00");
	assert_refused(stamp_iso, "2026-02-31T00:00:00");
	assert_refused(stamp_iso, "2026-04-31T00:00:00");
	assert_refused(stamp_iso, "2026-11-00T00:00:00");
	assert_refused(stamp_iso, "2026-12-32T00:00:00");
	assert_refused(stamp_iso, "2026-00-01T00:00:00");
	assert_refused(stamp_iso, "2026-13-01T00:00:00");
	assert_refused(stamp_iso, "2026-1-01T00:00:00");
	assert_refused(stamp_iso, "26-11-21T19:41:36");
	assert_refused(stamp_iso, "2026/11/21T19:41:36");
	assert_refused(stamp_iso, "2026-11-21_19:41:36");
	assert_refused(stamp_iso, " 2026-11-21T19:41:36");
}

static void
times_of_day(void **state)
{
	(void)state;
	assert_reads(stamp_iso, "2026-11-21T00:00:00", "2026-11-21T00:00:00.000000", "");
	assert_reads(stamp_iso, "2026-11-21T23:59:59.999999", "2026-11-21T23:59:59.999999",
	             "");
	/* A leap second is the last microsecond of its minute, with any fraction. */
	assert_reads(stamp_iso, "2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z", "");
	assert_reads(stamp_iso, "2016-12-31T23:59:60.5Z", "2016-12-31T23:59:59.999999Z",
	             "");
	assert_refused(stamp_iso, "2026-11-21T24:00:00");
	assert_refused(stamp_iso, "2026-11-21T25:00:00");
	assert_refused(stamp_iso, "2026-11-21T19:60:00");
	assert_refused(stamp_iso, "2026-11-21T19:41:61");
	assert_refused(stamp_iso, "2026-11-21T19:41:99");
	assert_refused(stamp_iso, "2026-11-21T19:4:36");
	assert_refused(stamp_iso, "2026-11-21T19:41:3");
	assert_refused(stamp_iso, "2026-11-21T119:41:36");
	assert_refused(stamp_iso, "2026-11-21T:41:36");
	assert_refused(stamp_iso, "2026-11-21T-1:41:36");
}

static void
zones(void **state)
{
	(void)state;
	assert_reads(stamp_iso, "2026-11-21T19:41:36Z", "2026-11-21T19:41:36.000000Z", "");
	assert_reads(stamp_iso, "2026-11-21T19:41:36+00:00", "2026-11-21T19:41:36.000000Z",
	             "");
	assert_reads(stamp_iso, "2026-11-21T19:41:36.5+0200", "2026-11-21T17:41:36.500000Z",
	             "");
	assert_reads(stamp_iso, "2026-11-21T19:41:36+05:45", "2026-11-21T13:56:36.000000Z",
	             "");
	assert_reads(stamp_iso, "2027-01-01T13:59:59+1400", "2026-12-31T23:59:59.000000Z",
	             "");
	assert_reads(stamp_iso, "2026-12-31T12:00:00-12:00", "2027-01-01T00:00:00.000000Z",
	             "");
	assert_reads(stamp_iso, "2026-11-21T19:41:36-03 x", "2026-11-21T22:41:36.000000Z",
	             " x");
	assert_reads(stamp_iso, "2026-11-21T19:41:36+23:59", "2026-11-20T19:42:36.000000Z",
	             "");
	/* What is no zone is not taken: the time is local. */
	assert_reads(stamp_iso, "2026-11-21T19:41:36 Z", "2026-11-21T19:41:36.000000",
	             " Z");
	assert_reads(stamp_iso, "2026-11-21T19:41:36z", "2026-11-21T19:41:36.000000", "z");
	assert_reads(stamp_iso, "2026-11-21T19:41:36+24:00", "2026-11-21T19:41:36.000000",
	             "+24:00");
	assert_reads(stamp_iso, "2026-11-21T19:41:36+02:60", "2026-11-21T19:41:36.000000",
	             "+02:60");
	assert_reads(stamp_iso, "2026-11-21T19:41:36+2", "2026-11-21T19:41:36.000000",
	             "+2");
	assert_reads(stamp_iso, "2026-11-21T19:41:36-", "2026-11-21T19:41:36.000000", "-");
	assert_reads(stamp_iso, "2026-11-21T19:41:36+02: x", "2026-11-21T17:41:36.000000Z",
	             ": x");
}

static void
times_of_bind(void **state)
{
	(void)state;
	assert_reads(stamp_bind,
	             "21-Nov-2026 19:41:34.066 queries:", "2026-11-21T19:41:34.066000",
	             " queries:");
	assert_reads(stamp_bind, "1-Jan-1601 0:00:00", "1601-01-01T00:00:00.000000", "");
	assert_reads(stamp_bind, "31-Dec-9999 23:59:60", "9999-12-31T23:59:59.999999", "");
	assert_refused(stamp_bind, "31-Nov-2026 19:41:34.066");
	assert_refused(stamp_bind, "00-Nov-2026 19:41:34.066");
	assert_refused(stamp_bind, "29-Feb-2026 19:41:34.066");
	assert_refused(stamp_bind, "31-Dec-1600 19:41:34.066");
	assert_refused(stamp_bind, "21-nov-2026 19:41:34.066");
	assert_refused(stamp_bind, "21-Nvo-2026 19:41:34.066");
	assert_refused(stamp_bind, "21-11-2026 19:41:34.066");
	assert_refused(stamp_bind, "21-Nov-26 19:41:34.066");
	assert_refused(stamp_bind, "21-Nov-2026T19:41:34.066");
	assert_refused(stamp_bind, "121-Nov-2026 19:41:34.066");
}

static void
times_of_syslog(void **state)
{
	(void)state;
	assert_reads(stamp_syslog, "Nov 21 19:42:18 x", "2000-11-21T19:42:18.000000?",
	             " x");
	assert_reads(stamp_syslog, "Nov  1 19:42:18", "2000-11-01T19:42:18.000000?", "");
	assert_reads(stamp_syslog, "Nov 01 19:42:18", "2000-11-01T19:42:18.000000?", "");
	assert_reads(stamp_syslog, "Nov 1 19:42:18", "2000-11-01T19:42:18.000000?", "");
	assert_reads(stamp_syslog, "Feb 29 00:00:00.5", "2000-02-29T00:00:00.500000?", "");
	assert_refused(stamp_syslog, "Feb 30 00:00:00");
	assert_refused(stamp_syslog, "Nov   1 19:42:18");
	assert_refused(stamp_syslog, "Nov 31 19:42:18");
	assert_refused(stamp_syslog, "Nov  0 19:42:18");
	assert_refused(stamp_syslog, "Nov21 19:42:18");
	assert_refused(stamp_syslog, "Nov 21  19:42:18");
	assert_refused(stamp_syslog, "November 21 19:42:18");
	assert_refused(stamp_syslog, "NOV 21 19:42:18");
}

static void
every_month(void **state)
{
	static const char *const names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	static const unsigned days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	(void)state;
	for (unsigned i = 0; i < 12; i++) {
		char text[64], want[64];

		snprintf(text, sizeof(text), "%s %u 12:00:00", names[i], days[i]);
		snprintf(want, sizeof(want), "2000-%02u-%uT12:00:00.000000?", i + 1,
		         days[i]);
		assert_reads(stamp_syslog, text, want, "");
		snprintf(text, sizeof(text), "%s %u 12:00:00", names[i], days[i] + 1);
		assert_refused(stamp_syslog, text);
	}
}

static void
times_of_web_servers(void **state)
{
	(void)state;
	assert_reads(stamp_web, "21/Nov/2026:19:43:45 +0000] ",
	             "2026-11-21T19:43:45.000000Z", "] ");
	assert_reads(stamp_web, "1/Jan/2027:13:59:59 +1400", "2026-12-31T23:59:59.000000Z",
	             "");
	assert_reads(stamp_web, "31/Dec/2026:12:00:00.25 -1200",
	             "2027-01-01T00:00:00.250000Z", "");
	assert_refused(stamp_web, "21/Nov/2026:19:43:45");
	assert_refused(stamp_web, "21/Nov/2026:19:43:45 ");
	assert_refused(stamp_web, "21/Nov/2026:19:43:45 UTC");
	assert_refused(stamp_web, "21/Nov/2026:19:43:45 +2400");
	assert_refused(stamp_web, "31/Feb/2026:19:43:45 +0000");
	assert_refused(stamp_web, "21/Nov/2026 19:43:45 +0000");
	assert_refused(stamp_web, "[21/Nov/2026:19:43:45 +0000");
}

static void
dates_with_slashes(void **state)
{
	(void)state;
	assert_reads(slash_unknown, "4/21/2017 7:52:03 AM 06B0",
	             "2017-04-21T07:52:03.000000", " 06B0");
	assert_reads(slash_unknown, "05/03/2019 16:05:31 x", "2019-03-05T16:05:31.000000",
	             " x");
	assert_reads(slash_unknown, "2019/12/5 13:03:50", "2019-12-05T13:03:50.000000", "");
	assert_reads(slash_unknown, "2019/12/5 1:03:50 PM", "2019-12-05T13:03:50.000000",
	             "");
	assert_reads(slash_mdy, "05/03/2019 16:05:31", "2019-05-03T16:05:31.000000", "");
	assert_reads(slash_dmy, "4/3/2017 7:52:03 AM", "2017-03-04T07:52:03.000000", "");
	assert_reads(slash_ymd, "2019/12/5 13:03:50", "2019-12-05T13:03:50.000000", "");
	assert_refused(slash_dmy, "4/21/2017 7:52:03 AM");
	assert_refused(slash_mdy, "21/4/2017 7:52:03 AM");
	assert_refused(slash_ymd, "4/21/2017 7:52:03 AM");
	assert_refused(slash_mdy, "2019/12/5 13:03:50");
	assert_refused(slash_unknown, "4/21/17 7:52:03 AM"); /* which century? */
	assert_refused(slash_unknown, "19/12/5 13:03:50");
	assert_refused(slash_unknown, "4-21-2017 7:52:03 AM");
	assert_refused(slash_unknown, "4/211/2017 7:52:03");
	assert_refused(slash_unknown, "29/02/2019 7:52:03");
	assert_refused(slash_unknown, "31/12/1600 7:52:03");
	assert_refused(slash_unknown, "1/1/20171 7:52:03");
}

static void
halves_of_the_day(void **state)
{
	(void)state;
	assert_reads(slash_mdy, "4/15/2014 12:00:00 AM", "2014-04-15T00:00:00.000000", "");
	assert_reads(slash_mdy, "4/15/2014 12:59:59 AM", "2014-04-15T00:59:59.000000", "");
	assert_reads(slash_mdy, "4/15/2014 1:00:00 AM", "2014-04-15T01:00:00.000000", "");
	assert_reads(slash_mdy, "4/15/2014 12:00:00 PM", "2014-04-15T12:00:00.000000", "");
	assert_reads(slash_mdy, "4/15/2014 11:59:59 PM", "2014-04-15T23:59:59.000000", "");
	assert_refused(slash_mdy, "4/15/2014 0:00:00 AM");
	assert_refused(slash_mdy, "4/15/2014 13:00:00 PM");
	assert_reads(slash_mdy, "4/15/2014 13:00:00 XM", "2014-04-15T13:00:00.000000",
	             " XM");
	assert_reads(slash_mdy, "4/15/2014 1:00:00 P", "2014-04-15T01:00:00.000000", " P");
}

static void
what_daemons_write(void **state)
{
	(void)state;
	assert_reads(stamp_any, "Nov  1 19:42:18 x", "2000-11-01T19:42:18.000000?", " x");
	assert_reads(stamp_any, "21-Nov-2026 19:41:34.066 x", "2026-11-21T19:41:34.066000",
	             " x");
	assert_reads(stamp_any, "2026-11-21T19:41:36.758Z x", "2026-11-21T19:41:36.758000Z",
	             " x");
	assert_refused(stamp_any, "");
	assert_refused(stamp_any, "client @0x7f24");
	assert_refused(stamp_any, "1795290133");
	assert_refused(stamp_any, "21/Nov/2026:19:43:45 +0000");
}

static void
dates_with_dots(void **state)
{
	(void)state;
	assert_reads(slash_unknown, "21.04.2017 07:52:03 06B0",
	             "2017-04-21T07:52:03.000000", " 06B0");
	assert_reads(slash_mdy, "5.3.2019 7:52:03", "2019-03-05T07:52:03.000000", "");
	assert_reads(slash_ymd, "05.03.2019 16:05:31", "2019-03-05T16:05:31.000000", "");
	assert_refused(slash_mdy, "04.21.2017 07:52:03");
	assert_refused(slash_ymd, "2017.04.21 07:52:03");
	assert_refused(slash_unknown, "21.04/2017 07:52:03");
	assert_refused(slash_unknown, "21/04.2017 07:52:03");
	assert_refused(slash_unknown, "10.0.0.1 07:52:03");
}

typedef bool stamp_next(struct span *text, struct log_scratch *scratch,
                        struct log_entry *entry);

/* Asserts that ${next} takes the ${len} octets at ${text} as ${plain} does, from memory
 * of exactly that size. */
static void
assert_same(stamp *plain, stamp_next *next, struct log_scratch *scratch, const char *text,
            size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);
	struct span first = {copy, len};
	struct span second = {copy, len};
	struct log_entry one = {.us = 7};
	struct log_entry two = {.us = 7};
	bool taken;

	assert_non_null(copy);
	memcpy(copy, text, len);
	taken = plain(&first, &one);
	if (next(&second, scratch, &two) != taken)
		fail_msg("\"%.*s\" is %s time", (int)len, text, taken ? "a" : "no");
	if (first.text != second.text || first.len != second.len || one.us != two.us ||
	    one.time != two.time)
		fail_msg("\"%.*s\" is another time", (int)len, text);
	free(copy);
}

static const struct {
	stamp *plain;
	stamp_next *next;
} nexts[] = {{stamp_epoch, stamp_epoch_next}, {stamp_iso, stamp_iso_next},
             {stamp_bind, stamp_bind_next},   {stamp_syslog, stamp_syslog_next},
             {stamp_web, stamp_web_next},     {stamp_any, stamp_any_next}};

/* Each of these by each of the functions, cut at each octet, and with each octet changed,
 * all with one memory. */
static void
times_behind_others_are_the_same(void **state)
{
	static const char *const texts[] = {"2026-11-21T19:41:36.758+02:00 x",
	                                    "2026-11-21 19:41:36 x",
	                                    "2026-11-21T19:41:36.1234567891Z",
	                                    "2026-11-21T19:41:36,5-0330",
	                                    "2026-11-21T 19:41:36.758 x",
	                                    "2016-12-31T23:59:60.5Z",
	                                    "2016-12-31T23:59:60.123456Z",
	                                    "2016-12-31T23:59:60.123457Z",
	                                    "2026-11-21T19:41:36.758123+0200 x",
	                                    "2026-11-21T19:41:36.999999+0200 x",
	                                    "2026-11-21T19:41:36.000001+02:00",
	                                    "2026-11-21T19:41:36.000001",
	                                    "2026-11-21T1:41:36Z.123456 x",
	                                    "2026-11-21T1:41:36Z.123457 x",
	                                    "1591367999.306059\t",
	                                    "1591367999.000001\t",
	                                    "1591367999.1234567",
	                                    "1591367999,306059",
	                                    "123456789012.1234",
	                                    "2026-02-31T19:41:36.758Z",
	                                    "2026-11-21T24:41:36.758Z",
	                                    "21-Nov-2026 19:41:34.066 queries",
	                                    "21-Nov-2026 19:41:34.06612345678 q",
	                                    "21-Nov-2026 19:41:34",
	                                    "31-Nov-2026 19:41:34.066",
	                                    "1-Nov-2026 9:41:34.066",
	                                    "21-Nov-2026:19:41:34 +0000",
	                                    "Nov 21 19:42:18 dnsmasq",
	                                    "Nov  1 19:42:18.5 dnsmasq",
	                                    "Nov 01 19:42:18 x",
	                                    "Nov 1 19:42:18 x",
	                                    "Feb 30 19:42:18 x",
	                                    "Nov   19:42:18 x",
	                                    "21/Nov/2026:19:43:45 +0000] x",
	                                    "21/Nov/2026:19:43:45.25 -1200",
	                                    "21/Nov/2026 19:43:45 +0000",
	                                    "21/Nov/1600:19:43:45 +0000",
	                                    "2026-11-21",
	                                    ""};
	static const char octets[] = {'\0', ' ', '0', '9', ':', '-', '.', 'T', '\xff'};
	struct log_scratch scratch = {.used = 0};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t len = strlen(texts[i]);

		for (size_t j = 0; j < sizeof(nexts) / sizeof(nexts[0]); j++) {
			char text[64];

			for (size_t cut = 0; cut <= len; cut++)
				assert_same(nexts[j].plain, nexts[j].next, &scratch,
				            texts[i], cut);
			for (size_t n = 0; n < len * sizeof(octets); n++) {
				memcpy(text, texts[i], len);
				text[n / sizeof(octets)] = octets[n % sizeof(octets)];
				assert_same(nexts[j].plain, nexts[j].next, &scratch, text,
				            len);
			}
		}
	}
}

/* Nothing is known of a date before the first line. */
static void
no_date_is_remembered_at_first(void **state)
{
	(void)state;
	for (size_t j = 0; j < sizeof(nexts) / sizeof(nexts[0]); j++) {
		struct log_scratch scratch = {.used = 0};
		char text[32] = "";

		memcpy(text + 11, " 19:41:36.758", 13);
		assert_same(nexts[j].plain, nexts[j].next, &scratch, text, sizeof(text));
		memcpy(text + 6, " 19:41:36.758", 13);
		assert_same(nexts[j].plain, nexts[j].next, &scratch, text, sizeof(text));
		memcpy(text + 10, "T19:41:36.758", 13);
		assert_same(nexts[j].plain, nexts[j].next, &scratch, text, sizeof(text));
		memset(text, 0, sizeof(text));
		memcpy(text + 11, "758123", 6);
		assert_same(nexts[j].plain, nexts[j].next, &scratch, text, sizeof(text));
		memset(text, 0, sizeof(text));
		memcpy(text + 20, "758123", 6);
		assert_same(nexts[j].plain, nexts[j].next, &scratch, text, sizeof(text));
	}
}

/* Read from memory of exactly the size of what is left of them, times that are
 * cut never have more than they say. */
static void
cut_times(void **state)
{
	static const struct {
		stamp *read;
		const char *text;
		size_t least; /* octets that are a time */
	} times[] = {
	        {stamp_epoch, "1795290133.066", 1},
	        {stamp_iso, "2026-11-21T19:41:36.758+02:00", 19},
	        {stamp_bind, "21-Nov-2026 19:41:34.066", 20},
	        {stamp_syslog, "Nov 21 19:42:18", 15},
	        {stamp_web, "21/Nov/2026:19:43:45 +0000", 24},
	        {slash_mdy, "11/21/2017 10:52:03 AM", 19},
	        {stamp_any, "Nov 21 19:42:18", 15},
	        {stamp_any, "21-Nov-2026 19:41:34.066", 20},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		for (size_t len = 0; len <= strlen(times[i].text); len++) {
			char *copy = malloc(len > 0 ? len : 1);
			struct span text = {copy, len};
			struct log_entry entry = {.why = NULL};

			assert_non_null(copy);
			memcpy(copy, times[i].text, len);
			if (times[i].read(&text, &entry) != (len >= times[i].least))
				fail_msg("%.*s", (int)len, times[i].text);
			assert_true(text.text >= copy &&
			            text.text + text.len == copy + len);
			free(copy);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(seconds_since_1970),
	        cmocka_unit_test(the_longest_epoch_fits),
	        cmocka_unit_test(fractions),
	        cmocka_unit_test(iso_dates),
	        cmocka_unit_test(times_of_day),
	        cmocka_unit_test(zones),
	        cmocka_unit_test(times_of_bind),
	        cmocka_unit_test(times_of_syslog),
	        cmocka_unit_test(every_month),
	        cmocka_unit_test(times_of_web_servers),
	        cmocka_unit_test(dates_with_slashes),
	        cmocka_unit_test(halves_of_the_day),
	        cmocka_unit_test(what_daemons_write),
	        cmocka_unit_test(dates_with_dots),
	        cmocka_unit_test(times_behind_others_are_the_same),
	        cmocka_unit_test(no_date_is_remembered_at_first),
	        cmocka_unit_test(cut_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
