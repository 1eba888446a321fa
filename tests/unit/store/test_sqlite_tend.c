/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The SQLite engine: what is removed, what a check finds, other versions, and that a full
 * disk or no memory loses nothing that was taken. Linked with --wrap for malloc, calloc,
 * realloc and strdup, which then fail on the n-th call.
 */
#include "../memory.h"
#include "naive_sums.h"

#include "store/bounds.h"

#include <sys/stat.h>

static void
test_prune(void **state)
{
	struct store_item items[MANY];
	struct store *store = open_new();
	int64_t bound = NOW + 24 * HOUR;
	uint64_t removed, old = 0;

	(void)state;
	take(store, "a", items, 0, MANY);
	for (size_t i = 0; i < MANY; i++)
		old += items[i].sighting.us < bound;
	assert_true(old > 20);
	assert_int_equal(store_prune(store, bound, 10, false, &removed), FSK_OK);
	assert_int_equal(removed, 10);
	assert_int_equal(count(store), MANY - 10);
	assert_whole(store);
	assert_sums(store, items, MANY); /* sums stay */
	assert_int_equal(store_prune(store, bound, UINT64_MAX, false, &removed), FSK_OK);
	assert_int_equal(removed, old - 10);
	assert_int_equal(store_prune(store, bound, 10, false, &removed), FSK_OK);
	assert_int_equal(removed, 0);
	assert_whole(store);
	take(store, "b", items, 0, 10);
	assert_int_equal(store_prune(store, INT64_MAX, UINT64_MAX, true, &removed), FSK_OK);
	assert_int_equal(count(store), 0);
	take(store, "c", items, 0, 10); /* ids begin anew */
	assert_sums(store, items, 10);
	take(store, "a", items, 0, MANY); /* removed is not forgotten */
	assert_int_equal(count(store), 10);
	store_close(store);
}

/* Octets of the file. */
static long long
file_size(void)
{
	struct stat file;
	char path[128];

	snprintf(path, sizeof(path), "%s/" FORM_FILE, folder);
	assert_int_equal(stat(path, &file), 0);
	return (long long)file.st_size;
}

/* Takes MANY sightings of each of ${count} workers, from ${from} on, an hour after the one
 * before. */
static void
take_many(struct store *store, unsigned from, unsigned count)
{
	struct store_item items[MANY];

	for (unsigned i = from; i < from + count; i++) {
		struct store_batch batch;
		char worker[16];

		snprintf(worker, sizeof(worker), "w%u", i);
		batch = make_batch(worker, items, 0, MANY);
		for (int n = 0; n < MANY; n++)
			items[n].sighting.us = NOW + i * HOUR + n;
		assert_int_equal(store_take(store, &batch, 1), FSK_OK);
	}
}

static void
prune_to(struct store *store, uint64_t left)
{
	uint64_t removed = 1;

	while (removed > 0 && count(store) > left) {
		uint64_t most = count(store) - left;

		assert_int_equal(store_prune(store, INT64_MAX, most < 2000 ? most : 2000,
		                             false, &removed),
		                 FSK_OK);
	}
	assert_int_equal(count(store), left);
}

/* Files do not grow while as much goes as comes, and shrink when much goes. */
static void
test_size(void **state)
{
	struct store *store = open_new();
	struct store_brief brief;
	long long full;

	(void)state;
	take_many(store, 0, 30);
	store_close(store);
	full = file_size();
	store = open_new();
	for (unsigned i = 0; i < 10; i++) {
		prune_to(store, 27 * MANY);
		take_many(store, 30 + 3 * i, 3);
	}
	store_close(store);
	assert_in_range(file_size(), 1, full * 6 / 5);
	store = open_new();
	prune_to(store, 3 * MANY);
	assert_int_equal(store_brief(store, &brief), FSK_OK);
	assert_whole(store);
	store_close(store);
	assert_in_range(file_size(), brief.bytes, full / 4);
}

