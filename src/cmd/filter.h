/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/filter.h: which names of a forecast the user wants to see.
 */
#ifndef CMD_FILTER_H
#define CMD_FILTER_H

#include <foresink/dga.h>

#include "cmd/seen.h"

struct filter {
	const struct fsk_name *tld; /* only names that end in "." and this; NULL: all */
	bool unique;                /* each name once */
	uint64_t limit;             /* at most this many */

	uint64_t taken; /* names so far */
	struct seen seen;
	bool nomem; /* memory ran out: nothing is taken any more */
};

/* Whether all of the next ${count} names are wanted, whatever they are; then
 * they count as taken. */
bool filter_takes_all(struct filter *filter, uint64_t count);

/* Whether ${name} is wanted; then it counts as taken. */
bool filter_takes(struct filter *filter, struct span name);

/* Whether no further name will be taken. */
bool filter_full(const struct filter *filter);

#endif
