/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/engines/sqlite_days.h: sums by host, generator and day in the SQLite engine: made
 * in memory of what comes or of rows, by SQL (for a check and a migration), and told.
 */
#ifndef STORE_ENGINES_SQLITE_DAYS_H
#define STORE_ENGINES_SQLITE_DAYS_H

#include "store/engines/sqlite_row.h"

/* Adds a sighting that speaks of a host to its sum; of ${row}: generator, where and
 * counted. */
FSK_MUST_USE enum fsk_err sqlite_days_add(struct sqlite_sums *days,
                                          const struct sighting *sighting,
                                          const struct sqlite_row *row);

/* Adds the rows that speak of hosts, behind row ${bounds}[0], of the days from the second
 * [1] to [2]. */
FSK_MUST_USE enum fsk_err sqlite_days_gather(struct sqlite_store *store,
                                             const int64_t bounds[3],
                                             struct sqlite_sums *days);

enum fsk_err sqlite_days(void *state, const struct store_filter *filter,
                         enum fsk_err (*tell)(const struct store_day *, void *),
                         void *context);

/* sqlite_marks.c: functions for SQL, of rows of "sighting": fsk_hours(us), the hours of the
 * day in which they were, fsk_names(name,rest) and fsk_sixteenth(name,rest), the two
 * numbers of hostday_names_add(): what struct hostday_marks has for these rows. */
FSK_MUST_USE enum fsk_err sqlite_marks(sqlite3 *db);

/* What of a row's contacts is meant by a bit of "counted" (sqlite_row.h). */
#define FORM_CONTACTS_OF(bit) "sum((counted>>" bit "&1)*(1+coalesce(more,0)))"

/* What struct hostday_marks says of rows of one host, generator and day: as the columns of
 * host_day have it, in two parts. */
#define FORM_DAY_KEY "generator,client,prefix"
#define FORM_DAY_SUMS "sum(1+coalesce(more,0)),min(us),max(us),max(counter)"
#define FORM_DAY_MARKS                                                                     \
	"fsk_hours(us),fsk_names(name,rest),fsk_sixteenth(name,rest)," FORM_CONTACTS_OF(   \
	        "1") "," FORM_CONTACTS_OF("2")
#define FORM_DAY_PLACES "max(country),max(network)"

#endif