static void
test_check_finds(void **state)
{
	static const char *const damages[] = {
	        "UPDATE hour SET contacts=contacts+1 WHERE kind=(SELECT min(kind)FROM hour "
	        "WHERE hour=(SELECT max(hour)FROM hour))AND hour=(SELECT max(hour)FROM "
	        "hour)",
	        "UPDATE hour SET contacts=contacts+1 WHERE hour=(SELECT max(hour)FROM "
	        "hour)",
	        "DELETE FROM hour WHERE hour=(SELECT max(hour)FROM hour)",
	        "UPDATE host_day SET contacts=contacts+1 WHERE day=(SELECT max(day)FROM "
	        "host_day)",
	        "UPDATE host_day SET hours=hours|1<<24 WHERE day=(SELECT max(day)FROM "
	        "host_day)",
	        "UPDATE host_day SET names=names<<1 WHERE names<>0",
	        "UPDATE host_day SET sixteenth=sixteenth|8",
	        "UPDATE host_day SET outside=outside+1",
	        "UPDATE host_day SET alien=alien+1",
	        "UPDATE sighting SET counted=counted|4 WHERE id=(SELECT max(id)FROM "
	        "sighting WHERE counted=1)",
	        "DELETE FROM host_day WHERE day=(SELECT max(day)FROM host_day)",
	        "UPDATE sighting SET segment=99 WHERE id=3",
	        "UPDATE sighting SET place=place+1000000 WHERE id=3",
	        "UPDATE sighting SET place=(SELECT place FROM sighting WHERE id=4)WHERE "
	        "id=3",
	        "UPDATE sighting SET generator=99 WHERE id=3",
	        "UPDATE sighting SET fingerprint=99 WHERE id=3",
	        "UPDATE sighting SET sensor=99 WHERE id=3",
	        "DELETE FROM sighting WHERE id=3",
	        "UPDATE sighting SET us=us+1 WHERE id=3",
	        "UPDATE sighting SET port=coalesce(port,0)+1 WHERE id=3",
	        "UPDATE sighting SET called=7 WHERE id=3",
	        "UPDATE sighting SET host='x' WHERE id=3",
	        "UPDATE sighting SET agent=NULL WHERE id=3",
	        "UPDATE sighting SET octets=x'00' WHERE id=3",
	        "UPDATE sighting SET rest=substr(rest,1,20)||x'fe'||substr(rest,22)WHERE "
	        "id=3",
	        "UPDATE sighting SET rest=substr(rest,1,length(rest)-1)WHERE id=3",
	        "UPDATE sighting SET rest=x''WHERE id=3",
	        "UPDATE sighting SET sensor=0 WHERE id=3",
	        "UPDATE sighting SET counted=1-counted WHERE id=3",
	        "DELETE FROM shape",
	        "DELETE FROM shape_day WHERE shape=1",
	        "DELETE FROM shape_host",
	        "UPDATE shape_day SET contacts=contacts+1;"
	        "UPDATE shape SET contacts=contacts+100",
	        "UPDATE shape SET contacts=0",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct store_item items[MANY];
		struct store *store = open_new();
		uint64_t removed;
		int wrong = 0;

		take(store, "a", items, 0, 60);
		assert_int_equal(store_prune(store, INT64_MIN, 1, false, &removed), FSK_OK);
		assert_whole(store);
		by_hand(damages[i]);
		assert_int_equal(store_check(store, count_wrong, &wrong), FSK_OK);
		if (wrong == 0)
			fail_msg("not found: %s", damages[i]);
		store_close(store);
		remove_folder(NULL);
		make_folder(NULL);
	}
}

/* Of version 2. */
#define DROP_MARKS                                                                         \
	"ALTER TABLE host_day DROP COLUMN hours;ALTER TABLE host_day DROP COLUMN names;"   \
	"ALTER TABLE host_day DROP COLUMN sixteenth;"                                      \
	"ALTER TABLE host_day DROP COLUMN outside;ALTER TABLE host_day DROP COLUMN alien;"

static enum fsk_err
open_with(struct store_plan plan)
{
	struct fault fault = {.why = ""};
	struct store *store;
	enum fsk_err e;

	plan.folder = folder;
	e = store_open(&plan, &store, &fault);
	if (e == FSK_OK)
		store_close(store);
	return e;
}

