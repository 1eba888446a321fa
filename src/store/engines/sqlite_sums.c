/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/engines/sqlite.h"

#include "base/size.h"

#include <assert.h>
#include <stdlib.h>
#include <xxhash.h>

static_assert(sizeof(struct sqlite_key) == 8 + 16 + 16 + 8 + 8,
              "compared and hashed as octets: nothing lies between its fields");

static uint32_t *
slot_of(const struct sqlite_sums *sums, const struct sqlite_key *key)
{
	size_t mask = sums->slot_count - 1;
	size_t at = XXH3_64bits(key, sizeof(*key)) & mask;

	while (sums->slots[at] != 0 &&
	       memcmp(&sums->items[sums->slots[at] - 1].key, key, sizeof(*key)) != 0)
		at = (at + 1) & mask;
	return &sums->slots[at];
}

/* Room for another one: slots are twice as many as sums, at least. */
static bool
grow(struct sqlite_sums *sums)
{
	size_t room = sums->room == 0 ? 512 : sums->room * 2;
	struct sqlite_sum *items;
	uint32_t *slots;

	if (sums->count < sums->room)
		return true;
	items = realloc(sums->items, size_mul(room, sizeof(*items)));
	if (items == NULL)
		return false;
	sums->items = items;
	slots = calloc(size_mul(room, 2), sizeof(*slots));
	if (slots == NULL)
		return false;
	free(sums->slots);
	sums->slots = slots;
	sums->slot_count = room * 2;
	sums->room = room;
	for (size_t i = 0; i < sums->count; i++)
		*slot_of(sums, &items[i].key) = (uint32_t)i + 1;
	return true;
}

struct sqlite_sum *
sqlite_sums_at(struct sqlite_sums *sums, const struct sqlite_key *key)
{
	uint32_t *slot;

	if (!grow(sums))
		return NULL;
	slot = slot_of(sums, key);
	if (*slot == 0) {
		sums->items[sums->count] = (struct sqlite_sum){.key = *key};
		hostday_marks_init(&sums->items[sums->count].marks);
		*slot = (uint32_t)++sums->count;
	}
	return &sums->items[*slot - 1];
}

static int
compare(const void *a, const void *b)
{
	const struct sqlite_key *x = &((const struct sqlite_sum *)a)->key;
	const struct sqlite_key *y = &((const struct sqlite_sum *)b)->key;
	int order;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->generator != y->generator)
		return x->generator < y->generator ? -1 : 1;
	order = memcmp(x->shape, y->shape, sizeof(x->shape));
	if (order != 0)
		return order;
	if (address_is_v4(&x->address) != address_is_v4(&y->address))
		return address_is_v4(&x->address) ? -1 : 1;
	return memcmp(x, y, sizeof(*x));
}

void
sqlite_sums_sort(struct sqlite_sums *sums)
{
	if (sums->count > 1)
		qsort(sums->items, sums->count, sizeof(*sums->items), compare);
}

void
sqlite_sums_clear(struct sqlite_sums *sums)
{
	if (sums->count > 0)
		memset(sums->slots, 0, sums->slot_count * sizeof(*sums->slots));
	sums->count = 0;
}

void
sqlite_sums_free(struct sqlite_sums *sums)
{
	free(sums->items);
	free(sums->slots);
	*sums = (struct sqlite_sums){.count = 0};
}
