/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/engines/sqlite_days.h"

#include "base/date.h"

#include <inttypes.h>
#include <stdio.h>

/* Something that must be none: ${sql} counts it; ?1 is the first microsecond of which
 * nothing was removed. */
struct question {
	const char *sql;
	const char *words; /* what it is of which there are so many */
};

#define PAIRS(left, right) "SELECT count(*)FROM(" left " EXCEPT " right ")"

#define HOURS                                                                              \
	"SELECT hour,generator,country,kind,fingerprint,contacts FROM hour "               \
	"WHERE hour*1000000>=?1"
#define HOURS_SUMMED                                                                       \
	"SELECT " FORM_HOUR_OF("us") " AS h,generator,coalesce(country,''),kind,"          \
	                             "fingerprint,sum(1+coalesce(more,0))FROM sighting "   \
	                             "WHERE h*1000000>=?1 "                                \
	                             "GROUP BY 1,2,3,4,5"

#define DAYS                                                                               \
	"SELECT "                                                                          \
	"day,generator,client,prefix,contacts,first_us,last_us,counter,hours,names,"       \
	"sixteenth,outside,alien FROM host_day WHERE day*1000000>=?1"
#define DAYS_SUMMED                                                                        \
	"SELECT " FORM_DAY_OF("us") " AS d," FORM_DAY_KEY "," FORM_DAY_SUMS                \
	                            "," FORM_DAY_MARKS " FROM sighting "                   \
	                            "WHERE d*1000000>=?1 AND counted AND id<=(SELECT "     \
	                            "coalesce(max(value),0)"                               \
	                            "FROM number WHERE name='summed')GROUP BY 1,2,3,4"

#define NO_WORD(column, kinds)                                                             \
	"SELECT count(*)FROM sighting WHERE " column "<>0 AND " column                     \
	" NOT IN(SELECT number FROM word WHERE kind IN(" kinds "))"

static const struct question questions[] = {
        {"SELECT count(*)FROM sighting WHERE segment NOT IN(SELECT number FROM segment)",
         "sightings of no segment"},
        {"SELECT count(*)FROM sighting s JOIN segment g ON g.number=s.segment "
         "WHERE s.place>=g.taken",
         "sightings behind the end of their segment"},
        {"SELECT count(*)FROM(SELECT 1 FROM sighting GROUP BY segment,place "
         "HAVING count(*)>1)",
         "sightings that are there twice"},
        {NO_WORD("generator", "0,3"), "sightings of a generator without a name"},
        {NO_WORD("fingerprint", "1"), "sightings of a fingerprint without a name"},
        {NO_WORD("sensor", "2"), "sightings of a sensor without a name"},
        {"SELECT abs((SELECT count(*)FROM sighting)-"
         "(SELECT coalesce(max(value),0)FROM number WHERE name='sightings'))",
         "sightings more or less than were counted"},
        {PAIRS(HOURS, HOURS_SUMMED), "sums of an hour that its sightings do not make"},
        {PAIRS(HOURS_SUMMED, HOURS), "hours whose sum is missing or another one"},
        {PAIRS(DAYS, DAYS_SUMMED), "sums of a host and day that its sightings do not make"},
        {PAIRS(DAYS_SUMMED, DAYS), "hosts and days whose sum is missing or another one"},
        {"SELECT count(*)FROM shape_day WHERE shape NOT IN(SELECT number FROM shape)",
         "days of a shape without a text"},
        {"SELECT count(*)FROM shape WHERE contacts<"
         "(SELECT sum(contacts)FROM shape_day WHERE shape=number)",
         "shapes with less contacts than their days have"},
        {"SELECT count(*)FROM shape_day d WHERE day*1000000>=?1 AND hosts<>(SELECT "
         "count(*)FROM shape_host h WHERE h.shape=d.shape AND h.day=d.day)",
         "days of a shape with more or less hosts than are known"},
};

