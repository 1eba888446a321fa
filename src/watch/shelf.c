/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/shelf.h"

#include "base/size.h"
#include "watch/room.h"

#include <stdlib.h>

/* Names of a bucket on average. */
#define BUCKET_NAMES 4

/* How many names ahead of the one that is put in its place the next places are
 * asked for, so that the cache fetches several at the same time; where they begin is
 * asked for twice as far ahead. */
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

/* Writes ${name}, which takes ${bytes} on the pile, and its ${number} at ${record}. Most
 * records are short: eight octets, the next four and the number are cheaper than a copy
 * of any length. What the first eight have too much the number covers. */
static inline void
write_record(unsigned char *record, const unsigned char *name, size_t bytes,
             uint32_t number)
{
	if (bytes >= 4 && bytes <= 12) {
		memcpy(record, name, 8);
		memcpy(record + bytes - 4, name + bytes - 4, 4);
	} else {
		memcpy(record, name, bytes);
	}
	memcpy(record + bytes, &number, sizeof(number));
}

/* Puts each name in its bucket. starts[b + 1] is where the next name of bucket b
 * goes; at the end that is where bucket b ends and bucket b + 1 begins. */
static void
put(struct watch_shelf *shelf, const struct watch_pile *pile)
{
	const unsigned char *name = pile->text;
	const uint32_t *bucket = pile->bucket;

	for (uint32_t i = 0; i < pile->count; i++) {
		uint32_t *start = &shelf->starts[bucket[i] + 1];
		size_t bytes = (size_t)*name + 2;

		if (pile->count - i > 2 * AHEAD) {
			watch_shelf_prefetch_start(shelf, bucket[i + 2 * AHEAD]);
			fetch_write(shelf->records + shelf->starts[bucket[i + AHEAD] + 1]);
		}
		write_record(shelf->records + *start, name, bytes, i);
		*start += (uint32_t)(bytes + sizeof(i));
		name += bytes;
	}
}

enum fsk_err
watch_shelf_init(struct watch_shelf *shelf, uint32_t names)
{
	struct watch_shelf made = {.count = watch_shelf_buckets(names)};

	made.starts =
	        watch_room_new(size_mul((size_t)made.count + 1, sizeof(*made.starts)));
	if (made.starts == NULL)
		return FSK_NOMEM;
	*shelf = made;
	return FSK_OK;
}

enum fsk_err
watch_shelf_fill(struct watch_shelf *shelf, const struct watch_pile *pile)
{
	size_t bytes = size_add(pile->used, size_mul(pile->count, sizeof(uint32_t)));

	if (bytes > UINT32_MAX)
		return FSK_RANGE;
	shelf->records = watch_room_new(bytes);
	if (shelf->records == NULL)
		return FSK_NOMEM;
	sum_up(shelf);
	put(shelf, pile);
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
