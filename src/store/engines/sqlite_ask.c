/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/engines/sqlite_row.h"

#include "base/date.h"

#include <stdio.h>

enum fsk_err
sqlite_leave(struct sqlite_store *store, sqlite3_stmt *statement, enum fsk_err e)
{
	enum fsk_err end;

	sqlite3_finalize(statement);
	end = sqlite_run(store->db, "COMMIT");
	return e != FSK_OK ? e : end;
}

enum fsk_err
sqlite_enter(struct sqlite_store *store, const char *sql, sqlite3_stmt **statement)
{
	enum fsk_err e = sqlite_run(store->db, "BEGIN");

	if (e != FSK_OK)
		return e;
	e = sqlite_words_load(store);
	*statement = NULL;
	if (e == FSK_OK)
		e = sqlite_err(store->db,
		               sqlite3_prepare_v2(store->db, sql, -1, statement, NULL));
	return e == FSK_OK ? FSK_OK : sqlite_leave(store, *statement, e);
}

bool
sqlite_wants(const struct store_filter *filter, const struct sqlite_word *generator)
{
	if (generator->kind == WORD_FAMILY)
		return store_filter_wants_family(filter, generator->text);
	return filter->generators == NULL ||
	       (generator->generator != SIGHTING_NO_GENERATOR &&
	        filter->generators[generator->generator]);
}

void
sqlite_time_of(const struct store_filter *filter, int64_t unit, int64_t seconds[2])
{
	int64_t from = date_second_of(filter->from_us);
	int64_t last = filter->to_us == INT64_MIN ? INT64_MIN : filter->to_us - 1;

	seconds[0] = (from / unit - (from % unit < 0)) * unit;
	seconds[1] = date_second_of(last);
}

void
sqlite_bind_time(sqlite3_stmt *statement, const struct store_filter *filter, int64_t unit)
{
	int64_t seconds[2];

	sqlite_time_of(filter, unit, seconds);
	sqlite3_bind_int64(statement, 1, seconds[0]);
	sqlite3_bind_int64(statement, 2, seconds[1]);
}

enum fsk_err
sqlite_hours(void *state, const struct store_filter *filter,
             enum fsk_err (*tell)(const struct store_hour *, void *), void *context)
{
	static const char sql[] =
	        "SELECT hour,generator,country,kind,fingerprint,contacts FROM hour "
	        "WHERE hour>=? AND hour<=? ORDER BY 1,2,3,4,5";
	struct sqlite_store *store = state;
	sqlite3_stmt *statement;
	enum fsk_err e = sqlite_enter(store, sql, &statement);
	int result = SQLITE_DONE;

	if (e != FSK_OK)
		return e;
	sqlite_bind_time(statement, filter, 3600);
	while (e == FSK_OK && (result = sqlite3_step(statement)) == SQLITE_ROW) {
		const struct sqlite_word *word = sqlite_word_at(
		        &store->words, (uint32_t)sqlite3_column_int64(statement, 1));
		const struct sqlite_word *print = sqlite_word_at(
		        &store->words, (uint32_t)sqlite3_column_int64(statement, 4));
		int kind = sqlite3_column_int(statement, 3);
		struct store_hour hour = {
		        .hour = sqlite3_column_int64(statement, 0),
		        .generator = word->text,
		        .country = sqlite_read_text(statement, 2),
		        .kind = kind >= 0 && kind < SIGHTING_KINDS
		                        ? (enum sighting_kind)kind
		                        : SIGHTING_RAW,
		        .fingerprint = print->text,
		        .contacts = (uint64_t)sqlite3_column_int64(statement, 5)};

		if (sqlite_wants(filter, word))
			e = tell(&hour, context);
	}
	if (e == FSK_OK)
		e = sqlite_err(store->db, result);
	return sqlite_leave(store, statement, e);
}

enum fsk_err
sqlite_shapes(void *state, int64_t since_us,
              enum fsk_err (*tell)(const struct store_shape *, void *), void *context)
{
	static const char sql[] =
	        "SELECT s.text,s.first_us,s.last_us,s.contacts,coalesce(d.contacts,0),"
	        "coalesce(b.contacts,0),coalesce(d.hosts,0)FROM shape s "
	        "LEFT JOIN shape_day d ON d.shape=s.number AND d.day=" FORM_DAY_OF(
	                "s.last_us") " LEFT JOIN shape_day b ON b.shape=s.number AND "
	                             "b.day=" FORM_DAY_OF(
	                                     "s.last_us") "-86400 "
	                                                  "WHERE s.last_us>=? ORDER BY 4 "
	                                                  "DESC,s.number";
	struct sqlite_store *store = state;
	sqlite3_stmt *statement;
	enum fsk_err e = sqlite_enter(store, sql, &statement);
	int result = SQLITE_DONE;

	if (e != FSK_OK)
		return e;
	sqlite3_bind_int64(statement, 1, since_us);
	while (e == FSK_OK && (result = sqlite3_step(statement)) == SQLITE_ROW) {
		struct store_shape shape = {
		        .text = sqlite_read_text(statement, 0),
		        .first_us = sqlite3_column_int64(statement, 1),
		        .last_us = sqlite3_column_int64(statement, 2),
		        .contacts = (uint64_t)sqlite3_column_int64(statement, 3),
		        .today = (uint64_t)sqlite3_column_int64(statement, 4),
		        .before = (uint64_t)sqlite3_column_int64(statement, 5),
		        .hosts = (uint64_t)sqlite3_column_int64(statement, 6)};

		e = tell(&shape, context);
	}
	if (e == FSK_OK)
		e = sqlite_err(store->db, result);
	return sqlite_leave(store, statement, e);
}

