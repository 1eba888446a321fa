/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/records.h: the sort by which an index file is made. Hundreds of millions
 * of 64-bit records are dealt out to partitions as they come, each thread into
 * chunks of its own, so that nothing is copied when it grows; then each
 * partition is sorted by itself and its memory goes back to the system.
 */
#ifndef WATCH_RECORDS_H
#define WATCH_RECORDS_H

#include <foresink/err.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct records_chunk;

/* The end of what one thread has dealt to one partition. */
struct records_tail {
	uint64_t *next; /* where the next record goes */
	uint64_t *end;  /* of the chunk */
};

/* What one thread has dealt out. */
struct records {
	struct records_tail *tail;   /* one a partition */
	struct records_chunk **last; /* the chunk of tail; the chunks before hang on it */
	size_t partitions;
	size_t chunk_bytes;
};

/* Gets ready to deal out some ${expected} records to ${partitions} partitions.
 * FSK_NOMEM. */
FSK_MUST_USE enum fsk_err records_init(struct records *records, size_t partitions,
                                       uint64_t expected);

/* Frees what ${records} holds; NULL and a zeroed one are allowed. */
void records_fini(struct records *records);

/* Begins a new chunk for ${partition}. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err records_grow(struct records *records, size_t partition);

/* Deals ${record} to ${partition}. FSK_NOMEM. */
static inline enum fsk_err
records_add(struct records *records, size_t partition, uint64_t record)
{
	struct records_tail *tail = &records->tail[partition];

	if (__builtin_expect(tail->next == tail->end, 0)) {
		enum fsk_err err = records_grow(records, partition);

		if (err != FSK_OK)
			return err;
	}
	*tail->next++ = record;
	return FSK_OK;
}

/* How many records ${partition} has got. */
uint64_t records_count(const struct records *records, size_t partition);

/* Copies the records of ${partition} to ${out}, gives their memory back, and
 * returns how many they were. */
uint64_t records_take(struct records *records, size_t partition, uint64_t *out);

/* Sorts the ${count} records at ${record}, which are below 2^${bits}, with the
 * help of ${spare}, which has room for as many. Returns where they stand then:
 * ${record} or ${spare}. ${digits} is scratch. */
#define RECORDS_DIGIT_BITS 11
#define RECORDS_DIGITS 6 /* of 64 bits */
struct records_digits {
	uint64_t count[RECORDS_DIGITS][1 << RECORDS_DIGIT_BITS];
};
uint64_t *records_sort(uint64_t *record, uint64_t *spare, size_t count, unsigned bits,
                       struct records_digits *digits);

#endif
