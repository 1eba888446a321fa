/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict/tags.h"

#include <stdlib.h>
#include <string.h>

#define LEAST 64

/* Never more than three quarters full. */
enum fsk_err
tags_reserve(struct tags *tags)
{
	/* Below 2^33: things have numbers of 32 bits. */
	size_t room = tags->room != 0 ? tags->room * 2 : LEAST;
	struct tags made = {.mask = room - 1, .room = room};

	if (tags->count < tags->room / 4 * 3)
		return FSK_OK;
	if (tags->count >= TAGS_FREE)
		return FSK_NOMEM;
	made.cells = calloc(room, sizeof(*made.cells));
	if (made.cells == NULL)
		return FSK_NOMEM;
	/* All octets of TAGS_FREE are the same. */
	memset(made.cells, 0xff, room * sizeof(*made.cells));
	for (size_t i = 0; i < tags->room; i++) {
		if (tags->cells[i].number != TAGS_FREE)
			tags_put(&made, tags->cells[i].tag, tags->cells[i].number);
	}
	free(tags->cells);
	*tags = made;
	return FSK_OK;
}

void
tags_put(struct tags *tags, uint32_t tag, uint32_t number)
{
	size_t at = tag;

	while (tags_at(tags, at)->number != TAGS_FREE)
		at++;
	*tags_at(tags, at) = (struct tag_cell){tag, number};
	tags->count++;
}

/* Things behind the gap are moved up unless they would come before their own place
 * (Knuth, The Art of Computer Programming 3, 6.4, algorithm R): no cell has to remember
 * that something was there, and look-ups do not grow longer with time. */
void
tags_take(struct tags *tags, uint32_t tag, uint32_t number)
{
	size_t gap = tag;

	while (tags_at(tags, gap)->number != number)
		gap++;
	for (size_t at = gap + 1;; at++) {
		struct tag_cell *cell = tags_at(tags, at);

		if (cell->number == TAGS_FREE)
			break;
		if (((at - cell->tag) & tags->mask) >= ((at - gap) & tags->mask)) {
			*tags_at(tags, gap) = *cell;
			gap = at;
		}
	}
	tags_at(tags, gap)->number = TAGS_FREE;
	tags->count--;
}

void
tags_fini(struct tags *tags)
{
	free(tags->cells);
	*tags = (struct tags){.count = 0};
}