static enum fsk_err
count(struct sqlite_store *store, const char *sql, int64_t since_us, int64_t *value)
{
	sqlite3_stmt *statement;
	int result = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);

	if (result == SQLITE_OK) {
		if (sqlite3_bind_parameter_count(statement) > 0)
			sqlite3_bind_int64(statement, 1, since_us);
		result = sqlite3_step(statement);
	}
	if (result == SQLITE_ROW)
		*value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return result == SQLITE_ROW ? FSK_OK : sqlite_err(store->db, result);
}

/* SQLite's own look at pages, indices and constraints; it gives a row for each fault, or
 * one that says "ok". */
static enum fsk_err
check_file(struct sqlite_store *store, void (*wrong)(const char *words, void *),
           void *context)
{
	sqlite3_stmt *statement;
	int result = sqlite3_prepare_v2(store->db, "PRAGMA integrity_check", -1, &statement,
	                                NULL);

	if (result != SQLITE_OK)
		return sqlite_err(store->db, result);
	while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *words = (const char *)sqlite3_column_text(statement, 0);

		if (words != NULL && strcmp(words, "ok") != 0)
			wrong(words, context);
	}
	sqlite3_finalize(statement);
	return sqlite_err(store->db, result);
}

static enum fsk_err
check_sums(struct sqlite_store *store, void (*wrong)(const char *words, void *),
           void *context)
{
	int64_t pruned = 0, amount = 0;
	enum fsk_err e = sqlite_number(store, "pruned", &pruned);

	for (size_t i = 0; e == FSK_OK && i < sizeof(questions) / sizeof(questions[0]);
	     i++) {
		char words[128];

		e = count(store, questions[i].sql, pruned == 0 ? INT64_MIN : pruned,
		          &amount);
		if (e != FSK_OK || amount == 0)
			continue;
		snprintf(words, sizeof(words), "%" PRId64 " %s", amount,
		         questions[i].words);
		wrong(words, context);
	}
	return e;
}

/* Each row by itself. */
static enum fsk_err
check_rows(struct sqlite_store *store, void (*wrong)(const char *words, void *),
           void *context)
{
	sqlite3_stmt *statement;
	uint64_t changed = 0;
	char words[128];
	int result = sqlite3_prepare_v2(store->db, sqlite_row_all, -1, &statement, NULL);

	if (result != SQLITE_OK)
		return sqlite_err(store->db, result);
	while ((result = sqlite3_step(statement)) == SQLITE_ROW)
		changed += !sqlite_row_is_whole(statement);
	sqlite3_finalize(statement);
	snprintf(words, sizeof(words), "%" PRIu64 " sightings that are not as they were",
	         changed);
	if (changed > 0)
		wrong(words, context);
	return sqlite_err(store->db, result);
}

static enum fsk_err
check_shapes(struct sqlite_store *store, void (*wrong)(const char *words, void *),
             void *context)
{
	int64_t pruned = 0;
	uint64_t amount = 0;
	char words[128];
	enum fsk_err e = sqlite_number(store, "pruned", &pruned);

	if (e == FSK_OK)
		e = sqlite_words_load(store);
	if (e == FSK_OK)
		e = sqlite_shapes_check(store, pruned == 0 ? INT64_MIN : pruned, &amount);
	snprintf(words, sizeof(words),
	         "%" PRIu64 " sums of a shape and day that its sightings do not make",
	         amount);
	if (e == FSK_OK && amount > 0)
		wrong(words, context);
	return e;
}

enum fsk_err
sqlite_check(void *state, void (*wrong)(const char *words, void *), void *context)
{
	struct sqlite_store *store = state;
	enum fsk_err e = sqlite_run(store->db, "BEGIN");
	enum fsk_err end;

	if (e != FSK_OK)
		return e;
	e = check_file(store, wrong, context);
	if (e == FSK_OK)
		e = check_rows(store, wrong, context);
	if (e == FSK_OK)
		e = check_sums(store, wrong, context);
	if (e == FSK_OK)
		e = check_shapes(store, wrong, context);
	end = sqlite_run(store->db, "COMMIT");
	return e != FSK_OK ? e : end;
}

