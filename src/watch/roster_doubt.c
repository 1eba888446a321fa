/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/recur.h"
#include "watch/roster_made.h"

#include <stdlib.h>

/* Turns to the next name of which there is more to say than "block". */
static struct roster_stand *
next_stand(struct watch_roster *roster, struct watch_roster_cursor *cursor,
           struct watch_entry *entry)
{
	size_t before = cursor->ruling;

	while (roster->stands[before].first != SIZE_MAX &&
	       watch_roster_next(cursor, entry)) {
		if (cursor->ruling > before)
			return &roster->stands[before];
	}
	return NULL;
}

/* Stores the forecasts of all names that were ruled to be popular in ${doubts}, where it
 * is not NULL, one a generator; how many there are. */
static size_t
list_doubts(struct watch_roster *roster, struct watch_recur *doubts)
{
	struct watch_roster_cursor cursor;
	struct watch_entry entry;
	const struct roster_stand *stand;
	size_t count = 0;

	watch_roster_begin(roster, &cursor);
	while ((stand = next_stand(roster, &cursor, &entry)) != NULL) {
		size_t last = SIZE_MAX;

		if (stand->ruling.ground != WATCH_GROUND_POPULAR)
			continue;
		for (size_t i = 0; i < entry.forecasts; i++) {
			size_t generator =
			        watch_roster_forecast(roster, &entry, i).generator;

			if (generator == last)
				continue;
			last = generator;
			if (doubts != NULL)
				watch_recur_set(&doubts[count], entry.name, generator,
				                &stand->ruling);
			count++;
		}
	}
	return count;
}

/* Rules on ${stand}, a popular name, again: bots asked for it from ${begins} on. */
static void
rule_again(struct watch_roster *roster, const struct watch_rules *rules, struct span name,
           struct roster_stand *stand, int64_t begins)
{
	const struct watch_claim claim = {
	        .name = name, .known_from = stand->known_from, .begins = begins};

	roster->counts.names[stand->ruling.state]--;
	watch_rule(rules, &claim, &stand->ruling);
	roster->counts.names[stand->ruling.state]++;
	roster->counts.suspicious += stand->ruling.ground == WATCH_GROUND_SUSPICIOUS;
}

/* Rules again on all popular names that bots asked for before, says ${doubts}. */
static void
settle(struct watch_roster *roster, const struct watch_rules *rules,
       const struct watch_recur *doubts, size_t count)
{
	struct watch_roster_cursor cursor;
	struct watch_entry entry;
	struct roster_stand *stand;

	watch_roster_begin(roster, &cursor);
	while (count > 0 && (stand = next_stand(roster, &cursor, &entry)) != NULL) {
		int64_t begins = stand->begins;

		if (stand->ruling.ground != WATCH_GROUND_POPULAR)
			continue;
		for (; count > 0 && span_equal(entry.name, (struct span){doubts->name.text,
		                                                         doubts->name.len});
		     doubts++, count--)
			begins = doubts->begins < begins ? doubts->begins : begins;
		if (begins < stand->begins)
			rule_again(roster, rules, entry.name, stand, begins);
	}
}

enum fsk_err
roster_doubt(struct watch_roster *roster, const struct watch_roster_setting *setting)
{
	size_t count = list_doubts(roster, NULL);
	struct watch_recur *doubts;
	enum fsk_err err;

	if (count == 0)
		return FSK_OK;
	doubts = calloc(count, sizeof(*doubts));
	if (doubts == NULL)
		return FSK_NOMEM;
	(void)list_doubts(roster, doubts);
	err = watch_recur_find(doubts, count, setting->plan);
	if (err == FSK_OK)
		settle(roster, &setting->rules, doubts, count);
	free(doubts);
	return err;
}
