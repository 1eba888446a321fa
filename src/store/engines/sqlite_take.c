/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/engines/sqlite_days.h"

#include "base/date.h"

#include <stdio.h>
#include <xxhash.h>

/* Sums by host and day are brought up to date after so many rows, or batches: their keys
 * lie all over a table of as many rows as there were hosts, so that a batch of 16,384 would
 * write nearly all of its pages; and a host that calls eight times a day is written three
 * times, not eight. With twice as many the writer would do a seventh less; but journals are
 * synced between two takes, once a second, and one that writes half a million hosts would
 * take longer. Who asks for these sums reads at most so many rows besides; what is gathered
 * takes 120 octets for each host of these rows. */
#define ROWS_UNSUMMED 524288
#define TAKES_UNSUMMED 64

/* What a call of take() gathers. */
struct gathered {
	struct sqlite_sums hours, shapes, shape_hosts;
	sqlite3_stmt *one, *many; /* add a row, or SQLITE_ROWS */
	struct sighting sightings[SQLITE_ROWS];
	struct sqlite_row waiting[SQLITE_ROWS]; /* until there are so many */
	size_t count;
	uint64_t rows;
	int64_t last; /* id of the last row */
};

static void
fini(struct gathered *g)
{
	sqlite_sums_free(&g->hours);
	sqlite_sums_free(&g->shapes);
	sqlite_sums_free(&g->shape_hosts);
}

/* How far segment ${batch} was taken, and its number, which is made if need be. */
static enum fsk_err
find_segment(struct sqlite_store *store, const char *worker, uint64_t segment,
             int64_t row[3])
{
	sqlite3_stmt *statement;
	enum fsk_err e = sqlite_get(store, DO_FIND_SEGMENT, &statement);
	int result;

	if (e != FSK_OK)
		return e;
	sqlite3_bind_text(statement, 1, worker, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)segment);
	result = sqlite3_step(statement);
	for (int i = 0; result == SQLITE_ROW && i < 3; i++)
		row[i] = sqlite3_column_int64(statement, i);
	sqlite3_reset(statement);
	if (result == SQLITE_ROW)
		return FSK_OK;
	return result == SQLITE_DONE ? FSK_END : sqlite_err(store->db, result);
}

static enum fsk_err
open_segment(struct sqlite_store *store, const struct store_batch *batch, int64_t row[3])
{
	enum fsk_err e = find_segment(store, batch->worker, batch->segment, row);
	sqlite3_stmt *statement;

	if (e != FSK_END)
		return e;
	e = sqlite_get(store, DO_ADD_SEGMENT, &statement);
	if (e != FSK_OK)
		return e;
	sqlite3_bind_text(statement, 1, batch->worker, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)batch->segment);
	e = sqlite_do(store, statement);
	row[0] = sqlite3_last_insert_rowid(store->db);
	row[1] = row[2] = 0;
	return e;
}

static enum fsk_err
move_segment(struct sqlite_store *store, const struct store_batch *batch,
             const int64_t row[3])
{
	sqlite3_stmt *statement;
	enum fsk_err e = sqlite_get(store, DO_MOVE_SEGMENT, &statement);

	if (e != FSK_OK)
		return e;
	sqlite3_bind_int64(statement, 1, row[0]);
	sqlite3_bind_int64(statement, 2,
	                   batch->end > (uint64_t)row[1] ? (sqlite3_int64)batch->end
	                                                 : row[1]);
	sqlite3_bind_int(statement, 3, batch->last || row[2] != 0);
	return sqlite_do(store, statement);
}

/* The name of a sighting's generator: as its record says, else by the catalog; of none, the
 * family of ${fingerprint}: a bot that found the address some time ago says no name. */
static enum fsk_err
name_generator(struct sqlite_store *store, const struct store_item *item,
               const struct watch_fingerprint *fingerprint, const struct sqlite_word **word)
{
	char text[128];
	uint32_t number = item->sighting.match.generator;
	int len;

	if (item->said.generator.len > 0)
		return sqlite_word(store, WORD_GENERATOR, item->said.generator, word);
	if (number == SIGHTING_NO_GENERATOR || fsk_generator_family(number) == NULL)
		return sqlite_word(store, WORD_FAMILY,
		                   fingerprint != NULL && fingerprint->family != NULL
		                           ? span_of(fingerprint->family)
		                           : (struct span){"", 0},
		                   word);
	len = snprintf(text, sizeof(text), "%s/%s", fsk_generator_family(number),
	               fsk_generator_variant(number));
	return sqlite_word(store, WORD_GENERATOR, (struct span){text, (size_t)len}, word);
}

