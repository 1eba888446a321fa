/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/filter.h"

#include "base/size.h"
#include "watch/room.h"

#include <stdlib.h>

/* Names of a word on average. With twice as many, five times as many strangers
 * pass, each of which costs more than the smaller filter saves. */
#define WORD_NAMES 4

enum fsk_err
watch_filter_init(struct watch_filter *filter, uint32_t names)
{
	struct watch_filter made = {.count = names / WORD_NAMES + 1};

	made.words = watch_room_new(size_mul(made.count, sizeof(*made.words)));
	if (made.words == NULL)
		return FSK_NOMEM;
	*filter = made;
	return FSK_OK;
}

void
watch_filter_fini(struct watch_filter *filter)
{
	if (filter == NULL)
		return;
	free(filter->words);
	*filter = (struct watch_filter){.count = 0};
}

size_t
watch_filter_bytes(const struct watch_filter *filter)
{
	return filter->count * sizeof(*filter->words);
}

/* Puts ${filter} at ${side} of ${pair}, which has as many words or more. Place i of the
 * pair stands for the hashes of a range that begins in word i * filter->count / pair->count
 * and may reach into the next one: then it has the bits of both. */
static void
spread(struct watch_filter_pair *pair, const struct watch_filter *filter, unsigned side)
{
	uint32_t word = 0; /* in which the range begins */
	uint64_t rest = 0; /* of that division */

	for (uint32_t i = 0; i < pair->count; i++) {
		uint64_t bits = filter->words[word];

		rest += filter->count;
		if (rest >= pair->count) {
			rest -= pair->count;
			word++;
			if (rest > 0)
				bits |= filter->words[word];
		}
		pair->words[i][side] = bits;
	}
}

enum fsk_err
watch_filter_pair_init(struct watch_filter_pair *pair, const struct watch_filter *first,
                       const struct watch_filter *second)
{
	struct watch_filter_pair made = {
	        .count = first->count > second->count ? first->count : second->count};

	made.words = watch_room_new(size_mul(made.count, sizeof(*made.words)));
	if (made.words == NULL)
		return FSK_NOMEM;
	spread(&made, first, 0);
	spread(&made, second, 1);
	*pair = made;
	return FSK_OK;
}

void
watch_filter_pair_fini(struct watch_filter_pair *pair)
{
	free(pair->words);
	*pair = (struct watch_filter_pair){.count = 0};
}
