/* SPDX-License-Identifier: BSD-2-Clause
 *
 * publish/makers.h: who makes the names of a list: all generators with their names
 * measured, to be looked up by number a million times.
 */
#ifndef PUBLISH_MAKERS_H
#define PUBLISH_MAKERS_H

#include "base/span.h"
#include "dga/catalog.h"

struct publish_maker {
	struct span family;
	struct span variant;
	struct span reference; /* the first URL among the family's sources; empty: none */
};

/* Stores the makers in ${makers}, by number of generator, as many as there are
 * generators; the caller frees the array. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err publish_makers_new(struct publish_maker **makers);

#endif
