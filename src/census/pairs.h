/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/pairs.h: how many hosts called on day i and on day j, for each pair of days and
 * each group of hosts. A host of k days counts for k(k+1)/2 pairs: for those that call on
 * many, 64 hosts are counted at once, a bit of a word each.
 */
#ifndef CENSUS_PAIRS_H
#define CENSUS_PAIRS_H

#include <foresink/err.h>

#include "census/facts.h"

struct census_pairs {
	size_t days;
	uint64_t *again;   /* as in struct census_facts */
	uint64_t *waiting; /* [group * days + day]: hosts that are not yet in again */
	unsigned count[CENSUS_GROUPS]; /* of these */
};

/* FSK_NOMEM: then, too, census_pairs_fini() frees what there is. */
FSK_MUST_USE enum fsk_err census_pairs_init(struct census_pairs *pairs, size_t days);
void census_pairs_fini(struct census_pairs *pairs);

/* Adds a host of ${group} that called on the ${count} days at ${days}, which rise. */
void census_pairs_add(struct census_pairs *pairs, uint32_t group, const uint16_t *days,
                      size_t count);

/* Ends it, and gives pairs->again away: the caller frees it. */
uint64_t *census_pairs_end(struct census_pairs *pairs);

#endif
