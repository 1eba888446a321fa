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

struct kept_key kept_find_key(const struct kept *kept, const struct sighting *sighting);

/* The name that ${key} is about, in its period. */
uint32_t kept_find_name(const struct kept *kept, const struct kept_key *key);

/* Whether another name of the pair of ${name} has its text, in another period. */
bool kept_find_twin(const struct kept *kept, const struct kept_name *name);

struct kept_place kept_find_pair(const struct kept *kept,
                                 const struct sighting_client *client, uint32_t generator);
struct kept_place kept_find_host(const struct kept *kept,
                                 const struct sighting_client *client);
struct kept_place kept_find_crowd(const struct kept *kept, struct span text,
                                  uint32_t generator);

#endif
