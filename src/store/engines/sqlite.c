/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/engines/sqlite_days.h"

#include "store/live.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Octets of a page: what the log costs is a call and a head a page, what the table costs is
 * little more for a larger one, since rows are appended. Pages in the log after which it is
 * brought into the file: 64 MiB. */
#define FORM_PAGE "16384"
#define FORM_CHECKPOINT "4096"

/* How long another connection's lock is waited for. */
#define BUSY_MS 250

#define CHANGE_HOST_DAY                                                                    \
	" ON CONFLICT DO UPDATE SET contacts=contacts+excluded.contacts,"                  \
	"first_us=min(first_us,excluded.first_us),last_us=max(last_us,excluded.last_us),"  \
	"counter=max(coalesce(counter,excluded.counter),"                                  \
	"coalesce(excluded.counter,counter)),country=coalesce(excluded.country,country),"  \
	"network=coalesce(excluded.network,network),"                                      \
	"hours=iif(hours=0,0,hours|excluded.hours),names=names|excluded.names,"            \
	"sixteenth=sixteenth|excluded.sixteenth,outside=outside+excluded.outside,"         \
	"alien=alien+excluded.alien"

/* As many values as sqlite_row_bind() gives, SQLITE_ROWS times. OR FAIL: a statement that
 * must be undone alone has each page that it changes copied first, which is a tenth of all
 * work; here the whole transaction is undone (sqlite_end()). */
#define ROW "(NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
#define ROWS_4 ROW "," ROW "," ROW "," ROW

#define DAY "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
#define DAYS_4 DAY "," DAY "," DAY "," DAY

static const char *const sqls[DO_COUNT] = {
        [DO_BEGIN] = "BEGIN IMMEDIATE",
        [DO_COMMIT] = "COMMIT",
        [DO_ROLLBACK] = "ROLLBACK",
        [DO_FIND_SEGMENT] =
                "SELECT number,taken,last FROM segment WHERE worker=? AND segment=?",
        [DO_ADD_SEGMENT] = "INSERT INTO segment(worker,segment,taken,last)"
                           "VALUES(?,?,0,0)",
        [DO_MOVE_SEGMENT] = "UPDATE segment SET taken=?2,last=?3 WHERE number=?1",
        [DO_ADD_SIGHTING] = "INSERT OR FAIL INTO sighting VALUES" ROW,
        [DO_ADD_SIGHTINGS] = "INSERT OR FAIL INTO sighting VALUES" ROWS_4 "," ROWS_4
                             "," ROWS_4 "," ROWS_4,
        [DO_ADD_WORD] = "INSERT INTO word(kind,text)VALUES(?,?)",
        [DO_ADD_HOUR] = "INSERT INTO hour VALUES(?,?,?,?,?,?)ON CONFLICT DO UPDATE SET "
                        "contacts=contacts+excluded.contacts",
        [DO_FIND_SHAPE] = "SELECT 1 FROM shape JOIN shape_day ON shape=number "
                          "WHERE text=? AND day=?",
        [DO_ADD_SHAPE] =
                "INSERT INTO shape(text,first_us,last_us,contacts)VALUES(?,?,?,?)"
                "ON CONFLICT DO UPDATE SET first_us=min(first_us,excluded.first_us),"
                "last_us=max(last_us,excluded.last_us),"
                "contacts=contacts+excluded.contacts RETURNING number",
        [DO_ADD_SHAPE_DAY] =
                "INSERT INTO shape_day VALUES(?,?,?,0)ON CONFLICT DO UPDATE SET "
                "contacts=contacts+excluded.contacts RETURNING hosts,contacts",
        [DO_SET_SHAPE_DAY] = "UPDATE shape_day SET hosts=?3 WHERE shape=?1 AND day=?2",
        [DO_ADD_SHAPE_HOST] = "INSERT OR IGNORE INTO shape_host VALUES(?,?,?,?)",
        [DO_GET] = "SELECT value FROM number WHERE name=?",
        [DO_SET] = "INSERT OR REPLACE INTO number VALUES(?,?)",
        [DO_ADD_DAY] = "INSERT OR FAIL INTO host_day VALUES" DAY CHANGE_HOST_DAY,
        [DO_ADD_DAYS] = "INSERT OR FAIL INTO host_day VALUES" DAYS_4 "," DAYS_4 "," DAYS_4
                        "," DAYS_4 CHANGE_HOST_DAY,
        [DO_LAST] = "SELECT coalesce(max(id),0)FROM sighting",
};

