/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/records.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CHUNK_MIN ((size_t)64 * 1024)
#define CHUNK_MAX ((size_t)16 * 1024 * 1024)

/* Chunks that a partition gets of each thread, about: half of one is wasted. */
#define CHUNKS 8

struct records_chunk {
	struct records_chunk *before;
	uint64_t record[];
};

enum fsk_err
records_init(struct records *records, size_t partitions, uint64_t expected)
{
	struct records made = {.partitions = partitions, .chunk_bytes = CHUNK_MIN};

	while (made.chunk_bytes < CHUNK_MAX &&
	       made.chunk_bytes < expected / partitions / CHUNKS * sizeof(uint64_t))
		made.chunk_bytes *= 2;
	made.tail = calloc(partitions, sizeof(*made.tail));
	made.last = calloc(partitions, sizeof(struct records_chunk *));
	if (made.tail == NULL || made.last == NULL) {
		records_fini(&made);
		return FSK_NOMEM;
	}
	*records = made;
	return FSK_OK;
}

enum fsk_err
records_grow(struct records *records, size_t partition)
{
	/* Mapped, not from the heap, so that it goes back to the system when the
	 * partition is done. */
	struct records_chunk *chunk =
	        mmap(NULL, records->chunk_bytes, PROT_READ | PROT_WRITE,
	             /* cppcheck-suppress invalidFunctionArg ; this memory has no file */
	             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t room = (records->chunk_bytes - sizeof(*chunk)) / sizeof(uint64_t);

	if (chunk == MAP_FAILED)
		return FSK_NOMEM;
	chunk->before = records->last[partition];
	records->last[partition] = chunk;
	records->tail[partition] =
	        (struct records_tail){chunk->record, chunk->record + room};
	return FSK_OK;
}

/* Records in ${chunk} of ${partition}: all but the last are full. */
static size_t
filled(const struct records *records, size_t partition, const struct records_chunk *chunk)
{
	if (chunk == records->last[partition])
		return (size_t)(records->tail[partition].next - chunk->record);
	return (records->chunk_bytes - sizeof(*chunk)) / sizeof(uint64_t);
}

uint64_t
records_count(const struct records *records, size_t partition)
{
	uint64_t count = 0;

	for (const struct records_chunk *chunk = records->last[partition]; chunk != NULL;
	     chunk = chunk->before)
		count += filled(records, partition, chunk);
	return count;
}

uint64_t
records_take(struct records *records, size_t partition, uint64_t *out)
{
	uint64_t count = 0;

	for (struct records_chunk *chunk = records->last[partition]; chunk != NULL;) {
		struct records_chunk *before = chunk->before;
		size_t part = filled(records, partition, chunk);

		memcpy(out + count, chunk->record, part * sizeof(*out));
		count += part;
		munmap(chunk, records->chunk_bytes);
		chunk = before;
	}
	records->last[partition] = NULL;
	records->tail[partition] = (struct records_tail){NULL, NULL};
	return count;
}

void
records_fini(struct records *records)
{
	if (records == NULL)
		return;
	for (size_t i = 0; records->last != NULL && i < records->partitions; i++) {
		while (records->last[i] != NULL) {
			struct records_chunk *before = records->last[i]->before;

			munmap(records->last[i], records->chunk_bytes);
			records->last[i] = before;
		}
	}
	free(records->tail);
	free(records->last);
	*records = (struct records){.partitions = 0};
}

static size_t
digit_of(uint64_t record, unsigned place)
{
	return record >> place * RECORDS_DIGIT_BITS & ((1 << RECORDS_DIGIT_BITS) - 1);
}

/* Turns how often each value stands in ${count} into where its first goes. */
static void
sum_up(uint64_t *count)
{
	uint64_t below = 0;

	for (size_t i = 0; i < 1 << RECORDS_DIGIT_BITS; i++) {
		uint64_t here = count[i];

		count[i] = below;
		below += here;
	}
}

uint64_t *
records_sort(uint64_t *record, uint64_t *spare, size_t count, unsigned bits,
             struct records_digits *digits)
{
	unsigned places = (bits + RECORDS_DIGIT_BITS - 1) / RECORDS_DIGIT_BITS;

	/* From the lowest digit to the highest, each pass keeping the order of the
	 * one before: linear, whatever the records are. */
	memset(digits, 0, sizeof(*digits));
	for (size_t i = 0; i < count; i++) {
		for (unsigned place = 0; place < places; place++)
			digits->count[place][digit_of(record[i], place)]++;
	}
	for (unsigned place = 0; place < places; place++) {
		uint64_t *next = digits->count[place];
		uint64_t *other = spare;

		sum_up(next);
		for (size_t i = 0; i < count; i++)
			spare[next[digit_of(record[i], place)]++] = record[i];
		spare = record;
		record = other;
	}
	return record;
}
