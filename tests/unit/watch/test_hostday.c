/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What remains of a host's day: the order of its sightings does not matter, the number of
 * names is right on the average, and who is outside or alien is told by the record alone.
 */
#include "watch/hostday.h"

#include "base/date.h"
#include "watch/fingerprint.h"

#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define DAY (INT64_C(14302) * DATE_DAY) /* 2009-02-27 */

static uint32_t
generator_of(const char *name)
{
	size_t number;

	assert_int_equal(fsk_generator_find(name, &number), FSK_OK);
	return (uint32_t)number;
}

static struct sighting
sighting_at(int64_t second)
{
	return (struct sighting){.us = second * DATE_SECOND,
	                         .kind = SIGHTING_DNS,
	                         .counter = SIGHTING_NO_COUNTER,
	                         .match = {.generator = generator_of("conficker/b"),
	                                   .period = {DAY, DAY + DATE_DAY - 1}},
	                         .name = span_of("www.abcde.info"),
	                         .forecast = span_of("abcde.info")};
}

static void
test_none(void **state)
{
	struct hostday_marks marks, more;

	(void)state;
	hostday_marks_init(&marks);
	assert_true(marks.contacts == 0 && marks.hours == 0 && marks.outside == 0);
	assert_true(marks.alien == 0 && marks.counter == SIGHTING_NO_COUNTER);
	assert_true(marks.first_us == INT64_MAX && marks.last_us == INT64_MIN);
	assert_true(hostday_names(marks.names) == 0);
	hostday_marks_init(&more);
	hostday_marks_merge(&marks, &more);
	assert_memory_equal(&marks, &more, sizeof(marks));
}

/* A sighting by chance of one day, of few names. */
static struct sighting
draw(uint64_t *state, char name[24])
{
	struct sighting s = sighting_at(DAY);
	uint64_t chance;

	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	chance = *state >> 33;
	s.us += (int64_t)(chance % 86400) * DATE_SECOND + 17;
	s.more = (uint32_t)(chance % 3);
	snprintf(name, 24, "%" PRIu64 ".example.org", chance / 7 % 40);
	s.name = s.forecast = span_of(name);
	if (chance % 5 == 0)
		s.match.period.last = DAY - 2 * DATE_DAY;
	if (chance % 4 == 0) {
		s.kind = SIGHTING_HTTP;
		s.fingerprint = chance % 8 == 0 ? "conficker-ab" : NULL;
		s.counter = (int64_t)(chance % 90);
	}
	return s;
}

#define MANY 300

/* However it is parted and in which order it comes: the same. */
static void
test_any_order(void **state)
{
	static struct sighting sightings[MANY];
	static char names[MANY][24];
	struct hostday_marks whole, backwards, parts[3];
	uint64_t chance = 4;

	(void)state;
	hostday_marks_init(&whole);
	hostday_marks_init(&backwards);
	for (int i = 0; i < MANY; i++) {
		sightings[i] = draw(&chance, names[i]);
		hostday_marks_add(&whole, &sightings[i]);
	}
	for (int i = MANY; i-- > 0;)
		hostday_marks_add(&backwards, &sightings[i]);
	assert_memory_equal(&whole, &backwards, sizeof(whole));
	for (int i = 0; i < 3; i++)
		hostday_marks_init(&parts[i]);
	for (int i = 0; i < MANY; i++)
		hostday_marks_add(&parts[i * i % 3], &sightings[i]);
	hostday_marks_merge(&parts[2], &parts[0]);
	hostday_marks_merge(&parts[2], &parts[1]);
	assert_memory_equal(&whole, &parts[2], sizeof(whole));
	assert_true(whole.outside > 0 && whole.alien > 0 && whole.counter > 0);
	assert_true(whole.outside < whole.contacts && whole.alien < whole.contacts);
	assert_true(whole.hours == 0xffffff);
	assert_true(hostday_names(whole.names) > 30 && hostday_names(whole.names) < 50);
}

