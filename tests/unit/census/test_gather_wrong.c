/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Rows that are many times, of others, out of all bounds, or none; where a host is; what
 * another day does not know.
 */
#include "scene.h"

#include "census/gather_part.h"

#include <stdio.h>

static void
test_spans(void **state)
{
	static const int64_t wrong[][2] = {{0, 0},
	                                   {DAY, 0},
	                                   {0, DAY + 1},
	                                   {1, DAY},
	                                   {0, DAY * (CENSUS_DAYS + 1)},
	                                   {INT64_MIN, INT64_MAX},
	                                   {INT64_MAX, INT64_MIN}};
	struct census_plan plan = plan_of(1);
	struct census_gather *made = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		plan.from = wrong[i][0];
		plan.to = wrong[i][1];
		assert_int_equal(census_gather_new(&plan, &made), FSK_RANGE);
		assert_null(made);
	}
	plan.from = -DAY;
	plan.to = DAY * (CENSUS_DAYS - 1);
	made = begin(&plan);
	add(made, (struct hostday){.day = -DAY, .generator = span_of("conficker")});
	settle(made);
	assert_int_equal(facts_of(made)->daily[0], 1);
	assert_int_equal(facts_of(made)->daily[CENSUS_DAYS - 1], 0);
	census_gather_free(made);
	census_gather_free(NULL);
}

static enum fsk_err
nobody(const struct hostday *day, void *context)
{
	(void)day;
	(void)context;
	fail_msg("nobody was there");
	return FSK_CORRUPT;
}

static enum fsk_err
empty(const struct census_line *line, void *context)
{
	uint64_t *lines = context;

	assert_int_equal(line->addresses, 0);
	assert_int_equal(line->contacts, 0);
	++*lines;
	return FSK_OK;
}

static void
test_nothing(void **state)
{
	struct census_plan plan = plan_of(2);
	struct census_gather *made = begin(&plan);
	const struct census_facts *facts;
	uint64_t lines = 0;

	(void)state;
	settle(made);
	facts = facts_of(made);
	assert_int_equal(facts->footprint, 0);
	assert_int_equal(facts->contacts, 0);
	assert_int_equal(facts->days, 2);
	assert_string_equal(facts->family, "conficker");
	assert_false(facts->name_set);
	assert_null(facts->held);
	assert_null(facts->pair);
	assert_non_null(facts->again);
	assert_int_equal(facts->chain_hour, 0);
	for (int by = CENSUS_BY_HOUR; by <= CENSUS_BY_GENERATOR; by++)
		assert_int_equal(
		        census_gather_table(made, (enum census_by)by, empty, &lines),
		        FSK_OK);
	assert_int_equal(lines, 48 + 2);
	assert_int_equal(census_gather_each(made, nobody, NULL), FSK_OK);
	census_gather_free(made);
}

/* What is asked for at the wrong time is refused. */
static void
test_order_of_calls(void **state)
{
	struct census_plan plan = plan_of(1);
	struct census_gather *made = begin(&plan);
	struct hostday day = day_of(host_v4(1), 0, 0);
	struct sighting sighting = sighting_of(host_v4(1), 0, "");
	const struct census_facts *facts;
	uint64_t lines = 0;
	int64_t from, to;

	(void)state;
	assert_int_equal(census_gather_sighting(made, &sighting), FSK_RANGE);
	assert_int_equal(census_gather_facts(made, &facts), FSK_RANGE);
	assert_int_equal(census_gather_table(made, CENSUS_BY_DAY, empty, &lines),
	                 FSK_RANGE);
	assert_int_equal(census_gather_each(made, nobody, NULL), FSK_RANGE);
	settle(made);
	assert_int_equal(census_gather_settle(made, &from, &to), FSK_RANGE);
	assert_int_equal(census_gather_add(made, &day), FSK_RANGE);
	assert_int_equal(facts_of(made)->footprint, 0);
	census_gather_free(made);
}

