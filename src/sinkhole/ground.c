/* SPDX-License-Identifier: BSD-2-Clause */
#include "sinkhole/ground.h"

#include "base/size.h"
#include "dga/catalog.h"
#include "sinkhole/places.h"
#include "watch/dated.h"

#include <stdlib.h>

/* Matches of one question that are looked at: a name stands in a few lists. */
#define MATCHES 32

#define NO_SET UINT8_MAX
#define TTL_MOST INT32_MAX /* RFC 2181 section 8 */

struct sinkhole_ground {
	struct sinkhole_ground_setting setting;
	struct sinkhole_set_setting *set_settings;
	struct sinkhole_set sets[SINKHOLE_SETS];
	struct sinkhole_zone zone;
	struct sinkhole_list *list;
	struct fsk_index *index; /* NULL: nothing is held but the lists */
	uint8_t *set_of;         /* by generator; NO_SET: its names are not held */
	struct sinkhole_places *places;
	struct sinkhole_ground_facts facts;

	/* Memory of the copies. */
	void **copies;
	size_t copy_count;
};

/* Copying. */

/* A copy of the ${count} things of ${size} octets at ${from}, which the ground owns, in
 * ${to}; NULL of none. There is room for its place. */
static enum fsk_err
copy(struct sinkhole_ground *ground, const void *from, size_t count, size_t size, void *to)
{
	size_t octets = size_mul(count, size);
	void *made;

	if (from == NULL || octets == 0)
		return FSK_OK;
	made = malloc(octets);
	if (made == NULL)
		return FSK_NOMEM;
	memcpy(made, from, octets);
	memcpy(to, &made, sizeof(made));
	ground->copies[ground->copy_count++] = made;
	return FSK_OK;
}

static enum fsk_err
copy_set(struct sinkhole_ground *ground, size_t n)
{
	const struct sinkhole_set_setting *from = &ground->setting.sets[n];
	struct sinkhole_set_setting *to = &ground->set_settings[n];
	struct sinkhole_set *set = &ground->sets[n];
	struct address *sorted = NULL;
	enum fsk_err err;

	*to = *from;
	to->names = NULL;
	to->title = "";
	to->generators = NULL;
	to->addresses = NULL;
	to->address_count = from->addresses == NULL ? 0 : from->address_count;
	set->per_name = from->per_name;
	err = copy(ground, from->addresses, from->address_count, sizeof(*from->addresses),
	           &to->addresses);
	if (err == FSK_OK)
		err = copy(ground, from->addresses, from->address_count,
		           sizeof(*from->addresses), &sorted);
	if (err == FSK_OK && from->title != NULL)
		err = copy(ground, from->title, strlen(from->title) + 1, 1, &to->title);
	if (err == FSK_OK)
		err = copy(ground, from->generators, dga_generator_count(),
		           sizeof(*from->generators), &to->generators);
	if (err == FSK_OK)
		sinkhole_set_deal(set, to->addresses, to->address_count, sorted);
	return err;
}

/* What of ${setting} is kept as it is. */
static enum fsk_err
copy_setting(struct sinkhole_ground *ground, const struct sinkhole_ground_setting *setting)
{
	enum fsk_err err = FSK_OK;

	ground->setting = *setting;
	/* Four a set, servers, mailbox and answer. */
	ground->copies = calloc(setting->set_count * 4 + 3, sizeof(*ground->copies));
	ground->set_settings =
	        calloc(setting->set_count + 1, sizeof(*ground->set_settings));
	if (ground->copies == NULL || ground->set_settings == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < setting->set_count && err == FSK_OK; i++)
		err = copy_set(ground, i);
	ground->setting.sets = ground->set_settings;
	ground->setting.plan = ground->setting.known = NULL;
	ground->setting.servers = ground->setting.mailbox = NULL;
	ground->setting.answer.text = NULL;
	if (err == FSK_OK)
		err = copy(ground, setting->servers, setting->server_count,
		           sizeof(*setting->servers), &ground->setting.servers);
	if (err == FSK_OK)
		err = copy(ground, setting->mailbox, 1, sizeof(*setting->mailbox),
		           &ground->setting.mailbox);
	if (err == FSK_OK)
		err = copy(ground, setting->answer.text, setting->answer.len, 1,
		           &ground->setting.answer.text);
	return err;
}