/* Numbers of the words of ${item}, and what sums say of it; of ${s}, its sighting, the
 * fingerprint is that which a reader will find. */
static enum fsk_err
name_words(struct sqlite_store *store, const struct store_item *item, struct sighting *s,
           struct sqlite_row *row)
{
	struct span print = item->said.fingerprint;
	const struct watch_fingerprint *fingerprint;
	const struct sqlite_word *word;
	enum fsk_err e;

	if (print.len == 0 && s->fingerprint != NULL)
		print = span_of(s->fingerprint);
	e = sqlite_word(store, WORD_FINGERPRINT, print, &word);
	if (e != FSK_OK)
		return e;
	row->fingerprint = word->number;
	fingerprint = word->fingerprint;
	s->fingerprint = fingerprint != NULL ? fingerprint->name : NULL;
	row->counted = store_speaks_of_host(s, fingerprint) ? sqlite_row_marks(s) : 0;
	e = name_generator(store, item, fingerprint, &word);
	if (e != FSK_OK)
		return e;
	row->generator = word->number;
	e = sqlite_word(store, WORD_SENSOR, s->sensor, &word);
	row->sensor = word->number;
	return e;
}

/* Replaces the client by its name of the day. */
static void
pseudonymise(struct sqlite_store *store, struct sighting *sighting)
{
	int64_t day = date_day_of(date_second_of(sighting->us));

	if (!store->keyed || store->key.day != day)
		store_day_key(store->secret, sighting->us, &store->key);
	store->keyed = true;
	store_pseudonymise(&store->key, sighting);
}

static void
count(struct sqlite_sum *sum, const struct sighting *s)
{
	sum->marks.contacts += (uint64_t)s->more + 1;
	if (s->us < sum->marks.first_us)
		sum->marks.first_us = s->us;
	if (s->us > sum->marks.last_us)
		sum->marks.last_us = s->us;
}

static int64_t
floor_to(int64_t us, int64_t unit)
{
	return us / unit - (us % unit < 0);
}

static enum fsk_err
gather(struct gathered *g, const struct sighting *s, const struct sqlite_row *row)
{
	struct sqlite_key key = {.time = floor_to(s->us, 3600 * DATE_SECOND) * 3600,
	                         .generator = row->generator,
	                         .fingerprint = row->fingerprint,
	                         .kind = (uint8_t)s->kind,
	                         .country = {row->where.country[0], row->where.country[1]}};
	struct sqlite_sum *sum = sqlite_sums_at(&g->hours, &key);
	XXH128_hash_t hash;

	if (sum == NULL)
		return FSK_NOMEM;
	count(sum, s);
	if (s->shape.len == 0)
		return FSK_OK;
	hash = XXH3_128bits(s->shape.text, s->shape.len);
	key = (struct sqlite_key){.time = floor_to(s->us, DATE_DAY * DATE_SECOND) *
	                                  DATE_DAY,
	                          .shape = {hash.high64, hash.low64}};
	sum = sqlite_sums_at(&g->shapes, &key);
	if (sum == NULL)
		return FSK_NOMEM;
	count(sum, s);
	sum->text = s->shape;
	/* From whomever: that it is a bot's nobody knows yet. */
	key.address = s->client.address;
	key.prefix = s->client.prefix;
	return sqlite_sums_at(&g->shape_hosts, &key) == NULL ? FSK_NOMEM : FSK_OK;
}

/* Writes the rows that wait. A statement that adds many at once costs half as much a row
 * as one that adds one. */
static enum fsk_err
add_rows(struct sqlite_store *store, struct gathered *g)
{
	bool full = g->count == SQLITE_ROWS;
	sqlite3_stmt *statement = full ? g->many : g->one;
	enum fsk_err e = FSK_OK;

	sqlite3_clear_bindings(statement);
	for (size_t i = 0; e == FSK_OK && i < g->count; i++) {
		e = sqlite_err(store->db,
		               sqlite_row_bind(statement, full ? i : 0, &g->sightings[i],
		                               &g->waiting[i], store->rests[i]));
		if (e == FSK_OK && (!full || i + 1 == g->count))
			e = sqlite_do(store, statement);
		if (!full)
			sqlite3_clear_bindings(statement);
	}
	g->count = 0;
	g->last = sqlite3_last_insert_rowid(store->db);
	return e;
}