static void
test_others(void **state)
{
	static const char *const generators[] = {"",          "confick",   "confickers/b",
	                                         "conficker", "chinad/b",  "/conficker/b",
	                                         "Conficker", "conficker/"};
	struct census_plan plan = plan_of(2);
	struct census_gather *made = begin(&plan);
	struct hostday day;

	(void)state;
	for (size_t i = 0; i < sizeof(generators) / sizeof(generators[0]); i++) {
		day = day_of(host_v4((uint32_t)i), 0, 1);
		day.generator = span_of(generators[i]);
		add(made, day);
	}
	day.generator = (struct span){NULL, 0};
	add(made, day);
	day = day_of(host_v4(50), -1, 1);
	add(made, day);
	day.day = FROM + 2 * DAY;
	add(made, day);
	day.day = INT64_MIN;
	add(made, day);
	day.day = INT64_MAX;
	add(made, day);
	census_gather_forgotten(made, FROM - DAY, 5);
	census_gather_forgotten(made, FROM, 6);
	census_gather_forgotten(made, FROM + DAY, 7);
	census_gather_forgotten(made, INT64_MAX, 8);
	settle(made);
	assert_int_equal(facts_of(made)->footprint, 2); /* conficker, conficker/ */
	assert_int_equal(facts_of(made)->daily[1], 0);
	assert_int_equal(facts_of(made)->forgotten, 13);
	census_gather_free(made);
}

/* A plan of one variant. */
static void
test_variant(void **state)
{
	struct census_plan plan = plan_of(1);
	struct census_gather *made;
	struct hostday day = day_of(host_v4(1), 0, 1);
	struct sighting sighting = sighting_of(host_v4(2), HOUR, "");

	(void)state;
	plan.family = "conficker/b";
	made = begin(&plan);
	day.generator = span_of("conficker");
	add(made, day);
	add(made, day_of(host_v4(2), 0, 1));
	settle(made);
	assert_int_equal(facts_of(made)->footprint, 1);
	sighting.counter = 1;
	see(made, sighting);
	assert_int_equal(facts_of(made)->chained, 1);
	sighting.match.generator = SIGHTING_NO_GENERATOR;
	sighting.fingerprint = "conficker-ab";
	sighting.counter = 0;
	see(made, sighting);
	sighting.counter = 0;
	assert_int_equal(facts_of(made)->chains, 1);
	census_gather_free(made);
}

/* The same row a thousand times, all from one address; numbers that cannot be. */
static void
test_same(void **state)
{
	struct census_plan plan = plan_of(2);
	struct census_gather *made = begin(&plan);
	struct hostday day = day_of(host_v4(1), 0, 1);

	(void)state;
	day.marks.hours = UINT32_MAX;
	day.marks.counter = INT64_MAX;
	day.country = span_of("a country with a long name");
	for (int i = 0; i < 1000; i++) {
		day.day = FROM + i % 2 * DAY;
		add(made, day);
	}
	day.marks.contacts = UINT64_MAX;
	day.day = FROM;
	add(made, day);
	day.marks.counter = INT64_MIN;
	day.marks.contacts = 0;
	add(made, day);
	settle(made);
	assert_int_equal(facts_of(made)->footprint, 1);
	assert_int_equal(facts_of(made)->contacts, UINT32_MAX + UINT64_C(500));
	for (size_t i = 0; i < 48; i++)
		assert_int_equal(facts_of(made)->hours[i], 1);
	assert_int_equal(facts_of(made)->with_counter, 1);
	assert_true(facts_of(made)->counter_sum == (double)UINT32_MAX - 1);
	census_gather_free(made);
}

/* An address with two variants on one day is one of the family, and one of each. */
static enum fsk_err
one_each(const struct census_line *line, void *context)
{
	uint64_t *lines = context;

	assert_int_equal(line->addresses, 1);
	assert_int_equal(line->contacts, 2);
	++*lines;
	return FSK_OK;
}

