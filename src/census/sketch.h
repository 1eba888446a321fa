/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/sketch.h: what one node tells another of its callers without telling who they are:
 * for each hour or day, family and country a sketch (census/hll.h). A file, all numbers
 * little-endian:
 *
 *   8 octets "FSKSKTCH", 16 bits version (1), 16 bits precision (14), 16 octets mark of the
 *   key, 32 bits count of nodes, 32 bits count of entries;
 *   the nodes' names, in their order: 8 bits length, text;
 *   the entries, in their order: 64 bits first second, 64 bits seconds, 8 bits length and
 *   text of the generator, 8 bits length and text of the country, the sketch;
 *   16 octets XXH3 of all before it, in canonical order.
 *
 * The sum shows what came to harm; it is no proof of who wrote the file. The mark is a
 * keyed BLAKE2b of a constant: it tells whether two files have the same key, not which.
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

/* Of the name of a node: 1 to so many octets, '!' to '~'. */
#define CENSUS_NODE_MOST 63

/* An empty one of ${node}. FSK_SYNTAX: that is no name of a node; FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_sketch_new(const uint8_t key[CENSUS_HLL_KEY],
                                            const char *node,
                                            struct census_sketch **sketch);
void census_sketch_free(struct census_sketch *sketch);

/* Adds ${client} to the entry of ${key}. FSK_SYNTAX: no key (a text without end or with
 * other octets than '!' to '~', a country of another length than 0 or 2, seconds that are
 * none or more than CENSUS_SKETCH_SECONDS); FSK_NOMEM. */
#define CENSUS_SKETCH_SECONDS (INT64_C(800) * 86400)
FSK_MUST_USE enum fsk_err census_sketch_add(struct census_sketch *sketch,
                                            const struct census_sketch_key *key,
                                            const struct sighting_client *client);

/* Adds all of ${other}. FSK_MISMATCH: made with another key; FSK_NOMEM: a part of it may be
 * in ${sketch}; to add it again does no harm. */
FSK_MUST_USE enum fsk_err census_sketch_merge(struct census_sketch *sketch,
                                              const struct census_sketch *other);

/* Calls ${tell} with each entry, by key: time, then length, generator, country. A result
 * other than FSK_OK ends it and is returned; FSK_NOMEM. */
enum fsk_err census_sketch_each(const struct census_sketch *sketch,
                                enum fsk_err (*tell)(const struct census_sketch_key *,
                                                     const struct census_hll *, void *),
                                void *context);

/* The names of the nodes, in their order, each once; NULL ends them. */
const char *const *census_sketch_nodes(const struct census_sketch *sketch);

/* Writes ${sketch} into ${out}, which the caller frees. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_sketch_write(const struct census_sketch *sketch,
                                              uint8_t **out, size_t *len);

/* Reads what ${octets} hold; what is read can be merged with, but nobody can be added to
 * it: the key is not in the file. FSK_CORRUPT, FSK_VERSION (a later version, another
 * precision), FSK_NOMEM; ${fault} (may be NULL) says why. */
FSK_MUST_USE enum fsk_err
census_sketch_read(struct span octets, struct census_sketch **sketch, struct fault *fault);

#endif
