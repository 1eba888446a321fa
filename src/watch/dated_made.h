/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/dated_made.h: what a dated index is made of, for those who make and read it.
 */
#ifndef WATCH_DATED_MADE_H
#define WATCH_DATED_MADE_H

#include "watch/filter.h"
#include "watch/lists.h"
#include "watch/shelf.h"

struct fsk_index {
	struct watch_filter filter;
	struct watch_shelf shelf;
	struct watch_lists lists;
	uint64_t key;
	unsigned tail; /* octets from the first dot of a name on, of no name more */
};

#endif
