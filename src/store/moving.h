/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/moving.h: from journals into the engine, a round at a time: the mover's work
 * (store/mover.h) without its thread, lock and bounds.
 */
#ifndef STORE_MOVING_H
#define STORE_MOVING_H

#include "store/mover.h"

struct store_moving;

struct store_moving_setting {
	const char *folder; /* of the store; copied */
	struct store *store;
	struct store_mover_counts *counts;
	void (*log)(const char *words, void *context);
	void *context;
};

/* FSK_NOMEM. */
FSK_MUST_USE enum fsk_err store_moving_new(const struct store_moving_setting *setting,
                                           struct store_moving **moving);

/* Takes all that waits and removes the segments that end with it; how many sightings in
 * ${took}, also of a round that fails. FSK_END: nothing waited. FSK_IO with errno,
 * FSK_NOMEM, and what the engine says; what was not taken is read again by the next
 * round. */
FSK_MUST_USE enum fsk_err store_moving_round(struct store_moving *moving, int64_t now_us,
                                             uint64_t *took);

void store_moving_free(struct store_moving *moving);

#endif
