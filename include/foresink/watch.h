/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink/watch.h: whose name is this? The dated index holds every name of
 * the periods around an instant. A look-up asks for a name and for each of its
 * parents, and each match is proven by the text: there is no false match. An
 * index never changes once it is made, so any number of threads may look names
 * up at the same time without a lock.
 */
#ifndef FORESINK_WATCH_H
#define FORESINK_WATCH_H

#include <foresink/dga.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fsk_index;

/* One forecast that a name is, or lies below. */
struct fsk_match {
	struct fsk_period period; /* whose list holds the name */
	uint32_t generator;       /* its number, see foresink/dga.h */
	uint32_t index;           /* place in that list, from 1 */
	uint32_t offset;          /* octets of the asked name in front of the forecast name:
	                           * 0, it is the forecast; more, it lies below it */
};

/* In place of a count of generators: all that there are. */
#define FSK_ALL_GENERATORS SIZE_MAX

/* Makes an index of the ${count} generators whose numbers ${generators} lists
 * (FSK_ALL_GENERATORS: of all; ${generators} is not read then and may be NULL),
 * of all periods that touch the time from ${from} to ${to} (seconds since 1970,
 * both included), and stores it in ${index}; the caller frees it. FSK_UNKNOWN for
 * a number that does not exist, or for a count without a list; FSK_RANGE when
 * from > to or there are more names than an index can number; FSK_NOMEM. */
FSK_PUBLIC FSK_MUST_USE enum fsk_err fsk_index_new(const size_t *generators, size_t count,
                                                   int64_t from, int64_t to,
                                                   struct fsk_index **index);

/* Looks up the ${len} octets at ${name}, in any case, with or without a final
 * dot, and every parent of it that has two labels or more. Stores up to
 * ${capacity} matches in ${matches}, the longest name first, then in the order
 * of generators, periods and indices, and returns how many there are in all,
 * which may be more than ${capacity}. What is no domain name has none. */
FSK_PUBLIC size_t fsk_index_find(const struct fsk_index *index, const char *name,
                                 size_t len, struct fsk_match *matches, size_t capacity);

/* How many names ${index} holds, duplicates included, and how many bytes of
 * memory it takes. */
FSK_PUBLIC size_t fsk_index_names(const struct fsk_index *index);
FSK_PUBLIC size_t fsk_index_bytes(const struct fsk_index *index);

/* Frees ${index}; NULL is allowed. */
FSK_PUBLIC void fsk_index_free(struct fsk_index *index);

#ifdef __cplusplus
}
#endif

#endif
