/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict/kept.h"

#include "base/size.h"
#include "verdict/crowd.h"
#include "verdict/kept_find.h"
#include "verdict/order.h"
#include "verdict/spot.h"

#include <stdlib.h>
#include <string.h>

#define MINUTE (60 * INT64_C(1000000))

_Static_assert(sizeof(struct kept_name) <= 96, "live.h says what a name takes");

void
kept_init(struct kept *kept, const struct verdict_setting *setting, size_t most)
{
	*kept = (struct kept){
	        .key = clean_mix((uintptr_t)kept), /* see verdict_new() */
	        .setting = setting,
	        .most = most > 0 ? most : 1,
	        .names = {.size = sizeof(struct kept_name), .free = KEPT_NONE},
	        .pairs = {.size = sizeof(struct kept_pair), .free = KEPT_NONE},
	        .hosts = {.size = sizeof(struct kept_host), .free = KEPT_NONE},
	        .crowds = {.size = sizeof(struct kept_crowd), .free = KEPT_NONE},
	        .newest = KEPT_NONE,
	        .oldest = KEPT_NONE,
	};
	if (kept->most >= KEPT_NONE) /* they could not be numbered */
		kept->most = KEPT_NONE - 1;
}

void
kept_fini(struct kept *kept)
{
	for (uint32_t n = kept->oldest; n != KEPT_NONE;) {
		struct kept_name *name = kept_name_at(kept, n);
		struct kept_crowd *crowd = kept_crowd_at(kept, name->crowd);

		free(crowd->text); /* of all who asked for it, the first comes by */
		crowd->text = NULL;
		n = name->newer;
	}
	pool_fini(&kept->names);
	pool_fini(&kept->pairs);
	pool_fini(&kept->hosts);
	pool_fini(&kept->crowds);
	tags_fini(&kept->name_tags);
	tags_fini(&kept->pair_tags);
	tags_fini(&kept->host_tags);
	tags_fini(&kept->crowd_tags);
	free(kept->list);
}

/* The host of ${client}, a new one if there is none. There is room for it. */
static uint32_t
enter_host(struct kept *kept, const struct sighting_client *client)
{
	struct kept_place place = kept_find_host(kept, client);

	if (place.number != KEPT_NONE)
		return place.number;
	place.number = pool_take(&kept->hosts);
	*kept_host_at(kept, place.number) =
	        (struct kept_host){.client = *client, .tag = place.tag, .pairs = KEPT_NONE};
	tags_put(&kept->host_tags, place.tag, place.number);
	return place.number;
}

/* How many names are kept of a client and a generator whose bots try so many: one more, so
 * that who asks for more shows. */
static uint32_t
most_of_pair(uint32_t tries)
{
	if (tries == 0)
		return KEPT_UNKNOWN;
	return tries < KEPT_LEAST ? KEPT_LEAST : tries + 1;
}

/* The pair that ${key} is about, likewise. */
static uint32_t
enter_pair(struct kept *kept, const struct kept_key *key)
{
	const struct sighting *sighting = key->sighting;
	uint32_t number = kept_find_pair(kept, key);
	uint32_t tries, host;

	if (number != KEPT_NONE)
		return number;
	tries = kept->setting->tries(sighting->match.generator);
	host = enter_host(kept, &sighting->client);
	number = pool_take(&kept->pairs);
	*kept_pair_at(kept, number) = (struct kept_pair){
	        .client = sighting->client,
	        .generator = sighting->match.generator,
	        .tag = key->tags.pair,
	        .host = host,
	        .next = kept_host_at(kept, host)->pairs,
	        .first = KEPT_NONE,
	        .final = KEPT_NONE,
	        .most = most_of_pair(tries),
	        .few = tries > 0 && tries <= VERDICT_FEW_TRIES,
	        .first_us = sighting->us,
	        .last_us = sighting->us,
	};
	kept_host_at(kept, host)->pairs = number;
	tags_put(&kept->pair_tags, key->tags.pair, number);
	return number;
}

/* The crowd that ${key} is about, likewise, with ${text}, which it owns from now on. */
static uint32_t
enter_crowd(struct kept *kept, const struct kept_key *key, char *text)
{
	uint32_t number = kept_find_crowd(kept, key);

	if (number != KEPT_NONE) {
		free(text);
		return number;
	}
	number = pool_take(&kept->crowds);
	*kept_crowd_at(kept, number) =
	        (struct kept_crowd){.text = text,
	                            .generator = key->sighting->match.generator,
	                            .tag = key->tags.crowd};
	tags_put(&kept->crowd_tags, key->tags.crowd, number);
	kept->text_bytes += key->sighting->forecast.len + 1;
	return number;
}

