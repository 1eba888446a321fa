/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The sums that sightings must have in a store, counted plainly; and that it is whole.
 */
#ifndef TEST_NAIVE_SUMS_H
#define TEST_NAIVE_SUMS_H

#include "sightings.h"

static inline void
fail_wrong(const char *words, void *context)
{
	(void)context;
	fail_msg("%s", words);
}

static inline void
count_wrong(const char *words, void *context)
{
	assert_true(words[0] != '\0');
	++*(int *)context;
}

static inline void
assert_whole(struct store *store)
{
	assert_int_equal(store_check(store, fail_wrong, NULL), FSK_OK);
}

/* What the sums must be, counted plainly. */
struct naive {
	const struct store_item *items;
	size_t count;
	uint64_t sum; /* of all that was told */
	uint64_t outside, alien;
	int64_t before;
};

static inline bool
is_of(const struct store_item *item, int64_t from, int64_t len, struct span generator)
{
	int64_t us = item->sighting.us;

	return us >= from * DATE_SECOND && us < (from + len) * DATE_SECOND &&
	       span_equal(item->said.generator, generator);
}

static inline bool
is_counted(const struct sighting *s)
{
	static const struct address none;

	if (s->fingerprint != NULL)
		return true; /* here that is a bot's */
	if (s->kind == SIGHTING_DNS)
		return memcmp(&s->to, &none, sizeof(none)) == 0;
	return s->kind != SIGHTING_RAW && s->match.generator != SIGHTING_NO_GENERATOR &&
	       (s->by == SIGHTING_BY_NAME || s->by == SIGHTING_BY_SNI);
}

static inline enum fsk_err
tell_hour(const struct store_hour *hour, void *context)
{
	struct naive *naive = context;
	uint64_t sum = 0;

	assert_true(hour->hour >= naive->before);
	naive->before = hour->hour;
	for (size_t i = 0; i < naive->count; i++) {
		const struct store_item *item = &naive->items[i];

		if (is_of(item, hour->hour, 3600, hour->generator) &&
		    item->sighting.kind == hour->kind &&
		    span_equal(item->said.fingerprint, hour->fingerprint))
			sum += item->sighting.more + 1;
	}
	assert_int_equal(sum, hour->contacts);
	naive->sum += sum;
	return FSK_OK;
}

static inline enum fsk_err
tell_day(const struct store_day *day, void *context)
{
	struct naive *naive = context;
	const struct hostday *host = &day->host;
	struct hostday_marks sum;

	hostday_marks_init(&sum);
	for (size_t i = 0; i < naive->count; i++) {
		const struct sighting *s = &naive->items[i].sighting;

		if (!is_counted(s) ||
		    !is_of(&naive->items[i], host->day, DATE_DAY, host->generator) ||
		    memcmp(&s->client.address, &host->client.address, 16) != 0)
			continue;
		assert_int_equal(s->client.prefix, host->client.prefix);
		hostday_marks_add(&sum, s);
	}
	assert_memory_equal(&sum, &host->marks, sizeof(sum));
	naive->sum += sum.contacts;
	naive->outside += sum.outside;
	naive->alien += sum.alien;
	return FSK_OK;
}

static inline void
assert_sums(struct store *store, const struct store_item *items, size_t count)
{
	struct store_filter all = STORE_FILTER_ALL;
	struct naive naive = {.items = items, .count = count, .before = INT64_MIN};
	uint64_t contacts = 0, counted = 0;

	for (size_t i = 0; i < count; i++) {
		contacts += items[i].sighting.more + 1;
		if (is_counted(&items[i].sighting))
			counted += items[i].sighting.more + 1;
	}
	assert_int_equal(store_hours(store, &all, tell_hour, &naive), FSK_OK);
	assert_int_equal(naive.sum, contacts);
	naive.sum = 0;
	assert_int_equal(store_days(store, &all, tell_day, &naive), FSK_OK);
	assert_int_equal(naive.sum, counted);
}

#endif
