/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict/kept_find.h"

#include "base/fetch.h"
#include "watch/hash.h"

#include <string.h>

static uint64_t
hash_host(const struct kept *kept, const struct sighting_client *client)
{
	uint64_t words[2];

	memcpy(words, client->address.octets, sizeof(words));
	return clean_mix(clean_mix(kept->key ^ client->prefix ^ words[0]) ^ words[1]);
}

static uint64_t
hash_pair(const struct kept *kept, const struct sighting_client *client, uint32_t generator)
{
	return hash_host(kept, client) + generator * UINT64_C(0x9e3779b97f4a7c15);
}

static uint64_t
hash_text(const struct kept *kept, struct span text)
{
	return watch_hash(kept->key, text.text, text.len);
}

static uint32_t
tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}

static bool
is_client(const struct sighting_client *a, const struct sighting_client *b)
{
	return a->prefix == b->prefix && address_equal(&a->address, &b->address);
}

static bool
is_text(const char *text, struct span wanted)
{
	return strncmp(text, wanted.text, wanted.len) == 0 && text[wanted.len] == '\0';
}

struct verdict_live_place
kept_find_tags(const struct kept *kept, const struct sighting_client *client,
               uint32_t generator, struct span forecast)
{
	uint64_t pair = hash_pair(kept, client, generator);
	uint64_t text = hash_text(kept, forecast);

	return (struct verdict_live_place){tag_of(clean_mix(pair ^ text)), tag_of(pair),
	                                   tag_of(clean_mix(text ^ generator))};
}

/* Fetches the first thing of ${pool} that may be the one of ${tag}. */
static void
fetch_thing(const struct tags *tags, const struct pool *pool, uint32_t tag)
{
	const struct tag_cell *cell;

	if (tags->room == 0)
		return;
	cell = tags_at(tags, tag);
	if (cell->number != TAGS_FREE && cell->tag == tag)
		fetch_read((const char *)pool->things + cell->number * pool->size);
}

static void
fetch_cell(const struct tags *tags, uint32_t tag)
{
	if (tags->room > 0)
		fetch_write(tags_at(tags, tag));
}

void
kept_find_fetch(const struct kept *kept, const struct verdict_live_place *tags)
{
	fetch_cell(&kept->name_tags, tags->name);
	fetch_cell(&kept->pair_tags, tags->pair);
	fetch_cell(&kept->crowd_tags, tags->crowd);
}

void
kept_find_fetch_more(const struct kept *kept, const struct verdict_live_place *tags)
{
	fetch_thing(&kept->name_tags, &kept->names, tags->name);
	fetch_thing(&kept->pair_tags, &kept->pairs, tags->pair);
	fetch_thing(&kept->crowd_tags, &kept->crowds, tags->crowd);
}

/* Whether ${name} is the one that ${sighting} is about. */
static bool
is_name(const struct kept *kept, const struct kept_name *name,
        const struct sighting *sighting)
{
	const struct kept_pair *pair = kept_pair_at(kept, name->pair);

	return name->period.first == sighting->match.period.first &&
	       name->period.last == sighting->match.period.last &&
	       pair->generator == sighting->match.generator &&
	       is_client(&pair->client, &sighting->client) &&
	       is_text(name->text, sighting->forecast);
}

uint32_t
kept_find_name(const struct kept *kept, const struct kept_key *key)
{
	const struct tag_cell *cell;
	size_t at = key->tags.name;

	if (kept->name_tags.room == 0)
		return KEPT_NONE;
	for (; (cell = tags_at(&kept->name_tags, at))->number != TAGS_FREE; at++) {
		if (cell->tag == key->tags.name &&
		    is_name(kept, kept_name_at(kept, cell->number), key->sighting))
			return cell->number;
	}
	return KEPT_NONE;
}

bool
kept_find_twin(const struct kept *kept, const struct kept_name *name)
{
	const struct tag_cell *cell;
	size_t at = name->tag;

	for (; (cell = tags_at(&kept->name_tags, at))->number != TAGS_FREE; at++) {
		const struct kept_name *other = kept_name_at(kept, cell->number);

		if (cell->tag == name->tag && other != name && other->pair == name->pair &&
		    other->crowd == name->crowd)
			return true;
	}
	return false;
}

/* The pair of ${client} and ${generator} with ${tag}. */
static uint32_t
find_pair(const struct kept *kept, uint32_t tag, const struct sighting_client *client,
          uint32_t generator)
{
	const struct tag_cell *cell;
	size_t at = tag;

	if (kept->pair_tags.room == 0)
		return KEPT_NONE;
	for (; (cell = tags_at(&kept->pair_tags, at))->number != TAGS_FREE; at++) {
		const struct kept_pair *pair = kept_pair_at(kept, cell->number);

		if (cell->tag == tag && pair->generator == generator &&
		    is_client(&pair->client, client))
			return cell->number;
	}
	return KEPT_NONE;
}

uint32_t
kept_find_pair(const struct kept *kept, const struct kept_key *key)
{
	return find_pair(kept, key->tags.pair, &key->sighting->client,
	                 key->sighting->match.generator);
}

uint32_t
kept_find_pair_of(const struct kept *kept, const struct sighting_client *client,
                  uint32_t generator)
{
	return find_pair(kept, tag_of(hash_pair(kept, client, generator)), client,
	                 generator);
}

struct kept_place
kept_find_host(const struct kept *kept, const struct sighting_client *client)
{
	struct kept_place place = {KEPT_NONE, tag_of(hash_host(kept, client))};
	const struct tag_cell *cell;
	size_t at = place.tag;

	for (; (cell = tags_at(&kept->host_tags, at))->number != TAGS_FREE; at++) {
		if (cell->tag == place.tag &&
		    is_client(&kept_host_at(kept, cell->number)->client, client)) {
			place.number = cell->number;
			break;
		}
	}
	return place;
}

uint32_t
kept_find_crowd(const struct kept *kept, const struct kept_key *key)
{
	const struct tag_cell *cell;
	size_t at = key->tags.crowd;

	for (; (cell = tags_at(&kept->crowd_tags, at))->number != TAGS_FREE; at++) {
		const struct kept_crowd *crowd = kept_crowd_at(kept, cell->number);

		if (cell->tag == key->tags.crowd &&
		    crowd->generator == key->sighting->match.generator &&
		    is_text(crowd->text, key->sighting->forecast))
			return cell->number;
	}
	return KEPT_NONE;
}
