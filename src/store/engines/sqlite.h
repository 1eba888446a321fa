/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/engines/sqlite.h: what the files of the SQLite engine share. One file
 * STORE/foresink.sqlite in WAL mode; its form is in sqlite_form.c. Nothing here is locked:
 * a connection is of one thread, each reading has its own.
 *
 * One row a sighting, in the order of arrival, so that rows are always appended. What makes
 * a repeated batch harmless is how far its segment was taken, which is written in the same
 * transaction. Sums by hour and shape are written there too; those by host and day, whose
 * keys are as many as there are hosts and lie all over the table, are brought up to the row
 * "summed" once in so many rows, and whoever asks for them adds the rows behind that.
 */
#ifndef STORE_ENGINES_SQLITE_H
#define STORE_ENGINES_SQLITE_H

#include "store/engine.h"
#include "store/engines/sqlite_sums.h"
#include "store/engines/sqlite_words.h"
#include "store/pseudonym.h"

#include <sqlite3.h>

#define FORM_STEPS 2         /* version of the form */
#define FORM_MARK 1179863883 /* application_id: "FSSK" */
#define FORM_FILE "foresink.sqlite"

/* Rows that one statement adds, and the values of each. */
#define SQLITE_ROWS 16
#define SQLITE_VALUES 22
#define SQLITE_DAY_VALUES 15

/* Octets of a text that is in the rest, and of all the rest, at most. */
#define SQLITE_TEXT_MOST 512
#define SQLITE_REST_MOST (38 + 16 + 9 * (3 + SQLITE_TEXT_MOST))
/* Shapes of a day, and words, that are told apart: they come from strangers, who would
 * make as many as there is room for. All others are one, of a text that neither can have.
 */
#define SQLITE_SHAPES_MOST 10000
#define SQLITE_WORDS_MOST 10000
#define SQLITE_MORE "(more)"

/* A number that says how many shapes a day has is called so, and then the day. */
#define SQLITE_SHAPES_OF "shapes "

/* The statements of a connection, made when they are first needed. */
enum sqlite_statement {
	DO_BEGIN,
	DO_COMMIT,
	DO_ROLLBACK,
	DO_FIND_SEGMENT,
	DO_ADD_SEGMENT,
	DO_MOVE_SEGMENT,
	DO_ADD_SIGHTING,
	DO_ADD_SIGHTINGS,
	DO_ADD_WORD,
	DO_ADD_HOUR,
	DO_FIND_SHAPE,
	DO_ADD_SHAPE,
	DO_ADD_SHAPE_DAY,
	DO_SET_SHAPE_DAY,
	DO_ADD_SHAPE_HOST,
	DO_GET,
	DO_SET,
	DO_ADD_DAY,
	DO_ADD_DAYS,
	DO_LAST,
	DO_COUNT
};

struct sqlite_store {
	sqlite3 *db;
	char *path;
	bool readonly;
	sqlite3_stmt *statements[DO_COUNT];
	struct sqlite_words words;
	struct store_where_files *where;
	bool secret_given;
	bool secret_needed; /* it has pseudonyms, and their secret was not given */
	uint8_t secret[STORE_SECRET];
	struct store_day_key key; /* of the day of the last sighting */
	bool keyed;
	bool words_stale;
	uint8_t (*rests)[SQLITE_REST_MOST]; /* SQLITE_ROWS; of a writer */
	struct sqlite_sums days; /* those by host and day of the rows behind "summed" */
	int64_t days_from; /* what "summed" was when they began; below 0: they are not all
	                    */
	int64_t days_rows; /* how many rows they are of */
	unsigned takes;    /* since the sums by host and day were brought up to date */
};

/* sqlite.c */
extern const struct store_engine store_engine_sqlite;

/* What ${result} of SQLite means here; errno is set for FSK_IO. */
enum fsk_err sqlite_err(sqlite3 *db, int result);

/* The statement, reset and without values. */
FSK_MUST_USE enum fsk_err sqlite_get(struct sqlite_store *store,
                                     enum sqlite_statement which, sqlite3_stmt **statement);

/* Does a statement that gives no row. */
FSK_MUST_USE enum fsk_err sqlite_do(struct sqlite_store *store, sqlite3_stmt *statement);

/* Does a statement that gives one row at most, of ${count} numbers; FSK_END: it gave none.
 */
FSK_MUST_USE enum fsk_err sqlite_ask(struct sqlite_store *store, sqlite3_stmt *statement,
                                     int64_t *values, int count);

/* BEGIN IMMEDIATE; COMMIT, or after an error ROLLBACK, and ${e} is returned. */
FSK_MUST_USE enum fsk_err sqlite_begin(struct sqlite_store *store);
FSK_MUST_USE enum fsk_err sqlite_end(struct sqlite_store *store, enum fsk_err e);

