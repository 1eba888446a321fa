/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/look.h: many names at once that a dated index is asked for. Nearly all of them
 * are turned away by its filter, which is all that is read of it here.
 */
#ifndef WATCH_LOOK_H
#define WATCH_LOOK_H

#include <foresink/watch.h>

#include <stdbool.h>

/* A name and its parents, as two indices are asked for them: in two steps, so that
 * many names can be asked for at once, and the memory that one needs is fetched while
 * the others are made ready. */
#define WATCH_LOOK_HASHES 4

struct watch_look {
	bool is_name;  /* it is a domain name */
	bool sure;     /* the filters decide; else ask fsk_index_find() of both */
	uint8_t count; /* of hashes that filters are asked for */

	/* Of the name and its parents that may be in an index, the longest first, without
	 * regard to case. The first one tells names apart that are asked for: those below
	 * one parent have one chance to match, and are one here. */
	uint64_t hash[WATCH_LOOK_HASHES];
};

/* The filters of two indices that have the same key, side by side in memory: a name is
 * looked for in both with one fetch. */
struct watch_pair;

/* Makes ${pair} of ${first} and ${second}, which may be freed before it. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err watch_pair_new(const struct fsk_index *first,
                                         const struct fsk_index *second,
                                         struct watch_pair **pair);
void watch_pair_free(struct watch_pair *pair);

/* Bytes of memory that ${pair} takes. */
size_t watch_pair_bytes(const struct watch_pair *pair);

/* Makes ${look} ready for the ${len} octets at ${name}, without a final dot, and
 * fetches what ${pair} needs for it. */
void watch_look_begin(const struct watch_pair *pair, const char *name, size_t len,
                      struct watch_look *look);

/* A domain name, of which more is known. */
struct watch_asked {
	const char *name; /* without a final dot */
	size_t len;       /* at most 63 */
	uint64_t dots;    /* bit i is set where octet i is a dot */
};

/* The same for ${count} names that are ${asked} for. */
void watch_look_begin_all(const struct watch_pair *pair, const struct watch_asked *asked,
                          size_t count, struct watch_look *looks);

/* Whether one of the two may hold the name of ${look} or a parent of it: if not,
 * fsk_index_find() finds nothing in either. */
bool watch_look_end(const struct watch_pair *pair, const struct watch_look *look);

/* The same of ${count} ${looks}, at most 64: bit i is that of looks[i]. */
uint64_t watch_look_end_all(const struct watch_pair *pair, const struct watch_look *looks,
                            size_t count);

/* The same as watch_look_end() of one index. */
bool watch_look_end_one(const struct fsk_index *index, const struct watch_look *look);

/* Fetches what watch_look_end_one() and watch_look_fetch_more() of ${look} will read. */
void watch_look_fetch_again(const struct fsk_index *index, const struct watch_look *look);

/* Fetches what fsk_index_find() of the ${len} octets at ${name}, without a final dot, will
 * read, in two steps: the second needs what the first one fetches, so that others' first
 * steps come between. Both are hints, of which no answer depends. */
void watch_look_fetch(const struct fsk_index *index, const char *name, size_t len,
                      struct watch_look *look);
void watch_look_fetch_more(const struct fsk_index *index, const struct watch_look *look);

#endif