static void
test_two_variants(void **state)
{
	struct census_plan plan = plan_of(2);
	struct census_gather *made = begin(&plan);
	uint64_t lines = 0;

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct hostday day = day_of(host_v4(1), i / 2, i);

		if (i % 2 == 1)
			day.generator = span_of("conficker/a");
		add(made, day);
	}
	settle(made);
	assert_int_equal(facts_of(made)->footprint, 1);
	assert_int_equal(facts_of(made)->daily[0], 1);
	assert_int_equal(facts_of(made)->hours[0], 1);
	assert_int_equal(facts_of(made)->hours[1], 1);
	assert_int_equal(census_gather_table(made, CENSUS_BY_GENERATOR, one_each, &lines),
	                 FSK_OK);
	assert_int_equal(lines, 2);
	census_gather_free(made);
}

/* More generators than are told apart are of the family all the same. */
static void
test_many_generators(void **state)
{
	struct census_plan plan = plan_of(1);
	struct census_gather *made;
	char generator[32];

	(void)state;
	plan.by_country = plan.by_network = false;
	made = begin(&plan);
	for (uint32_t i = 0; i < 2 * CENSUS_GENERATORS; i++) {
		struct hostday day = day_of(host_v4(i % 7), 0, 1);

		snprintf(generator, sizeof(generator), "conficker/%u", i);
		day.generator = span_of(generator);
		add(made, day);
	}
	settle(made);
	assert_int_equal(facts_of(made)->footprint, 7);
	assert_int_equal(facts_of(made)->contacts, 2 * CENSUS_GENERATORS);
	census_gather_free(made);
}

/* Another day knows no pseudonym; chaff's do not count. */
static void
test_pseudonyms(void **state)
{
	struct census_plan plan = plan_of(2);
	struct census_gather *made = begin(&plan);
	struct hostday day = day_of(host_pseudonym(1), 0, 1);

	(void)state;
	add(made, day_of(host_v4(1), 0, 1));
	add(made, day_of(sighting_named(1), 0, 1));
	day.marks.outside = 1;
	add(made, day);
	settle(made);
	assert_non_null(facts_of(made)->again);
	census_gather_free(made);
	made = begin(&plan);
	day.marks.outside = 0;
	add(made, day);
	day.client = host_pseudonym(2);
	add(made, day);
	settle(made);
	assert_null(facts_of(made)->again);
	assert_int_equal(facts_of(made)->footprint, 2);
	census_gather_free(made);
}

/* Hosts are grouped in the same way in each census; those of many days, too, of which there
 * are more in a group than are counted at once. */
static void
test_groups(void **state)
{
	enum { DAYS = 20, HOSTS = 4000 };
	struct census_plan plan = plan_of(DAYS);
	struct census_gather *one = begin(&plan), *other = begin(&plan);
	const uint64_t *a, *b;
	uint64_t used = 0;

	(void)state;
	for (uint32_t i = 0; i < HOSTS; i++) {
		for (int day = 0; day < DAYS; day++) {
			uint32_t turned = HOSTS - 1 - i;

			if (i % 3 != 0 || day < (int)i % 9)
				add(one, day_of(host_v4(i), day, 1));
			if (turned % 3 != 0 || day < (int)turned % 9)
				add(other, day_of(host_v4(turned), day, 1));
		}
	}
	settle(one);
	settle(other);
	a = facts_of(one)->again;
	b = facts_of(other)->again;
	assert_memory_equal(a, b, sizeof(*a) * CENSUS_GROUPS * DAYS * DAYS);
	for (size_t group = 0; group < CENSUS_GROUPS; group++)
		used += a[group * DAYS * DAYS] > 0;
	assert_true(used > CENSUS_GROUPS / 2);
	for (size_t i = 0; i < DAYS; i++) {
		for (size_t j = 0; j < DAYS; j++) {
			uint64_t count = 0, found = 0;

			for (uint32_t host = 0; host < HOSTS && j >= i; host++)
				count += host % 3 != 0 || j < host % 9;
			for (size_t group = 0; group < CENSUS_GROUPS; group++)
				found += a[(group * DAYS + i) * DAYS + j];
			assert_int_equal(found, count);
		}
	}
	census_gather_free(one);
	census_gather_free(other);
}

