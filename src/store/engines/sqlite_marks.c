/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/engines/sqlite_days.h"

#include "base/date.h"

/* What a group of rows has so far; zeros at first. */
struct group {
	struct hostday_marks marks;
};

static void
add_hour(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct group *group = sqlite3_aggregate_context(context, sizeof(*group));
	const struct sighting s = {.us = sqlite3_value_int64(values[0]),
	                           .match = {.generator = SIGHTING_NO_GENERATOR}};

	(void)count;
	if (group == NULL)
		sqlite3_result_error_nomem(context);
	else
		hostday_marks_add(&group->marks, &s);
}

static void
tell_hours(sqlite3_context *context)
{
	const struct group *group = sqlite3_aggregate_context(context, 0);

	sqlite3_result_int64(context, group == NULL ? 0 : group->marks.hours);
}

static struct span
text_of(sqlite3_value *value)
{
	const void *text = sqlite3_value_blob(value);

	return (struct span){text, text == NULL ? 0 : (size_t)sqlite3_value_bytes(value)};
}

static void
add_name(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct group *group = sqlite3_aggregate_context(context, sizeof(*group));

	(void)count;
	if (group == NULL)
		sqlite3_result_error_nomem(context);
	else
		hostday_names_add(group->marks.names,
		                  sqlite_row_tried(text_of(values[0]), text_of(values[1])));
}

static void
tell_name(sqlite3_context *context, size_t which)
{
	const struct group *group = sqlite3_aggregate_context(context, 0);

	sqlite3_result_int64(context,
	                     group == NULL ? 0 : (sqlite3_int64)group->marks.names[which]);
}

static void
tell_names(sqlite3_context *context)
{
	tell_name(context, 0);
}

static void
tell_sixteenth(sqlite3_context *context)
{
	tell_name(context, 1);
}

enum fsk_err
sqlite_marks(sqlite3 *db)
{
	static const struct {
		const char *name;
		int values;
		void (*add)(sqlite3_context *, int, sqlite3_value **);
		void (*tell)(sqlite3_context *);
	} functions[] = {
	        {"fsk_hours", 1, add_hour, tell_hours},
	        {"fsk_names", 2, add_name, tell_names},
	        {"fsk_sixteenth", 2, add_name, tell_sixteenth},
	};
	int result = SQLITE_OK;

	for (size_t i = 0; result == SQLITE_OK && i < 3; i++) {
		result = sqlite3_create_function_v2(
		        db, functions[i].name, functions[i].values,
		        SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL, NULL,
		        functions[i].add, functions[i].tell, NULL);
	}
	return sqlite_err(db, result);
}
