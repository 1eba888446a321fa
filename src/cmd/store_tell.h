/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/store_tell.h: what `foresink store info' tells of a store, as text or JSON.
 */
#ifndef CMD_STORE_TELL_H
#define CMD_STORE_TELL_H

#include "cmd/store_sums.h"
#include "cmd/store_waits.h"

struct store_told {
	const char *folder;
	struct store_facts facts;
	struct store_waits waits;
	struct store_sums contacts; /* by generator, the most first */
	struct store_sums hosts;    /* the same of the last day */
	uint64_t hosts_in_all;      /* on that day */
	int64_t day;                /* its first second */
};

/* Writes ${told}, and the shapes of ${store} that were new on its last day. Errors as
 * store_shapes(). */
FSK_MUST_USE enum fsk_err store_tell(struct output *output, const struct store_told *told,
                                     struct store *store, bool json);

/* Writes the head of a table of shapes, and ${shape} as a line of it. */
void store_tell_shape_head(FILE *out);
void store_tell_shape(FILE *out, const struct store_shape *shape);

/* Writes ${shape} as a JSON object. */
void store_tell_shape_json(struct output *output, const struct store_shape *shape);

#endif