static enum fsk_err
copy_line(const struct census_line *line, void *context)
{
	struct census_line *copy = context;

	*copy = *line;
	assert_true(line->text.len == 0 || line->text.len == 2);
	copy->text = span_of(line->text.len == 0                     ? ""
	                     : memcmp(line->text.text, "SE", 2) == 0 ? "SE"
	                                                             : "other");
	return FSK_OK;
}

/* Where a host is that was seen at ${count} places in this order. */
static void
is_at(const struct hostday *days, size_t count, const char *country, uint32_t network)
{
	struct census_plan plan = plan_of(2);
	struct census_gather *made = begin(&plan);
	struct census_line line = {.addresses = 0};

	for (size_t i = 0; i < count; i++)
		add(made, days[i]);
	settle(made);
	assert_int_equal(census_gather_table(made, CENSUS_BY_COUNTRY, copy_line, &line),
	                 FSK_OK);
	assert_int_equal(line.addresses, 1);
	assert_true(span_equal(line.text, span_of(country)));
	assert_int_equal(census_gather_table(made, CENSUS_BY_NETWORK, copy_line, &line),
	                 FSK_OK);
	assert_int_equal(line.network, network);
	census_gather_free(made);
}

static void
test_place(void **state)
{
	struct hostday days[3] = {day_of(host_v4(1), 0, 1), day_of(host_v4(1), 1, 1),
	                          day_of(host_v4(1), 1, 2)};
	struct hostday back[3] = {days[2], days[1], days[0]};

	(void)state;
	days[1].country = back[1].country = span_of("SE");
	days[1].network = back[1].network = 7;
	days[2].country = back[0].country = span_of("");
	is_at(days, 1, "other", 64500);
	is_at(days, 2, "SE", 7);
	is_at(days, 3, "SE", 7);
	is_at(back, 3, "SE", 7);
	is_at(back, 1, "", 64500);
}

/* A listener that has enough. */
static enum fsk_err
stop_line(const struct census_line *line, void *context)
{
	(void)line;
	++*(int *)context;
	return FSK_STOPPED;
}

static enum fsk_err
stop_day(const struct hostday *day, void *context)
{
	(void)day;
	++*(int *)context;
	return FSK_STOPPED;
}

static void
test_stop(void **state)
{
	struct census_plan plan = plan_of(2);
	struct census_gather *made = begin(&plan);
	int told = 0;

	(void)state;
	add(made, day_of(host_v4(1), 0, 1));
	add(made, day_of(host_v4(1), 1, 1));
	add(made, day_of(host_v4(2), 0, 1));
	settle(made);
	for (int by = CENSUS_BY_HOUR; by <= CENSUS_BY_GENERATOR; by++)
		assert_int_equal(
		        census_gather_table(made, (enum census_by)by, stop_line, &told),
		        FSK_STOPPED);
	assert_int_equal(census_gather_each(made, stop_day, &told), FSK_STOPPED);
	assert_int_equal(told, 6);
	census_gather_free(made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_spans),
	        cmocka_unit_test(test_nothing),
	        cmocka_unit_test(test_order_of_calls),
	        cmocka_unit_test(test_others),
	        cmocka_unit_test(test_variant),
	        cmocka_unit_test(test_same),
	        cmocka_unit_test(test_two_variants),
	        cmocka_unit_test(test_many_generators),
	        cmocka_unit_test(test_pseudonyms),
	        cmocka_unit_test(test_groups),
	        cmocka_unit_test(test_place),
	        cmocka_unit_test(test_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
