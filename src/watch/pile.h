/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/pile.h: names while an index is made, in the order in which the
 * generators make them, in few bytes: an octet with the length of the label,
 * the label, and an octet that numbers the suffix in the variant's table, so
 * that ".com" takes one octet and not four. The pile is sorted into a shelf
 * (watch/shelf.h) when all names are known.
 */
#ifndef WATCH_PILE_H
#define WATCH_PILE_H

#include "base/span.h"
#include "dga/family.h"

struct watch_pile {
	unsigned char *text;
	size_t used; /* bytes of text */
	size_t room;
	uint32_t *bucket; /* of each name, on the shelf; written by the caller */
	uint32_t count;   /* names */
};

/* A table has at most 255 suffixes, 0 to 254. */
#define WATCH_NO_SUFFIX 255

/* Finds the number of a suffix in the table of one variant: open addressing,
 * never more than half full. */
struct watch_suffixes {
	const struct dga_variant *variant;
	uint8_t number[512]; /* WATCH_NO_SUFFIX: free */
};

/* Puts the suffixes of ${variant} in ${suffixes}. */
void watch_suffixes_init(struct watch_suffixes *suffixes,
                         const struct dga_variant *variant);

/* Makes ${pile}, empty, for ${names} names that take about ${bytes}.
 * FSK_NOMEM. */
FSK_MUST_USE enum fsk_err watch_pile_init(struct watch_pile *pile, uint32_t names,
                                          size_t bytes);

/* Frees what ${pile} holds; NULL and a zeroed one are allowed. */
void watch_pile_fini(struct watch_pile *pile);

/* Puts the names of ${list}, which are in lower case, on ${pile}; ${suffixes}
 * are those of its variant. No more names in all than the pile was made for.
 * FSK_NOMEM. */
FSK_MUST_USE enum fsk_err watch_pile_add(struct watch_pile *pile,
                                         const struct dga_list *list,
                                         const struct watch_suffixes *suffixes);

/* Whether a name with suffix ${number} of ${variant}'s table ends in ${rest},
 * which stands behind its label. */
static inline bool
watch_suffix_is(const struct dga_variant *variant, uint8_t number, struct span rest)
{
	const struct dga_suffix *suffix;

	if (number == WATCH_NO_SUFFIX)
		return rest.len == 0;
	suffix = &variant->suffixes[number];
	return span_equal(rest, (struct span){suffix->text, suffix->len});
}

#endif
