/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The SQLite engine when strangers send more kinds of things than it tells apart.
 */
#include "naive_sums.h"

struct many_seen {
	size_t shapes;
	uint64_t contacts, more;
};

static enum fsk_err
tell_many(const struct store_shape *shape, void *context)
{
	struct many_seen *seen = context;

	seen->shapes++;
	seen->contacts += shape->contacts;
	if (span_equal(shape->text, span_of(SQLITE_MORE)))
		seen->more = shape->contacts;
	return FSK_OK;
}

/* A batch of ${count} items of which each has a text of its own, from number ${from} on. */
static void
take_texts(struct store *store, uint64_t from, size_t count, bool words, int64_t us)
{
	static uint64_t end;
	struct store_item *items = calloc(count, sizeof(*items));
	char(*texts)[32] = calloc(count, sizeof(*texts));
	struct store_batch batch = {
	        .worker = "many", .segment = 1, .items = items, .count = count};

	assert_true(items != NULL && texts != NULL);
	for (size_t i = 0; i < count; i++) {
		struct sighting *s = &items[i].sighting;
		int len =
		        snprintf(texts[i], sizeof(texts[i]), "GET /%zu", i + (size_t)from);
		struct span text = {texts[i], (size_t)len};

		*s = (struct sighting){.us = us, .counter = SIGHTING_NO_COUNTER};
		s->match.generator = SIGHTING_NO_GENERATOR;
		items[i].offset = ++end;
		if (words)
			items[i].said.generator = s->sensor = text;
		else
			s->shape = text;
	}
	batch.end = ++end;
	assert_int_equal(store_take(store, &batch, 1), FSK_OK);
	free(items);
	free(texts);
}

/* How many days say how many shapes they have. */
static int
shape_numbers(void)
{
	sqlite3_stmt *statement;
	char path[128];
	sqlite3 *db;
	int count;

	snprintf(path, sizeof(path), "%s/" FORM_FILE, folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
	                                    "SELECT count(*)FROM number WHERE name "
	                                    "LIKE'" SQLITE_SHAPES_OF "%'",
	                                    -1, &statement, NULL),
	                 SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	count = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return count;
}

/* Who sends a thousand kinds of requests a second does not fill the disk with them. */
static void
test_many_shapes(void **state)
{
	struct store *store = open_new();
	struct many_seen seen = {0};
	uint64_t removed;

	(void)state;
	take_texts(store, 0, SQLITE_SHAPES_MOST - 10, false, NOW);
	take_texts(store, 5, SQLITE_SHAPES_MOST, false, NOW); /* 15 are new */
	store_close(store);
	store = open_new();
	take_texts(store, 0, 7, false, NOW);                       /* known */
	take_texts(store, SQLITE_SHAPES_MOST + 50, 7, false, NOW); /* not */
	assert_int_equal(store_shapes(store, INT64_MIN, tell_many, &seen), FSK_OK);
	assert_int_equal(seen.shapes, SQLITE_SHAPES_MOST + 1);
	assert_int_equal(seen.contacts, 2 * SQLITE_SHAPES_MOST - 10 + 14);
	assert_int_equal(seen.more, 5 + 7);
	take_texts(store, SQLITE_SHAPES_MOST + 50, 7, false,
	           NOW + 24 * HOUR); /* a new day */
	seen = (struct many_seen){0};
	assert_int_equal(store_shapes(store, NOW + 24 * HOUR, tell_many, &seen), FSK_OK);
	assert_int_equal(seen.shapes, 7);
	assert_whole(store);
	assert_int_equal(shape_numbers(), 2);
	assert_int_equal(store_prune(store, NOW + 24 * HOUR, UINT64_MAX, true, &removed),
	                 FSK_OK);
	assert_int_equal(shape_numbers(), 1);
	seen = (struct many_seen){0};
	assert_int_equal(store_shapes(store, INT64_MIN, tell_many, &seen), FSK_OK);
	assert_int_equal(seen.shapes, 7);
	store_close(store);
}

static void
test_many_words(void **state)
{
	struct store *store = open_new();
	struct store_facts facts;

	(void)state;
	take_texts(store, 0, SQLITE_WORDS_MOST, true, NOW);
	take_texts(store, 0, 10, true, NOW);
	assert_int_equal(store_facts(store, &facts), FSK_OK);
	/* Half of them, and one for all others. */
	assert_int_equal(facts.generators, SQLITE_WORDS_MOST / 2 + 1);
	assert_int_equal(facts.sightings, SQLITE_WORDS_MOST + 10);
	assert_whole(store);
	store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(test_many_shapes),
	        TEST(test_many_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
