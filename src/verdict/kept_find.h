/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict/kept_find.h: where things are in verdict/kept.h. Nothing is changed here.
 */
#ifndef VERDICT_KEPT_FIND_H
#define VERDICT_KEPT_FIND_H

#include "verdict/kept.h"

/* The number of a thing, or KEPT_NONE, and the tag that it has or would have. */
struct kept_place {
	uint32_t number, tag;
};

/* The tags of a sighting of ${forecast} of ${client} and ${generator}. */
struct verdict_live_place kept_find_tags(const struct kept *kept,
                                         const struct sighting_client *client,
                                         uint32_t generator, struct span forecast);

/* Fetch what a look by ${tags} will read of memory, in two steps, the second of which needs
 * what the first one fetches. */
void kept_find_fetch(const struct kept *kept, const struct verdict_live_place *tags);
void kept_find_fetch_more(const struct kept *kept, const struct verdict_live_place *tags);

/* The name that ${key} is about, in its period. */
uint32_t kept_find_name(const struct kept *kept, const struct kept_key *key);

/* Whether another name of the pair of ${name} has its text, in another period. */
bool kept_find_twin(const struct kept *kept, const struct kept_name *name);

/* The pair and the crowd that ${key} is about; KEPT_NONE. */
uint32_t kept_find_pair(const struct kept *kept, const struct kept_key *key);
uint32_t kept_find_crowd(const struct kept *kept, const struct kept_key *key);

/* The pair of ${client} and ${generator}; KEPT_NONE. */
uint32_t kept_find_pair_of(const struct kept *kept, const struct sighting_client *client,
                           uint32_t generator);

struct kept_place kept_find_host(const struct kept *kept,
                                 const struct sighting_client *client);

#endif