static void
test_versions(void **state)
{
	struct store_item items[MANY];
	struct store *store;

	(void)state;
	assert_int_equal(open_with((struct store_plan){.create = false}), FSK_IO);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(open_with((struct store_plan){.readonly = true}), FSK_IO);
	assert_int_equal(errno, ENOENT);
	store = open_new();
	take(store, "a", items, 0, 20);
	store_close(store);
	assert_int_equal(open_with((struct store_plan){.readonly = true}), FSK_OK);
	by_hand("PRAGMA user_version=3");
	assert_int_equal(open_with((struct store_plan){.create = true}), FSK_VERSION);
	assert_int_equal(open_with((struct store_plan){.migrate = true}), FSK_VERSION);
	/* What an earlier form might be: without an index, a table, columns and the view.
	 */
	by_hand("PRAGMA user_version=0;DROP INDEX sighting_time;DROP TABLE day_hosts;"
	        "DROP VIEW sightings;" DROP_MARKS);
	assert_int_equal(open_with((struct store_plan){.create = true}), FSK_VERSION);
	assert_int_equal(open_with((struct store_plan){.readonly = true, .migrate = true}),
	                 FSK_VERSION);
	assert_int_equal(open_with((struct store_plan){.migrate = true}), FSK_OK);
	by_hand("SELECT * FROM sightings JOIN day_hosts;"
	        "SELECT * FROM sighting INDEXED BY sighting_time WHERE us>0");
	store = open_new();
	assert_int_equal(count(store), 20);
	assert_whole(store);
	store_close(store);
	by_hand("PRAGMA application_id=5");
	assert_int_equal(open_with((struct store_plan){.create = true}), FSK_CORRUPT);
}

static void
test_no_database(void **state)
{
	char path[128];
	FILE *out;

	(void)state;
	snprintf(path, sizeof(path), "%s/" FORM_FILE, folder);
	out = fopen(path, "w");
	for (int i = 0; i < 3000; i++)
		fputs("nothing", out);
	fclose(out);
	assert_int_equal(open_with((struct store_plan){.create = true}), FSK_CORRUPT);
	assert_int_equal(open_with((struct store_plan){.readonly = true}), FSK_CORRUPT);
}

/* No room: nothing of the batch is there, and as soon as there is some, all of it. */
static void
test_full(void **state)
{
	struct store_plan plan = {.folder = folder, .create = true};
	struct store_item items[MANY];
	struct store_batch batch;
	struct sqlite_store *own;
	void *engine;

	(void)state;
	assert_int_equal(store_engine_sqlite.open(&plan, &engine, NULL), FSK_OK);
	own = engine;
	batch = make_batch("a", items, 0, 20);
	assert_int_equal(store_engine_sqlite.take(engine, &batch, 1), FSK_OK);
	assert_int_equal(sqlite_run(own->db, "PRAGMA max_page_count=1"), FSK_OK);
	batch = make_batch("a", items, 20, MANY);
	for (int i = 0; i < 3; i++) {
		errno = 0;
		assert_int_equal(store_engine_sqlite.take(engine, &batch, 1), FSK_IO);
		assert_int_equal(errno, ENOSPC);
	}
	assert_int_equal(sqlite_run(own->db, "PRAGMA max_page_count=100000"), FSK_OK);
	assert_int_equal(store_engine_sqlite.take(engine, &batch, 1), FSK_OK);
	assert_int_equal(store_engine_sqlite.check(engine, fail_wrong, NULL), FSK_OK);
	store_engine_sqlite.close(engine);
	engine = open_new();
	assert_sums(engine, items, MANY);
	store_close(engine);
}

static enum fsk_err
pass_over(const struct store_day *day, void *context)
{
	(void)day;
	(void)context;
	return FSK_OK;
}

static void
test_memory(void **state)
{
	struct store_plan plan = {.folder = folder, .create = true};
	struct store_filter all = STORE_FILTER_ALL;
	struct store_item items[MANY];
	struct store_batch batch = make_batch("a", items, 0, MANY);
	enum fsk_err e = FSK_NOMEM;

	(void)state;
	all.networks = &(const struct store_network){.prefix = 0};
	for (long n = 0; e != FSK_OK; n++) {
		struct store_reading *reading = NULL;
		struct store *store = NULL;

		assert_true(n < 200);
		memory_left = n;
		e = store_open(&plan, &store, NULL);
		if (e == FSK_OK)
			e = store_take(store, &batch, 1);
		if (e == FSK_OK)
			e = store_read(store, &all, &reading);
		if (e == FSK_OK)
			e = store_days(store, &all, pass_over, NULL);
		memory_left = -1;
		assert_true(e == FSK_OK || e == FSK_NOMEM);
		store_reading_free(reading);
		if (store != NULL) { /* what failed is done as if nothing had been */
			assert_int_equal(store_take(store, &batch, 1), FSK_OK);
			assert_int_equal(count(store), MANY);
			assert_sums(store, items, MANY);
		}
		store_close(store);
	}
}

struct hosts {
	uint64_t hosts, forgotten, contacts;
};

