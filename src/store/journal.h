/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/journal.h: where a worker puts a contact before it answers: segments that are only
 * appended to, each record with its length and checksum, in a mapping that is shared with
 * the file, so that what was put outlives the process, however that ends (kill -9). What a
 * power cut may take is what was not synced: store/mover.h does so each second.
 *
 * A journal is the folder STORE/journal/WORKER; its segments are files of a fixed size
 * whose room on the disk is taken before the first record, so that a full disk is an error
 * here and not a fault in the middle of a record. Numbers of segments rise and are never
 * used twice: journal/.last holds the greatest of the store. Whoever appends holds a lock
 * on the segment (flock(2)): a reader sees by that whether more may come.
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "store/record.h"
#include "store/segment.h"

/* Octets of a segment, at least and as a rule. */
#define STORE_SEGMENT_LEAST ((size_t)64 << 10)
#define STORE_SEGMENT ((size_t)16 << 20)

/* Of a worker's name: lower case letters, digits, '-'; with its NUL. */
#define STORE_WORKER_SIZE 64

struct store_journal;

struct store_journal_setting {
	const char *store;  /* folder of the store; that of the journal is made */
	const char *worker; /* whose it is */
	size_t segment;     /* octets */
	int64_t now_us;     /* numbers of segments come from the calendar: greater than
	                     * all that are there, and than before */
};

/* Opens the journal: makes a new segment and puts nothing into it. Segments that are there
 * stay for the mover. FSK_IO with errno, FSK_NOMEM, FSK_SYNTAX for a worker's name that is
 * none. */
FSK_MUST_USE enum fsk_err store_journal_open(const struct store_journal_setting *setting,
                                             struct store_journal **journal);

/* Appends ${sighting}; when it returns FSK_OK it is safe from the end of this process. From
 * one thread. FSK_IO with errno when there is no room (the disk is full): nothing was put,
 * and later calls try again, at most once a second of ${now_us}; the caller counts what is
 * lost. */
FSK_MUST_USE enum fsk_err store_journal_put(struct store_journal *journal,
                                            const struct sighting *sighting,
                                            int64_t now_us);

/* From any thread: brings what was put to the disk, and makes the next segment ahead, so
 * that who puts need not: to be called each second. FSK_IO with errno: what was not synced
 * may be lost by a power cut though a later call succeeds (after a failed fsync pages count
 * as clean); the journal goes on in a new segment, into which what may be lost is put once
 * more, under the same numbers, which makes it harmless. */
FSK_MUST_USE enum fsk_err store_journal_sync(struct store_journal *journal);

/* Records and octets that were put; from any thread. */
struct store_journal_counts {
	uint64_t records, octets, segments;
};
void store_journal_count(const struct store_journal *journal,
                         struct store_journal_counts *counts);

/* Marks the segment as ended, syncs and closes; NULL is allowed. */
void store_journal_free(struct store_journal *journal);

#endif
