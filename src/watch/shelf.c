/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/shelf.h"

#include "base/size.h"
#include "watch/room.h"

#include <stdlib.h>

/* Names of a bucket on average. */
#define BUCKET_NAMES 4

/* How many names ahead of the one that is put in its place the next places are
 * asked for, so that the cache fetches several at the same time. */
#define AHEAD 16

uint32_t
watch_shelf_buckets(uint32_t names)
{
	return names / BUCKET_NAMES + 1;
}

/* Turns starts[b + 1] from the bytes of bucket b into where it begins. */
static void
sum_up(struct watch_shelf *shelf)
{
	uint32_t sum = 0;

	for (uint32_t i = 1; i <= shelf->count; i++) {
		uint32_t bytes = shelf->starts[i];

		shelf->starts[i] = sum;
		sum += bytes;
	}
}

/* Writes in starts[b + 1] the bytes of bucket b; starts is zeroed. */
static void
weigh(struct watch_shelf *shelf, const struct watch_pile *pile)
{
	const unsigned char *name = pile->text;

	for (uint32_t i = 0; i < pile->count; i++) {
		shelf->starts[pile->bucket[i] + 1] +=
		        (uint32_t)(*name + WATCH_SHELF_BESIDE);
		name += *name + 2;
	}
}

/* Puts each name in its bucket. starts[b + 1] is where the next name of bucket b
 * goes; at the end that is where bucket b ends and bucket b + 1 begins. */
static void
put(struct watch_shelf *shelf, const struct watch_pile *pile)
{
	const unsigned char *name = pile->text;

	for (uint32_t i = 0; i < pile->count; i++) {
		uint32_t *start = &shelf->starts[pile->bucket[i] + 1];
		unsigned char *record = shelf->records + *start;
		size_t bytes = (size_t)*name + 2;

		if (pile->count - i > AHEAD)
			__builtin_prefetch(
			        shelf->records + shelf->starts[pile->bucket[i + AHEAD] + 1],
			        1);
		memcpy(record, name, bytes);
		memcpy(record + bytes, &i, sizeof(i));
		*start += (uint32_t)(*name + WATCH_SHELF_BESIDE);
		name += bytes;
	}
}

enum fsk_err
watch_shelf_init(struct watch_shelf *shelf, const struct watch_pile *pile)
{
	size_t bytes = size_add(pile->used, size_mul(pile->count, sizeof(uint32_t)));
	struct watch_shelf made = {.count = watch_shelf_buckets(pile->count)};

	if (bytes > UINT32_MAX)
		return FSK_RANGE;
	made.starts =
	        watch_room_new(size_mul((size_t)made.count + 1, sizeof(*made.starts)));
	made.records = watch_room_new(bytes);
	if (made.starts == NULL || made.records == NULL) {
		watch_shelf_fini(&made);
		return FSK_NOMEM;
	}
	weigh(&made, pile);
	sum_up(&made);
	put(&made, pile);
	*shelf = made;
	return FSK_OK;
}

void
watch_shelf_fini(struct watch_shelf *shelf)
{
	if (shelf == NULL)
		return;
	free(shelf->starts);
	free(shelf->records);
	*shelf = (struct watch_shelf){.count = 0};
}

size_t
watch_shelf_bytes(const struct watch_shelf *shelf)
{
	return ((size_t)shelf->count + 1) * sizeof(*shelf->starts) +
	       shelf->starts[shelf->count];
}