static struct order_stretch
stretch_of(const struct kept_name *name)
{
	return (struct order_stretch){name->period, name->first_us, name->last_us};
}

/* Whether bots of ${pair}, all of whose names have one text, would have shown more: see
 * verdict_collision. */
static bool
is_telling(const struct kept *kept, const struct kept_pair *pair)
{
	const struct kept_name *name = kept_name_at(kept, pair->first);
	struct order_stretch stretch = stretch_of(name);

	if (!pair->few)
		return true;
	for (uint32_t n = name->next; n != KEPT_NONE; n = name->next) {
		struct order_stretch next;

		name = kept_name_at(kept, n);
		next = stretch_of(name);
		order_stretch_add(&stretch, &next);
	}
	return order_stretch_moves(&stretch);
}

/* Says in the crowd of the one text of ${pair}, if it has one, that it is ${alone}. */
static void
count_alone(struct kept *kept, struct kept_pair *pair, bool alone)
{
	struct kept_crowd *crowd;

	if (pair->alone == alone)
		return;
	crowd = kept_crowd_at(kept, kept_name_at(kept, pair->first)->crowd);
	if (alone)
		crowd->alone++;
	else
		crowd->alone--;
	pair->alone = alone;
}

/* The same, as it is. */
static void
settle_alone(struct kept *kept, struct kept_pair *pair)
{
	count_alone(kept, pair, pair->texts == 1 && is_telling(kept, pair));
}

/* Puts name number ${number} behind all others, or takes it out. */
static void
link_all(struct kept *kept, uint32_t number)
{
	struct kept_name *name = kept_name_at(kept, number);

	name->newer = KEPT_NONE;
	name->older = kept->newest;
	if (kept->newest != KEPT_NONE)
		kept_name_at(kept, kept->newest)->newer = number;
	else
		kept->oldest = number;
	kept->newest = number;
}

static void
unlink_all(struct kept *kept, const struct kept_name *name)
{
	if (name->newer != KEPT_NONE)
		kept_name_at(kept, name->newer)->older = name->older;
	else
		kept->newest = name->older;
	if (name->older != KEPT_NONE)
		kept_name_at(kept, name->older)->newer = name->newer;
	else
		kept->oldest = name->newer;
}

/* Puts name number ${number} behind the others of its pair, or takes it out. */
static void
link_pair(struct kept *kept, struct kept_pair *pair, uint32_t number)
{
	struct kept_name *name = kept_name_at(kept, number);

	name->next = KEPT_NONE;
	name->last = pair->final;
	if (pair->final != KEPT_NONE)
		kept_name_at(kept, pair->final)->next = number;
	else
		pair->first = number;
	pair->final = number;
	pair->count++;
}

static void
unlink_pair(struct kept *kept, struct kept_pair *pair, const struct kept_name *name)
{
	if (name->next != KEPT_NONE)
		kept_name_at(kept, name->next)->last = name->last;
	else
		pair->final = name->last;
	if (name->last != KEPT_NONE)
		kept_name_at(kept, name->last)->next = name->next;
	else
		pair->first = name->next;
	pair->count--;
}

/* Removes pair number ${number}, which has no names, and its host if it was the last. */
static void
drop_pair(struct kept *kept, uint32_t number)
{
	struct kept_pair *pair = kept_pair_at(kept, number);
	struct kept_host *host = kept_host_at(kept, pair->host);
	uint32_t *link = &host->pairs;

	while (*link != number)
		link = &kept_pair_at(kept, *link)->next;
	*link = pair->next;
	if (host->pairs == KEPT_NONE) {
		tags_take(&kept->host_tags, host->tag, pair->host);
		pool_give(&kept->hosts, pair->host);
	}
	tags_take(&kept->pair_tags, pair->tag, number);
	pool_give(&kept->pairs, number);
}

static void
drop_crowd(struct kept *kept, uint32_t number)
{
	struct kept_crowd *crowd = kept_crowd_at(kept, number);

	kept->text_bytes -= strlen(crowd->text) + 1;
	free(crowd->text);
	tags_take(&kept->crowd_tags, crowd->tag, number);
	pool_give(&kept->crowds, number);
}

