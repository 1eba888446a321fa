/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/tail_past.h"

#include "base/date.h"
#include "cmd/options.h"
#include "cmd/say.h"

/* The first time that is looked at, by how much each is longer than the one before, and
 * after how many seconds none is begun any more. */
#define FIRST_US (60 * DATE_SECOND)
#define LONGER 16
#define PATIENCE 3

/* Puts what ${want} wants of the time of ${filter} into ${recent}. */
static enum fsk_err
read_span(struct store *store, const struct store_want *want,
          const struct store_filter *filter, const struct tail_look *look,
          struct tail_recent *recent)
{
	struct store_reading *reading;
	struct sighting_cursor cursor;
	struct sighting sighting;
	enum fsk_err err = store_read(store, filter, &reading);

	if (err != FSK_OK)
		return err;
	cursor = store_reading_cursor(reading);
	while (err == FSK_OK) {
		err = cursor.next(cursor.context, &sighting);
		if (err == FSK_OK && store_want_family(want, &sighting))
			err = tail_recent_add(recent, look, &sighting,
			                      store_reading_said(reading));
		if (err == FSK_OK && say_stopped())
			err = FSK_STOPPED;
	}
	store_reading_free(reading);
	return err == FSK_END ? FSK_OK : err;
}

enum fsk_err
tail_past_read(struct store *store, const struct store_want *want,
               const struct tail_look *look, struct tail_recent *recent)
{
	struct store_filter part = want->reading;
	struct store_facts facts;
	int64_t began = options_now();
	int64_t length = FIRST_US;
	enum fsk_err err = store_facts(store, &facts);

	if (err != FSK_OK || facts.last_us < facts.first_us || recent->most == 0)
		return err;
	part.to_us = facts.last_us < INT64_MAX ? facts.last_us + 1 : INT64_MAX;
	do {
		bool all = facts.last_us - facts.first_us < length;

		tail_recent_clear(recent);
		part.from_us = all ? facts.first_us : facts.last_us - length;
		err = read_span(store, want, &part, look, recent);
		if (all)
			break;
		length *= LONGER;
	} while (err == FSK_OK && recent->count < recent->most &&
	         options_now() - began < PATIENCE);
	return err;
}