/* Does ${sql} with its values 1 and 2; how many rows it changed. */
static enum fsk_err
change(struct sqlite_store *store, const char *sql, const int64_t values[2],
       uint64_t *changed)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);

	if (result != SQLITE_OK)
		return sqlite_err(store->db, result);
	for (int i = 0; i < 2 && i < sqlite3_bind_parameter_count(statement); i++)
		sqlite3_bind_int64(statement, i + 1, values[i]);
	result = sqlite3_step(statement);
	sqlite3_finalize(statement);
	if (result == SQLITE_DONE && changed != NULL)
		*changed = (uint64_t)sqlite3_changes64(store->db);
	return sqlite_err(store->db, result);
}

/* Up to which microsecond something will be removed: sums of hours before it are no longer
 * those of the sightings that are left. */
static enum fsk_err
mark_pruned(struct sqlite_store *store, const int64_t values[2])
{
	static const char sql[] = "SELECT max(us)FROM(SELECT us FROM sighting WHERE us<?1 "
	                          "ORDER BY us LIMIT ?2)";
	sqlite3_stmt *statement;
	int64_t pruned = 0, last = INT64_MIN;
	enum fsk_err e = sqlite_number(store, "pruned", &pruned);
	int result;

	if (e != FSK_OK)
		return e;
	result = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
	if (result != SQLITE_OK)
		return sqlite_err(store->db, result);
	sqlite3_bind_int64(statement, 1, values[0]);
	sqlite3_bind_int64(statement, 2, values[1]);
	result = sqlite3_step(statement);
	if (result == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL)
		last = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	if (result != SQLITE_ROW)
		return sqlite_err(store->db, result);
	if (last == INT64_MIN || (pruned != 0 && pruned > last))
		return FSK_OK;
	return sqlite_keep(store, "pruned", last + 1);
}

/* Sums of hours, days and shapes that end before value 1. */
static enum fsk_err
prune_sums(struct sqlite_store *store, int64_t before_us)
{
	static const char *const sqls[] = {
	        "DELETE FROM hour WHERE hour+3600<=?1",
	        "DELETE FROM host_day WHERE day+86400<=?1",
	        "DELETE FROM day_hosts WHERE day+86400<=?1",
	        "DELETE FROM shape_day WHERE day+86400<=?1",
	        "DELETE FROM number WHERE name LIKE'" SQLITE_SHAPES_OF
	        "%'AND CAST(substr(name,1+length('" SQLITE_SHAPES_OF
	        "'))AS INTEGER)+86400<=?1",
	        "DELETE FROM shape WHERE number NOT IN(SELECT shape FROM shape_day)",
	};
	int64_t before[2] = {date_second_of(before_us), 0};
	enum fsk_err e = FSK_OK;

	for (size_t i = 0; e == FSK_OK && i < sizeof(sqls) / sizeof(sqls[0]); i++)
		e = change(store, sqls[i], before, NULL);
	return e;
}

/* Removes who the hosts of days were that end before ${before_us} and have no sighting
 * left; how many they were stays. As long as a sighting is left, its address is kept
 * anyway, and who comes again that day is known. */
