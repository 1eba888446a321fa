/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/engines/sqlite_days.h"

#include <assert.h>
#include <stdio.h>

/* Version 1. Each statement may be run again: it makes what is missing.
 *
 * Columns that are NULL or 0 take no octet but that of their type. Numbers are those of
 * enum sighting_kind and its like; generator, fingerprint and sensor are numbers of words.
 * An address is a number if it is IPv4, else 16 octets. A text may be any octets. The
 * columns that sums are made of come first: the rest of a row is not read for them. What
 * nobody looks for is in "rest" (sqlite_row.c). */
static const char tables[] =
        "CREATE TABLE IF NOT EXISTS number("
        "name TEXT PRIMARY KEY,value INTEGER NOT NULL)WITHOUT ROWID;"
        "CREATE TABLE IF NOT EXISTS word("
        "number INTEGER PRIMARY KEY,kind INTEGER NOT NULL,text TEXT NOT NULL,"
        "UNIQUE(kind,text));"
        "CREATE TABLE IF NOT EXISTS segment("
        "number INTEGER PRIMARY KEY,worker TEXT NOT NULL,segment INTEGER NOT NULL,"
        "taken INTEGER NOT NULL,last INTEGER NOT NULL,UNIQUE(worker,segment));"
        "CREATE TABLE IF NOT EXISTS sighting("
        "id INTEGER PRIMARY KEY,us INTEGER NOT NULL,segment INTEGER NOT NULL,"
        "place INTEGER NOT NULL,"
        "kind INTEGER NOT NULL,counted INTEGER NOT NULL,generator INTEGER NOT NULL,"
        "fingerprint INTEGER NOT NULL,client NOT NULL,prefix INTEGER NOT NULL,"
        "country TEXT,network INTEGER,counter INTEGER,more INTEGER,port INTEGER,called,"
        "sensor INTEGER NOT NULL,name TEXT,target TEXT,host TEXT,agent TEXT,octets BLOB,"
        "rest BLOB NOT NULL);"
        "CREATE INDEX IF NOT EXISTS sighting_time ON sighting(us);";

static const char sums[] =
        "CREATE TABLE IF NOT EXISTS hour("
        "hour INTEGER NOT NULL,generator INTEGER NOT NULL,country TEXT NOT NULL,"
        "kind INTEGER NOT NULL,fingerprint INTEGER NOT NULL,contacts INTEGER NOT NULL,"
        "PRIMARY KEY(hour,generator,country,kind,fingerprint))WITHOUT ROWID;"
        "CREATE TABLE IF NOT EXISTS host_day("
        "day INTEGER NOT NULL,generator INTEGER NOT NULL,client NOT NULL,"
        "prefix INTEGER NOT NULL,contacts INTEGER NOT NULL,first_us INTEGER NOT NULL,"
        "last_us INTEGER NOT NULL,counter INTEGER,country TEXT,network INTEGER,"
        "PRIMARY KEY(day,generator,client,prefix))WITHOUT ROWID;"
        "CREATE TABLE IF NOT EXISTS day_hosts("
        "day INTEGER NOT NULL,generator INTEGER NOT NULL,country TEXT NOT NULL,"
        "hosts INTEGER NOT NULL,contacts INTEGER NOT NULL,first_us INTEGER NOT NULL,"
        "last_us INTEGER NOT NULL,PRIMARY KEY(day,generator,country))WITHOUT ROWID;"
        "CREATE TABLE IF NOT EXISTS shape("
        "number INTEGER PRIMARY KEY,text TEXT NOT NULL UNIQUE,first_us INTEGER NOT NULL,"
        "last_us INTEGER NOT NULL,contacts INTEGER NOT NULL);"
        "CREATE TABLE IF NOT EXISTS shape_day("
        "shape INTEGER NOT NULL,day INTEGER NOT NULL,contacts INTEGER NOT NULL,"
        "hosts INTEGER NOT NULL,PRIMARY KEY(shape,day))WITHOUT ROWID;"
        "CREATE TABLE IF NOT EXISTS shape_host("
        "shape INTEGER NOT NULL,day INTEGER NOT NULL,client NOT NULL,"
        "prefix INTEGER NOT NULL,PRIMARY KEY(shape,day,client,prefix))WITHOUT ROWID;";