/* Making. */

static bool
is_rest(const struct sinkhole_set_setting *set)
{
	return set->names == NULL && set->generators == NULL;
}

/* Whether ${setting} says what can be. */
static bool
is_sound(const struct sinkhole_ground_setting *setting)
{
	if (setting->set_count > SINKHOLE_SETS || setting->ttl > TTL_MOST ||
	    setting->server_count > SINKHOLE_SERVERS)
		return false;
	for (size_t i = 0; i < setting->set_count; i++) {
		const struct sinkhole_set_setting *set = &setting->sets[i];

		if (set->address_count > SINKHOLE_ADDRESSES ||
		    (is_rest(set) && i + 1 < setting->set_count))
			return false;
	}
	return true;
}

static bool
has_generators(const struct watch_plan *plan)
{
	size_t count = dga_generator_count();

	for (size_t i = 0; plan != NULL && i < plan->generator_count; i++)
		if (plan->generators[i] >= count)
			return false;
	return true;
}

/* Whether the plan's progress says to stop. */
static bool
is_stopped(const struct watch_plan *plan)
{
	return plan != NULL && plan->progress != NULL &&
	       !plan->progress(0, 1, plan->context);
}

/* Puts the names of all lists into one. */
static enum fsk_err
fill_list(struct sinkhole_ground *ground, const struct sinkhole_ground_setting *setting)
{
	size_t count = 0, octets = 0;
	enum fsk_err err;

	for (size_t n = 0; n < setting->set_count; n++) {
		const struct sinkhole_set_setting *set = &setting->sets[n];

		for (size_t i = 0; set->names != NULL && i < set->name_count; i++, count++)
			octets += set->names[i].len;
	}
	err = sinkhole_list_new(count, octets, &ground->list);
	for (size_t n = 0; n < setting->set_count; n++) {
		const struct sinkhole_set_setting *set = &setting->sets[n];

		for (size_t i = 0;
		     err == FSK_OK && set->names != NULL && i < set->name_count; i++)
			err = sinkhole_list_add(ground->list, &set->names[i], (uint8_t)n);
	}
	return err;
}

/* Asks the forecast by which names are ${known} for those of the lists. */
static enum fsk_err
learn(struct sinkhole_ground *ground, const struct watch_plan *known)
{
	struct fsk_index *index;
	enum fsk_err err;

	if (known == NULL || sinkhole_list_count(ground->list) == 0)
		return FSK_OK;
	err = watch_dated_new(known, WATCH_DATED_KEY, &index);
	if (err != FSK_OK)
		return err;
	err = sinkhole_list_match(ground->list, index);
	fsk_index_free(index);
	return err;
}

/* Says which set each generator's names are of. */
static enum fsk_err
deal_generators(struct sinkhole_ground *ground,
                const struct sinkhole_ground_setting *setting)
{
	size_t count = dga_generator_count();

	ground->set_of = malloc(count + 1);
	if (ground->set_of == NULL)
		return FSK_NOMEM;
	memset(ground->set_of, NO_SET, count + 1);
	for (size_t n = 0; n < setting->set_count; n++) {
		const struct sinkhole_set_setting *set = &setting->sets[n];

		for (size_t i = 0; i < count; i++)
			if (ground->set_of[i] == NO_SET &&
			    (is_rest(set) ||
			     (set->generators != NULL && set->generators[i])))
				ground->set_of[i] = (uint8_t)n;
	}
	return FSK_OK;
}

/* Finds which name alone has an address. */
static enum fsk_err
settle_places(struct sinkhole_ground *ground)
{
	for (size_t i = 0; ground->index != NULL && i < dga_generator_count(); i++)
		if (ground->set_of[i] != NO_SET)
			ground->sets[ground->set_of[i]].forecast = true;
	return sinkhole_places_new(ground->sets, ground->setting.set_count, ground->list,
	                           &ground->places);
}

