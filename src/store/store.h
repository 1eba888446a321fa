/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/store.h: sightings on the disk: the face of this room. Observers put them into
 * journals (store/journal.h); the one mover of a store (store/mover.h) brings those to its
 * engine (store/engine.h); any number of readers ask that one, through what stands here. A
 * store is a folder: journal/, the engine's files, and the lock of its mover.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "store/engine.h"

struct store;

/* Opens the store of ${plan}: errors as engine.h's open() has them. Who may write holds the
 * lock of the store until store_close(): FSK_IO with EWOULDBLOCK while somebody else does.
 * A folder without the file of that lock had no writer; none is made there unless a store
 * is. The folder itself is made, too, for its owner alone. */
FSK_MUST_USE enum fsk_err store_open(const struct store_plan *plan, struct store **store,
                                     struct fault *fault);
void store_close(struct store *store);

/* What engine.h says of the functions of these names. */
FSK_MUST_USE enum fsk_err store_take(struct store *store, const struct store_batch *batches,
                                     size_t count);
FSK_MUST_USE enum fsk_err store_taken(struct store *store, const char *worker,
                                      uint64_t segment, uint64_t *end, bool *last);
FSK_MUST_USE enum fsk_err
store_hours(struct store *store, const struct store_filter *filter,
            enum fsk_err (*tell)(const struct store_hour *, void *), void *context);
FSK_MUST_USE enum fsk_err store_days(struct store *store, const struct store_filter *filter,
                                     enum fsk_err (*tell)(const struct store_day *, void *),
                                     void *context);
FSK_MUST_USE enum fsk_err
store_shapes(struct store *store, int64_t since_us,
             enum fsk_err (*tell)(const struct store_shape *, void *), void *context);
FSK_MUST_USE enum fsk_err store_facts(struct store *store, struct store_facts *facts);
FSK_MUST_USE enum fsk_err store_brief(struct store *store, struct store_brief *brief);
FSK_MUST_USE enum fsk_err
store_check(struct store *store, void (*wrong)(const char *words, void *), void *context);
FSK_MUST_USE enum fsk_err store_prune(struct store *store, int64_t before_us, uint64_t most,
                                      bool sums, uint64_t *removed);

/* Whether a shape is worth a line: ${shape} was never seen before ${since_us}, or came at
 * least four times as often on its last day as on the day before, and 20 times at least. */
bool store_shape_is_new(const struct store_shape *shape, int64_t since_us);

/* Sightings as the rooms above take them (watch/sighting.h). */
struct store_reading;
FSK_MUST_USE enum fsk_err store_read(struct store *store, const struct store_filter *filter,
                                     struct store_reading **reading);

/* The cursor of ${reading}, valid as long as that. What a sighting points to is valid until
 * the next one is asked for; store_reading_said() tells of the last one what is no part of
 * struct sighting. */
struct sighting_cursor store_reading_cursor(struct store_reading *reading);
const struct store_said *store_reading_said(const struct store_reading *reading);
void store_reading_free(struct store_reading *reading);

#endif
