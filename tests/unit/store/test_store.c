/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The face of the store: which shapes are worth a line, what the facts are, and that each
 * sighting keeps where its client was.
 */
#include "mmdb.h"

#include "naive_sums.h"

static void
test_shape_is_new(void **state)
{
	struct store_shape shape = {.first_us = 5, .today = 40, .before = 10};

	(void)state;
	assert_true(store_shape_is_new(&shape, 5));
	assert_true(store_shape_is_new(&shape, 6)); /* four times as many */
	shape.before = 11;
	assert_false(store_shape_is_new(&shape, 6));
	shape = (struct store_shape){.first_us = 5, .today = 19};
	assert_false(store_shape_is_new(&shape, 6));
	shape.today = 20;
	assert_true(store_shape_is_new(&shape, 6));
}

static void
test_facts(void **state)
{
	struct store_item items[MANY];
	struct store *store = open_new();
	struct store_facts facts;
	int64_t first = INT64_MAX, last = INT64_MIN;
	uint64_t unknown = 0;

	(void)state;
	assert_int_equal(store_facts(store, &facts), FSK_OK);
	assert_true(facts.sightings == 0 && facts.first_us == INT64_MAX &&
	            facts.last_us == INT64_MIN && facts.version == 2);
	take(store, "a", items, 0, MANY);
	for (size_t i = 0; i < MANY; i++) {
		const struct sighting *s = &items[i].sighting;

		first = s->us < first ? s->us : first;
		last = s->us > last ? s->us : last;
		if (span_equal(items[i].said.generator, span_of("nobody/knows")))
			unknown += s->more + 1;
	}
	assert_int_equal(store_facts(store, &facts), FSK_OK);
	assert_int_equal(facts.sightings, MANY);
	assert_true(facts.first_us == first && facts.last_us == last);
	assert_true(unknown > 0 && facts.unknown == unknown);
	assert_int_equal(facts.generators, 3);
	assert_int_equal(facts.shapes, 2);
	assert_true(facts.bytes > 0 && !facts.pseudonyms);
	store_close(store);
	store_close(NULL);
}

struct seen {
	uint64_t here, elsewhere;
};

static enum fsk_err
see_hour(const struct store_hour *hour, void *context)
{
	struct seen *seen = context;

	if (span_equal(hour->country, span_of("DE")))
		seen->here += hour->contacts;
	else
		seen->elsewhere += hour->contacts;
	return FSK_OK;
}

static enum fsk_err
see_day(const struct store_day *day, void *context)
{
	struct seen *seen = context;
	bool here = span_equal(day->host.country, span_of("DE"));

	assert_int_equal(day->host.network, here ? 64496 : 0);
	seen->here += here ? day->host.marks.contacts : 0;
	seen->elsewhere += here ? 0 : day->host.marks.contacts;
	return FSK_OK;
}

static enum fsk_err
stop(const struct store_day *day, void *context)
{
	(void)day;
	++*(int *)context;
	return FSK_STOPPED;
}

static void
test_where(void **state)
{
	char path[80];
	struct store_plan plan = {
	        .folder = folder, .create = true, .country = path, .network = path};
	struct store_filter all = STORE_FILTER_ALL;
	struct store_item items[MANY];
	struct seen hours = {0}, days = {0};
	struct store *store;
	struct mmdb db;
	int told = 0;

	(void)state;
	snprintf(path, sizeof(path), "%s.mmdb", folder);
	mmdb_init(&db);
	mmdb_map(&db, 2);
	mmdb_text(&db, "country");
	mmdb_map(&db, 1);
	mmdb_text(&db, "iso_code");
	mmdb_text(&db, "DE");
	mmdb_text(&db, "autonomous_system_number");
	mmdb_number(&db, 6, 64496);
	mmdb_put(&db, MMDB_V4(192, 0, 2, 0), 96 + 24, 0);
	mmdb_write(&db, path);
	assert_int_equal(store_open(&plan, &store, NULL), FSK_OK);
	unlink(path);
	take(store, "a", items, 0, MANY);
	assert_int_equal(store_hours(store, &all, see_hour, &hours), FSK_OK);
	assert_true(hours.here > 0 && hours.elsewhere > 0);
	assert_int_equal(store_days(store, &all, see_day, &days), FSK_OK);
	assert_true(days.here > 0 && days.elsewhere > 0 && days.here < hours.here);
	assert_int_equal(store_days(store, &all, stop, &told), FSK_STOPPED);
	assert_int_equal(told, 1);
	assert_whole(store);
	store_close(store);
	assert_int_equal(store_open(&plan, &store, NULL), FSK_IO); /* it is gone */
	assert_int_equal(errno, ENOENT);
}

/* One at a time writes, whoever it is; any number reads. */
static void
test_lock(void **state)
{
	struct store_plan plan = {.folder = folder};
	struct store *store = open_new(), *second = NULL;

	(void)state;
	assert_int_equal(store_open(&plan, &second, NULL), FSK_IO);
	assert_int_equal(errno, EWOULDBLOCK);
	plan.readonly = true;
	assert_int_equal(store_open(&plan, &second, NULL), FSK_OK);
	store_close(second);
	store_close(store);
	plan.readonly = false;
	assert_int_equal(store_open(&plan, &second, NULL), FSK_OK);
	store_close(second);
	plan = (struct store_plan){.folder = "/nonexistent/a", .create = true};
	errno = 0;
	assert_int_equal(store_open(&plan, &second, NULL), FSK_IO);
	assert_true(errno != 0 && errno != EWOULDBLOCK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(test_shape_is_new),
	        TEST(test_facts),
	        TEST(test_where),
	        TEST(test_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
