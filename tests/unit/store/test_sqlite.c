/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The SQLite engine: what comes twice is there once; sums are those of a plain count over
 * the sightings; what a reader sees while another one writes; pseudonyms.
 */
#include "naive_sums.h"

static void
assert_same(const struct sighting *a, const struct sighting *b)
{
	assert_true(a->us == b->us && a->kind == b->kind && a->transport == b->transport);
	assert_memory_equal(&a->client.address, &b->client.address, 16);
	assert_memory_equal(&a->address, &b->address, 16);
	assert_memory_equal(&a->to, &b->to, 16);
	assert_true(a->client.prefix == b->client.prefix && a->port == b->port);
	assert_true(a->to_port == b->to_port && a->qtype == b->qtype && a->by == b->by);
	assert_true(a->match.generator == b->match.generator);
	assert_true(a->match.index == b->match.index && a->match.offset == b->match.offset);
	assert_memory_equal(&a->match.period, &b->match.period, sizeof(a->match.period));
	assert_true(a->counter == b->counter && a->more == b->more);
	assert_true((a->fingerprint == NULL) == (b->fingerprint == NULL));
	assert_true(span_equal(a->name, b->name) && span_equal(a->forecast, b->forecast));
	assert_true(span_equal(a->method, b->method) && span_equal(a->target, b->target));
	assert_true(span_equal(a->agent, b->agent) && span_equal(a->machine, b->machine));
	assert_true(span_equal(a->host, b->host) && span_equal(a->version, b->version));
	assert_true(span_equal(a->referrer, b->referrer) && span_equal(a->via, b->via));
	assert_true(span_equal(a->forwarded, b->forwarded) && span_equal(a->sni, b->sni));
	assert_true(span_equal(a->first, b->first) && span_equal(a->shape, b->shape));
	assert_true(span_equal(a->sensor, b->sensor));
}

/* The place of the first of ${count} items that is ${us}. */
static size_t
find(const struct store_item *items, size_t count, int64_t us)
{
	size_t i = 0;

	while (i < count && items[i].sighting.us != us)
		i++;
	assert_true(i < count);
	return i;
}

static void
test_exactly_once(void **state)
{
	struct store_item items[MANY];
	struct store *store = open_new();
	struct store_batch both[2];
	uint64_t end;
	bool last;

	(void)state;
	assert_int_equal(store_taken(store, "a", 7, &end, &last), FSK_OK);
	assert_true(end == 0 && !last);
	take(store, "a", items, 0, 50);
	take(store, "a", items, 0, 50);
	assert_int_equal(count(store), 50);
	take(store, "a", items, 20, 90); /* overlaps */
	assert_int_equal(count(store), 90);
	take(store, "a", items, 0, 10); /* old */
	assert_int_equal(count(store), 90);
	assert_int_equal(store_taken(store, "a", 7, &end, &last), FSK_OK);
	assert_true(end == 16 + 90 * 100 && !last);
	take(store, "b", items, 0, 90); /* the same offsets of another worker */
	assert_int_equal(count(store), 180);
	both[0] = make_batch("b", items, 80, 100);
	both[1] = make_batch("a", items, 80, 100);
	both[1].last = true;
	assert_int_equal(store_take(store, both, 2), FSK_OK);
	assert_int_equal(store_take(store, both, 2), FSK_OK);
	assert_int_equal(count(store), 200);
	assert_int_equal(store_taken(store, "a", 7, &end, &last), FSK_OK);
	assert_true(last);
	take(store, "a", items, 0, 100);
	assert_int_equal(store_taken(store, "a", 7, &end, &last), FSK_OK);
	assert_true(last && end == 16 + 100 * 100);
	assert_whole(store);
	store_close(store);
}

