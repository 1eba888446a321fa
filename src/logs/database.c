/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/database.h"

#include "base/ascii.h"
#include "base/size.h"
#include "logs/source.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Of the file's header (https://www.sqlite.org/fileformat.html section 1.3). */
#define MAGIC "SQLite format 3" /* with its NUL */
#define READ_VERSION 19         /* offset of the octet */
#define VERSION_WAL 2

#define VALUE_MOST (1 << 20) /* octets of a text or blob */
#define WAIT_MS 1000         /* for another program's lock */

/* Steps of SQLite's machine. A row takes some 20 octets and 100 steps, so that
 * this is some twenty times what an honest database needs. */
#define STEPS_ANY UINT64_C(100000000)
#define STEPS_OCTET 100
#define STEPS_CALL 10000 /* between two calls of spend() */

struct database {
	sqlite3 *handle;
	sqlite3_stmt *row; /* NULL: none to come */
	uint64_t steps;    /* that are left */
	enum fsk_err err;  /* with which the rows ended */
	const char *why;
};

bool
database_known(const unsigned char *head, size_t len)
{
	return len >= sizeof(MAGIC) && memcmp(head, MAGIC, sizeof(MAGIC)) == 0;
}

/* Why SQLite ended with ${code}. */
static enum fsk_err
refusal(const struct database *database, int code, const char **why)
{
	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return FSK_NOMEM;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		errno = sqlite3_system_errno(database->handle);
		if (errno != 0)
			return FSK_IO;
		*why = "the database cannot be opened as it lies there";
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		*why = "another program has locked the database: make a copy with the "
		       "program's own means or with sqlite3's .backup, and read that";
		break;
	case SQLITE_READONLY:
		*why = "a change to the database was broken off, and its journal waits to "
		       "be played back: let its program open it once";
		break;
	case SQLITE_INTERRUPT:
		*why = "the database asks for more work than its size explains";
		break;
	case SQLITE_TOOBIG:
		*why = "a value in the database is longer than 1 MiB";
		break;
	default:
		*why = "the database is damaged";
		break;
	}
	return FSK_CORRUPT;
}

/* Called by SQLite every so many steps; ends its work when it is not 0. */
static int
spend(void *context)
{
	struct database *database = context;

	if (database->steps < STEPS_CALL)
		return 1;
	database->steps -= STEPS_CALL;
	return 0;
}

/* The URI of the file at ${path}, which the caller frees; NULL without memory.
 * ${options} begin with '?'. */
static char *
make_uri(const char *path, const char *options)
{
	static const char hex[] = "0123456789abcdef";
	/* A path with two slashes in front would begin with a host, and ":memory:"
	 * would be no file. */
	const char *front = path[0] == '/' ? "file://" : "file:./";
	size_t size =
	        size_add(size_mul(strlen(path), 3), strlen(front) + strlen(options) + 1);
	char *uri = malloc(size), *to;

	if (uri == NULL)
		return NULL;
	to = stpcpy(uri, front);
	for (; *path != '\0'; path++) {
		unsigned char c = (unsigned char)*path;

		if (ascii_alpha(*path) || ascii_digit(*path) || c == '/' || c == '.') {
			*to++ = *path;
		} else {
			*to++ = '%';
			*to++ = hex[c >> 4];
			*to++ = hex[c & 15];
		}
	}
	stpcpy(to, options);
	return uri;
}

/* Stores in ${there} whether the file whose path is ${path} and ${ending} exists;
 * false without memory. */
static bool
look_for(const char *path, const char *ending, bool *there)
{
	struct stat st;
	char *whole;

	if (asprintf(&whole, "%s%s", path, ending) < 0)
		return false;
	*there = stat(whole, &st) == 0;
	free(whole);
	return true;
}

/* Chooses the ${options} of the URI for the database at ${path}, whose file is
 * ${source}. A reader of a write-ahead log makes the log's index (-shm) beside it
 * when there is none (https://www.sqlite.org/wal.html section 5). Without a log
 * everything is in the file, and it may be read as one that does not change. */
static enum fsk_err
choose(struct log_source *source, const char *path, const char **options, const char **why)
{
	struct span head;
	bool log, index;
	enum fsk_err err = log_source_head(source, &head);

	if (err != FSK_OK)
		return err;
	*options = "?mode=ro";
	if (head.len <= READ_VERSION || head.text[READ_VERSION] != VERSION_WAL)
		return FSK_OK;
	if (!look_for(path, "-wal", &log) || !look_for(path, "-shm", &index))
		return FSK_NOMEM;
	if (!log) {
		*options = "?mode=ro&immutable=1";
		return FSK_OK;
	}
	if (index)
		return FSK_OK;
	*why = "the newest rows are in the -wal file beside the database, and its -shm "
	       "file "
	       "is not there: make a copy with sqlite3's .backup, and read that";
	return FSK_CORRUPT;
}

