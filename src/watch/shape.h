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

/* Turns the ${count} octets at ${text} into lower case. Bots make some names
 * with upper-case letters; they are compared without regard to case. */
void watch_shape_lower(char *text, size_t count);

/* Whether ${made} is ${asked}, which is in lower case. */
bool watch_shape_equal(const struct fsk_name *made, const struct fsk_name *asked);

#endif
