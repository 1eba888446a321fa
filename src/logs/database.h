/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/database.h: the rows of an SQLite database that somebody handed in, read
 * only. The file is not changed and nothing is made beside it. Its schema is foreign
 * text as well: what it calls is bounded, in steps and in the size of a value.
 */
#ifndef LOGS_DATABASE_H
#define LOGS_DATABASE_H

#include <foresink/err.h>

#include "base/span.h"

#include <stdint.h>

struct database;
struct log_source;

/* Whether a file that begins with the ${len} octets at ${head} is of SQLite. */
bool database_known(const unsigned char *head, size_t len);

/* Asks the database at the path of ${source} for the rows of ${query}, which is a
 * constant, and stores them in ${database}. ${source} stays the caller's; it is not
 * read. FSK_CORRUPT with ${why} (static; ${none} when the query does not fit the
 * schema), FSK_NOMEM, FSK_IO with errno. */
FSK_MUST_USE enum fsk_err database_open(struct log_source *source, const char *query,
                                        const char *none, struct database **database,
                                        const char **why);

/* Goes to the next row. FSK_END behind the last; FSK_CORRUPT with ${why} when the
 * rest cannot be read; FSK_NOMEM, FSK_IO with errno. */
FSK_MUST_USE enum fsk_err database_next(struct database *database, const char **why);

/* The value of ${column}, from 0, of the row; false when it is of another kind. A
 * text is valid until the next row; a whole number is also a real one. */
bool database_whole(const struct database *database, int column, int64_t *value);
bool database_real(const struct database *database, int column, double *value);
bool database_text(const struct database *database, int column, struct span *value);

/* Closes ${database}; NULL is allowed. */
void database_close(struct database *database);

#endif