static void
test_round_trip(void **state)
{
	struct store_item items[MANY];
	struct store *store = open_new();
	struct store_filter all = STORE_FILTER_ALL;
	struct store_reading *reading;
	struct sighting_cursor cursor;
	struct sighting s;
	int64_t before = INT64_MIN;
	size_t read = 0;

	(void)state;
	take(store, "a", items, 0, MANY);
	assert_int_equal(store_read(store, &all, &reading), FSK_OK);
	cursor = store_reading_cursor(reading);
	for (; cursor.next(cursor.context, &s) == FSK_OK; read++) {
		const struct store_said *said = store_reading_said(reading);
		size_t n = find(items, MANY, s.us);

		assert_true(s.us >= before); /* by time */
		before = s.us;
		assert_same(&s, &items[n].sighting);
		assert_true(span_equal(said->generator, items[n].said.generator));
		assert_true(span_equal(said->fingerprint, items[n].said.fingerprint));
		assert_true(said->cut == items[n].said.cut);
	}
	assert_int_equal(read, MANY);
	assert_int_equal(cursor.next(cursor.context, &s), FSK_END);
	store_reading_free(reading);
	store_close(store);
}

/* Before and after what waits is summed: by its own count of takes, by a process that
 * found rows of another one, and while both are there. */
static void
test_sums(void **state)
{
	struct store_item items[MANY];
	struct store *store = open_new();

	(void)state;
	take(store, "a", items, 0, 50);
	assert_sums(store, items, 50);
	store_close(store);
	store = open_new();
	for (size_t i = 50; i < 250; i += 2)
		take(store, "a", items, i, i + 2);
	assert_sums(store, items, 250);
	assert_whole(store);
	for (size_t i = 250; i < MANY; i += 5)
		take(store, "a", items, i, i + 5);
	assert_sums(store, items, MANY);
	assert_whole(store);
	store_close(store);
}

struct shape_seen {
	const struct store_item *items;
	uint64_t contacts;
	size_t count;
};

/* Whether ${s} is a contact of ${shape} on its last day, from whomever: no fingerprint of a
 * bot knows it yet. */
static bool
is_host_of(const struct store_shape *shape, const struct sighting *s)
{
	return span_equal(s->shape, shape->text) &&
	       date_day_of(date_second_of(s->us)) ==
	               date_day_of(date_second_of(shape->last_us));
}

static enum fsk_err
tell_shape(const struct store_shape *shape, void *context)
{
	struct shape_seen *seen = context;
	size_t hosts = 0;

	for (size_t i = 0; i < MANY && seen->items != NULL; i++) {
		const struct sighting *s = &seen->items[i].sighting;
		size_t before = 0;

		if (!is_host_of(shape, s))
			continue;
		while (!is_host_of(shape, &seen->items[before].sighting) ||
		       memcmp(&seen->items[before].sighting.client, &s->client,
		              sizeof(s->client)) != 0)
			before++;
		hosts += before == i;
	}
	assert_true(shape->text.len > 0 && shape->first_us <= shape->last_us);
	assert_true(shape->today <= shape->contacts);
	assert_int_equal(shape->hosts, hosts);
	seen->contacts += shape->contacts;
	seen->count++;
	return FSK_OK;
}

static void
test_shapes(void **state)
{
	struct store_item items[MANY];
	struct store *store = open_new();
	struct shape_seen seen = {.items = items};
	uint64_t contacts = 0;
	struct store_shape shape = {.first_us = 5, .today = 40, .before = 10};

	(void)state;
	take(store, "a", items, 0, MANY / 2);
	take(store, "a", items, MANY / 2, MANY);
	for (size_t i = 0; i < MANY; i++)
		contacts +=
		        items[i].sighting.shape.len > 0 ? items[i].sighting.more + 1 : 0;
	assert_int_equal(store_shapes(store, INT64_MIN, tell_shape, &seen), FSK_OK);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.contacts, contacts);
	seen.count = 0;
	assert_int_equal(store_shapes(store, NOW + 1000 * HOUR, tell_shape, &seen), FSK_OK);
	assert_int_equal(seen.count, 0);
	assert_true(store_shape_is_new(&shape, 5));
	assert_true(store_shape_is_new(&shape, 6)); /* four times as many */
	shape.before = 11;
	assert_false(store_shape_is_new(&shape, 6));
	shape = (struct store_shape){.first_us = 5, .today = 19};
	assert_false(store_shape_is_new(&shape, 6));
	store_close(store);
}

