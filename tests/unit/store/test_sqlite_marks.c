/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The SQLite engine: what it keeps of a host, generator and day is what hostday_marks_add()
 * makes of the sightings, whoever brings them, in whatever order and parts, whether they
 * are summed already or not; and what a store of version 1 is made to.
 */
#include "naive_sums.h"

#include "store/engines/sqlite_row.h"

/* Brings the sums by host and day up to the last row. */
static void
sum_up(struct store *store)
{
	uint64_t removed;

	assert_int_equal(store_prune(store, INT64_MIN, 0, false, &removed), FSK_OK);
}

/* Takes item ${i} alone, as of one of three workers. */
static void
take_one(struct store *store, const struct store_item *items, size_t i)
{
	static const char *const workers[] = {"a", "b", "c"};
	struct store_item item = items[i];
	struct store_batch batch = {.worker = workers[i % 3],
	                            .segment = i,
	                            .end = item.offset + 100,
	                            .items = &item,
	                            .count = 1};

	assert_int_equal(store_take(store, &batch, 1), FSK_OK);
}

static void
test_any_order(void **state)
{
	struct store_item items[MANY];
	struct store *store = open_new();

	(void)state;
	make_batch("a", items, 0, MANY);
	for (size_t i = 0; i < MANY; i++) {
		take_one(store, items, i * 7 % MANY); /* 7 and MANY have no factor */
		if (i == 100 || i == 101)
			sum_up(store);
		if (i == 300) { /* what was gathered goes with a process */
			store_close(store);
			store = open_new();
		}
	}
	assert_sums(store, items, MANY);
	assert_whole(store);
	sum_up(store);
	assert_sums(store, items, MANY);
	assert_whole(store);
	store_close(store);
	store = open_new();
	assert_sums(store, items, MANY);
	store_close(store);
}

struct told {
	struct hostday hosts[8];
	size_t count;
	uint64_t forgotten, outside, alien, unknown;
};

static enum fsk_err
note(const struct store_day *day, void *context)
{
	struct told *told = context;
	const struct hostday_marks *marks = &day->host.marks;

	if (told->count < 8)
		told->hosts[told->count] = day->host;
	told->count++;
	told->forgotten += day->forgotten;
	told->outside += marks->outside;
	told->alien += marks->alien;
	told->unknown += marks->hours == 0;
	if (marks->hours == 0)
		assert_true(marks->outside == 0 && marks->alien == 0);
	else
		assert_true(day->forgotten == 0);
	return FSK_OK;
}

static struct told
tell(struct store *store)
{
	struct store_filter all = STORE_FILTER_ALL;
	struct told told = {.count = 0};

	assert_int_equal(store_days(store, &all, note, &told), FSK_OK);
	return told;
}

/* Some are outside and alien, not all; and what is so is told alike by who sums later. */
static void
test_some_of_each(void **state)
{
	struct store_item items[MANY];
	struct store *store = open_new();
	struct told told;

	(void)state;
	take(store, "a", items, 0, MANY);
	told = tell(store);
	assert_true(told.outside > 0 && told.alien > 0 && told.unknown == 0);
	assert_true(told.outside < MANY && told.alien < MANY);
	store_close(store);
	store = open_new();
	assert_true(tell(store).outside == told.outside && tell(store).alien == told.alien);
	store_close(store);
}

/* A sighting that counts, of host ${host}. */
static struct store_item
item_at(int64_t us, uint8_t host)
{
	size_t number;
	struct store_item item = {
	        .sighting = {.us = us,
	                     .client = {.prefix = 32},
	                     .kind = SIGHTING_DNS,
	                     .counter = SIGHTING_NO_COUNTER,
	                     .match = {.period = {NOW / DATE_SECOND, INT64_MAX}},
	                     .name = span_of("a.example"),
	                     .forecast = span_of("a.example")},
	        .said = {.generator = span_of("conficker/b")}};

	assert_int_equal(fsk_generator_find("conficker/b", &number), FSK_OK);
	item.sighting.match.generator = (uint32_t)number;
	item.sighting.client.address = address_of_v4((const uint8_t[4]){192, 0, 2, host});
	return item;
}