enum fsk_err
sqlite_err(sqlite3 *db, int result)
{
	int why = db == NULL ? 0 : sqlite3_system_errno(db);

	switch (result & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return FSK_OK;
	case SQLITE_NOMEM:
		return FSK_NOMEM;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return FSK_CORRUPT;
	case SQLITE_FULL:
		errno = ENOSPC;
		return FSK_IO;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		errno = EWOULDBLOCK;
		return FSK_IO;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		errno = EACCES;
		return FSK_IO;
	case SQLITE_IOERR:
		if (result == SQLITE_IOERR_NOMEM)
			return FSK_NOMEM;
		errno = why != 0 ? why : EIO;
		return FSK_IO;
	case SQLITE_CANTOPEN:
		errno = why != 0 ? why : EACCES;
		return FSK_IO;
	default:
		errno = EIO;
		return FSK_IO;
	}
}

enum fsk_err
sqlite_get(struct sqlite_store *store, enum sqlite_statement which,
           sqlite3_stmt **statement)
{
	sqlite3_stmt **kept = &store->statements[which];
	int result = SQLITE_OK;

	if (*kept == NULL)
		result = sqlite3_prepare_v3(store->db, sqls[which], -1,
		                            SQLITE_PREPARE_PERSISTENT, kept, NULL);
	*statement = *kept;
	return sqlite_err(store->db, result);
}

enum fsk_err
sqlite_do(struct sqlite_store *store, sqlite3_stmt *statement)
{
	int result = sqlite3_step(statement);

	if (result != SQLITE_DONE) {
		enum fsk_err e = sqlite_err(store->db, result);
		int why = errno;

		sqlite3_reset(statement);
		errno = why;
		return e;
	}
	sqlite3_reset(statement);
	return FSK_OK;
}

enum fsk_err
sqlite_ask(struct sqlite_store *store, sqlite3_stmt *statement, int64_t *values, int count)
{
	int result = sqlite3_step(statement);
	bool any = result == SQLITE_ROW;

	for (int i = 0; any && i < count; i++)
		values[i] = sqlite3_column_int64(statement, i);
	if (any)
		result = sqlite3_step(statement);
	sqlite3_reset(statement);
	if (result != SQLITE_DONE)
		return sqlite_err(store->db, result);
	return any ? FSK_OK : FSK_END;
}

enum fsk_err
sqlite_begin(struct sqlite_store *store)
{
	sqlite3_stmt *statement;
	enum fsk_err e = sqlite_get(store, DO_BEGIN, &statement);

	return e == FSK_OK ? sqlite_do(store, statement) : e;
}

enum fsk_err
sqlite_end(struct sqlite_store *store, enum fsk_err e)
{
	sqlite3_stmt *statement;
	int why;

	if (e == FSK_OK)
		e = sqlite_get(store, DO_COMMIT, &statement);
	if (e == FSK_OK)
		e = sqlite_do(store, statement);
	if (e == FSK_OK)
		return FSK_OK;
	why = errno;
	/* After some errors SQLite has done so itself. */
	if (!sqlite3_get_autocommit(store->db) &&
	    sqlite_get(store, DO_ROLLBACK, &statement) == FSK_OK &&
	    sqlite_do(store, statement) != FSK_OK)
		e = FSK_IO;
	/* Words that were added are not in the file; of those that stay none is wrong
	 * unless memory runs out here, and then the next take() reads them again. */
	sqlite_sums_clear(&store->days);
	store->days_from = -1;
	store->words_stale = sqlite_words_load(store) != FSK_OK;
	errno = why;
	return e;
}