/* Makes ${database} distrust what it reads (https://www.sqlite.org/security.html). */
static void
guard(struct database *database)
{
	sqlite3 *handle = database->handle;

	(void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	(void)sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, VALUE_MOST);
	(void)sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
	(void)sqlite3_exec(handle, "PRAGMA cell_size_check = ON", NULL, NULL, NULL);
	(void)sqlite3_busy_timeout(handle, WAIT_MS);
	sqlite3_progress_handler(handle, STEPS_CALL, spend, database);
}

/* Opens the database at ${uri}. */
static enum fsk_err
begin(struct database *database, const char *uri, const char **why)
{
	const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX |
	                  SQLITE_OPEN_PRIVATECACHE;
	int code = sqlite3_open_v2(uri, &database->handle, flags, NULL);

	if (code != SQLITE_OK)
		return refusal(database, code, why);
	guard(database);
	return FSK_OK;
}

/* Begins ${query}, which is wrong only if the schema is another; then ${none}. */
static enum fsk_err
ask(struct database *database, const char *query, const char *none, const char **why)
{
	int code = sqlite3_prepare_v2(database->handle, query, -1, &database->row, NULL);

	if (code == SQLITE_OK)
		return FSK_OK;
	if (code != SQLITE_ERROR)
		return refusal(database, code, why);
	*why = none;
	return FSK_CORRUPT;
}

/* The path of the file that ${source} is; NULL with ${why} when SQLite has no use
 * for it. */
static const char *
path_of(const struct log_source *source, const char **why)
{
	const char *path = log_source_path(source);

	if (path == NULL)
		*why = "a database cannot be read from standard input: name its file";
	else if (!log_source_is_plain(source))
		*why = "a database cannot be read while it is compressed: unpack it first";
	else
		return path;
	return NULL;
}

enum fsk_err
database_open(struct log_source *source, const char *query, const char *none,
              struct database **database, const char **why)
{
	const char *path = path_of(source, why), *options;
	struct database *made;
	enum fsk_err err;
	char *uri;

	if (path == NULL)
		return FSK_CORRUPT;
	err = choose(source, path, &options, why);
	if (err != FSK_OK)
		return err;
	made = calloc(1, sizeof(*made));
	uri = make_uri(path, options);
	err = FSK_NOMEM;
	if (made != NULL && uri != NULL) {
		made->steps = size_add(STEPS_ANY,
		                       size_mul(STEPS_OCTET, log_source_whole(source)));
		err = begin(made, uri, why);
	}
	if (err == FSK_OK)
		err = ask(made, query, none, why);
	free(uri);
	if (err != FSK_OK) {
		database_close(made);
		return err;
	}
	*database = made;
	return FSK_OK;
}

enum fsk_err
database_next(struct database *database, const char **why)
{
	int code;

	if (database->row != NULL) {
		code = sqlite3_step(database->row);
		if (code == SQLITE_ROW)
			return FSK_OK;
		database->err = code == SQLITE_DONE
		                        ? FSK_END
		                        : refusal(database, code, &database->why);
		/* Else the next step would begin anew. */
		(void)sqlite3_finalize(database->row);
		database->row = NULL;
	}
	*why = database->why;
	return database->err;
}

bool
database_whole(const struct database *database, int column, int64_t *value)
{
	if (sqlite3_column_type(database->row, column) != SQLITE_INTEGER)
		return false;
	*value = sqlite3_column_int64(database->row, column);
	return true;
}

bool
database_real(const struct database *database, int column, double *value)
{
	int type = sqlite3_column_type(database->row, column);

	if (type != SQLITE_FLOAT && type != SQLITE_INTEGER)
		return false;
	*value = sqlite3_column_double(database->row, column);
	return true;
}

bool
database_text(const struct database *database, int column, struct span *value)
{
	const unsigned char *text;

	if (sqlite3_column_type(database->row, column) != SQLITE_TEXT)
		return false;
	text = sqlite3_column_text(database->row, column);
	if (text == NULL) /* a text in UTF-16, and no memory to convert it */
		return false;
	*value = (struct span){(const char *)text,
	                       (size_t)sqlite3_column_bytes(database->row, column)};
	return true;
}

void
database_close(struct database *database)
{
	if (database == NULL)
		return;
	(void)sqlite3_finalize(database->row);
	(void)sqlite3_close(database->handle);
	free(database);
}
