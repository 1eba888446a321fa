/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The SQLite engine: who counts as a host, and whose family a bot's request is of.
 */
#include "naive_sums.h"

#include "watch/fingerprint.h"

static enum fsk_err
add_contacts(const struct store_day *day, void *context)
{
	*(uint64_t *)context += day->host.marks.contacts;
	return FSK_OK;
}

/* Who looks for holes is no infected host; a stranger of whom nothing is known may be. */
static void
test_visitors_are_no_hosts(void **state)
{
	static const char *const senders[] = {"crawler", "scanner", "researcher", "http"};
	struct store_item items[4];
	struct store *store = open_new();
	struct store_filter all = STORE_FILTER_ALL;
	struct store_batch batch = make_batch("a", items, 0, 4);
	uint64_t contacts = 0;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct sighting *s = &items[i].sighting;

		assert_non_null(watch_fingerprint_find(span_of(senders[i])));
		s->kind = SIGHTING_HTTP;
		s->by = SIGHTING_BY_NAME;
		s->match.generator = 1;
		s->more = 1U << i;
		s->fingerprint = i % 2 == 0 ? senders[i] : NULL;
		items[i].said.fingerprint =
		        i % 2 == 0 ? (struct span){"", 0} : span_of(senders[i]);
	}
	assert_int_equal(store_take(store, &batch, 1), FSK_OK);
	assert_int_equal(store_days(store, &all, add_contacts, &contacts), FSK_OK);
	assert_int_equal(contacts, 1 + 8);
	assert_int_equal(count(store), 4);
	all.counted = true;
	assert_int_equal(read_all(store, &all), 1);
	assert_whole(store);
	store_close(store);
}

static enum fsk_err
find_family(const struct store_hour *hour, void *context)
{
	assert_true(span_equal(hour->generator, span_of("conficker")));
	*(uint64_t *)context += hour->contacts;
	return FSK_OK;
}

static enum fsk_err
find_family_of_day(const struct store_day *day, void *context)
{
	assert_true(span_equal(day->host.generator, span_of("conficker")));
	*(uint64_t *)context += day->host.marks.contacts;
	return FSK_OK;
}

/* What a bot sends without a name is its family's in sums, and of no generator itself. */
static void
test_family_of_a_fingerprint(void **state)
{
	struct store_item items[1];
	struct store *store = open_new();
	struct store_filter filter = STORE_FILTER_ALL;
	struct store_batch batch = make_batch("a", items, 0, 1);
	struct sighting *s = &items[0].sighting, read;
	bool *generators = calloc(fsk_generator_count(), sizeof(*generators));
	struct store_reading *reading;
	struct sighting_cursor cursor;
	struct store_facts facts;
	uint64_t contacts = 0;
	size_t a;

	(void)state;
	assert_non_null(generators);
	s->kind = SIGHTING_HTTP;
	s->match.generator = SIGHTING_NO_GENERATOR;
	s->fingerprint = "conficker-ab";
	s->more = 4;
	items[0].said.generator = items[0].said.fingerprint = (struct span){"", 0};
	assert_int_equal(store_take(store, &batch, 1), FSK_OK);
	assert_int_equal(fsk_generator_find("conficker/a", &a), FSK_OK);
	filter.generators = generators;
	assert_int_equal(read_all(store, &filter), 0);
	assert_int_equal(store_hours(store, &filter, find_family, &contacts), FSK_OK);
	assert_int_equal(contacts, 0);
	generators[a] = true;
	assert_int_equal(read_all(store, &filter), 1);
	assert_int_equal(store_hours(store, &filter, find_family, &contacts), FSK_OK);
	assert_int_equal(contacts, 5);
	assert_int_equal(store_days(store, &filter, find_family_of_day, &contacts), FSK_OK);
	assert_int_equal(contacts, 10);
	assert_int_equal(store_read(store, &filter, &reading), FSK_OK);
	cursor = store_reading_cursor(reading);
	assert_int_equal(cursor.next(cursor.context, &read), FSK_OK);
	assert_true(read.match.generator == SIGHTING_NO_GENERATOR);
	assert_int_equal(store_reading_said(reading)->generator.len, 0);
	store_reading_free(reading);
	assert_int_equal(store_facts(store, &facts), FSK_OK);
	assert_true(facts.generators == 0 && facts.unknown == 0);
	assert_whole(store);
	free(generators);
	store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(test_visitors_are_no_hosts),
	        TEST(test_family_of_a_fingerprint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
