/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/chains.h: how many bots are behind an address at least? A copy's own counter never
 * falls, but to 0 when it is started anew. So the values of one address, by time, are those
 * of as many bots at least as it takes chains in which each value is as great as the one
 * before or 0; without zeros that is the length of the longest run of values that fall
 * (Dilworth, 1950). A value that is 0 begins no chain while there is another one.
 *
 * It is a bound as far as that is true: a copy that was started anew and whose 0 nobody saw
 * looks like one bot more. Values that were not seen otherwise do no harm: what is left of
 * a chain is a chain.
 */
#ifndef CENSUS_CHAINS_H
#define CENSUS_CHAINS_H

#include <foresink/err.h>

#include "watch/sighting.h"

struct census_chains;

FSK_MUST_USE enum fsk_err census_chains_new(struct census_chains **chains);
void census_chains_free(struct census_chains *chains);

/* Adds ${counter} of ${client} (as census/set.h tells hosts apart), of each client by time.
 * A counter below 0 is none. FSK_NOMEM, FSK_RANGE (2^31 - 1 clients). */
FSK_MUST_USE enum fsk_err census_chains_add(struct census_chains *chains,
                                            const struct sighting_client *client,
                                            int64_t counter);

uint64_t census_chains_clients(const struct census_chains *chains);
uint64_t census_chains_told(const struct census_chains *chains);  /* with one above 0 */
uint64_t census_chains_count(const struct census_chains *chains); /* of all together */

#endif
