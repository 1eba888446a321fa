/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/shelf.h: all names of an index, sorted by their hash into buckets of
 * four on average that lie one behind another. A record is a name as on the
 * pile (watch/pile.h) and its number (watch/lists.h): with one look into the
 * table of buckets and one at the bucket the text is at hand, which proves the
 * match, and so is its origin. In a bucket the numbers rise; equal names are
 * records of their own. Made once, then only read.
 */
#ifndef WATCH_SHELF_H
#define WATCH_SHELF_H

#include "base/fetch.h"
#include "watch/pile.h"

/* Octets of a record beside its label: length, suffix, number. */
#define WATCH_SHELF_BESIDE (1 + 1 + sizeof(uint32_t))

struct watch_shelf {
	uint32_t *starts; /* where each bucket begins in records; count + 1 */
	unsigned char *records;
	uint32_t count; /* of buckets */
};

/* How many buckets a shelf of ${names} names has. */
uint32_t watch_shelf_buckets(uint32_t names);

/* Makes ${shelf} for ${names} names. Each is announced by watch_shelf_expect(), then
 * all are put on it by watch_shelf_fill(). FSK_NOMEM. */
FSK_MUST_USE enum fsk_err watch_shelf_init(struct watch_shelf *shelf, uint32_t names);

/* Puts ${pile}, whose names know their buckets and are all that were announced, on
 * ${shelf}. FSK_NOMEM, FSK_RANGE when the records take more than 4 GiB. */
FSK_MUST_USE enum fsk_err watch_shelf_fill(struct watch_shelf *shelf,
                                           const struct watch_pile *pile);

/* Frees what ${shelf} holds; NULL and a zeroed one are allowed. */
void watch_shelf_fini(struct watch_shelf *shelf);

/* Bytes of memory that ${shelf} points to. */
size_t watch_shelf_bytes(const struct watch_shelf *shelf);

/* Fetches what watch_shelf_expect() writes for ${bucket}. */
static inline void
watch_shelf_prefetch_start(const struct watch_shelf *shelf, uint32_t bucket)
{
	fetch_write(&shelf->starts[bucket + 1]);
}

/* Fetches what watch_shelf_prefetch() reads of ${bucket}. */
static inline void
watch_shelf_prefetch_place(const struct watch_shelf *shelf, uint32_t bucket)
{
	fetch_read(&shelf->starts[bucket]);
}

/* Announces a name of ${bucket} with ${label} octets of label: until the shelf is filled
 * starts[b + 1] holds the bytes of bucket b. */
static inline void
watch_shelf_expect(struct watch_shelf *shelf, uint32_t bucket, size_t label)
{
	shelf->starts[bucket + 1] += (uint32_t)(label + WATCH_SHELF_BESIDE);
}

/* Fetches bucket ${bucket}, which mostly lies in two lines of the cache. */
static inline void
watch_shelf_prefetch(const struct watch_shelf *shelf, uint32_t bucket)
{
	fetch_read(shelf->records + shelf->starts[bucket]);
	fetch_read(shelf->records + shelf->starts[bucket + 1]);
}

/* The record behind ${record}. */
static inline const unsigned char *
watch_shelf_next(const unsigned char *record)
{
	return record + *record + WATCH_SHELF_BESIDE;
}

/* The label of ${record}. */
static inline struct span
watch_shelf_label(const unsigned char *record)
{
	return (struct span){(const char *)record + 1, *record};
}

/* The number of the suffix of ${record}, and its own. */
static inline uint8_t
watch_shelf_suffix(const unsigned char *record)
{
	return record[1 + *record];
}

static inline uint32_t
watch_shelf_number(const unsigned char *record)
{
	uint32_t number;

	memcpy(&number, record + *record + 2, sizeof(number));
	return number;
}

#endif