static enum fsk_err
fill(struct sinkhole_ground *ground, const struct sinkhole_ground_setting *setting)
{
	enum fsk_err err = copy_setting(ground, setting);

	if (err == FSK_OK)
		err = sinkhole_zone_set(&ground->zone, setting->servers,
		                        setting->server_count, setting->mailbox);
	if (err == FSK_OK)
		err = fill_list(ground, setting);
	if (err == FSK_OK)
		err = deal_generators(ground, setting);
	if (err == FSK_OK && (is_stopped(setting->plan) || is_stopped(setting->known)))
		return FSK_STOPPED;
	if (err == FSK_OK)
		err = learn(ground, setting->known);
	if (err == FSK_OK && setting->plan != NULL)
		err = watch_dated_new(setting->plan, WATCH_DATED_KEY, &ground->index);
	if (err == FSK_OK && (is_stopped(setting->plan) || is_stopped(setting->known)))
		return FSK_STOPPED;
	if (err == FSK_OK && ground->index != NULL)
		err = sinkhole_list_match(ground->list, ground->index);
	return err == FSK_OK ? settle_places(ground) : err;
}

enum fsk_err
sinkhole_ground_new(const struct sinkhole_ground_setting *setting,
                    struct sinkhole_ground **ground)
{
	struct sinkhole_ground *made;
	enum fsk_err err;

	if (!is_sound(setting))
		return FSK_RANGE;
	if (!has_generators(setting->plan) || !has_generators(setting->known))
		return FSK_UNKNOWN;
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return FSK_NOMEM;
	made->zone.serial = setting->serial;
	made->zone.ttl = setting->ttl;
	err = fill(made, setting);
	if (err != FSK_OK) {
		sinkhole_ground_free(made);
		return err;
	}
	made->facts = (struct sinkhole_ground_facts){
	        .names = sinkhole_list_count(made->list),
	        .bytes = sizeof(*made) + sinkhole_list_bytes(made->list) +
	                 sinkhole_places_bytes(made->places),
	        .serial = setting->serial,
	};
	if (made->index != NULL) {
		made->facts.names += fsk_index_names(made->index);
		made->facts.bytes += fsk_index_bytes(made->index);
	}
	*ground = made;
	return FSK_OK;
}

void
sinkhole_ground_free(struct sinkhole_ground *ground)
{
	if (ground == NULL)
		return;
	for (size_t i = 0; i < ground->copy_count; i++)
		free(ground->copies[i]);
	free(ground->copies);
	free(ground->set_settings);
	sinkhole_list_free(ground->list);
	fsk_index_free(ground->index);
	free(ground->set_of);
	sinkhole_places_free(ground->places);
	free(ground);
}

/* Finding. */

/* Seconds between ${now} and ${period}; 0 inside of it. Of periods without an end the
 * difference may be all that there is. */
static uint64_t
distance(int64_t now, const struct fsk_period *period)
{
	if (now < period->first)
		return (uint64_t)period->first - (uint64_t)now;
	if (now > period->last)
		return (uint64_t)now - (uint64_t)period->last;
	return 0;
}

/* The nearer one of ${best} (may be NULL) and ${match}. */
static const struct fsk_match *
nearer(const struct fsk_match *best, const struct fsk_match *match, int64_t now)
{
	return best == NULL || distance(now, &match->period) < distance(now, &best->period)
	               ? match
	               : best;
}

/* Says that ${entry} is held; the forecast of its name, if any, is at the same place. */
static void
tell_listed(const struct sinkhole_ground *ground, const struct sinkhole_entry *entry,
            int64_t now, struct sinkhole_held *held)
{
	const struct fsk_match *matches = sinkhole_list_matches(ground->list, entry);
	const struct fsk_match *best = NULL;

	for (size_t i = 0; i < entry->match_count; i++)
		best = nearer(best, &matches[i], now);
	held->set = entry->set;
	if (best == NULL)
		held->match = (struct fsk_match){.generator = SIGHTING_NO_GENERATOR};
	else
		held->match = *best;
	held->match.offset = held->offset;
}

/* The match of ${name} in the forecast that is held and has a set: of the longest name, and
 * the nearest; its first ${before} octets are looked at. */
