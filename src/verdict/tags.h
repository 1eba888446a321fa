/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict/tags.h: the table of a hash set from which things are taken away again, as
 * verdict/cells.h is that of one which only grows. Things lie elsewhere and have numbers;
 * beside the number a cell has 32 bits of the thing's hash, its tag, so that it is moved
 * without a look at the thing, and a thing is looked at only when its tag is the right one:
 *
 *	for (at = tag; (tag_cell = tags_at(tags, at))->number != TAGS_FREE; at++)
 *		if (tag_cell->tag == tag && the thing with that number is the one)
 *			break;
 */
#ifndef VERDICT_TAGS_H
#define VERDICT_TAGS_H

#include <foresink/err.h>

#include <stddef.h>
#include <stdint.h>

#define TAGS_FREE UINT32_MAX

struct tag_cell {
	uint32_t tag, number;
};

struct tags {
	struct tag_cell *cells;
	size_t mask;  /* cells - 1, when there are any */
	size_t room;  /* cells: 0, or a power of two */
	size_t count; /* things */
};

/* The cell at ${at}, which begins again behind the last; there are some. */
static inline struct tag_cell *
tags_at(const struct tags *tags, size_t at)
{
	return tags->cells + (at & tags->mask);
}

/* Sees that ${tags} has room for one thing more. A zeroed one is empty. FSK_NOMEM, and
 * then it is as it was. */
FSK_MUST_USE enum fsk_err tags_reserve(struct tags *tags);

/* Puts ${number} in ${tags}, whose room suffices; takes it away, it is in it. */
void tags_put(struct tags *tags, uint32_t tag, uint32_t number);
void tags_take(struct tags *tags, uint32_t tag, uint32_t number);

void tags_fini(struct tags *tags);

#endif
