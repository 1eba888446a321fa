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

#define WATCH_PILE_SLACK 16

struct watch_pile {
	unsigned char *text;
	size_t used; /* bytes of text; WATCH_PILE_SLACK behind them can be read */
	size_t room;
	uint32_t *bucket; /* of each name, on the shelf; written by the caller */
	uint32_t count;   /* names */
};

/* A table has at most 255 suffixes, 0 to 254. */
#define WATCH_NO_SUFFIX 255

/* A suffix as two numbers, so that it is compared without a loop: its first eight
 * octets, and those from the eighth on; 0 for what is behind its end. */
struct watch_suffix {
	uint64_t first;
	uint64_t last;
};

/* Finds the number of a suffix in the table of one variant: open addressing,
 * never more than half full. */
struct watch_suffixes {
	const struct dga_variant *variant;
	uint8_t number[512];                /* WATCH_NO_SUFFIX: free */
	struct watch_suffix suffix[1 << 8]; /* by number */
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

/* Sees that ${pile} has room for all names of ${list}. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err watch_pile_reserve(struct watch_pile *pile,
                                             const struct dga_list *list);

/* Puts the ${len} octets at ${name} on ${pile}, which has room for them: a name of a
 * list, in lower case, whose first dot is octet ${dot}, or ${len} when it has none;
 * ${suffixes} are those of its variant. No more names in all than the pile was made
 * for. Returns where it stands in the text. */
size_t watch_pile_add(struct watch_pile *pile, const char *name, size_t len, size_t dot,
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
