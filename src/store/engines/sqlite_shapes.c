/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/engines/sqlite_row.h"

#include "base/date.h"

#include <inttypes.h>
#include <stdio.h>
#include <xxhash.h>

/* Clients of a shape and a day that are told apart. */
#define SHAPE_HOSTS 1000

/* How many shapes a day has, while sums of that day are written. */
struct day {
	int64_t time, shapes;
};
#define NO_DAY INT64_MIN

/* What that number is called. */
static void
name_day(int64_t time, char name[40])
{
	snprintf(name, 40, SQLITE_SHAPES_OF "%" PRId64, time);
}

/* The text under which a shape is kept: its own, if its day has room for it or had. */
static enum fsk_err
choose_text(struct sqlite_store *store, const struct sqlite_sum *sum, const struct day *day,
            struct span *text)
{
	sqlite3_stmt *statement;
	int64_t found;
	enum fsk_err e;

	*text = sum->text;
	if (day->shapes < SQLITE_SHAPES_MOST)
		return FSK_OK;
	e = sqlite_get(store, DO_FIND_SHAPE, &statement);
	if (e != FSK_OK)
		return e;
	sqlite3_bind_text(statement, 1, text->text, (int)text->len, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, sum->key.time);
	e = sqlite_ask(store, statement, &found, 1);
	if (e == FSK_END)
		*text = span_of(SQLITE_MORE);
	return e == FSK_END ? FSK_OK : e;
}

/* Adds to a shape and its day; its number and how many hosts are known of that day. */
static enum fsk_err
write_shape(struct sqlite_store *store, const struct sqlite_sum *sum, struct day *day,
            int64_t shape[2])
{
	int64_t told[2] = {0}; /* hosts and contacts of its day */
	sqlite3_stmt *statement;
	struct span text;
	enum fsk_err e = choose_text(store, sum, day, &text);

	if (e == FSK_OK)
		e = sqlite_get(store, DO_ADD_SHAPE, &statement);
	if (e != FSK_OK)
		return e;
	sqlite3_bind_text(statement, 1, text.text, (int)text.len, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, sum->marks.first_us);
	sqlite3_bind_int64(statement, 3, sum->marks.last_us);
	sqlite3_bind_int64(statement, 4, (sqlite3_int64)sum->marks.contacts);
	e = sqlite_ask(store, statement, shape, 1);
	if (e == FSK_OK)
		e = sqlite_get(store, DO_ADD_SHAPE_DAY, &statement);
	if (e != FSK_OK)
		return e;
	sqlite3_bind_int64(statement, 1, shape[0]);
	sqlite3_bind_int64(statement, 2, sum->key.time);
	sqlite3_bind_int64(statement, 3, (sqlite3_int64)sum->marks.contacts);
	e = sqlite_ask(store, statement, told, 2);
	shape[1] = told[0];
	if (e == FSK_OK && told[1] == (int64_t)sum->marks.contacts &&
	    text.text == sum->text.text) /* the first of its day */
		day->shapes++;
	return e;
}

/* Adds the ${count} hosts at ${of} to those of a shape and a day. */
static enum fsk_err
write_hosts(struct sqlite_store *store, const struct sqlite_sum *of, size_t count,
            const int64_t shape[2])
{
	int64_t hosts = shape[1];
	sqlite3_stmt *statement;
	enum fsk_err e = sqlite_get(store, DO_ADD_SHAPE_HOST, &statement);

	for (size_t i = 0; e == FSK_OK && i < count && hosts < SHAPE_HOSTS; i++) {
		sqlite3_bind_int64(statement, 1, shape[0]);
		sqlite3_bind_int64(statement, 2, of[i].key.time);
		sqlite_bind_address(statement, 3, &of[i].key.address);
		sqlite3_bind_int(statement, 4, of[i].key.prefix);
		e = sqlite_do(store, statement);
		hosts += sqlite3_changes(store->db);
	}
	if (e != FSK_OK || hosts == shape[1])
		return e;
	e = sqlite_get(store, DO_SET_SHAPE_DAY, &statement);
	if (e != FSK_OK)
		return e;
	sqlite3_bind_int64(statement, 1, shape[0]);
	sqlite3_bind_int64(statement, 2, of->key.time);
	sqlite3_bind_int64(statement, 3, hosts);
	return sqlite_do(store, statement);
}

/* Takes up the day of ${time}, when the one before it is written. */
static enum fsk_err
turn_to(struct sqlite_store *store, struct day *day, int64_t time)
{
	char name[40];
	enum fsk_err e = FSK_OK;

	if (day->time == time)
		return FSK_OK;
	if (day->time != NO_DAY) {
		name_day(day->time, name);
		e = sqlite_keep(store, name, day->shapes);
	}
	day->time = time;
	if (e != FSK_OK || time == NO_DAY)
		return e;
	name_day(time, name);
	return sqlite_number(store, name, &day->shapes);
}

