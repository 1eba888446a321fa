/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/roster_made.h"

#include <stdlib.h>

void
watch_roster_count(const struct watch_roster *roster, struct watch_roster_counts *counts)
{
	*counts = roster->counts;
}

void
watch_roster_begin(const struct watch_roster *roster, struct watch_roster_cursor *cursor)
{
	*cursor = (struct watch_roster_cursor){.roster = roster};
}

bool
watch_roster_next(struct watch_roster_cursor *cursor, struct watch_entry *entry)
{
	const struct watch_roster *roster = cursor->roster;
	const unsigned char *text = roster->text + cursor->text;
	const struct roster_stand *stand = &roster->stands[cursor->ruling];
	size_t first = cursor->at;
	size_t next = first + 1;

	if (first == roster->forecasts)
		return false;
	while ((roster->number[next] & ROSTER_MORE) != 0)
		next++;
	entry->name = (struct span){(const char *)text + 1, *text};
	entry->first = first;
	entry->forecasts = next - first;
	entry->ruling = &roster->plain;
	if (stand->first == first) {
		entry->ruling = &stand->ruling;
		cursor->ruling++;
	}
	cursor->text += 1u + *text;
	cursor->at = next;
	return true;
}

/* The list of ${roster} that holds forecast ${number}. */
static const struct watch_list *
find_list(const struct watch_roster *roster, uint32_t number)
{
	const uint32_t *guide = &roster->guide[number / ROSTER_GUIDE];
	struct watch_lists few = {.list = roster->lists.list + guide[0],
	                          .count = guide[1] - guide[0] + 1};

	return watch_lists_find(&few, number);
}

struct fsk_match
watch_roster_forecast(const struct watch_roster *roster, const struct watch_entry *entry,
                      size_t n)
{
	uint32_t number = roster->number[entry->first + n] & ~ROSTER_MORE;
	const struct watch_list *list = find_list(roster, number);

	return (struct fsk_match){.period = list->period,
	                          .generator = list->generator,
	                          .index = number - list->first + 1};
}

uint64_t
watch_roster_digest(const struct watch_roster *roster)
{
	return roster->digest;
}

void
watch_roster_free(struct watch_roster *roster)
{
	if (roster == NULL)
		return;
	free(roster->text);
	free(roster->number);
	free(roster->stands);
	free(roster->guide);
	watch_lists_fini(&roster->lists);
	free(roster);
}