static void
take_items(struct store *store, struct store_item *items, size_t count)
{
	static uint64_t segment = 1000;
	struct store_batch batch = {.worker = "w",
	                            .segment = ++segment,
	                            .end = count * 100,
	                            .items = items,
	                            .count = count};

	for (size_t i = 0; i < count; i++)
		items[i].offset = i * 100;
	assert_int_equal(store_take(store, &batch, 1), FSK_OK);
}

/* On each side of where an hour and a day end. */
static void
test_borders(void **state)
{
	struct store_item items[] = {
	        item_at(NOW + 24 * HOUR, 1),     item_at(NOW, 1),
	        item_at(NOW + HOUR - 1, 1),      item_at(NOW + HOUR, 1),
	        item_at(NOW + 24 * HOUR - 1, 1), item_at(NOW - 1, 1)};
	static const uint32_t hours[] = {1U << 23, 1U << 23 | 3, 1};
	struct store *store = open_new();

	(void)state;
	take_items(store, items, 6);
	for (int i = 0; i < 2; i++) {
		struct told told = tell(store);

		assert_int_equal(told.count, 3);
		for (int day = 0; day < 3; day++) {
			assert_true(told.hosts[day].day ==
			            NOW / DATE_SECOND + (day - 1) * DATE_DAY);
			assert_int_equal(told.hosts[day].marks.hours, hours[day]);
			assert_true(hostday_names(told.hosts[day].marks.names) == 1);
		}
		assert_whole(store);
		sum_up(store);
	}
	store_close(store);
}

/* Of addresses whose octets lie before and behind those of IPv4, some summed and some not,
 * each is told once, in the order of the table. */
static void
test_one_line_a_host(void **state)
{
	static const struct address others[] = {
	        {{[15] = 1}}, {{0, 0x64, 0xff, 0x9b, [15] = 7}}, {{0x20, 1, 0xd, 0xb8}}};
	struct store_item items[5], again[5];
	struct store *store = open_new();
	struct told told;

	(void)state;
	for (uint8_t i = 0; i < 5; i++) {
		items[i] = item_at(NOW + i, i);
		if (i >= 2) {
			items[i].sighting.client =
			        (struct sighting_client){others[i - 2], 64};
			items[i].sighting.address = others[i - 2];
		}
		again[i] = items[i];
		again[i].sighting.us = NOW + 3 * HOUR;
		again[i].sighting.name = again[i].sighting.forecast = span_of("b.example");
	}
	take_items(store, items, 5);
	take_items(store, items + 1, 1); /* brought by another sensor, too */
	sum_up(store);
	take_items(store, again, 4);
	for (int i = 0; i < 2; i++) {
		told = tell(store);
		assert_int_equal(told.count, 5);
		for (size_t n = 0; n < 5; n++) {
			assert_true(told.hosts[n].client.prefix == (n < 2 ? 32 : 64));
			assert_int_equal(told.hosts[n].marks.hours, n == 4 ? 1 : 9);
			assert_int_equal(told.hosts[n].marks.contacts, n == 4   ? 1
			                                               : n == 1 ? 3
			                                                        : 2);
			assert_in_range((int)hostday_names(told.hosts[n].marks.names), 1,
			                2);
		}
		sum_up(store);
	}
	assert_whole(store);
	store_close(store);
}

/* Of whom no more is kept than how many they were nothing else is known. */
static void
test_forgotten(void **state)
{
	struct store_item items[MANY];
	struct store *store = open_new();
	struct told before, after;
	uint64_t removed;

	(void)state;
	take(store, "a", items, 0, MANY);
	before = tell(store);
	assert_int_equal(store_prune(store, INT64_MAX, UINT64_MAX, false, &removed),
	                 FSK_OK);
	after = tell(store);
	assert_int_equal(after.forgotten, before.count);
	assert_int_equal(after.unknown, after.count);
	store_close(store);
}