/* Both stand in the same order when they are sorted: by day, then shape. */
enum fsk_err
sqlite_shapes_write(struct sqlite_store *store, struct sqlite_sums *shapes,
                    struct sqlite_sums *hosts)
{
	struct day day = {.time = NO_DAY};
	enum fsk_err e = FSK_OK;
	size_t from = 0;

	sqlite_sums_sort(shapes);
	sqlite_sums_sort(hosts);
	for (size_t i = 0; e == FSK_OK && i < shapes->count; i++) {
		const struct sqlite_sum *sum = &shapes->items[i];
		int64_t shape[2] = {0};
		size_t to = from;

		while (to < hosts->count && hosts->items[to].key.time == sum->key.time &&
		       memcmp(hosts->items[to].key.shape, sum->key.shape,
		              sizeof(sum->key.shape)) == 0)
			to++;
		e = turn_to(store, &day, sum->key.time);
		if (e == FSK_OK)
			e = write_shape(store, sum, &day, shape);
		if (e == FSK_OK)
			e = write_hosts(store, &hosts->items[from], to - from, shape);
		from = to;
	}
	return e == FSK_OK ? turn_to(store, &day, NO_DAY) : e;
}

/* Adds the shape of ${row} to ${sums}, unless its day begins before ${since_us}. */
static enum fsk_err
add_row(struct sqlite_store *store, sqlite3_stmt *row, int64_t since_us,
        struct sqlite_sums *sums)
{
	struct sqlite_key key = {.time = 0};
	struct sqlite_sum *sum;
	struct store_said said;
	struct sighting s;
	XXH128_hash_t hash;

	sqlite_row_read(row, &store->words, &s, &said);
	if (s.shape.len == 0)
		return FSK_OK;
	key.time = date_day_of(date_second_of(s.us)) * DATE_DAY;
	if (key.time < since_us / DATE_SECOND)
		return FSK_OK;
	hash = XXH3_128bits(s.shape.text, s.shape.len);
	key.shape[0] = hash.high64;
	key.shape[1] = hash.low64;
	sum = sqlite_sums_at(sums, &key);
	if (sum == NULL)
		return FSK_NOMEM;
	sum->marks.contacts += (uint64_t)s.more + 1;
	return FSK_OK;
}

static enum fsk_err
add_all_rows(struct sqlite_store *store, int64_t since_us, struct sqlite_sums *sums)
{
	enum fsk_err e = FSK_OK;
	sqlite3_stmt *row;
	int result = sqlite3_prepare_v2(store->db, sqlite_row_all, -1, &row, NULL);

	if (result != SQLITE_OK)
		return sqlite_err(store->db, result);
	while (e == FSK_OK && (result = sqlite3_step(row)) == SQLITE_ROW)
		e = add_row(store, row, since_us, sums);
	if (e == FSK_OK)
		e = sqlite_err(store->db, result);
	sqlite3_finalize(row);
	return e;
}

/* How many of the sums that are kept are not those of ${sums}, each of which is done when
 * it was found; what is left then went to "(more)", of all days. */
static enum fsk_err
compare(struct sqlite_store *store, int64_t since_us, struct sqlite_sums *sums,
        uint64_t *wrong)
{
	static const char sql[] = "SELECT text,day,d.contacts FROM shape_day d JOIN shape "
	                          "ON number=shape WHERE day*1000000>=?";
	uint64_t more = 0, left = 0;
	sqlite3_stmt *statement;
	int result = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);

	if (result != SQLITE_OK)
		return sqlite_err(store->db, result);
	sqlite3_bind_int64(statement, 1, since_us);
	while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
		struct span text = sqlite_read_text(statement, 0);
		uint64_t contacts = (uint64_t)sqlite3_column_int64(statement, 2);
		XXH128_hash_t hash = XXH3_128bits(text.text, text.len);
		struct sqlite_key key = {.time = sqlite3_column_int64(statement, 1),
		                         .shape = {hash.high64, hash.low64}};
		struct sqlite_sum *sum;

		if (span_equal(text, span_of(SQLITE_MORE))) {
			more += contacts;
			continue;
		}
		sum = sqlite_sums_at(sums, &key);
		if (sum == NULL)
			break;
		*wrong += sum->marks.contacts != contacts;
		sum->marks.contacts = 0;
	}
	sqlite3_finalize(statement);
	for (size_t i = 0; i < sums->count; i++)
		left += sums->items[i].marks.contacts;
	*wrong += left != more;
	return result == SQLITE_ROW ? FSK_NOMEM : sqlite_err(store->db, result);
}

enum fsk_err
sqlite_shapes_check(struct sqlite_store *store, int64_t since_us, uint64_t *wrong)
{
	struct sqlite_sums sums = {.count = 0};
	enum fsk_err e = add_all_rows(store, since_us, &sums);

	*wrong = 0;
	if (e == FSK_OK)
		e = compare(store, since_us, &sums, wrong);
	sqlite_sums_free(&sums);
	return e;
}