static void
test_filters(void **state)
{
	struct store_item items[MANY];
	struct store *store = open_new();
	struct store_filter filter = STORE_FILTER_ALL;
	size_t within = 0, raw = 0;

	(void)state;
	take(store, "a", items, 0, MANY);
	for (size_t i = 0; i < MANY; i++) {
		within += items[i].sighting.us >= NOW + HOUR &&
		          items[i].sighting.us < NOW + 20 * HOUR;
		raw += items[i].sighting.kind == SIGHTING_RAW ||
		       items[i].sighting.kind == SIGHTING_DNS;
	}
	filter.from_us = NOW + HOUR;
	filter.to_us = NOW + 20 * HOUR;
	assert_int_equal(read_all(store, &filter), within);
	filter = (struct store_filter)STORE_FILTER_ALL;
	filter.kinds = 1U << SIGHTING_RAW | 1U << SIGHTING_DNS;
	assert_int_equal(read_all(store, &filter), raw);
	store_close(store);
}

static void
test_reads_while_written(void **state)
{
	struct store_item items[MANY];
	struct store *store = open_new(), *reader;
	struct store_plan plan = {.folder = folder, .readonly = true};
	struct store_filter all = STORE_FILTER_ALL;
	struct store_reading *reading;
	struct sighting_cursor cursor;
	struct sighting s;
	size_t read = 1;

	(void)state;
	take(store, "a", items, 0, 100);
	assert_int_equal(store_open(&plan, &reader, NULL), FSK_OK);
	assert_int_equal(store_read(reader, &all, &reading), FSK_OK);
	cursor = store_reading_cursor(reading);
	assert_int_equal(cursor.next(cursor.context, &s), FSK_OK);
	take(store, "a", items, 100, 200);
	while (cursor.next(cursor.context, &s) == FSK_OK)
		read++;
	assert_int_equal(read, 100); /* as it was */
	store_reading_free(reading);
	assert_int_equal(read_all(reader, &all), 200);
	assert_int_equal(count(reader), 200);
	assert_sums(reader, items, 200); /* what waits is there, too */
	store_close(reader);
	store_close(store);
}

