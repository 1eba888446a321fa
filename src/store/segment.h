/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/segment.h: a segment of a journal (store/journal.h) as a reader sees it, also while
 * its writer appends to it, in whatever process that lives, or died. What is read is proven
 * by its checksum, or it is not given.
 */
#ifndef STORE_SEGMENT_H
#define STORE_SEGMENT_H

#include "base/span.h"

#include <foresink/err.h>

#include <stdint.h>

struct store_segment;

/* Opens segment ${number} of ${worker} in ${store}. FSK_IO with errno, FSK_NOMEM,
 * FSK_SYNTAX for a worker's name that is none, FSK_CORRUPT for a file that is none,
 * FSK_VERSION for a later version's. */
FSK_MUST_USE enum fsk_err store_segment_open(const char *store, const char *worker,
                                             uint64_t number,
                                             struct store_segment **segment);

/* Gives the record at ${*offset} (0: the first), valid until store_segment_free(), and
 * moves ${offset} behind it. FSK_END: there is no more now; store_segment_ended() says
 * whether that is for ever, and must be asked before the last record is. FSK_CORRUPT: what
 * stands there is no whole record. */
FSK_MUST_USE enum fsk_err store_segment_next(struct store_segment *segment,
                                             uint64_t *offset, struct span *record);

/* Whether nothing will be appended: it was ended, or nobody holds it. */
bool store_segment_ended(struct store_segment *segment);

/* After FSK_CORRUPT at ${offset}: whether this is what a writer leaves who is killed while
 * it puts: the beginning of a record without its word, nothing behind it. Else the segment
 * is damaged. */
bool store_segment_torn(const struct store_segment *segment, uint64_t offset);

/* After FSK_CORRUPT at ${*offset}: moves it to the next whole record behind. FSK_END: there
 * is none. */
FSK_MUST_USE enum fsk_err store_segment_resume(struct store_segment *segment,
                                               uint64_t *offset);

void store_segment_free(struct store_segment *segment);

/* Calls ${found} for each segment of each journal of ${store}, by worker, then number; a
 * result other than FSK_OK ends it and is returned. FSK_IO with errno, FSK_NOMEM; a store
 * that has no journals has no segments. */
FSK_MUST_USE enum fsk_err
store_segments(const char *store,
               enum fsk_err (*found)(const char *worker, uint64_t number, void *context),
               void *context);

/* The same, but a journal that cannot be read is told to ${passed}, with errno, and passed
 * over. */
FSK_MUST_USE enum fsk_err store_segments_passing(
        const char *store,
        enum fsk_err (*found)(const char *worker, uint64_t number, void *context),
        enum fsk_err (*passed)(const char *worker, void *context), void *context);

/* Removes a segment, and the folder of a worker that has none left and whom nobody holds.
 * FSK_IO with errno. */
FSK_MUST_USE enum fsk_err store_segment_remove(const char *store, const char *worker,
                                               uint64_t number);

/* Gives a segment a name, "NUMBER.damaged", by which none of these functions finds it.
 * FSK_IO with errno. */
FSK_MUST_USE enum fsk_err store_segment_set_aside(const char *store, const char *worker,
                                                  uint64_t number);

/* Whether ${worker} is a name of a worker. */
bool store_worker_valid(const char *worker);

#endif
