/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed/parents.h: the names above those of a list, which exist though they have no records
 * (RFC 8020 section 2: below a name that does not exist there is none). Few: the domains
 * below which bots register theirs.
 */
#ifndef FEED_PARENTS_H
#define FEED_PARENTS_H

#include "feed/list.h"

struct feed_parents {
	void *root; /* of a tree; NULL: there are none */
};

/* Gathers those of ${list} in ${parents}. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err feed_parents_of(const struct feed_list *list,
                                          struct feed_parents *parents);

bool feed_parents_have(const struct feed_parents *parents, struct span name);

void feed_parents_fini(struct feed_parents *parents);

#endif