static enum fsk_err
forget_hosts(struct sqlite_store *store, int64_t before_us)
{
	static const char *const sqls[] = {
	        "INSERT INTO day_hosts SELECT day,generator,coalesce(country,''),count(*),"
	        "sum(contacts),min(first_us),max(last_us)FROM host_day WHERE day<=?1 "
	        "GROUP BY 1,2,3 ON CONFLICT DO UPDATE SET hosts=hosts+excluded.hosts,"
	        "contacts=contacts+excluded.contacts,"
	        "first_us=min(first_us,excluded.first_us),"
	        "last_us=max(last_us,excluded.last_us)",
	        "DELETE FROM host_day WHERE day<=?1",
	        "DELETE FROM shape_host WHERE day<=?1",
	};
	int64_t last[2] = {before_us, 0};
	enum fsk_err e = count(store, "SELECT min(coalesce(min(us),?1),?1)FROM sighting",
	                       before_us, &last[0]);

	last[0] = date_second_of(last[0]) - DATE_DAY;
	for (size_t i = 0; e == FSK_OK && i < sizeof(sqls) / sizeof(sqls[0]); i++)
		e = change(store, sqls[i], last, NULL);
	return e;
}

static enum fsk_err
prune(struct sqlite_store *store, const int64_t values[2], bool sums, uint64_t *removed)
{
	static const char rows[] =
	        "DELETE FROM sighting WHERE id IN(SELECT id FROM sighting "
	        "WHERE us<?1 ORDER BY us LIMIT ?2)";
	static const char last[] = "INSERT OR REPLACE INTO number SELECT 'summed',"
	                           "coalesce(max(id),0)FROM sighting";
	int64_t sightings = 0, before[2] = {date_second_of(values[0]), 0};
	enum fsk_err e = sqlite_sum_days(store);

	if (e == FSK_OK)
		e = mark_pruned(store, values);
	if (e == FSK_OK)
		e = change(store, rows, values, removed);
	if (e == FSK_OK)
		e = sqlite_number(store, "sightings", &sightings);
	if (e == FSK_OK)
		e = sqlite_keep(store, "sightings", sightings - (int64_t)*removed);
	/* The next row has the number behind the last that is left. */
	if (e == FSK_OK)
		e = change(store, last, before, NULL);
	store->days_from = -1;
	if (e == FSK_OK)
		e = forget_hosts(store, values[0]);
	if (e == FSK_OK && sums && *removed < (uint64_t)values[1])
		e = prune_sums(store, values[0]);
	return e;
}

/* Pages that are given back at once, at least: some tens of milliseconds of work; twice as
 * many as were freed, so that it comes to an end. */
#define GIVE_BACK 1024

/* Fewer free pages are not worth the work. */
#define FREE_LEAST 64

/* Gives free pages back to the system, where they are more than an eighth of the file: to
 * do so means to move as many from its end to where they are. Some stay, since what comes
 * needs them. What fails is done the next time. */
static void
give_back(struct sqlite_store *store, int64_t free_before)
{
	struct sqlite_room room;
	int64_t pages;
	char sql[64];

	if (sqlite_room(store, &room) != FSK_OK || room.free < FREE_LEAST ||
	    room.free < room.pages / 8)
		return;
	pages = 2 * (room.free - free_before) > GIVE_BACK ? 2 * (room.free - free_before)
	                                                  : GIVE_BACK;
	if (pages > room.free - room.pages / 16)
		pages = room.free - room.pages / 16;
	snprintf(sql, sizeof(sql), "PRAGMA incremental_vacuum(%" PRId64 ")", pages);
	if (sqlite_run(store->db, sql) != FSK_OK)
		return;
}

enum fsk_err
sqlite_prune(void *state, int64_t before_us, uint64_t most, bool sums, uint64_t *removed)
{
	struct sqlite_store *store = state;
	int64_t values[2] = {before_us, most > INT64_MAX ? INT64_MAX : (int64_t)most};
	struct sqlite_room room;
	uint64_t gone = 0;
	enum fsk_err e = sqlite_room(store, &room);

	if (e == FSK_OK)
		e = sqlite_begin(store);
	if (e != FSK_OK)
		return e;
	e = sqlite_end(store, prune(store, values, sums, &gone));
	if (e != FSK_OK)
		return e;
	give_back(store, room.free);
	*removed = gone;
	return FSK_OK;
}
