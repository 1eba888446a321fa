/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/shape.h: what can be said of a name without making it: its letters in
 * lower case, and whether a variant could have made it at all.
 */
#ifndef WATCH_SHAPE_H
#define WATCH_SHAPE_H

#include "dga/family.h"

/* Whether a list of ${variant} may hold ${name} (lower case): one of the
 * suffixes ends it, and what stands before that has as many octets as the
 * variant's labels have. Never false for a name that the variant makes. */
bool watch_shape_fits(const struct dga_variant *variant, const struct fsk_name *name);

/* The shapes of some generators in one table, so that a name is asked about all
 * of them at the price of one: some ten nanoseconds. Made once, then only read,
 * by any number of threads. */
struct watch_shape_set {
	struct watch_shape *shape; /* open addressing, by suffix */
	size_t mask;               /* places in shape - 1 */
	size_t longest;            /* octets of the longest suffix */
	uint64_t bare[4];          /* bit n: a name of n octets without a suffix */
};

/* Makes ${set} of the ${count} generators whose numbers ${generators} lists, in
 * any order; watch_shape_set_fini() frees it. FSK_UNKNOWN for a number that does
 * not exist, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err watch_shape_set_init(struct watch_shape_set *set,
                                               const size_t *generators, size_t count);

/* Frees what ${set} holds; NULL and a zeroed one are allowed. */
void watch_shape_set_fini(struct watch_shape_set *set);

/* Whether watch_shape_fits() holds for ${name} (lower case) and one of the
 * generators of ${set}: exactly that, so never false for a name that one of them
 * makes. */
bool watch_shape_set_fits(const struct watch_shape_set *set, const struct fsk_name *name);

/* Turns the ${count} octets at ${text} into lower case. Bots make some names
 * with upper-case letters; they are compared without regard to case. */
void watch_shape_lower(char *text, size_t count);

/* Whether ${made} is ${asked}, which is in lower case. */
bool watch_shape_equal(const struct fsk_name *made, const struct fsk_name *asked);

#endif
