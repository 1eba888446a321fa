/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/sketch.h: what one node tells another of its callers without telling who they are:
 * for each hour or day, family and country a sketch (census/hll.h). A file: magic, version,
 * precision, mark of the key, the name of the node, the entries in their order, SHA-256.
 */
#ifndef CENSUS_SKETCH_H
#define CENSUS_SKETCH_H

#include "base/fault.h"
#include "census/hll.h"

struct census_sketch;

/* What an entry counts. */
struct census_sketch_key {
	int64_t from;    /* first second, since 1970 */
	int64_t seconds; /* how long: an hour, a day */
	char generator[64];
	char country[3]; /* "": of all */
};

FSK_MUST_USE enum fsk_err census_sketch_new(const uint8_t key[CENSUS_HLL_KEY],
                                            const char *node,
                                            struct census_sketch **sketch);
void census_sketch_free(struct census_sketch *sketch);

/* Adds ${client} to the entry of ${key}. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_sketch_add(struct census_sketch *sketch,
                                            const struct census_sketch_key *key,
                                            const struct sighting_client *client);

/* Adds all of ${other}. FSK_MISMATCH: made with another key; FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_sketch_merge(struct census_sketch *sketch,
                                              const struct census_sketch *other);

/* Calls ${tell} with each entry, by key: time, then length, generator, country. */
enum fsk_err census_sketch_each(const struct census_sketch *sketch,
                                enum fsk_err (*tell)(const struct census_sketch_key *,
                                                     const struct census_hll *, void *),
                                void *context);

/* The names of the nodes, in their order, each once; NULL ends them. */
const char *const *census_sketch_nodes(const struct census_sketch *sketch);

/* Writes ${sketch} into ${out}, which the caller frees. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_sketch_write(const struct census_sketch *sketch,
                                              uint8_t **out, size_t *len);

/* Reads what ${octets} hold. FSK_CORRUPT, FSK_VERSION (a later version, another precision),
 * FSK_NOMEM; ${fault} (may be NULL) says why. */
FSK_MUST_USE enum fsk_err
census_sketch_read(struct span octets, struct census_sketch **sketch, struct fault *fault);

#endif
