/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/lists.h: which lists an index holds. Its names are numbered from 0
 * through all lists, by generator and then in time, so that a number leads to a
 * generator, a period and an index.
 */
#ifndef WATCH_LISTS_H
#define WATCH_LISTS_H

#include <foresink/watch.h>

#include "dga/family.h"
#include "watch/plan.h"

struct watch_list {
	struct fsk_period period;
	const struct dga_variant *variant;
	uint32_t generator; /* its number */
	uint32_t first;     /* number of its first name */
};

struct watch_lists {
	struct watch_list *list;
	uint32_t count;
	uint32_t names; /* of all lists, duplicates included */
	size_t labels;  /* octets of all labels, about */
};

/* Finds all lists of ${plan} and stores them in ${lists}. FSK_RANGE when the names
 * and their numbers would take more than 4 GiB, since 32 bits lead to them;
 * FSK_NOMEM, and what watch_walk_next() returns. */
FSK_MUST_USE enum fsk_err watch_lists_init(struct watch_lists *lists,
                                           const struct watch_plan *plan);

/* Frees what ${lists} holds; NULL and a zeroed one are allowed. */
void watch_lists_fini(struct watch_lists *lists);

/* Bytes of memory that ${lists} points to. */
size_t watch_lists_bytes(const struct watch_lists *lists);

/* The list of ${lists} that holds name ${number}, which must exist. */
const struct watch_list *watch_lists_find(const struct watch_lists *lists, uint32_t number);

#endif