/* Makes the store at ${folder} one of version 1. */
static void
make_first(void)
{
	struct store_plan plan = {.folder = folder};
	struct sqlite_store *own;
	sqlite3_stmt *rows, *change;
	void *engine;
	int id;

	assert_int_equal(store_engine_sqlite.open(&plan, &engine, NULL), FSK_OK);
	own = engine;
	assert_int_equal(sqlite3_prepare_v2(own->db, sqlite_row_counted, -1, &rows, NULL),
	                 SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(own->db,
	                                    "UPDATE sighting SET counted=1,rest=CAST(?2||"
	                                    "substr(rest,5)AS BLOB)WHERE id=?1",
	                                    -1, &change, NULL),
	                 SQLITE_OK);
	id = sqlite3_column_count(rows) - 1;
	while (sqlite3_step(rows) == SQLITE_ROW) {
		uint32_t sum = htole32(sqlite_row_sum(rows, 1));

		sqlite3_bind_int64(change, 1, sqlite3_column_int64(rows, id));
		sqlite3_bind_blob(change, 2, &sum, sizeof(sum), SQLITE_TRANSIENT);
		assert_int_equal(sqlite3_step(change), SQLITE_DONE);
		sqlite3_reset(change);
	}
	sqlite3_finalize(rows);
	sqlite3_finalize(change);
	store_engine_sqlite.close(engine);
	by_hand("ALTER TABLE host_day DROP COLUMN hours;"
	        "ALTER TABLE host_day DROP COLUMN names;"
	        "ALTER TABLE host_day DROP COLUMN sixteenth;"
	        "ALTER TABLE host_day DROP COLUMN outside;"
	        "ALTER TABLE host_day DROP COLUMN alien;PRAGMA user_version=1");
}

static struct store *
migrate(void)
{
	struct store_plan plan = {.folder = folder, .create = true};
	struct fault fault = {.why = NULL};
	struct store *store;

	assert_int_equal(store_open(&plan, &store, &fault), FSK_VERSION);
	assert_non_null(strstr(fault.why, "store migrate"));
	plan.migrate = true;
	assert_int_equal(store_open(&plan, &store, NULL), FSK_OK);
	return store;
}

static void
test_migrate(void **state)
{
	struct store_item items[MANY];
	struct store *store = open_new();

	(void)state;
	take(store, "a", items, 0, 400);
	sum_up(store);
	take(store, "a", items, 400, MANY);
	store_close(store);
	make_first();
	store = migrate();
	assert_whole(store);
	assert_sums(store, items, MANY);
	sum_up(store);
	assert_whole(store);
	assert_sums(store, items, MANY);
	store_close(store);
	store = open_new();
	assert_int_equal(count(store), MANY);
	store_close(store);
}

/* Of days some of whose sightings are gone it is not known, and does not become so. */
static void
test_migrate_pruned(void **state)
{
	struct store_item items[MANY], late = item_at(NOW, 1);
	struct store *store = open_new();
	struct told before, told;
	uint64_t removed;

	(void)state;
	late.sighting.match.period.first = INT64_MIN;
	take(store, "a", items, 0, MANY);
	take_items(store, &late, 1);
	assert_int_equal(store_prune(store, NOW + 20 * HOUR, UINT64_MAX, false, &removed),
	                 FSK_OK);
	before = tell(store);
	assert_int_equal(before.unknown, 0);
	store_close(store);
	make_first();
	store = migrate();
	assert_whole(store);
	told = tell(store);
	assert_int_equal(told.count, before.count);
	assert_true(told.unknown > 0 && told.unknown < told.count);
	assert_true(told.outside > 0 && told.outside < before.outside);
	take_items(store, &late, 1);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(tell(store).unknown, told.unknown);
		assert_int_equal(tell(store).count, before.count);
		sum_up(store);
	}
	store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(test_any_order),       TEST(test_some_of_each), TEST(test_borders),
	        TEST(test_one_line_a_host), TEST(test_forgotten),    TEST(test_migrate),
	        TEST(test_migrate_pruned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
