/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/chains.h: how many bots are behind an address at least? A copy's own counter never
 * falls, but to 0 when it is started anew: so the values of one address, by time, are at
 * least as many chains that do not fall as its longest run of falling ones has members
 * (Dilworth, 1950). A value that is 0 begins no chain while there is another one.
 */
#ifndef CENSUS_CHAINS_H
#define CENSUS_CHAINS_H

#include <foresink/err.h>

#include "watch/sighting.h"

struct census_chains;

FSK_MUST_USE enum fsk_err census_chains_new(struct census_chains **chains);
void census_chains_free(struct census_chains *chains);

/* Adds ${counter} of ${client}, of each client by time. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_chains_add(struct census_chains *chains,
                                            const struct sighting_client *client,
                                            int64_t counter);

uint64_t census_chains_clients(const struct census_chains *chains);
uint64_t census_chains_count(const struct census_chains *chains); /* of all together */

#endif
