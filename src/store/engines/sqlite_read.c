/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/engines/sqlite_row.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* A reading has a connection of its own, and so sees what was there when it began, while
 * the store takes more. */
struct reading {
	struct sqlite_store *store;
	sqlite3_stmt *statement;
	bool over;
	struct store_filter filter;
	bool *generators; /* copies of what the filter points to */
	struct store_network *networks;
};

void
sqlite_done(void *state)
{
	struct reading *reading = state;

	if (reading == NULL)
		return;
	sqlite3_finalize(reading->statement);
	sqlite_shut(reading->store);
	free(reading->generators);
	free(reading->networks);
	free(reading);
}

static enum fsk_err
copy_filter(struct reading *reading, const struct store_filter *filter)
{
	size_t generators = filter->generators == NULL ? 0 : fsk_generator_count();

	reading->filter = *filter;
	reading->filter.counted = false; /* as it was found when it was taken */
	if (generators > 0) {
		reading->generators = malloc(generators * sizeof(*reading->generators));
		if (reading->generators == NULL)
			return FSK_NOMEM;
		memcpy(reading->generators, filter->generators,
		       generators * sizeof(*reading->generators));
		reading->filter.generators = reading->generators;
	}
	if (filter->network_count > 0) {
		reading->networks =
		        calloc(filter->network_count, sizeof(*reading->networks));
		if (reading->networks == NULL)
			return FSK_NOMEM;
		memcpy(reading->networks, filter->networks,
		       filter->network_count * sizeof(*reading->networks));
		reading->filter.networks = reading->networks;
	}
	return FSK_OK;
}

/* SQLite is asked for kinds and for what counts, since it need not unpack the row then;
 * store_filter_wants() for the others. */
static enum fsk_err
prepare(struct reading *reading, const struct store_filter *filter)
{
	sqlite3 *db = reading->store->db;
	char sql[768];
	int result;

	snprintf(sql, sizeof(sql),
	         "SELECT %s FROM sighting WHERE us>=?1 AND us%s?2%s%s ORDER BY us,id",
	         sqlite_row_columns, filter->to_us == INT64_MAX ? "<=" : "<",
	         filter->kinds != 0 ? " AND(?3>>kind)&1" : "",
	         filter->counted ? " AND counted" : "");
	result = sqlite3_prepare_v2(db, sql, -1, &reading->statement, NULL);
	if (result != SQLITE_OK)
		return sqlite_err(db, result);
	sqlite3_bind_int64(reading->statement, 1, filter->from_us);
	sqlite3_bind_int64(reading->statement, 2, filter->to_us);
	if (filter->kinds != 0)
		sqlite3_bind_int64(reading->statement, 3, filter->kinds);
	return FSK_OK;
}

enum fsk_err
sqlite_sightings(void *state, const struct store_filter *filter, void **out)
{
	struct reading *reading = calloc(1, sizeof(*reading));
	enum fsk_err e;
	int why;

	if (reading == NULL)
		return FSK_NOMEM;
	e = copy_filter(reading, filter);
	if (e == FSK_OK)
		e = sqlite_again(state, &reading->store);
	if (e == FSK_OK)
		e = prepare(reading, filter);
	if (e == FSK_OK) {
		*out = reading;
		return FSK_OK;
	}
	why = errno;
	sqlite_done(reading);
	errno = why;
	return e;
}

enum fsk_err
sqlite_next(void *state, struct sighting *sighting, struct store_said *said)
{
	struct reading *reading = state;

	while (!reading->over) {
		int result = sqlite3_step(reading->statement);

		reading->over = result != SQLITE_ROW; /* a step behind would begin again */
		if (result == SQLITE_DONE)
			break;
		if (result != SQLITE_ROW)
			return sqlite_err(reading->store->db, result);
		sqlite_row_read(reading->statement, &reading->store->words, sighting, said);
		if (store_filter_wants(&reading->filter, sighting))
			return FSK_OK;
	}
	return FSK_END;
}
