/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/roster_sort.h: names as watch/roster_deal.h leaves them, brought into the
 * order of their octets.
 */
#ifndef WATCH_ROSTER_SORT_H
#define WATCH_ROSTER_SORT_H

#include "watch/roster_deal.h"

/* A name that is being sorted. */
struct roster_item {
	uint64_t key;               /* octets 1 to 8 of the name, the first on top */
	const unsigned char *dealt; /* see ROSTER_HEAD */
};

static inline uint32_t
roster_item_number(const struct roster_item *item)
{
	uint32_t number;

	memcpy(&number, item->dealt, sizeof(number));
	return number;
}

static inline struct span
roster_item_name(const struct roster_item *item)
{
	return (struct span){(const char *)item->dealt + ROSTER_HEAD,
	                     item->dealt[ROSTER_HEAD - 1]};
}

/* Puts the names of ${part} into ${item}, which has room for them. */
void roster_sort_gather(const struct roster_part *part, struct roster_item *item);

/* Sorts ${count} names, all with the same first octet: by their octets, a name
 * before those that it begins, then by number. */
void roster_sort(struct roster_item *item, size_t count);

#endif
