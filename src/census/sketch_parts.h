/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/sketch_parts.h: what a census/sketch.h is made of, for those who keep it and for
 * those who write and read its file; nobody else looks at it.
 */
#ifndef CENSUS_SKETCH_PARTS_H
#define CENSUS_SKETCH_PARTS_H

#include "census/sketch.h"

#define CENSUS_SKETCH_MARK 16 /* octets */

struct census_sketch_entry {
	struct census_sketch_key key; /* as census_sketch_key_make() makes it */
	struct census_hll *hll;
};

struct census_sketch {
	uint8_t key[CENSUS_HLL_KEY];
	bool keyless; /* was read: the key is not known */
	uint8_t mark[CENSUS_SKETCH_MARK];
	char **nodes; /* in their order; NULL ends them */
	size_t node_count;
	struct census_sketch_entry **entries; /* as they came */
	size_t count;
	struct census_sketch_entry **table; /* the same by hash; NULL: free slot */
	size_t room;                        /* a power of two, or 0 */
};

/* Whether ${node} is the name of one; the order of two. */
bool census_sketch_node_valid(struct span node);
int census_sketch_node_compare(struct span a, struct span b);

/* Makes ${key} of ${from}, of which all octets behind its texts are 0, so that keys that
 * are equal have the same octets; false: it is none. */
bool census_sketch_key_make(const struct census_sketch_key *from,
                            struct census_sketch_key *key);
int census_sketch_key_compare(const struct census_sketch_key *a,
                              const struct census_sketch_key *b);

/* An empty one of no node, of which the mark of the key alone is known. */
FSK_MUST_USE enum fsk_err census_sketch_new_marked(const uint8_t mark[CENSUS_SKETCH_MARK],
                                                   struct census_sketch **sketch);

/* Adds a valid name, unless it is there. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_sketch_add_node(struct census_sketch *sketch,
                                                 struct span node);

/* Adds an entry whose key, as census_sketch_key_make() makes it, is not there; takes ${hll}
 * if it succeeds. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_sketch_insert(struct census_sketch *sketch,
                                               const struct census_sketch_key *key,
                                               struct census_hll *hll);

#endif