static enum fsk_err
take_item(struct sqlite_store *store, const struct store_item *item, int64_t segment,
          struct gathered *g)
{
	struct sqlite_row *row = &g->waiting[g->count];
	struct sighting *s = &g->sightings[g->count];
	enum fsk_err e;

	*row = (struct sqlite_row){.segment = (uint32_t)segment,
	                           .offset = item->offset,
	                           .cut = item->said.cut};
	*s = item->sighting;
	e = name_words(store, item, s, row);
	if (e != FSK_OK)
		return e;
	if (store->where != NULL)
		store_where_find(store->where, &s->client.address, &row->where);
	if (store->secret_given)
		pseudonymise(store, s);
	g->rows++;
	g->count++;
	store->days_rows++;
	e = gather(g, s, row);
	/* Where those that are gathered are not all, the rows are asked when it is time. */
	if (e == FSK_OK && row->counted != 0 && store->days_from >= 0)
		e = sqlite_days_add(&store->days, s, row);
	return e == FSK_OK && g->count == SQLITE_ROWS ? add_rows(store, g) : e;
}

static enum fsk_err
take_batch(struct sqlite_store *store, const struct store_batch *batch, struct gathered *g)
{
	int64_t row[3] = {0};
	enum fsk_err e = open_segment(store, batch, row);

	for (size_t i = 0; e == FSK_OK && i < batch->count; i++) {
		if (batch->items[i].offset >= (uint64_t)row[1])
			e = take_item(store, &batch->items[i], row[0], g);
	}
	if (e == FSK_OK && g->count > 0)
		e = add_rows(store, g);
	return e == FSK_OK ? move_segment(store, batch, row) : e;
}

static enum fsk_err
write_hours(struct sqlite_store *store, struct sqlite_sums *hours)
{
	sqlite3_stmt *statement;
	enum fsk_err e = sqlite_get(store, DO_ADD_HOUR, &statement);

	sqlite_sums_sort(hours);
	for (size_t i = 0; e == FSK_OK && i < hours->count; i++) {
		const struct sqlite_sum *sum = &hours->items[i];

		sqlite3_bind_int64(statement, 1, sum->key.time);
		sqlite3_bind_int64(statement, 2, sum->key.generator);
		sqlite3_bind_text(statement, 3, sum->key.country,
		                  sum->key.country[0] == '\0' ? 0 : 2, SQLITE_STATIC);
		sqlite3_bind_int(statement, 4, sum->key.kind);
		sqlite3_bind_int64(statement, 5, sum->key.fingerprint);
		sqlite3_bind_int64(statement, 6, (sqlite3_int64)sum->marks.contacts);
		e = sqlite_do(store, statement);
	}
	return e;
}

/* Writes a sum as values of the ${n}-th row of a statement. */
static void
bind_day(sqlite3_stmt *statement, size_t n, const struct sqlite_sum *sum)
{
	const struct hostday_marks *marks = &sum->marks;
	int place = (int)n * SQLITE_DAY_VALUES;

	sqlite3_bind_int64(statement, place + 1, sum->key.time);
	sqlite3_bind_int64(statement, place + 2, sum->key.generator);
	sqlite_bind_address(statement, place + 3, &sum->key.address);
	sqlite3_bind_int(statement, place + 4, sum->key.prefix);
	sqlite3_bind_int64(statement, place + 5, (sqlite3_int64)marks->contacts);
	sqlite3_bind_int64(statement, place + 6, marks->first_us);
	sqlite3_bind_int64(statement, place + 7, marks->last_us);
	if (marks->counter != SIGHTING_NO_COUNTER)
		sqlite3_bind_int64(statement, place + 8, marks->counter);
	if (sum->where.country[0] != '\0')
		sqlite3_bind_text(statement, place + 9, sum->where.country, 2,
		                  SQLITE_STATIC);
	if (sum->where.network != 0)
		sqlite3_bind_int64(statement, place + 10, sum->where.network);
	sqlite3_bind_int64(statement, place + 11, marks->hours);
	sqlite3_bind_int64(statement, place + 12, (sqlite3_int64)marks->names[0]);
	sqlite3_bind_int64(statement, place + 13, (sqlite3_int64)marks->names[1]);
	sqlite3_bind_int64(statement, place + 14, (sqlite3_int64)marks->outside);
	sqlite3_bind_int64(statement, place + 15, (sqlite3_int64)marks->alien);
}