/* Runs ${sql}, of one statement or several, without values. */
FSK_MUST_USE enum fsk_err sqlite_run(sqlite3 *db, const char *sql);

/* The number that is kept under ${name}; 0 when there is none. */
FSK_MUST_USE enum fsk_err sqlite_number(struct sqlite_store *store, const char *name,
                                        int64_t *value);
FSK_MUST_USE enum fsk_err sqlite_keep(struct sqlite_store *store, const char *name,
                                      int64_t value);

/* sqlite_form.c */

/* Makes the form in an empty file, or brings an earlier one to this version. */
FSK_MUST_USE enum fsk_err sqlite_form(struct sqlite_store *store, bool create, bool migrate,
                                      struct fault *fault);

/* sqlite_take.c */
enum fsk_err sqlite_take(void *state, const struct store_batch *batches, size_t count);
enum fsk_err sqlite_taken(void *state, const char *worker, uint64_t segment, uint64_t *end,
                          bool *last);

/* Brings the sums by host and day up to the last row; within a transaction. */
FSK_MUST_USE enum fsk_err sqlite_sum_days(struct sqlite_store *store);

/* sqlite_shapes.c: writes sums by shape and day, and of each shape and day the hosts. */
FSK_MUST_USE enum fsk_err sqlite_shapes_write(struct sqlite_store *store,
                                              struct sqlite_sums *shapes,
                                              struct sqlite_sums *hosts);

/* How many sums by shape and day, of days that begin at ${since_us} or later, are not what
 * the sightings make. */
FSK_MUST_USE enum fsk_err sqlite_shapes_check(struct sqlite_store *store, int64_t since_us,
                                              uint64_t *wrong);

/* sqlite_read.c */
enum fsk_err sqlite_sightings(void *state, const struct store_filter *filter,
                              void **reading);
enum fsk_err sqlite_next(void *reading, struct sighting *sighting, struct store_said *said);
void sqlite_done(void *reading);

/* sqlite_ask.c: begins to read with ${sql}, rows and the words that they name as they are
 * at one instant; ends it, the result is ${e}. */
FSK_MUST_USE enum fsk_err sqlite_enter(struct sqlite_store *store, const char *sql,
                                       sqlite3_stmt **statement);
FSK_MUST_USE enum fsk_err sqlite_leave(struct sqlite_store *store, sqlite3_stmt *statement,
                                       enum fsk_err e);

/* Whether ${filter} wants what is summed of ${generator}; and the first and the last second
 * of a unit (an hour, a day) in which it wants something, as values 1 and 2 or as numbers.
 */
bool sqlite_wants(const struct store_filter *filter, const struct sqlite_word *generator);
void sqlite_time_of(const struct store_filter *filter, int64_t unit, int64_t seconds[2]);
void sqlite_bind_time(sqlite3_stmt *statement, const struct store_filter *filter,
                      int64_t unit);

enum fsk_err sqlite_hours(void *state, const struct store_filter *filter,
                          enum fsk_err (*tell)(const struct store_hour *, void *),
                          void *context);
enum fsk_err sqlite_shapes(void *state, int64_t since_us,
                           enum fsk_err (*tell)(const struct store_shape *, void *),
                           void *context);
enum fsk_err sqlite_facts(void *state, struct store_facts *facts);
enum fsk_err sqlite_brief(void *state, struct store_brief *brief);

/* What its file holds. */
struct sqlite_room {
	int64_t pages, free; /* of them */
	int64_t page;        /* octets of one */
};
FSK_MUST_USE enum fsk_err sqlite_room(struct sqlite_store *store, struct sqlite_room *room);

/* sqlite_tend.c */
enum fsk_err sqlite_check(void *state, void (*wrong)(const char *words, void *),
                          void *context);
enum fsk_err sqlite_prune(void *state, int64_t before_us, uint64_t most, bool sums,
                          uint64_t *removed);

/* sqlite.c: another connection to the same file, to read; what it sees stays as it is. */
FSK_MUST_USE enum fsk_err sqlite_again(const struct sqlite_store *store,
                                       struct sqlite_store **reader);
void sqlite_shut(struct sqlite_store *store);

/* The second in which the hour, or the day, of the column ${us} begins, for SQL: floor, of
 * any number without overflow. */
#define FORM_HOUR_OF(us) "((" us "/3600000000-(" us "%3600000000<0))*3600)"
#define FORM_DAY_OF(us) "((" us "/86400000000-(" us "%86400000000<0))*86400)"

#endif
