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