static uint32_t
hours_of(int64_t us)
{
	struct sighting s = sighting_at(0);
	struct hostday_marks marks;

	hostday_marks_init(&marks);
	s.us = us;
	hostday_marks_add(&marks, &s);
	assert_true(marks.first_us == us && marks.last_us == us);
	return marks.hours;
}

static void
test_hours(void **state)
{
	(void)state;
	assert_int_equal(hours_of(DAY * DATE_SECOND), 1);
	assert_int_equal(hours_of((DAY + 3600) * DATE_SECOND - 1), 1);
	assert_int_equal(hours_of((DAY + 3600) * DATE_SECOND), 2);
	assert_int_equal(hours_of((DAY + DATE_DAY) * DATE_SECOND - 1), 1 << 23);
	assert_int_equal(hours_of((DAY + DATE_DAY) * DATE_SECOND), 1);
	assert_int_equal(hours_of(-1), 1 << 23); /* before 1970 */
	assert_int_equal(hours_of(-DATE_DAY * DATE_SECOND), 1);
	assert_true(hours_of(INT64_MIN) != 0 && hours_of(INT64_MAX) != 0);
}

/* The forecast counts, not what was asked below it; without one what was said. */
static void
test_which_name(void **state)
{
	struct sighting s = sighting_at(DAY);
	struct hostday_marks marks, other;

	(void)state;
	hostday_marks_init(&marks);
	hostday_marks_add(&marks, &s);
	s.name = span_of("mail.abcde.info");
	hostday_marks_add(&marks, &s);
	assert_true(hostday_names(marks.names) == 1);
	hostday_marks_init(&other);
	s.forecast.len = 0;
	hostday_marks_add(&other, &s);
	assert_true(hostday_names(other.names) == 1);
	assert_true(other.names[0] != marks.names[0]);
	s.name.len = 0;
	hostday_marks_add(&other, &s);
	assert_true(hostday_names(other.names) == 1);
}

/* ${count} names drawn ${times} times: the mean of what is said, and its error. */
static void
assert_names(unsigned count, unsigned times, double bias, double error)
{
	static unsigned next;
	double sum = 0, squares = 0;

	for (unsigned i = 0; i < times; i++) {
		uint64_t names[HOSTDAY_NAMES] = {0};
		double off;

		for (unsigned k = 0; k < count; k++) {
			char name[24];
			int len = snprintf(name, sizeof(name), "%u.example", next++);

			hostday_names_add(names, (struct span){name, (size_t)len});
			hostday_names_add(names, (struct span){name, (size_t)len});
		}
		off = hostday_names(names) / count - 1;
		sum += off;
		squares += off * off;
	}
	if (fabs(sum / times) > bias || sqrt(squares / times) > error)
		fail_msg("%u names: %+.3f, %.3f", count, sum / times,
		         sqrt(squares / times));
}

static void
test_names(void **state)
{
	uint64_t full[HOSTDAY_NAMES] = {UINT64_MAX, UINT64_MAX};
	uint64_t nearly[HOSTDAY_NAMES] = {UINT64_MAX, 0};

	(void)state;
	assert_names(1, 100, 0, 0);
	assert_names(2, 1000, 0.01, 0.07);
	assert_names(20, 500, 0.02, 0.11);
	assert_names(100, 300, 0.04, 0.15);
	assert_names(200, 300, 0.05, 0.19);
	assert_names(400, 300, 0.06, 0.25);
	assert_names(1000, 100, 0.07, 0.21);
	assert_names(2000, 60, 0.09, 0.22);
	assert_true(hostday_names(full) == HOSTDAY_NAMES_MOST);
	assert_in_range((int)hostday_names(nearly), 200, 300);
	for (unsigned i = 0; i < 60000; i++) {
		char name[24];
		int len = snprintf(name, sizeof(name), "%u.example", i);

		hostday_names_add(nearly, (struct span){name, (size_t)len});
		assert_true(hostday_names(nearly) <= HOSTDAY_NAMES_MOST);
	}
	assert_true(hostday_names(nearly) == HOSTDAY_NAMES_MOST);
}