/* An address in words, for who opens the file with another program; the engine does not
 * read the view. Those that are no IPv4 stand as their 32 hexadecimal digits. */
#define IN_WORDS(column)                                                                   \
	"CASE typeof(" column ")WHEN'integer'THEN printf('%d.%d.%d.%d'," column            \
	">>24," column ">>16&255," column ">>8&255," column "&255)ELSE lower(hex(" column  \
	"))END AS " column

#define WORD(column) "(SELECT text FROM word WHERE number=s." column ")AS " column

static const char view[] =
        "CREATE VIEW IF NOT EXISTS sightings AS SELECT id,"
        "strftime('%Y-%m-%dT%H:%M:%S',us/1000000,'unixepoch')||"
        "printf('.%06dZ',us%1000000)AS time,"
        "CASE kind WHEN 0 THEN'dns'WHEN 1 THEN'http'WHEN 2 THEN'tls'ELSE'raw'END AS kind,"
        "counted&1 AS counted," WORD("generator") "," WORD("fingerprint") "," IN_WORDS(
                "client") ","
                          "prefix,port,country,network,counter,1+coalesce(more,0)AS "
                          "contacts," IN_WORDS("called") "," WORD(
                                  "sensor") ",name,target,host,agent,octets "
                                            "FROM sighting s;";

/* What makes a file of version n one of version n + 1. A later version adds a step, and
 * makes of tables, sums and view what it needs. */
static enum fsk_err
first_form(struct sqlite_store *store)
{
	enum fsk_err e = sqlite_run(store->db, tables);

	return e == FSK_OK ? sqlite_run(store->db, sums) : e;
}

/* Version 2: what else is known of a host and day (watch/hostday.h), and in "counted" of
 * each row what is summed there (sqlite_row.h). */
static const char marks[] =
        "ALTER TABLE host_day ADD COLUMN hours INTEGER NOT NULL DEFAULT 0;"
        "ALTER TABLE host_day ADD COLUMN names INTEGER NOT NULL DEFAULT 0;"
        "ALTER TABLE host_day ADD COLUMN sixteenth INTEGER NOT NULL DEFAULT 0;"
        "ALTER TABLE host_day ADD COLUMN outside INTEGER NOT NULL DEFAULT 0;"
        "ALTER TABLE host_day ADD COLUMN alien INTEGER NOT NULL DEFAULT 0;"
        "DROP VIEW IF EXISTS sightings;";

/* Of days all of whose sightings are there, sums that were made are made again; of others
 * the new columns are 0, which says that they are not known. */
#define FIRST_WHOLE                                                                        \
	"(SELECT coalesce(max(value),-9223372036854775808)FROM number WHERE "              \
	"name='pruned')"
static const char sum_again[] =
        "DELETE FROM host_day WHERE day*1000000>=" FIRST_WHOLE ";"
        "INSERT INTO host_day SELECT " FORM_DAY_OF(
                "us") " AS d," FORM_DAY_KEY "," FORM_DAY_SUMS "," FORM_DAY_PLACES
                      "," FORM_DAY_MARKS " FROM sighting WHERE d*1000000>=" FIRST_WHOLE
                      " AND counted AND id<=(SELECT coalesce(max(value),0)FROM number "
                      "WHERE name='summed')GROUP BY 1,2,3,4";

/* Writes what sums say of row ${id}, at which ${rows} stands. */
static enum fsk_err
mark_row(sqlite3_stmt *rows, sqlite3_stmt *change, int64_t id, uint8_t counted)
{
	uint32_t sum = sqlite_row_sum(rows, counted);
	uint8_t octets[4];

	for (int i = 0; i < 4; i++)
		octets[i] = (uint8_t)(sum >> (8 * i));
	sqlite3_bind_int64(change, 1, id);
	sqlite3_bind_int(change, 2, counted);
	sqlite3_bind_blob(change, 3, octets, sizeof(octets), SQLITE_TRANSIENT);
	sqlite3_step(change);
	return sqlite_err(sqlite3_db_handle(change), sqlite3_reset(change));
}

