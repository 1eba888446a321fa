/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The daily summary: sums by kind and by who sent it, the shapes that are worth a line, the
 * largest first. Linked with --wrap for store_hours and store_shapes, which tell here what
 * a store would.
 */
#include "up/day.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define DAY INT64_C(1236470400) /* 2009-03-08 */
#define DAY_US (DAY * 1000000)
#define SHAPES 30

enum fsk_err __wrap_store_hours(struct store *store, const struct store_filter *filter,
                                enum fsk_err (*tell)(const struct store_hour *, void *),
                                void *context);
enum fsk_err __wrap_store_shapes(struct store *store, int64_t since_us,
                                 enum fsk_err (*tell)(const struct store_shape *, void *),
                                 void *context);

static enum fsk_err hours_err;
static unsigned shape_count;

enum fsk_err
__wrap_store_hours(struct store *store, const struct store_filter *filter,
                   enum fsk_err (*tell)(const struct store_hour *, void *), void *context)
{
	static const struct {
		enum sighting_kind kind;
		const char *fingerprint;
		uint64_t contacts;
	} rows[] = {
	        {SIGHTING_DNS, "", 1000},           {SIGHTING_HTTP, "conficker-ab", 30},
	        {SIGHTING_HTTP, "conficker-ab", 4}, {SIGHTING_HTTP, "http", 7},
	        {SIGHTING_HTTP, "no-such", 5},      {SIGHTING_RAW, "unknown", 2},
	        {SIGHTING_HELLO, "tls", 1},
	};

	assert_null(store);
	assert_true(filter->from_us == DAY_US);
	assert_true(filter->to_us == DAY_US + INT64_C(86400000000));
	for (size_t i = 0; hours_err == FSK_OK && i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct store_hour hour = {
		        .hour = DAY,
		        .kind = rows[i].kind,
		        .fingerprint = span_of(rows[i].fingerprint),
		        .contacts = rows[i].contacts,
		};

		assert_int_equal(tell(&hour, context), FSK_OK);
	}
	return hours_err;
}

enum fsk_err
__wrap_store_shapes(struct store *store, int64_t since_us,
                    enum fsk_err (*tell)(const struct store_shape *, void *), void *context)
{
	static char longest[1000];

	(void)store;
	assert_true(since_us == DAY_US);
	memset(longest, 'x', sizeof(longest));
	for (unsigned i = 0; i < shape_count; i++) {
		struct store_shape shape = {
		        .text = {longest, i == 0 ? sizeof(longest) : 5},
		        .first_us = DAY_US + 1,
		        .last_us = DAY_US + 2,
		        .contacts = i + 1,
		        .today = i + 1,
		        .hosts = 1,
		};

		if (i == 1) { /* it grows: it was there before, and is much more now */
			shape.text = span_of("grows");
			shape.first_us = DAY_US - INT64_C(86400000000);
			shape.before = 50;
			shape.today = 200;
		}
		if (i == 2) { /* as it was: not worth a line */
			shape.text = span_of("stays");
			shape.first_us = DAY_US - INT64_C(86400000000);
			shape.today = shape.before = 500;
		}
		assert_int_equal(tell(&shape, context), FSK_OK);
	}
	return FSK_OK;
}

/* What is logged. */
static void
tell_day(char *out, size_t room)
{
	struct up_log log = {.format = UP_LOGFMT};
	FILE *file = tmpfile();

	assert_non_null(file);
	log.fd = fileno(file);
	up_day_tell(NULL, DAY, &log);
	assert_int_equal(lseek(log.fd, 0, SEEK_SET), 0);
	out[fread(out, 1, room - 1, file)] = '\0';
	fclose(file);
}

static unsigned
count_lines(const char *text)
{
	unsigned lines = 0;

	for (; *text != '\0'; text++)
		lines += *text == '\n';
	return lines;
}

static void
test_sums(void **state)
{
	static char out[20000];

	(void)state;
	hours_err = FSK_OK;
	shape_count = 0;
	tell_day(out, sizeof(out));
	assert_int_equal(count_lines(out), 1);
	assert_non_null(strstr(out, "level=info event=day day=2009-03-08 dns=1000 http=46 "
	                            "tls=1 raw=2 bots=34 visitors=0 new-shapes=0 "
	                            "growing-shapes=0\n"));
}

static void
test_shapes(void **state)
{
	static char out[20000];
	const char *first;

	(void)state;
	hours_err = FSK_OK;
	shape_count = SHAPES;
	tell_day(out, sizeof(out));
	assert_int_equal(count_lines(out), 21);
	assert_non_null(strstr(out, "new-shapes=28 growing-shapes=1\n"));
	/* The largest first, each with its text; those that are left out are the least. */
	first = strchr(out, '\n') + 1;
	assert_int_equal(strncmp(strstr(first, "event="),
	                         "event=shape day=2009-03-08 what=grows contacts=200 "
	                         "hosts=1 text=grows\n",
	                         70),
	                 0);
	assert_non_null(strstr(out, "what=new contacts=30 hosts=1 text=xxxxx\n"));
	assert_non_null(strstr(out, "what=new contacts=12 "));
	assert_null(strstr(out, "what=new contacts=11 "));
	assert_null(strstr(out, "stays"));
}

/* A long one is cut. */
static void
test_long(void **state)
{
	static char out[20000];

	(void)state;
	hours_err = FSK_OK;
	shape_count = 1;
	tell_day(out, sizeof(out));
	assert_int_equal(count_lines(out), 2);
	assert_int_equal(strspn(strstr(out, "text=") + 5, "x"), 256);
}

static void
test_failed(void **state)
{
	static char out[20000];

	(void)state;
	hours_err = FSK_CORRUPT;
	tell_day(out, sizeof(out));
	assert_int_equal(count_lines(out), 1);
	assert_non_null(strstr(out, "level=warning event=day day=2009-03-08 why="));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_sums),
	        cmocka_unit_test(test_shapes),
	        cmocka_unit_test(test_long),
	        cmocka_unit_test(test_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