static enum fsk_err
add_hosts(const struct store_day *day, void *context)
{
	static const struct address nobody;
	struct hosts *hosts = context;

	if (day->host.day != NOW / DATE_SECOND)
		return FSK_OK;
	if (day->forgotten > 0)
		assert_memory_equal(&day->host.client.address, &nobody, sizeof(nobody));
	hosts->hosts += day->forgotten > 0 ? day->forgotten : 1;
	hosts->forgotten += day->forgotten;
	hosts->contacts += day->host.marks.contacts;
	return FSK_OK;
}

static struct hosts
hosts_of(struct store *store)
{
	struct store_filter all = STORE_FILTER_ALL;
	struct hosts hosts = {0};

	assert_int_equal(store_days(store, &all, add_hosts, &hosts), FSK_OK);
	return hosts;
}

/* Who called goes with the last sighting of a day that is over; how many did stays. */
static void
test_hosts_are_forgotten(void **state)
{
	struct store_item items[MANY];
	struct store *store = open_new();
	int64_t end = NOW + 24 * HOUR;
	struct hosts before, after;
	uint64_t removed;

	(void)state;
	take(store, "a", items, 0, MANY);
	before = hosts_of(store);
	assert_true(before.hosts > 20 && before.forgotten == 0);
	/* A part of the day, though it is over; all of it, though it is not. */
	assert_int_equal(store_prune(store, end, 5, false, &removed), FSK_OK);
	assert_int_equal(store_prune(store, end - 1, UINT64_MAX, false, &removed), FSK_OK);
	assert_int_equal(hosts_of(store).forgotten, 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(store_prune(store, end, UINT64_MAX, false, &removed),
		                 FSK_OK);
		after = hosts_of(store);
		assert_int_equal(after.forgotten, before.hosts);
		assert_int_equal(after.hosts, before.hosts);
		assert_int_equal(after.contacts, before.contacts);
	}
	assert_whole(store);
	/* No address of that day is left; that of the next is. */
	by_hand("CREATE TEMP TABLE t(n CHECK(n));"
	        "INSERT INTO t SELECT NOT EXISTS(SELECT 1 FROM host_day WHERE "
	        "day<=14302*86400);"
	        "INSERT INTO t SELECT NOT EXISTS(SELECT 1 FROM shape_host WHERE "
	        "day<=14302*86400);INSERT INTO t SELECT count(*)FROM host_day;"
	        "INSERT INTO t SELECT count(*)FROM shape_host");
	assert_int_equal(store_prune(store, end, 0, true, &removed), FSK_OK);
	assert_int_equal(hosts_of(store).hosts, before.hosts);
	assert_int_equal(store_prune(store, end, 1, true, &removed), FSK_OK);
	assert_int_equal(hosts_of(store).hosts, 0);
	store_close(store);
}

static void
ignore(const char *words, void *context)
{
	(void)words;
	(void)context;
}

/* Though all sightings of today go, for there is no room, who called today is known until
 * the day is over: who comes again is no other host. */
static void
test_size_forgets_nobody_of_today(void **state)
{
	struct store_item items[MANY];
	struct store *store = open_new();
	struct store_batch batch = make_batch("a", items, 0, MANY);
	struct store_mover_counts counts = {.moved = MANY};
	struct store_bounds bounds = {.store = store, .counts = &counts, .log = ignore};
	struct hosts before;

	(void)state;
	for (int i = 0; i < MANY; i++)
		items[i].sighting.us = NOW + i;
	assert_int_equal(store_take(store, &batch, 1), FSK_OK);
	before = hosts_of(store);
	store_bounds_init(&bounds, NOW + HOUR);
	for (int i = 0; i < 10 && count(store) > 0; i++)
		store_bounds_step(&bounds, NOW + HOUR + i, 0, 1);
	assert_int_equal(count(store), 0);
	assert_true(before.hosts > 0 && hosts_of(store).hosts == before.hosts);
	assert_int_equal(hosts_of(store).forgotten, 0);
	by_hand("CREATE TEMP TABLE t(n CHECK(n));"
	        "INSERT INTO t SELECT count(*)FROM shape_host");
	store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(test_prune),
	        TEST(test_size),
	        TEST(test_check_finds),
	        TEST(test_versions),
	        TEST(test_no_database),
	        TEST(test_full),
	        TEST(test_memory),
	        TEST(test_hosts_are_forgotten),
	        TEST(test_size_forgets_nobody_of_today),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
