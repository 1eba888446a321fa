/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_names.h"

#include "base/ascii.h"
#include "base/date.h"
#include "cmd/asked.h"
#include "cmd/lists.h"
#include "cmd/say.h"
#include "cmd/whole.h"
#include "dga/catalog.h"

#include <stdlib.h>

/* Takes the line ${line}: a name, or nothing. */
static enum fsk_err
take_line(struct span line, struct watch_names *names, struct fault *fault)
{
	const char *hash = line.len > 0 ? memchr(line.text, '#', line.len) : NULL;
	struct asked asked;
	struct span name;

	if (hash != NULL)
		line.len = (size_t)(hash - line.text);
	line = asked_trim(line);
	if (line.len == 0)
		return FSK_OK;
	if (asked_read(line, &asked, fault) != FSK_OK)
		return FSK_SYNTAX;
	name = (struct span){asked.name.text, asked.name.len};
	return watch_names_add(names, name, 0);
}

enum status
census_names_read(const char *path, struct watch_names *names)
{
	struct fault fault = {.why = NULL};
	char *text = NULL;
	size_t len = 0, number = 0;
	enum status status = whole_read(path, false, &text, &len);
	enum fsk_err err = FSK_OK;

	if (status != STATUS_DONE)
		return status;
	for (struct span rest = {text, len}; rest.len > 0 && err == FSK_OK; number++) {
		const char *end = memchr(rest.text, '\n', rest.len);
		struct span line = {rest.text,
		                    end != NULL ? (size_t)(end - rest.text) : rest.len};

		err = take_line(line, names, &fault);
		rest = span_from(rest, line.len + 1);
	}
	free(text);
	if (err == FSK_SYNTAX) {
		fault.line = number;
		say_fault(path, &fault);
		return STATUS_DATA;
	}
	if (err != FSK_OK) {
		say("%s: %s", path, fsk_strerror(err));
		return STATUS_SYSTEM;
	}
	if (names->count > 0)
		return STATUS_DONE;
	say("%s: no name is in it", path);
	return STATUS_DATA;
}

bool
census_names_have(const struct watch_names *names, struct span name)
{
	struct watch_named named;

	while (name.len > 0) {
		const char *dot = memchr(name.text, '.', name.len);

		if (watch_names_find(names, name, &named))
			return true;
		if (dot == NULL)
			return false;
		name = span_from(name, (size_t)(dot - name.text) + 1);
	}
	return false;
}

/* The days of one generator, while its lists come by. */
struct counting {
	struct census_held_lists *lists;
	uint64_t *counts;
};

/* How many of the names of ${list} are held: of one that stands there twice both, since a
 * bot draws places. */
static uint64_t
count_list(const struct census_held_lists *lists, const struct dga_list *list)
{
	const char *text = list->text;
	uint64_t count = 0;

	if (lists->names == NULL)
		return list->count;
	for (uint32_t i = 0; i < list->count; i++) {
		struct span name = {text, list->len[i]};
		struct watch_named named;
		char lower[FSK_NAME_MAX];

		text += name.len + 1; /* and its LF */
		for (size_t n = 0; n < name.len; n++)
			lower[n] = ascii_to_lower(name.text[n]);
		name.text = lower;
		count += watch_names_find(lists->names, name, &named);
	}
	return count;
}

/* Adds what is held of ${list} to each day that its period touches. */
static bool
take_list(const struct dga_generator *generator, const struct dga_list *list, void *context)
{
	struct counting *counting = context;
	const struct census_held_lists *lists = counting->lists;
	int64_t first = list->period.first > lists->from ? list->period.first : lists->from;
	int64_t last = list->period.last < lists->to ? list->period.last : lists->to - 1;
	uint64_t count = count_list(lists, list);

	(void)generator;
	for (int64_t day = date_day_of(first); day <= date_day_of(last); day++)
		counting->counts[day - date_day_of(lists->from)] += count;
	return !say_stopped();
}

/* Counts all days of generator ${number}. */
static void
count_days(struct census_held_lists *lists, size_t number)
{
	size_t days = (size_t)((lists->to - lists->from) / DATE_DAY);
	struct selection selection = {&number, 1};
	struct span_of_time span = {lists->from, lists->to - 1};
	struct counting counting = {.lists = lists,
	                            .counts = calloc(days, sizeof(uint64_t))};

	lists->counts[number] = counting.counts;
	if (counting.counts == NULL ||
	    lists_walk(&selection, span, take_list, &counting) == FSK_NOMEM)
		lists->nomem = true;
}

uint64_t
census_held_count(int64_t day, struct span generator, void *context)
{
	struct census_held_lists *lists = context;
	struct dga_generator found;

	if (day < lists->from || day >= lists->to ||
	    dga_generator_find(generator, &found) != FSK_OK)
		return 0;
	if (lists->counts == NULL)
		lists->counts = calloc(dga_generator_count(), sizeof(*lists->counts));
	if (lists->counts == NULL) {
		lists->nomem = true;
		return 0;
	}
	if (lists->counts[found.number] == NULL)
		count_days(lists, found.number);
	if (lists->counts[found.number] == NULL)
		return 0;
	return lists->counts[found.number][(day - lists->from) / DATE_DAY];
}

void
census_held_fini(struct census_held_lists *lists)
{
	for (size_t i = 0; i < dga_generator_count() && lists->counts != NULL; i++)
		free(lists->counts[i]);
	free(lists->counts);
	*lists = (struct census_held_lists){.counts = NULL};
}