static void
drop_name(struct kept *kept, uint32_t number)
{
	struct kept_name *name = kept_name_at(kept, number);
	struct kept_pair *pair = kept_pair_at(kept, name->pair);
	uint32_t pair_number = name->pair;

	count_alone(kept, pair, false);
	if (!kept_find_twin(kept, name)) {
		pair->texts--;
		if (--kept_crowd_at(kept, name->crowd)->hosts == 0)
			drop_crowd(kept, name->crowd);
	}
	unlink_all(kept, name);
	unlink_pair(kept, pair, name);
	tags_take(&kept->name_tags, name->tag, number);
	pool_give(&kept->names, number);
	if (pair->count == 0)
		drop_pair(kept, pair_number);
	else
		settle_alone(kept, pair);
}

void
kept_forget(struct kept *kept, int64_t us, size_t most)
{
	while (most-- > 0 && kept->oldest != KEPT_NONE &&
	       kept_name_at(kept, kept->oldest)->last_us < us)
		drop_name(kept, kept->oldest);
}

/* Forgets what must go for one name more of the pair that ${key} is about. */
static void
make_place(struct kept *kept, const struct kept_key *key)
{
	uint32_t number = kept_find_pair(kept, key);
	const struct kept_pair *pair =
	        number == KEPT_NONE ? NULL : kept_pair_at(kept, number);

	if (pair != NULL && pair->count >= pair->most) {
		drop_name(kept, pair->first);
		kept->forgotten++;
	}
	if (kept->name_tags.count >= kept->most) {
		drop_name(kept, kept->oldest);
		kept->forgotten++;
	}
}

/* Sees that the list has room for all names of a pair of ${generator}. */
static enum fsk_err
reserve_list(struct kept *kept, uint32_t generator)
{
	size_t room = most_of_pair(kept->setting->tries(generator));
	struct verdict_name *list;

	if (room > kept->most)
		room = kept->most;
	if (room <= kept->list_room)
		return FSK_OK;
	list = realloc(kept->list, size_mul(room, sizeof(*list)));
	if (list == NULL)
		return FSK_NOMEM;
	kept->list = list;
	kept->list_room = room;
	return FSK_OK;
}

/* Sees that there is room for one of each: behind it nothing fails. */
static enum fsk_err
reserve_all(struct kept *kept, uint32_t generator)
{
	struct pool *pools[] = {&kept->names, &kept->pairs, &kept->hosts, &kept->crowds};
	struct tags *tags[] = {&kept->name_tags, &kept->pair_tags, &kept->host_tags,
	                       &kept->crowd_tags};
	enum fsk_err err = reserve_list(kept, generator);

	/* Each name has one of the others at most. When there are as many names as there
	 * may be, one goes before the next comes. */
	for (size_t i = 0; i < 4 && err == FSK_OK; i++) {
		err = pool_reserve(pools[i], kept->most);
		if (err == FSK_OK)
			err = tags_reserve(tags[i]);
	}
	return err;
}

/* The minute of ${us}, at least 0. */
static uint32_t
minute_of(int64_t us)
{
	return us > 0 ? (uint32_t)(us / MINUTE) : 0;
}

/* Makes the name that ${key} is about. There is room for it; ${text} is its own. */
static uint32_t
enter_name(struct kept *kept, const struct kept_key *key, char *text)
{
	const struct sighting *sighting = key->sighting;
	uint32_t pair = enter_pair(kept, key);
	uint32_t crowd = enter_crowd(kept, key, text);
	uint32_t number = pool_take(&kept->names);

	*kept_name_at(kept, number) = (struct kept_name){
	        .period = sighting->match.period,
	        .first_us = sighting->us,
	        .last_us = sighting->us,
	        .line = sighting->line,
	        .text = kept_crowd_at(kept, crowd)->text,
	        .file = sighting->file,
	        .index = sighting->match.index,
	        .times = 1,
	        .tag = key->tags.name,
	        .pair = pair,
	        .crowd = crowd,
	        .minute = minute_of(sighting->us),
	};
	tags_put(&kept->name_tags, key->tags.name, number);
	return number;
}

