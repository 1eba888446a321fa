/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Names are sorted by one octet after the other, in place, since the first few
 * octets tell nearly all names apart; what is left in small heaps is sorted by
 * comparing.
 */
#include "watch/roster_sort.h"

#include <endian.h>
#include <stdbool.h>
#include <stdlib.h>

/* Names that are sorted by comparing. */
#define FEW 24

#define KEY_OCTETS 8

/* The octets of ${name} behind the first as a number that has their order. What
 * stands behind the name counts as 0, which no name has. */
static uint64_t
key_of(const unsigned char *name, size_t len)
{
	uint64_t key;

	if (len < 2)
		return 0;
	memcpy(&key, name + 1, sizeof(key));
	key = be64toh(key);
	return len - 1 < KEY_OCTETS ? key & UINT64_MAX << (KEY_OCTETS - (len - 1)) * 8
	                            : key;
}

/* Puts the names that stand from ${at} up to ${end} into ${item}; returns where the
 * next goes. */
static struct roster_item *
gather(const unsigned char *at, const unsigned char *end, struct roster_item *item)
{
	while (at < end) {
		size_t len = at[ROSTER_HEAD - 1];

		*item++ = (struct roster_item){key_of(at + ROSTER_HEAD, len), at};
		at += ROSTER_HEAD + len;
	}
	return item;
}

void
roster_sort_gather(const struct roster_part *part, struct roster_item *item)
{
	const struct roster_chunk *chunk = part->last;

	if (chunk == NULL)
		return;
	item = gather(chunk->text, part->next, item);
	for (chunk = chunk->before; chunk != NULL; chunk = chunk->before)
		item = gather(chunk->text, chunk->text + chunk->used, item);
}

/* < 0 when ${a} stands before ${b}; never 0, since numbers differ. */
static int
compare(const struct roster_item *a, const struct roster_item *b)
{
	struct span first, second;
	size_t len;
	int order;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	first = roster_item_name(a);
	second = roster_item_name(b);
	len = first.len < second.len ? first.len : second.len;
	order = memcmp(first.text, second.text, len);
	if (order != 0)
		return order;
	if (first.len != second.len)
		return first.len < second.len ? -1 : 1;
	return roster_item_number(a) < roster_item_number(b) ? -1 : 1;
}

static int
compare_any(const void *a, const void *b)
{
	return compare(a, b);
}

static void
sort_few(struct roster_item *item, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		const struct roster_item moved = item[i];
		size_t at = i;

		for (; at > 0 && compare(&moved, &item[at - 1]) < 0; at--)
			item[at] = item[at - 1];
		item[at] = moved;
	}
}

/* A heap that is to be sorted from octet ${octet} of the key on. */
struct heap {
	struct roster_item *item;
	size_t count;
	unsigned octet;
};

static size_t
octet_of(const struct roster_item *item, unsigned octet)
{
	return item->key >> (KEY_OCTETS - 1 - octet) * 8 & 0xff;
}

/* Exchanges the names of ${heap} until each value of the octet has its names
 * together, from first[value] up to first[value + 1]. */
static void
deal_heap(const struct heap *heap, size_t first[257])
{
	size_t next[256];

	memset(first, 0, 257 * sizeof(*first));
	for (size_t i = 0; i < heap->count; i++)
		first[octet_of(&heap->item[i], heap->octet) + 1]++;
	for (size_t value = 0; value < 256; value++) {
		first[value + 1] += first[value];
		next[value] = first[value];
	}
	for (size_t value = 0; value < 256; value++) {
		while (next[value] < first[value + 1]) {
			struct roster_item *here = &heap->item[next[value]];
			size_t to = octet_of(here, heap->octet);
			struct roster_item moved = *here;

			*here = heap->item[next[to]];
			heap->item[next[to]++] = moved;
		}
	}
}

/* Sorts ${heap}, which is small or whose names share nine octets (bots of one pattern);
 * false when it must be dealt. */
static bool
sort_at_once(const struct heap *heap)
{
	if (heap->count <= FEW)
		sort_few(heap->item, heap->count);
	else if (heap->octet == KEY_OCTETS)
		qsort(heap->item, heap->count, sizeof(*heap->item), compare_any);
	else
		return false;
	return true;
}

void
roster_sort(struct roster_item *item, size_t count)
{
	/* The last heap is dealt first: at each octet all but one of its heaps wait. */
	struct heap waiting[KEY_OCTETS * 255 + 1] = {{item, count, 0}};
	size_t first[257];

	for (size_t left = 1; left > 0;) {
		const struct heap heap = waiting[--left];

		if (sort_at_once(&heap))
			continue;
		deal_heap(&heap, first);
		for (size_t value = 0; value < 256; value++) {
			size_t names = first[value + 1] - first[value];

			if (names > 1)
				waiting[left++] = (struct heap){heap.item + first[value],
				                                names, heap.octet + 1};
		}
	}
}
