/* SPDX-License-Identifier: BSD-2-Clause */
#include "sinkhole/places.h"

#include "wire/reply.h"

#include <stdlib.h>

/* Who has an address. */
struct place {
	struct address address;
	const struct sinkhole_entry *entry; /* the only name; NULL: none or several */
	bool taken;                         /* by one at least */
};

struct sinkhole_places {
	size_t count;
	struct place at[]; /* rising, each address once */
};

/* Puts the addresses of ${kind} one after the other; where the next go. */
static struct address *
sort_kind(struct sinkhole_set *set, enum sinkhole_pool_kind kind,
          const struct address *addresses, size_t count, struct address *to)
{
	size_t used = 0;

	for (size_t i = 0; i < count; i++)
		if (address_is_v4(&addresses[i]) == (kind == SINKHOLE_V4))
			to[used++] = addresses[i];
	set->pools[kind] = (struct sinkhole_pool){to, used};
	return to + used;
}

void
sinkhole_set_deal(struct sinkhole_set *set, const struct address *addresses, size_t count,
                  struct address *sorted)
{
	if (count == 0)
		return;
	sorted = sort_kind(set, SINKHOLE_V4, addresses, count, sorted);
	sort_kind(set, SINKHOLE_V6, addresses, count, sorted);
}

size_t
sinkhole_set_part(const struct sinkhole_set *set, enum sinkhole_pool_kind kind, uint64_t id,
                  size_t *begin)
{
	size_t count = set->pools[kind].count, part = set->per_name;

	/* What does not fit into an answer no name has. */
	if (part > WIRE_REPLY_ADDRESSES)
		part = WIRE_REPLY_ADDRESSES;
	*begin = 0;
	if (part == 0 || part >= count)
		return count;
	*begin = (size_t)(((id >> 32) * count) >> 32);
	return part;
}

static int
compare(const void *a, const void *b)
{
	const struct place *one = a, *other = b;

	return memcmp(&one->address, &other->address, sizeof(one->address));
}

static struct place *
seek(const struct sinkhole_places *places, const struct address *address)
{
	const struct place wanted = {.address = *address};

	return bsearch(&wanted, places->at, places->count, sizeof(wanted), compare);
}

/* Says that ${entry} (NULL: any number of names) has ${address}. */
static void
claim(struct sinkhole_places *places, const struct address *address,
      const struct sinkhole_entry *entry)
{
	struct place *place = seek(places, address);

	if (place == NULL)
		return;
	place->entry = place->taken && place->entry != entry ? NULL : entry;
	place->taken = true;
}

/* Says that ${entry} has its part of ${set}. */
static void
claim_part(struct sinkhole_places *places, const struct sinkhole_set *set,
           const struct sinkhole_entry *entry)
{
	uint64_t id = sinkhole_held_hash(entry->text, entry->len);

	for (unsigned kind = 0; kind < SINKHOLE_POOLS; kind++) {
		const struct sinkhole_pool *pool = &set->pools[kind];
		size_t begin, part = sinkhole_set_part(set, (enum sinkhole_pool_kind)kind,
		                                       id, &begin);

		for (size_t i = 0; i < part; i++)
			claim(places, &pool->at[(begin + i) % pool->count], entry);
	}
}

/* Says that any number of names have the addresses of ${set}. */
static void
claim_all(struct sinkhole_places *places, const struct sinkhole_set *set)
{
	for (size_t kind = 0; kind < SINKHOLE_POOLS; kind++)
		for (size_t i = 0; i < set->pools[kind].count; i++)
			claim(places, &set->pools[kind].at[i], NULL);
}

/* Puts the addresses of all sets into ${places}, each once. */
static void
gather(struct sinkhole_places *places, const struct sinkhole_set *sets, size_t count)
{
	size_t used = 0, kept = 0;

	for (size_t n = 0; n < count * SINKHOLE_POOLS; n++) {
		const struct sinkhole_pool *pool =
		        &sets[n / SINKHOLE_POOLS].pools[n % SINKHOLE_POOLS];

		for (size_t i = 0; i < pool->count; i++)
			places->at[used++] = (struct place){.address = pool->at[i]};
	}
	if (used > 0)
		qsort(places->at, used, sizeof(*places->at), compare);
	for (size_t i = 0; i < used; i++)
		if (kept == 0 || compare(&places->at[i], &places->at[kept - 1]) != 0)
			places->at[kept++] = places->at[i];
	places->count = kept;
}

enum fsk_err
sinkhole_places_new(const struct sinkhole_set *sets, size_t count,
                    const struct sinkhole_list *list, struct sinkhole_places **places)
{
	const struct sinkhole_entry *entry = NULL;
	struct sinkhole_places *made;
	size_t most = 0;

	for (size_t n = 0; n < count; n++)
		most += sets[n].pools[SINKHOLE_V4].count + sets[n].pools[SINKHOLE_V6].count;
	made = calloc(1, sizeof(*made) + most * sizeof(*made->at));
	if (made == NULL)
		return FSK_NOMEM;
	gather(made, sets, count);
	while ((entry = sinkhole_list_next(list, entry)) != NULL)
		claim_part(made, &sets[entry->set], entry);
	for (size_t n = 0; n < count; n++)
		if (sets[n].forecast)
			claim_all(made, &sets[n]);
	*places = made;
	return FSK_OK;
}

void
sinkhole_places_free(struct sinkhole_places *places)
{
	free(places);
}

const struct sinkhole_entry *
sinkhole_places_find(const struct sinkhole_places *places, const struct address *address)
{
	const struct place *place = seek(places, address);

	return place == NULL ? NULL : place->entry;
}

size_t
sinkhole_places_bytes(const struct sinkhole_places *places)
{
	return sizeof(*places) + places->count * sizeof(*places->at);
}
