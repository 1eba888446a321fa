/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/engines/sqlite_row.h: a sighting as a row of the SQLite engine, and back.
 */
#ifndef STORE_ENGINES_SQLITE_ROW_H
#define STORE_ENGINES_SQLITE_ROW_H

#include "store/engines/sqlite.h"

/* What of a sighting is in its row and not in itself. */
struct sqlite_row {
	uint32_t segment;
	uint64_t offset;
	uint32_t generator, fingerprint, sensor; /* numbers of words */
	struct store_where where;
	uint8_t counted; /* enum sqlite_mark; 0: it does not speak of a host */
	bool cut;
};

/* What sums say of a sighting, as bits of "counted". Some of that is by the catalogs of who
 * took it: with those of later versions its sums could not be made again. */
enum sqlite_mark {
	MARK_COUNTED = 1, /* it speaks of a host */
	MARK_OUTSIDE = 2, /* hostday_is_outside() */
	MARK_ALIEN = 4    /* hostday_is_alien() */
};

/* Of a sighting that speaks of a host. */
uint8_t sqlite_row_marks(const struct sighting *sighting);

/* The name that hostday_marks_add() takes, of a row's name and rest. */
struct span sqlite_row_tried(struct span name, struct span rest);

/* Writes all of a row as values of the ${n}-th row, from 0, of DO_ADD_SIGHTING or
 * DO_ADD_SIGHTINGS; nothing is copied. ${rest} is room of
 * SQLITE_REST_MOST octets. */
FSK_MUST_USE int sqlite_row_bind(sqlite3_stmt *statement, size_t n,
                                 const struct sighting *sighting,
                                 const struct sqlite_row *row, uint8_t *rest);

/* The columns of SQLITE_ROW_SELECT, in that order, as a sighting that is valid until the
 * next step. */
extern const char sqlite_row_columns[];
void sqlite_row_read(sqlite3_stmt *statement, const struct sqlite_words *words,
                     struct sighting *sighting, struct store_said *said);

/* All of all rows; whether one is as it was written, by the sum that is kept with it. */
extern const char sqlite_row_all[];
extern const char sqlite_row_counted[]; /* of who speaks of a host, and then their id */
bool sqlite_row_is_whole(sqlite3_stmt *statement);

/* The sum of one, were its "counted" ${counted}. */
uint32_t sqlite_row_sum(sqlite3_stmt *statement, uint8_t counted);

/* An address as a value: a number for IPv4, else 16 octets. */
int sqlite_bind_address(sqlite3_stmt *statement, int place, const struct address *address);
struct address sqlite_read_address(sqlite3_stmt *statement, int column);

/* The text of a column. */
struct span sqlite_read_text(sqlite3_stmt *statement, int column);

#endif