static bool
find_forecast(const struct sinkhole_ground *ground, const struct fsk_name *name,
              size_t before, int64_t now, struct sinkhole_held *held)
{
	struct fsk_match matches[MATCHES];
	size_t count =
	        fsk_index_find(ground->index, name->text, name->len, matches, MATCHES);
	const struct fsk_match *best = NULL;

	count = count < MATCHES ? count : MATCHES;
	for (size_t i = 0; i < count && matches[i].offset < before; i++) {
		if (best != NULL && matches[i].offset != best->offset)
			break;
		if (ground->set_of[matches[i].generator] != NO_SET)
			best = nearer(best, &matches[i], now);
	}
	if (best == NULL)
		return false;
	held->set = ground->set_of[best->generator];
	held->offset = best->offset;
	held->match = *best;
	held->id = sinkhole_held_hash(name->text + best->offset, name->len - best->offset);
	return true;
}

bool
sinkhole_ground_find(const struct sinkhole_ground *ground, const struct fsk_name *name,
                     int64_t now, struct sinkhole_held *held)
{
	const struct sinkhole_entry *entry;
	size_t offset = name->len;
	uint64_t id = 0;

	entry = sinkhole_list_find(ground->list, name, &id, &offset);
	/* A forecast name that is longer than what the lists have. */
	if (ground->index != NULL && offset > 0 &&
	    find_forecast(ground, name, offset, now, held))
		return true;
	if (entry == NULL)
		return false;
	held->id = id;
	held->offset = (uint32_t)offset;
	tell_listed(ground, entry, now, held);
	return true;
}

void
sinkhole_ground_fetch(const struct sinkhole_ground *ground, const char *name, size_t len,
                      struct sinkhole_sought *sought)
{
	sought->look.count = 0;
	sinkhole_list_fetch(ground->list, name, len);
	if (ground->index != NULL)
		watch_look_fetch(ground->index, name, len, &sought->look);
}

void
sinkhole_ground_fetch_more(const struct sinkhole_ground *ground,
                           const struct sinkhole_sought *sought)
{
	if (ground->index != NULL)
		watch_look_fetch_more(ground->index, &sought->look);
}

size_t
sinkhole_ground_addresses(const struct sinkhole_ground *ground,
                          const struct sinkhole_held *held, uint16_t qtype, uint32_t turn,
                          struct address *out)
{
	const struct sinkhole_set *set = &ground->sets[held->set];
	enum sinkhole_pool_kind kind = qtype == WIRE_TYPE_A ? SINKHOLE_V4 : SINKHOLE_V6;
	const struct sinkhole_pool *pool = &set->pools[kind];
	size_t begin, part = sinkhole_set_part(set, kind, held->id, &begin), at, count;

	if ((qtype != WIRE_TYPE_A && qtype != WIRE_TYPE_AAAA) || part == 0)
		return 0;
	count = part < WIRE_REPLY_ADDRESSES ? part : WIRE_REPLY_ADDRESSES;
	at = turn % part;
	for (size_t i = 0; i < count; i++) {
		size_t n = begin + at;

		out[i] = pool->at[n < pool->count ? n : n - pool->count];
		at = at + 1 < part ? at + 1 : 0;
	}
	return count;
}

bool
sinkhole_ground_place(const struct sinkhole_ground *ground, const struct address *address,
                      struct fsk_name *name)
{
	const struct sinkhole_entry *entry = sinkhole_places_find(ground->places, address);

	if (entry == NULL)
		return false;
	name->len = entry->len;
	memcpy(name->text, entry->text, (size_t)name->len + 1);
	return true;
}

const struct sinkhole_zone *
sinkhole_ground_zone(const struct sinkhole_ground *ground)
{
	return &ground->zone;
}

const struct sinkhole_ground_setting *
sinkhole_ground_setting(const struct sinkhole_ground *ground)
{
	return &ground->setting;
}

void
sinkhole_ground_number(struct sinkhole_ground *ground, uint32_t serial)
{
	ground->zone.serial = serial;
	ground->setting.serial = serial;
	ground->facts.serial = serial;
}

struct sinkhole_ground_facts
sinkhole_ground_facts(const struct sinkhole_ground *ground)
{
	return ground->facts;
}
