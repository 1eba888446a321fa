/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/mover.h: the one that moves journals into the store: reads what all workers of all
 * processes have put, brings it to the engine in batches, removes segments that were taken
 * whole, syncs once a second those that are appended to, and keeps to the bounds of age
 * and size. Of one store there is one at a time: it holds STORE/lock (flock(2)).
 */
#ifndef STORE_MOVER_H
#define STORE_MOVER_H

#include "store/journal.h"
#include "store/store.h"

#include <stdatomic.h>

struct store_mover;

struct store_mover_setting {
	struct store_plan plan;
	struct store_journal **journals; /* that this process appends to, to be synced; the
	                                  * list is copied; may be none. They outlive the
	                                  * mover, or store_mover_stop() comes first */
	size_t journal_count;
	unsigned keep_days;  /* older sightings are removed; 0: never */
	uint64_t keep_bytes; /* as soon as the engine's files are larger, the oldest are
	                      * removed; 0: never */
	int64_t (*now_us)(void *context);              /* the calendar */
	void (*log)(const char *words, void *context); /* from its threads, one at a time */

	/* Once for each day, after midnight UTC, from its thread: the daily summary of
	 * ${day}, whose first second since 1970 it is, and which has ended; after a pause,
	 * those of the last week. May be NULL. */
	void (*day)(struct store *store, int64_t day, void *context);
	void *context;
};

/* Opens the store, and so takes its lock. FSK_IO with EWOULDBLOCK: another process moves;
 * else as store_open(). */
FSK_MUST_USE enum fsk_err store_mover_new(const struct store_mover_setting *setting,
                                          struct store_mover **mover, struct fault *fault);

/* Begins two threads: one moves, the other syncs the journals. FSK_IO with errno. */
FSK_MUST_USE enum fsk_err store_mover_start(struct store_mover *mover);

/* One round, of who has no thread: syncs the journals and takes all that waits in all
 * journals; FSK_END when there was nothing. Errors as the engine's take(): all is tried
 * again by the next round. */
FSK_MUST_USE enum fsk_err store_mover_step(struct store_mover *mover);

/* Other bounds from now on; from any thread. */
void store_mover_keep(struct store_mover *mover, unsigned keep_days, uint64_t keep_bytes);

struct store_mover_counts {
	_Atomic uint64_t moved;   /* sightings, since the start */
	_Atomic uint64_t damaged; /* segments with something that is no record */
	_Atomic uint64_t unread;  /* records that could not be read, and are left out */
	_Atomic uint64_t failed;  /* attempts that are tried again */
	_Atomic uint64_t removed; /* sightings, by age or size */
	_Atomic uint64_t bytes;   /* of the engine's files */
	_Atomic int64_t
	        behind_us; /* how old the oldest record was that the last round took */
	_Atomic uint64_t cpu_us; /* of the thread that moves */
};
const struct store_mover_counts *store_mover_counts(const struct store_mover *mover);

/* Ends the threads, and forgets the journals: they may be freed now, and what they hold is
 * then taken whole by store_mover_free(). NULL is allowed. */
void store_mover_stop(struct store_mover *mover);

/* Ends the threads, moves what waits, lets go of the lock; NULL is allowed. */
void store_mover_free(struct store_mover *mover);

#endif