static void
test_second_writer(void **state)
{
	struct store_item items[MANY];
	struct store *store = open_new();
	struct store_batch batch = make_batch("a", items, 0, 10);
	char path[128];
	sqlite3 *db;

	(void)state;
	snprintf(path, sizeof(path), "%s/" FORM_FILE, folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(store_take(store, &batch, 1), FSK_IO);
	assert_int_equal(errno, EWOULDBLOCK);
	sqlite3_close(db);
	assert_int_equal(store_take(store, &batch, 1), FSK_OK);
	assert_int_equal(count(store), 10);
	store_close(store);
}

/* Sums stay right when another process summed, or added, in between. */
static void
test_another_writer_between(void **state)
{
	struct store_item items[MANY];
	const struct store_engine *engine = &store_engine_sqlite;
	const struct store_plan plan = {.folder = folder, .create = true};
	struct store_batch batches[] = {
	        make_batch("a", items, 0, 40), make_batch("a", items, 40, 60),
	        make_batch("a", items, 60, 80), make_batch("a", items, 80, 90)};
	struct store *store;
	void *first, *other;
	uint64_t removed;

	(void)state;
	/* Without the lock that store_open() takes: it does nothing where two machines
	 * share the folder. */
	assert_int_equal(engine->open(&plan, &first, NULL), FSK_OK);
	assert_int_equal(engine->take(first, &batches[0], 1), FSK_OK);
	assert_int_equal(engine->open(&plan, &other, NULL), FSK_OK);
	assert_int_equal(engine->take(other, &batches[1], 1), FSK_OK);
	assert_int_equal(engine->take(first, &batches[2], 1), FSK_OK);
	assert_int_equal(engine->prune(other, INT64_MIN, 1, false, &removed), FSK_OK);
	assert_int_equal(engine->take(first, &batches[3], 1), FSK_OK);
	assert_int_equal(engine->prune(first, INT64_MIN, 1, false, &removed), FSK_OK);
	engine->close(other);
	engine->close(first);
	store = open_new();
	assert_sums(store, items, 90);
	assert_whole(store);
	store_close(store);
}

static void
test_pseudonyms(void **state)
{
	static const uint8_t secret[STORE_SECRET] = {1, 2, 3};
	struct store_plan plan = {.folder = folder, .create = true, .secret = secret};
	struct store_filter all = STORE_FILTER_ALL;
	struct store_item items[MANY];
	struct store *store;
	struct store_reading *reading;
	struct sighting_cursor cursor;
	struct sighting s;
	struct store_facts facts;
	size_t read = 0;

	(void)state;
	assert_int_equal(store_open(&plan, &store, NULL), FSK_OK);
	take(store, "a", items, 0, MANY);
	assert_int_equal(store_read(store, &all, &reading), FSK_OK);
	for (cursor = store_reading_cursor(reading);
	     cursor.next(cursor.context, &s) == FSK_OK; read++) {
		assert_true(store_is_pseudonym(&s.client.address));
		assert_true(store_is_pseudonym(&s.address));
		assert_true(s.port == 0 && s.forwarded.len == 0 && s.first.len == 0);
	}
	store_reading_free(reading);
	assert_int_equal(read, MANY);
	assert_int_equal(store_facts(store, &facts), FSK_OK);
	assert_true(facts.pseudonyms);
	assert_whole(store);
	store_close(store);
}

/* What a store is stays with it: who writes without the secret would put addresses beside
 * the names. */
static void
test_pseudonyms_stay(void **state)
{
	static const uint8_t secret[STORE_SECRET] = {1, 2, 3};
	struct store_plan plan = {.folder = folder, .create = true, .secret = secret};
	struct fault fault = {.why = NULL};
	struct store_item items[MANY];
	struct store_batch batch = make_batch("a", items, 0, 10);
	struct store_brief brief;
	struct store *store;
	uint64_t removed;

	(void)state;
	assert_int_equal(store_open(&plan, &store, NULL), FSK_OK);
	store_close(store); /* nothing was taken, and yet */
	plan.secret = NULL;
	assert_int_equal(store_open(&plan, &store, &fault), FSK_MISMATCH);
	assert_non_null(strstr(fault.why, "secret"));
	plan.create = false;
	assert_int_equal(store_open(&plan, &store, NULL), FSK_MISMATCH);
	plan.tend = true;
	assert_int_equal(store_open(&plan, &store, NULL), FSK_OK);
	assert_int_equal(store_prune(store, INT64_MAX, 1, false, &removed), FSK_OK);
	assert_int_equal(store_take(store, &batch, 1), FSK_MISMATCH);
	store_close(store);
	plan = (struct store_plan){.folder = folder, .readonly = true};
	assert_int_equal(store_open(&plan, &store, NULL), FSK_OK);
	assert_int_equal(store_brief(store, &brief), FSK_OK);
	assert_true(brief.pseudonyms && !brief.clear && brief.sightings == 0);
	store_close(store);
}

static void
test_another_secret(void **state)
{
	static const uint8_t secret[STORE_SECRET] = {1, 2, 3}, other[STORE_SECRET] = {4};
	struct store_plan plan = {.folder = folder, .create = true, .secret = secret};
	struct fault fault = {.why = NULL};
	struct store_item items[MANY];
	struct store_batch batch = make_batch("a", items, 0, 10);
	struct store *store;

	(void)state;
	assert_int_equal(store_open(&plan, &store, NULL), FSK_OK);
	store_close(store);
	plan.secret = other;
	assert_int_equal(store_open(&plan, &store, &fault), FSK_MISMATCH);
	assert_non_null(strstr(fault.why, "another secret"));
	plan.tend = true;
	assert_int_equal(store_open(&plan, &store, NULL), FSK_OK);
	assert_int_equal(store_take(store, &batch, 1), FSK_MISMATCH);
	store_close(store);
	plan = (struct store_plan){.folder = folder, .secret = secret};
	assert_int_equal(store_open(&plan, &store, NULL), FSK_OK);
	assert_int_equal(store_take(store, &batch, 1), FSK_OK);
	store_close(store);
}

static void
test_pseudonyms_from_now_on(void **state)
{
	static const uint8_t secret[STORE_SECRET] = {1, 2, 3};
	struct store_plan plan = {.folder = folder, .secret = secret};
	struct store_item items[MANY];
	struct store *store = open_new();
	struct store_brief brief;

	(void)state;
	take(store, "a", items, 0, 10);
	assert_int_equal(store_brief(store, &brief), FSK_OK);
	assert_true(!brief.pseudonyms && !brief.clear);
	store_close(store);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(store_open(&plan, &store, NULL), FSK_OK);
		assert_int_equal(store_brief(store, &brief), FSK_OK);
		assert_true(brief.pseudonyms && brief.clear);
		store_close(store);
	}
}