/* One more sighting of ${pair}. */
static void
note(struct kept_pair *pair, const struct sighting *sighting)
{
	pair->sightings++;
	if (sighting->us < pair->first_us)
		pair->first_us = sighting->us;
	if (sighting->us > pair->last_us)
		pair->last_us = sighting->us;
}

enum fsk_err
kept_add(struct kept *kept, const struct kept_key *key, uint32_t *name, bool *fresh)
{
	struct span wanted = key->sighting->forecast;
	enum fsk_err err = reserve_all(kept, key->sighting->match.generator);
	struct kept_pair *pair;
	char *text;

	if (err != FSK_OK)
		return err;
	text = malloc(wanted.len + 1);
	if (text == NULL)
		return FSK_NOMEM;
	memcpy(text, wanted.text, wanted.len);
	text[wanted.len] = '\0';
	make_place(kept, key);
	*name = enter_name(kept, key, text);
	pair = kept_pair_at(kept, kept_name_at(kept, *name)->pair);
	*fresh = !kept_find_twin(kept, kept_name_at(kept, *name));
	if (*fresh) {
		count_alone(kept, pair, false); /* of the text that it had before */
		pair->texts++;
		kept_crowd_at(kept, kept_name_at(kept, *name)->crowd)->hosts++;
	}
	link_pair(kept, pair, *name);
	link_all(kept, *name);
	settle_alone(kept, pair);
	note(pair, key->sighting);
	pair->since++;
	return FSK_OK;
}

/* Where a sighting is, as evidence_first() tells. */
static struct spot
first_of(const struct kept_name *name)
{
	return (struct spot){name->first_us, name->file, name->line};
}

void
kept_repeat(struct kept *kept, const struct kept_key *key, uint32_t number)
{
	const struct sighting *sighting = key->sighting;
	struct kept_name *name = kept_name_at(kept, number);
	struct kept_pair *pair = kept_pair_at(kept, name->pair);
	uint32_t minute = minute_of(sighting->us);
	int order = spot_compare(spot_of(sighting), first_of(name));

	if (name->times < UINT32_MAX)
		name->times++;
	if (sighting->us > name->last_us)
		name->last_us = sighting->us;
	if (order < 0 || (order == 0 && sighting->match.index < name->index)) {
		name->first_us = sighting->us;
		name->file = sighting->file;
		name->line = sighting->line;
		name->index = sighting->match.index;
	}
	if (minute > name->minute) {
		name->minute = minute;
		unlink_all(kept, name);
		link_all(kept, number);
	}
	if (pair->few) /* of others a name once more tells nothing */
		settle_alone(kept, pair);
	note(pair, sighting);
}

bool
kept_collides(const struct kept *kept, const struct kept_name *name)
{
	const struct kept_crowd *crowd = kept_crowd_at(kept, name->crowd);

	return crowd_is_collision(crowd->hosts, crowd->alone);
}

size_t
kept_list(const struct kept *kept, const struct kept_pair *pair)
{
	struct verdict_name *list = kept->list;
	size_t count = 0;

	for (uint32_t n = pair->first; n != KEPT_NONE; n = kept_name_at(kept, n)->next) {
		const struct kept_name *name = kept_name_at(kept, n);

		list[count++] = (struct verdict_name){
		        .match = {.period = name->period,
		                  .generator = pair->generator,
		                  .index = name->index},
		        .first_us = name->first_us,
		        .last_us = name->last_us,
		        .line = name->line,
		        .file = name->file,
		        .times = name->times,
		        .text = name->text,
		        .collision = kept_collides(kept, name),
		};
	}
	if (pair->texts == pair->count)
		return count;
	qsort(list, count, sizeof(*list), order_names_by_text);
	for (size_t i = 1; i < count; i++)
		list[i].again = strcmp(list[i].text, list[i - 1].text) == 0;
	return count;
}

size_t
kept_bytes(const struct kept *kept)
{
	const struct pool *pools[] = {&kept->names, &kept->pairs, &kept->hosts,
	                              &kept->crowds};
	const struct tags *tags[] = {&kept->name_tags, &kept->pair_tags, &kept->host_tags,
	                             &kept->crowd_tags};
	size_t bytes = kept->text_bytes + kept->list_room * sizeof(*kept->list);

	for (size_t i = 0; i < 4; i++)
		bytes += pools[i]->room * pools[i]->size +
		         tags[i]->room * sizeof(struct tag_cell);
	return bytes;
}
