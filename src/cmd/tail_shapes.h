/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/tail_shapes.h: the shapes of requests that a store knows, to see the others.
 */
#ifndef CMD_TAIL_SHAPES_H
#define CMD_TAIL_SHAPES_H

#include "cmd/output.h"
#include "store/store.h"

struct tail_shapes {
	uint64_t *marks; /* of each; 0: none */
	size_t mask;     /* of places, a power of two less one */
	size_t count;
};

/* Learns the shapes of ${store} (NULL: there is none). FSK_NOMEM; else as store_shapes().
 */
FSK_MUST_USE enum fsk_err tail_shapes_init(struct tail_shapes *shapes, struct store *store);
void tail_shapes_fini(struct tail_shapes *shapes);

/* Whether ${sighting} has a shape that is not known. */
bool tail_shapes_misses(const struct tail_shapes *shapes, const struct sighting *sighting);

/* Writes a table of the shapes of ${store} that are new or grew since ${since_us}, or one
 * JSON object for each. As store_shapes(). */
FSK_MUST_USE enum fsk_err tail_shapes_write(struct output *output, struct store *store,
                                            int64_t since_us, bool json);

#endif
