/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/day.h"

#include "base/date.h"
#include "watch/fingerprint.h"

#include <stdlib.h>

#define SHAPES 20
#define SHAPE_OCTETS 256

struct sums {
	uint64_t kinds[SIGHTING_KINDS];
	uint64_t bots, visitors;
};

static enum fsk_err
take_hour(const struct store_hour *hour, void *context)
{
	const struct watch_fingerprint *fingerprint =
	        watch_fingerprint_find(hour->fingerprint);
	struct sums *sums = context;

	if ((unsigned)hour->kind < SIGHTING_KINDS)
		sums->kinds[hour->kind] += hour->contacts;
	if (fingerprint != NULL && fingerprint->sender == WATCH_BOT)
		sums->bots += hour->contacts;
	else if (fingerprint != NULL && fingerprint->sender != WATCH_ANYBODY)
		sums->visitors += hour->contacts;
	return FSK_OK;
}

/* The shapes that are worth a line, by their contacts, the most first. */
struct shape {
	char text[SHAPE_OCTETS];
	size_t len;
	uint64_t contacts, hosts;
	bool grows; /* it is not new */
};

struct shapes {
	int64_t since_us;
	uint64_t fresh, growing; /* of all */
	size_t count;
	struct shape at[SHAPES];
};

static enum fsk_err
take_shape(const struct store_shape *shape, void *context)
{
	struct shapes *shapes = context;
	bool grows = shape->first_us < shapes->since_us;
	size_t at = shapes->count;

	if (!store_shape_is_new(shape, shapes->since_us))
		return FSK_OK;
	shapes->fresh += !grows;
	shapes->growing += grows;
	if (at == SHAPES && shape->today <= shapes->at[at - 1].contacts)
		return FSK_OK;
	at -= at == SHAPES;
	for (; at > 0 && shapes->at[at - 1].contacts < shape->today; at--)
		shapes->at[at] = shapes->at[at - 1];
	shapes->count += shapes->count < SHAPES;
	shapes->at[at].len =
	        shape->text.len < SHAPE_OCTETS ? shape->text.len : SHAPE_OCTETS;
	if (shapes->at[at].len > 0)
		memcpy(shapes->at[at].text, shape->text.text, shapes->at[at].len);
	shapes->at[at].contacts = shape->today;
	shapes->at[at].hosts = shape->hosts;
	shapes->at[at].grows = grows;
	return FSK_OK;
}

static void
tell_shapes(const struct shapes *shapes, const char *date, const struct up_log *log)
{
	for (size_t i = 0; i < shapes->count; i++) {
		const struct shape *shape = &shapes->at[i];

		up_log(log, UP_WARNING, "shape",
		       UP_FIELDS(UP_TEXT("day", date),
		                 UP_TEXT("what", shape->grows ? "grows" : "new"),
		                 UP_NUMBER("contacts", shape->contacts),
		                 UP_NUMBER("hosts", shape->hosts),
		                 {"text", {shape->text, shape->len}, 0}));
	}
}

void
up_day_tell(struct store *store, int64_t day, const struct up_log *log)
{
	const int64_t from_us = day * DATE_SECOND;
	const struct store_filter filter = {
	        .from_us = from_us,
	        .to_us = from_us + DATE_DAY * DATE_SECOND,
	};
	struct shapes *shapes = calloc(1, sizeof(*shapes));
	struct sums sums = {.bots = 0};
	char date[DATE_INSTANT_SIZE];
	enum fsk_err err = FSK_NOMEM;

	date_write_day(day, date);
	if (shapes != NULL) {
		shapes->since_us = from_us;
		err = store_hours(store, &filter, take_hour, &sums);
	}
	if (err == FSK_OK)
		err = store_shapes(store, from_us, take_shape, shapes);
	if (err != FSK_OK) {
		up_log(log, UP_WARNING, "day",
		       UP_FIELDS(UP_TEXT("day", date), UP_TEXT("why", fsk_strerror(err))));
		free(shapes);
		return;
	}
	up_log(log, UP_INFO, "day",
	       UP_FIELDS(UP_TEXT("day", date), UP_NUMBER("dns", sums.kinds[SIGHTING_DNS]),
	                 UP_NUMBER("http", sums.kinds[SIGHTING_HTTP]),
	                 UP_NUMBER("tls", sums.kinds[SIGHTING_HELLO]),
	                 UP_NUMBER("raw", sums.kinds[SIGHTING_RAW]),
	                 UP_NUMBER("bots", sums.bots), UP_NUMBER("visitors", sums.visitors),
	                 UP_NUMBER("new-shapes", shapes->fresh),
	                 UP_NUMBER("growing-shapes", shapes->growing)));
	tell_shapes(shapes, date, log);
	free(shapes);
}