static void
test_brief(void **state)
{
	struct store_item items[MANY];
	struct store *store = open_new();
	struct store_facts facts;
	struct store_brief brief;

	(void)state;
	take(store, "a", items, 0, MANY);
	assert_int_equal(store_facts(store, &facts), FSK_OK);
	assert_int_equal(store_brief(store, &brief), FSK_OK);
	assert_int_equal(brief.sightings, MANY);
	assert_int_equal(brief.bytes, facts.bytes);
	assert_int_equal(brief.free, 0);
	store_close(store);
}

/* By generator and network; SQLite looks for neither. */
static void
test_filters_beyond(void **state)
{
	const struct store_network network = {
	        .address = address_of_v6((const uint8_t[16]){0x20, 1, 0xd, 0xb8}),
	        .prefix = 32};
	struct store_item items[MANY];
	struct store *store = open_new();
	struct store_filter filter = STORE_FILTER_ALL;
	bool *generators = calloc(fsk_generator_count(), sizeof(*generators));
	size_t b, of_b = 0, within = 0, both = 0;

	(void)state;
	assert_non_null(generators);
	assert_int_equal(fsk_generator_find("conficker/b", &b), FSK_OK);
	take(store, "a", items, 0, MANY);
	for (size_t i = 0; i < MANY; i++) {
		bool is_b = items[i].sighting.match.generator == b;
		bool is_within = !address_is_v4(&items[i].sighting.client.address);

		of_b += is_b;
		within += is_within;
		both += is_b && is_within;
	}
	assert_true(both > 0 && both < of_b && both < within);
	generators[b] = true;
	filter.generators = generators;
	assert_int_equal(read_all(store, &filter), of_b);
	filter.networks = &network;
	filter.network_count = 1;
	assert_int_equal(read_all(store, &filter), both);
	filter.generators = NULL;
	assert_int_equal(read_all(store, &filter), within);
	generators[b] = false;
	filter.generators = generators;
	assert_int_equal(read_all(store, &filter), 0);
	free(generators);
	store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(test_exactly_once),   TEST(test_round_trip),
	        TEST(test_sums),           TEST(test_shapes),
	        TEST(test_filters),        TEST(test_reads_while_written),
	        TEST(test_second_writer),  TEST(test_another_writer_between),
	        TEST(test_pseudonyms),     TEST(test_pseudonyms_stay),
	        TEST(test_another_secret), TEST(test_pseudonyms_from_now_on),
	        TEST(test_brief),          TEST(test_filters_beyond),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