static enum fsk_err
mark_rows(struct sqlite_store *store, sqlite3_stmt *rows, sqlite3_stmt *change)
{
	int id = sqlite3_column_count(rows) - 1, result = SQLITE_DONE;
	enum fsk_err e = FSK_OK;

	while (e == FSK_OK && (result = sqlite3_step(rows)) == SQLITE_ROW) {
		struct sighting s;
		struct store_said said;
		uint8_t counted;

		sqlite_row_read(rows, &store->words, &s, &said);
		counted = sqlite_row_marks(&s);
		/* What is not as it was shall be found as such. */
		if (counted != MARK_COUNTED && sqlite_row_is_whole(rows))
			e = mark_row(rows, change, sqlite3_column_int64(rows, id), counted);
	}
	return e == FSK_OK ? sqlite_err(store->db, result) : e;
}

static enum fsk_err
mark_all(struct sqlite_store *store)
{
	static const char sql[] = "UPDATE sighting SET counted=?2,rest=CAST(?3||"
	                          "substr(rest,5)AS BLOB)WHERE id=?1";
	sqlite3_stmt *rows = NULL, *change = NULL;
	enum fsk_err e = sqlite_words_load(store);

	if (e == FSK_OK)
		e = sqlite_err(store->db, sqlite3_prepare_v2(store->db, sqlite_row_counted,
		                                             -1, &rows, NULL));
	if (e == FSK_OK)
		e = sqlite_err(store->db,
		               sqlite3_prepare_v2(store->db, sql, -1, &change, NULL));
	if (e == FSK_OK)
		e = mark_rows(store, rows, change);
	sqlite3_finalize(rows);
	sqlite3_finalize(change);
	return e;
}

static enum fsk_err
second_form(struct sqlite_store *store)
{
	enum fsk_err e = sqlite_run(store->db, marks);

	if (e == FSK_OK)
		e = sqlite_run(store->db, view);
	if (e == FSK_OK)
		e = mark_all(store);
	return e == FSK_OK ? sqlite_run(store->db, sum_again) : e;
}

static enum fsk_err (*const steps[])(struct sqlite_store *store) = {first_form,
                                                                    second_form};

#define STEPS (int)(sizeof(steps) / sizeof(steps[0]))

static_assert(STEPS == FORM_STEPS, "each version has its step");

/* The number that "PRAGMA ..." or another ${sql} gives. */
static enum fsk_err
ask(struct sqlite_store *store, const char *sql, int *value)
{
	sqlite3_stmt *statement;
	int result = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);

	if (result == SQLITE_OK)
		result = sqlite3_step(statement);
	if (result == SQLITE_ROW)
		*value = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	return result == SQLITE_ROW ? FSK_OK : sqlite_err(store->db, result);
}

static enum fsk_err
bring(struct sqlite_store *store, int version)
{
	enum fsk_err e = FSK_OK;
	char sql[96];

	for (; e == FSK_OK && version < FORM_STEPS; version++)
		e = steps[version](store);
	snprintf(sql, sizeof(sql), "PRAGMA application_id=%d;PRAGMA user_version=%d",
	         FORM_MARK, FORM_STEPS);
	return e == FSK_OK ? sqlite_run(store->db, sql) : e;
}

enum fsk_err
sqlite_form(struct sqlite_store *store, bool create, bool migrate, struct fault *fault)
{
	int mark = 0, version = 0, tables_there = 0;
	enum fsk_err e = ask(store, "PRAGMA application_id", &mark);

	if (e == FSK_OK)
		e = ask(store, "PRAGMA user_version", &version);
	if (e == FSK_OK)
		e = ask(store, "SELECT count(*) FROM sqlite_schema", &tables_there);
	if (e != FSK_OK)
		return e;
	if (mark != FORM_MARK && (tables_there > 0 || !create)) {
		*fault = (struct fault){.why = "a database, but no store of foresink"};
		return FSK_CORRUPT;
	}
	if (version == FORM_STEPS)
		return FSK_OK;
	if (version > FORM_STEPS || version < 0) {
		*fault = (struct fault){.why = "made by a later version of foresink"};
		return FSK_VERSION;
	}
	if (tables_there > 0 && !migrate) {
		*fault = (struct fault){.why = "made by an earlier version of foresink: "
		                               "foresink store migrate"};
		return FSK_VERSION;
	}
	e = sqlite_begin(store);
	return e == FSK_OK ? sqlite_end(store, bring(store, version)) : e;
}