static void
assert_outside(int64_t second, int64_t first, int64_t last, bool outside)
{
	struct sighting s = sighting_at(second);

	s.match.period = (struct fsk_period){first, last};
	assert_int_equal(hostday_is_outside(&s), outside);
	s.match.generator = SIGHTING_NO_GENERATOR;
	assert_false(hostday_is_outside(&s));
}

static void
test_outside(void **state)
{
	int64_t end = DAY + DATE_DAY - 1;

	(void)state;
	assert_outside(DAY, DAY, end, false);
	assert_outside(end, DAY, end, false);
	assert_outside(end + HOSTDAY_NEAR, DAY, end, false);
	assert_outside(end + HOSTDAY_NEAR + 1, DAY, end, true);
	assert_outside(DAY - HOSTDAY_NEAR, DAY, end, false);
	assert_outside(DAY - HOSTDAY_NEAR - 1, DAY, end, true);
	/* A list without an end, and numbers that no clock has. */
	assert_outside(DAY, INT64_MIN, INT64_MAX, false);
	assert_outside(DAY, INT64_MAX, INT64_MAX, true);
	assert_outside(DAY, INT64_MIN, INT64_MIN, true);
	assert_outside(-DAY, INT64_MAX, INT64_MIN, true);
}

static bool
is_alien(enum sighting_kind kind, const char *fingerprint, const char *generator)
{
	struct sighting s = sighting_at(DAY);

	s.kind = kind;
	s.fingerprint = fingerprint;
	s.match.generator =
	        generator == NULL ? SIGHTING_NO_GENERATOR : generator_of(generator);
	return hostday_is_alien(&s);
}

static void
test_alien(void **state)
{
	(void)state;
	assert_false(is_alien(SIGHTING_HTTP, "conficker-ab", "conficker/b"));
	assert_false(is_alien(SIGHTING_HTTP, "conficker-ab", NULL));
	assert_true(is_alien(SIGHTING_HTTP, NULL, "conficker/b"));
	assert_true(is_alien(SIGHTING_HTTP, "http", "conficker/b"));
	assert_true(is_alien(SIGHTING_HTTP, "strange", "conficker/b"));
	assert_true(is_alien(SIGHTING_HTTP, "scanner", "conficker/b"));
	assert_true(is_alien(SIGHTING_HTTP, "crawler", "newgoz/default"));
	assert_true(is_alien(SIGHTING_HTTP, "researcher", NULL));
	/* Nobody has written down what the requests of that one look like. */
	assert_false(is_alien(SIGHTING_HTTP, NULL, "newgoz/default"));
	assert_false(is_alien(SIGHTING_HTTP, "http", "newgoz/default"));
	assert_false(is_alien(SIGHTING_HTTP, NULL, NULL));
	assert_false(is_alien(SIGHTING_HTTP, NULL, NULL));
	/* What says no headers has none that are wrong. */
	assert_false(is_alien(SIGHTING_DNS, NULL, "conficker/b"));
	assert_false(is_alien(SIGHTING_HELLO, "tls", "conficker/b"));
	assert_false(is_alien(SIGHTING_RAW, "unknown", "conficker/b"));
}

/* Whom it was told of already. */
static void
test_add_as(void **state)
{
	struct sighting s = sighting_at(DAY + 5 * DATE_DAY);
	struct hostday_marks marks;

	(void)state;
	s.more = 2;
	hostday_marks_init(&marks);
	hostday_marks_add_as(&marks, &s, false, true);
	assert_true(marks.outside == 0 && marks.alien == 3 && marks.contacts == 3);
	hostday_marks_add(&marks, &s);
	assert_true(marks.outside == 3 && marks.alien == 3 && marks.contacts == 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_none),  cmocka_unit_test(test_any_order),
	        cmocka_unit_test(test_hours), cmocka_unit_test(test_which_name),
	        cmocka_unit_test(test_names), cmocka_unit_test(test_outside),
	        cmocka_unit_test(test_alien), cmocka_unit_test(test_add_as),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
