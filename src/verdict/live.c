/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict/live.h"

#include "base/date.h"
#include "verdict/kept_find.h"
#include "verdict/order.h"
#include "verdict/weigh.h"

#include <stdlib.h>
#include <string.h>

/* As many names are weighed each time that one comes: some microseconds. Each weighing
 * sorts all names of the pair; so that it costs a new name no more however many there are,
 * it is done when a fixed share of them is new. */
#define ALWAYS 64
#define SHARE 16
#define SHARE_INFECTED 2

/* Old names that a new one pushes out: more than come, and no long pause. */
#define FORGET 8

struct verdict_live {
	struct verdict_live_setting setting;
	struct null_rate prior;
	struct kept kept;
};

enum fsk_err
verdict_live_new(const struct verdict_live_setting *setting, struct verdict_live **live)
{
	struct verdict_live *made = malloc(sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	*made = (struct verdict_live){.setting = *setting, .prior = null_measure(0, 0)};
	if (made->setting.keep_days < 1)
		made->setting.keep_days = 1;
	kept_init(&made->kept, setting->verdict, setting->most_names);
	*live = made;
	return FSK_OK;
}

void
verdict_live_free(struct verdict_live *live)
{
	if (live == NULL)
		return;
	kept_fini(&live->kept);
	free(live);
}

/* Whether ${host} is likely to have VERDICT_RELAY_MANY families. */
static bool
has_many_families(const struct verdict_live *live, const struct kept_host *host)
{
	uint32_t families[VERDICT_RELAY_MANY];
	size_t count = 0;

	for (uint32_t n = host->pairs; n != KEPT_NONE && count < VERDICT_RELAY_MANY;
	     n = kept_pair_at(&live->kept, n)->next) {
		const struct kept_pair *pair = kept_pair_at(&live->kept, n);
		uint32_t family = live->setting.verdict->family(pair->generator);
		size_t k = 0;

		if (pair->word < VERDICT_LIKELY)
			continue;
		while (k < count && families[k] != family)
			k++;
		if (k == count)
			families[count++] = family;
	}
	return count == VERDICT_RELAY_MANY;
}

/* The days, at least 1, on which the ${count} names of the list were asked for, as far as
 * the first and the last of them tell. */
static double
days_of(const struct kept *kept, size_t count)
{
	int64_t first_us = INT64_MAX, last_us = INT64_MIN;

	for (size_t i = 0; i < count; i++) {
		if (kept->list[i].first_us < first_us)
			first_us = kept->list[i].first_us;
		if (kept->list[i].last_us > last_us)
			last_us = kept->list[i].last_us;
	}
	return (double)(date_day_of(date_second_of(last_us)) -
	                date_day_of(date_second_of(first_us)) + 1);
}

/* Weighs the names of ${pair}. */
static void
weigh(const struct verdict_live *live, struct kept_pair *pair,
      const struct verdict_live_ground *ground)
{
	const struct verdict_setting *setting = live->setting.verdict;
	struct kept_host *host = kept_host_at(&live->kept, pair->host);
	size_t count = kept_list(&live->kept, pair);
	struct weigh_scale scale = {
	        .rate = ground->rate != NULL ? ground->rate : &live->prior,
	        .clean = ground->clean * days_of(&live->kept, count),
	        .limit = verdict_limit(ground->clients * ground->generators),
	        .tries = setting->tries(pair->generator),
	        .rounds = setting->rounds(pair->generator),
	        .ahead = setting->ahead(pair->generator),
	};
	struct verdict_finding finding = weigh_names(&scale, live->kept.list, count);
	bool changed = finding.word != pair->word;

	pair->word = finding.word;
	pair->posterior = finding.posterior;
	pair->found = finding.found;
	pair->relay = finding.relay != 0;
	pair->since = 0;
	if (changed)
		host->many = has_many_families(live, host);
}

static bool
is_due(const struct kept_pair *pair)
{
	if (pair->word == VERDICT_INFECTED)
		return pair->since >= ALWAYS && pair->since >= pair->count / SHARE_INFECTED;
	return pair->count <= ALWAYS || pair->since >= pair->count / SHARE;
}

/* A new name of ${pair}, and whether its text is new: counts it, or weighs it. */
static void
take_new(const struct verdict_live *live, struct kept_pair *pair,
         const struct kept_name *name, bool fresh, const struct verdict_live_ground *ground)
{
	enum verdict_word word = pair->word;
	double posterior = pair->posterior;

	if (!is_due(pair)) {
		/* Names that were forgotten and come again are not counted twice. */
		if (fresh && pair->found < pair->count && !kept_collides(&live->kept, name))
			pair->found++;
		return;
	}
	weigh(live, pair, ground);
	if (word == VERDICT_INFECTED && pair->word != VERDICT_INFECTED) {
		pair->word = word;
		pair->posterior = posterior;
	}
}

static void
tell(const struct verdict_live *live, struct kept_pair *pair,
     const struct verdict_live_ground *ground, struct verdict_live_state *state)
{
	*state = (struct verdict_live_state){
	        .word = pair->word,
	        .posterior = pair->posterior,
	        .found = pair->found,
	        .sightings = pair->sightings,
	        .first_us = pair->first_us,
	        .last_us = pair->last_us,
	        .relay = pair->relay || kept_host_at(&live->kept, pair->host)->many ||
	                 ground->clean > VERDICT_RELAY_NAMES,
	        .mark = &pair->mark,
	};
}

/* Whether ${text} can be a forecast. */
static bool
is_forecast(struct span text)
{
	return text.len > 0 && text.len <= FSK_NAME_MAX &&
	       memchr(text.text, '\0', text.len) == NULL;
}

/* The instant ${days} before ${us}. */
static int64_t
days_before(int64_t us, unsigned days)
{
	int64_t span = days * DATE_DAY * DATE_SECOND;

	return us > INT64_MIN + span ? us - span : INT64_MIN;
}

struct verdict_live_place
verdict_live_find(const struct verdict_live *live, const struct sighting_client *client,
                  uint32_t generator, struct span forecast)
{
	struct verdict_live_place place =
	        kept_find_tags(&live->kept, client, generator, forecast);

	kept_find_fetch(&live->kept, &place);
	return place;
}

void
verdict_live_fetch(const struct verdict_live *live, const struct verdict_live_place *place)
{
	kept_find_fetch_more(&live->kept, place);
}

enum fsk_err
verdict_live_add(struct verdict_live *live, const struct sighting *sighting,
                 const struct verdict_live_place *place,
                 const struct verdict_live_ground *ground, struct verdict_live_state *state)
{
	struct kept *kept = &live->kept;
	const struct kept_key key = {sighting, *place};
	uint32_t number;
	bool fresh = false;

	if (sighting->match.generator >= live->setting.verdict->generator_count ||
	    !is_forecast(sighting->forecast))
		return FSK_RANGE;
	number = kept_find_name(kept, &key);
	if (number != KEPT_NONE) {
		kept_repeat(kept, &key, number);
	} else {
		const struct kept_name *name;
		enum fsk_err err;

		kept_forget(kept, days_before(sighting->us, live->setting.keep_days),
		            FORGET);
		err = kept_add(kept, &key, &number, &fresh);
		if (err != FSK_OK)
			return err;
		name = kept_name_at(kept, number);
		take_new(live, kept_pair_at(kept, name->pair), name, fresh, ground);
	}
	tell(live, kept_pair_at(kept, kept_name_at(kept, number)->pair), ground, state);
	state->fresh = fresh;
	return FSK_OK;
}

bool
verdict_live_know(struct verdict_live *live, const struct sighting_client *client,
                  uint32_t generator, const struct verdict_live_ground *ground,
                  struct verdict_live_state *state)
{
	uint32_t number = kept_find_pair_of(&live->kept, client, generator);
	struct kept_pair *pair;

	if (number == KEPT_NONE)
		return false;
	pair = kept_pair_at(&live->kept, number);
	weigh(live, pair, ground);
	tell(live, pair, ground, state);
	return true;
}

void
verdict_live_names(const struct verdict_live *live, const struct sighting_client *client,
                   uint32_t generator,
                   bool (*take)(const struct verdict_name *name, void *context),
                   void *context)
{
	uint32_t number = kept_find_pair_of(&live->kept, client, generator);
	struct verdict_name *list = live->kept.list;
	size_t count;

	if (number == KEPT_NONE)
		return;
	count = kept_list(&live->kept, kept_pair_at(&live->kept, number));
	qsort(list, count, sizeof(*list), order_names_by_time);
	for (size_t i = 0; i < count && take(&list[i], context); i++)
		;
}

void
verdict_live_forget(struct verdict_live *live, int64_t us)
{
	kept_forget(&live->kept, us, SIZE_MAX);
}

struct verdict_live_facts
verdict_live_facts(const struct verdict_live *live)
{
	return (struct verdict_live_facts){
	        .names = live->kept.name_tags.count,
	        .clients = live->kept.host_tags.count,
	        .bytes = sizeof(*live) + kept_bytes(&live->kept),
	        .forgotten = live->kept.forgotten,
	};
}