enum fsk_err
sqlite_run(sqlite3 *db, const char *sql)
{
	return sqlite_err(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

enum fsk_err
sqlite_number(struct sqlite_store *store, const char *name, int64_t *value)
{
	sqlite3_stmt *statement;
	enum fsk_err e = sqlite_get(store, DO_GET, &statement);
	int result;

	if (e != FSK_OK)
		return e;
	sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
	result = sqlite3_step(statement);
	if (result == SQLITE_ROW || result == SQLITE_DONE)
		*value = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	else
		e = sqlite_err(store->db, result);
	sqlite3_reset(statement);
	return e;
}

enum fsk_err
sqlite_keep(struct sqlite_store *store, const char *name, int64_t value)
{
	sqlite3_stmt *statement;
	enum fsk_err e = sqlite_get(store, DO_SET, &statement);

	if (e != FSK_OK)
		return e;
	sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, value);
	return sqlite_do(store, statement);
}

void
sqlite_shut(struct sqlite_store *store)
{
	if (store == NULL)
		return;
	for (int i = 0; i < DO_COUNT; i++)
		sqlite3_finalize(store->statements[i]);
	sqlite3_close(store->db);
	sqlite_words_free(&store->words);
	sqlite_sums_free(&store->days);
	free(store->rests);
	store_where_close(store->where);
	explicit_bzero(store->secret, sizeof(store->secret));
	explicit_bzero(&store->key, sizeof(store->key));
	free(store->path);
	free(store);
}

/* How the connection works: what was committed is on the disk (FULL: one fsync(2) of the
 * log a commit). Pages that removal frees stay in the file, to be used again: to give them
 * back at once would move the newest rows to the place of the oldest, page by page, and
 * write each of them twice. But a new file is made so that it can shrink (INCREMENTAL),
 * which sqlite_prune() has it do when much of it is free. */
static enum fsk_err
set_up(struct sqlite_store *store)
{
	static const char reader[] = "PRAGMA mmap_size=1073741824;PRAGMA query_only=1;"
	                             "PRAGMA cache_size=-16384;PRAGMA temp_store=FILE";
	static const char writer[] =
	        "PRAGMA page_size=" FORM_PAGE
	        ";PRAGMA auto_vacuum=INCREMENTAL;PRAGMA journal_mode=WAL;"
	        "PRAGMA synchronous=FULL;PRAGMA cache_size=-131072;"
	        "PRAGMA wal_autocheckpoint=" FORM_CHECKPOINT ";"
	        "PRAGMA journal_size_limit=134217728;PRAGMA temp_store=MEMORY";
	int on = 1;

	sqlite3_extended_result_codes(store->db, 1);
	sqlite3_busy_timeout(store->db, BUSY_MS);
	if (store->readonly)
		return sqlite_run(store->db, reader);
	/* Who may read the file but not write into its folder could not open it without
	 * the two files beside it: they stay when the writer goes. */
	sqlite3_file_control(store->db, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
	return sqlite_run(store->db, writer);
}

/* A connection to the file at ${path}, which becomes its own. */
static enum fsk_err
connect_to(char *path, int flags, struct sqlite_store **store)
{
	struct sqlite_store *opened = calloc(1, sizeof(*opened));
	enum fsk_err e;
	int result, why;

	if (opened == NULL) {
		free(path);
		return FSK_NOMEM;
	}
	opened->path = path;
	opened->days_from = -1;
	opened->readonly = (flags & SQLITE_OPEN_READONLY) != 0;
	result = sqlite3_open_v2(path, &opened->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
	e = sqlite_err(opened->db, result);
	if (e == FSK_OK)
		e = set_up(opened);
	if (e == FSK_OK)
		e = sqlite_marks(opened->db);
	if (e == FSK_OK && !opened->readonly) {
		opened->rests = calloc(SQLITE_ROWS, sizeof(*opened->rests));
		e = opened->rests == NULL ? FSK_NOMEM : FSK_OK;
	}
	if (e == FSK_OK) {
		*store = opened;
		return FSK_OK;
	}
	why = errno;
	sqlite_shut(opened);
	errno = why;
	return e;
}

enum fsk_err
sqlite_again(const struct sqlite_store *store, struct sqlite_store **reader)
{
	char *path = strdup(store->path);
	struct sqlite_store *opened;
	enum fsk_err e;

	if (path == NULL)
		return FSK_NOMEM;
	e = connect_to(path, SQLITE_OPEN_READONLY, &opened);
	if (e != FSK_OK)
		return e;
	e = sqlite_run(opened->db, "BEGIN");
	if (e == FSK_OK)
		e = sqlite_words_load(opened);
	if (e == FSK_OK)
		*reader = opened;
	else
		sqlite_shut(opened);
	return e;
}

static void
close_store(void *state)
{
	sqlite_shut(state);
}

/* Where all rows are summed, as in a new file, what comes is gathered from the start. */
static enum fsk_err
begin_days(struct sqlite_store *store)
{
	sqlite3_stmt *statement;
	int64_t summed = 0;
	enum fsk_err e = sqlite_number(store, "summed", &summed);

	if (e == FSK_OK)
		e = sqlite_get(store, DO_LAST, &statement);
	if (e != FSK_OK)
		return e;
	if (sqlite3_step(statement) == SQLITE_ROW &&
	    sqlite3_column_int64(statement, 0) == summed)
		store->days_from = summed;
	sqlite3_reset(statement);
	return FSK_OK;
}

/* A store that was opened with a secret once says so from then on, and whether it had
 * sightings before. */
static enum fsk_err
mark_pseudonyms(struct sqlite_store *store)
{
	sqlite3_stmt *statement;
	bool clear = false;
	enum fsk_err e = sqlite_get(store, DO_LAST, &statement);

	if (e == FSK_OK)
		e = sqlite_begin(store);
	if (e != FSK_OK)
		return e;
	if (sqlite3_step(statement) == SQLITE_ROW)
		clear = sqlite3_column_int64(statement, 0) > 0;
	sqlite3_reset(statement);
	e = sqlite_keep(store, "pseudonyms", 1);
	if (e == FSK_OK)
		e = sqlite_keep(store, "secret", store_secret_mark(store->secret));
	if (e == FSK_OK && clear)
		e = sqlite_keep(store, "clear", 1);
	return sqlite_end(store, e);
}

static enum fsk_err
look_for_pseudonyms(const struct store_plan *plan, struct sqlite_store *store,
                    struct fault *fault)
{
	int64_t marked = 0, mark = 0;
	enum fsk_err e = sqlite_number(store, "pseudonyms", &marked);
	bool other;

	store->secret_given = plan->secret != NULL;
	if (store->secret_given)
		memcpy(store->secret, plan->secret, sizeof(store->secret));
	if (e == FSK_OK)
		e = sqlite_number(store, "secret", &mark);
	if (e != FSK_OK || plan->readonly)
		return e;
	/* Under another secret a host would have two names in one day. */
	other = marked != 0 && store->secret_given &&
	        mark != store_secret_mark(store->secret);
	store->secret_needed = (marked != 0 && !store->secret_given) || other;
	if (store->secret_needed && !plan->tend) {
		*fault = (struct fault){
		        .why = other ? "its clients have pseudonyms of another secret"
		                     : "its clients have pseudonyms: who writes "
		                       "into it must name the secret"};
		return FSK_MISMATCH;
	}
	return store->secret_given && marked == 0 ? mark_pseudonyms(store) : FSK_OK;
}

static enum fsk_err
prepare(const struct store_plan *plan, struct sqlite_store *store, struct fault *fault)
{
	enum fsk_err e = sqlite_form(store, plan->create && !plan->readonly,
	                             plan->migrate && !plan->readonly, fault);

	if (e == FSK_OK)
		e = sqlite_words_load(store);
	if (e == FSK_OK && (plan->country != NULL || plan->network != NULL))
		e = store_where_open(plan->country, plan->network, &store->where, fault);
	if (e == FSK_OK && !plan->readonly)
		e = begin_days(store);
	return e == FSK_OK ? look_for_pseudonyms(plan, store, fault) : e;
}

/* Makes the file at ${path}, for its owner's eyes only, which is that of the folder also
 * when root makes it; SQLite gives what it makes beside it the same owner and mode. */
static enum fsk_err
give_file(const struct store_plan *plan, const char *path)
{
	int folder = open(plan->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd = -1;
	bool given;
	int why;

	if (folder >= 0)
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	given = fd >= 0 && store_live_give(fd, folder);
	why = errno;
	if (fd >= 0)
		close(fd);
	if (folder >= 0)
		close(folder);
	errno = why;
	return given ? FSK_OK : FSK_IO;
}

static enum fsk_err
open_store(const struct store_plan *plan, void **state, struct fault *fault)
{
	int flags = plan->readonly ? SQLITE_OPEN_READONLY
	                           : SQLITE_OPEN_READWRITE |
	                                     (plan->create ? SQLITE_OPEN_CREATE : 0);
	struct fault ignored;
	struct sqlite_store *opened;
	struct stat file;
	enum fsk_err e;
	char *path;
	int why;

	if (asprintf(&path, "%s/" FORM_FILE, plan->folder) < 0)
		return FSK_NOMEM;
	if ((plan->readonly || !plan->create) && stat(path, &file) != 0) {
		why = errno;
		free(path);
		errno = why;
		return FSK_IO;
	}
	if (plan->create && !plan->readonly && give_file(plan, path) != FSK_OK) {
		why = errno;
		free(path);
		errno = why;
		return FSK_IO;
	}
	e = connect_to(path, flags, &opened);
	if (e != FSK_OK)
		return e;
	e = prepare(plan, opened, fault != NULL ? fault : &ignored);
	if (e == FSK_OK) {
		*state = opened;
		return FSK_OK;
	}
	why = errno;
	sqlite_shut(opened);
	errno = why;
	return e;
}

const struct store_engine store_engine_sqlite = {
        .name = "sqlite",
        .open = open_store,
        .close = close_store,
        .take = sqlite_take,
        .taken = sqlite_taken,
        .sightings = sqlite_sightings,
        .next = sqlite_next,
        .done = sqlite_done,
        .hours = sqlite_hours,
        .days = sqlite_days,
        .shapes = sqlite_shapes,
        .facts = sqlite_facts,
        .brief = sqlite_brief,
        .check = sqlite_check,
        .prune = sqlite_prune,
};