/* The number that ${sql} gives; ${none} for NULL. */
static enum fsk_err
ask(struct sqlite_store *store, const char *sql, int64_t none, int64_t *value)
{
	sqlite3_stmt *statement;
	int result = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);

	if (result == SQLITE_OK)
		result = sqlite3_step(statement);
	if (result == SQLITE_ROW)
		*value = sqlite3_column_type(statement, 0) == SQLITE_NULL
		                 ? none
		                 : sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return result == SQLITE_ROW ? FSK_OK : sqlite_err(store->db, result);
}

/* Contacts, by the sums, of generators that the catalog does not have. */
static enum fsk_err
count_unknown(struct sqlite_store *store, uint64_t *unknown)
{
	static const char sql[] = "SELECT generator,sum(contacts)FROM hour "
	                          "WHERE generator<>0 GROUP BY 1";
	sqlite3_stmt *statement;
	int result = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);

	*unknown = 0;
	if (result != SQLITE_OK)
		return sqlite_err(store->db, result);
	while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
		const struct sqlite_word *word = sqlite_word_at(
		        &store->words, (uint32_t)sqlite3_column_int64(statement, 0));

		if (word->generator == SIGHTING_NO_GENERATOR && word->kind != WORD_FAMILY)
			*unknown += (uint64_t)sqlite3_column_int64(statement, 1);
	}
	sqlite3_finalize(statement);
	return sqlite_err(store->db, result);
}

static enum fsk_err
read_facts(struct sqlite_store *store, struct store_facts *facts)
{
	static const struct {
		const char *sql;
		int64_t none;
	} questions[] = {
	        {"PRAGMA user_version", 0},
	        {"SELECT max(value)FROM number WHERE name='sightings'", 0},
	        {"SELECT min(us)FROM sighting", INT64_MAX},
	        {"SELECT max(us)FROM sighting", INT64_MIN},
	        {"PRAGMA page_count", 0},
	        {"PRAGMA freelist_count", 0},
	        {"PRAGMA page_size", 0},
	        {"SELECT count(*)FROM word WHERE kind=0", 0},
	        {"SELECT count(*)FROM shape", 0},
	        {"SELECT count(*)FROM host_day", 0},
	        {"SELECT max(value)FROM number WHERE name='pseudonyms'", 0},
	};
	int64_t answers[sizeof(questions) / sizeof(questions[0])] = {0};
	enum fsk_err e = FSK_OK;

	for (size_t i = 0; e == FSK_OK && i < sizeof(answers) / sizeof(answers[0]); i++)
		e = ask(store, questions[i].sql, questions[i].none, &answers[i]);
	if (e != FSK_OK)
		return e;
	*facts = (struct store_facts){
	        .version = (unsigned)answers[0],
	        .sightings = (uint64_t)answers[1],
	        .first_us = answers[2],
	        .last_us = answers[3],
	        .bytes = (uint64_t)((answers[4] - answers[5]) * answers[6]),
	        .generators = (uint64_t)answers[7],
	        .shapes = (uint64_t)answers[8],
	        .host_days = (uint64_t)answers[9],
	        .pseudonyms = answers[10] != 0};
	return count_unknown(store, &facts->unknown);
}

enum fsk_err
sqlite_room(struct sqlite_store *store, struct sqlite_room *room)
{
	int64_t pages = 0, unused = 0, page = 0;
	enum fsk_err e = ask(store, "PRAGMA page_count", 0, &pages);

	if (e == FSK_OK)
		e = ask(store, "PRAGMA freelist_count", 0, &unused);
	if (e == FSK_OK)
		e = ask(store, "PRAGMA page_size", 0, &page);
	if (e == FSK_OK)
		*room = (struct sqlite_room){pages, unused, page};
	return e;
}

enum fsk_err
sqlite_brief(void *state, struct store_brief *brief)
{
	static const char *const names[] = {"sightings", "pseudonyms", "clear"};
	struct sqlite_store *store = state;
	struct sqlite_room room = {0};
	int64_t numbers[3] = {0};
	enum fsk_err e = sqlite_room(store, &room);

	for (size_t i = 0; e == FSK_OK && i < 3; i++)
		e = sqlite_number(store, names[i], &numbers[i]);
	if (e != FSK_OK)
		return e;
	*brief = (struct store_brief){
	        .sightings = (uint64_t)numbers[0],
	        .bytes = (uint64_t)((room.pages - room.free) * room.page),
	        .free = (uint64_t)(room.free * room.page),
	        .pseudonyms = numbers[1] != 0,
	        .clear = numbers[2] != 0};
	return FSK_OK;
}

enum fsk_err
sqlite_facts(void *state, struct store_facts *facts)
{
	struct sqlite_store *store = state;
	struct store_facts read;
	sqlite3_stmt *none;
	enum fsk_err e = sqlite_enter(store, "SELECT 1", &none);

	if (e != FSK_OK)
		return e;
	e = sqlite_leave(store, none, read_facts(store, &read));
	if (e == FSK_OK)
		*facts = read;
	return e;
}