/* In the order of their keys, so that neighbours in the table are written together. */
static enum fsk_err
write_days(struct sqlite_store *store)
{
	sqlite3_stmt *one, *many;
	enum fsk_err e = sqlite_get(store, DO_ADD_DAY, &one);

	if (e == FSK_OK)
		e = sqlite_get(store, DO_ADD_DAYS, &many);
	sqlite_sums_sort(&store->days);
	for (size_t i = 0; e == FSK_OK && i < store->days.count;) {
		bool full = store->days.count - i >= SQLITE_ROWS;
		sqlite3_stmt *statement = full ? many : one;
		size_t rows = full ? SQLITE_ROWS : 1;

		sqlite3_clear_bindings(statement);
		for (size_t n = 0; n < rows; n++)
			bind_day(statement, n, &store->days.items[i + n]);
		e = sqlite_do(store, statement);
		i += rows;
	}
	return e;
}

/* The same from the rows behind ${summed}: what was gathered went with a process or with a
 * transaction. */
static enum fsk_err
sum_rows(struct sqlite_store *store, int64_t summed)
{
	const int64_t bounds[3] = {summed, INT64_MIN, INT64_MAX};
	enum fsk_err e;

	sqlite_sums_clear(&store->days);
	e = sqlite_days_gather(store, bounds, &store->days);
	return e == FSK_OK ? write_days(store) : e;
}

enum fsk_err
sqlite_sum_days(struct sqlite_store *store)
{
	sqlite3_stmt *statement;
	int64_t summed = 0, last = 0;
	enum fsk_err e = sqlite_number(store, "summed", &summed);

	if (e == FSK_OK)
		e = sqlite_get(store, DO_LAST, &statement);
	if (e == FSK_OK)
		e = sqlite_ask(store, statement, &last, 1);
	if (e != FSK_OK)
		return e;
	/* Another process may have added rows, or summed these, in between. */
	if (store->days_from == summed && last - summed == store->days_rows)
		e = write_days(store);
	else
		e = sum_rows(store, summed);
	if (e != FSK_OK)
		return e;
	store->takes = 0;
	sqlite_sums_clear(&store->days);
	store->days_from = last;
	store->days_rows = 0;
	return sqlite_keep(store, "summed", last);
}

/* What is kept besides the rows themselves. */
static enum fsk_err
write_sums(struct sqlite_store *store, struct gathered *g)
{
	int64_t summed = 0, sightings = 0;
	enum fsk_err e = write_hours(store, &g->hours);

	if (e == FSK_OK)
		e = sqlite_shapes_write(store, &g->shapes, &g->shape_hosts);
	if (e == FSK_OK)
		e = sqlite_number(store, "sightings", &sightings);
	if (e == FSK_OK)
		e = sqlite_keep(store, "sightings", sightings + (int64_t)g->rows);
	if (e == FSK_OK)
		e = sqlite_number(store, "summed", &summed);
	if (e != FSK_OK || g->rows == 0)
		return e;
	if (++store->takes < TAKES_UNSUMMED && g->last - summed < ROWS_UNSUMMED)
		return FSK_OK;
	return sqlite_sum_days(store);
}

enum fsk_err
sqlite_take(void *state, const struct store_batch *batches, size_t batch_count)
{
	struct sqlite_store *store = state;
	struct gathered g = {.rows = 0};
	enum fsk_err e = FSK_OK;

	if (store->secret_needed)
		return FSK_MISMATCH;
	if (store->words_stale)
		e = sqlite_words_load(store);
	store->words_stale = e != FSK_OK;
	if (e == FSK_OK)
		e = sqlite_begin(store);

	if (e != FSK_OK)
		return e;
	e = sqlite_get(store, DO_ADD_SIGHTING, &g.one);
	if (e == FSK_OK)
		e = sqlite_get(store, DO_ADD_SIGHTINGS, &g.many);
	for (size_t i = 0; e == FSK_OK && i < batch_count; i++)
		e = take_batch(store, &batches[i], &g);
	if (e == FSK_OK)
		e = write_sums(store, &g);
	fini(&g);
	return sqlite_end(store, e);
}

enum fsk_err
sqlite_taken(void *state, const char *worker, uint64_t segment, uint64_t *end, bool *last)
{
	int64_t row[3] = {0};
	enum fsk_err e = find_segment(state, worker, segment, row);

	if (e != FSK_OK && e != FSK_END)
		return e;
	*end = (uint64_t)row[1];
	*last = row[2] != 0;
	return FSK_OK;
}
