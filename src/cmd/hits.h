/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/hits.h: the forecasts that some names are. From an index file where it
 * covers what is asked, else by making the lists and comparing (watch/search.h):
 * the two give the same.
 */
#ifndef CMD_HITS_H
#define CMD_HITS_H

#include "cmd/options.h"
#include "watch/archive.h"
#include "watch/shape.h"

/* One forecast that is name number ${query}. */
struct hit {
	size_t query;
	struct fsk_match match;
};

struct hits {
	const struct selection *selection; /* the generators that are asked */
	struct watch_shape_set shapes;     /* of their names */

	struct fsk_name *queries; /* to be found; sorted, each once, after finding */
	size_t query_count;
	size_t query_room;

	struct hit *hits; /* sorted by query, generator, period, index */
	size_t count;
	size_t room;

	uint64_t names_made; /* forecasts made to answer; 0: the file knew all */
	bool nomem;
};

/* Begins with no queries, for the generators of ${selection}, which stays the
 * caller's and must outlive ${hits}. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err hits_init(struct hits *hits, const struct selection *selection);

/* Frees what ${hits} holds; a zeroed one is allowed. */
void hits_fini(struct hits *hits);

/* Forgets queries and hits. */
void hits_clear(struct hits *hits);

/* Adds ${name} to the queries, and each of its parents that has two labels or
 * more, if one of the generators could make it by its shape. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err hits_ask(struct hits *hits, const struct fsk_name *name);

/* Finds all queries over ${span}, by ${threads} workers; ${archive} may be NULL.
 * Shows progress. FSK_STOPPED, FSK_NOMEM, FSK_CORRUPT (of the archive), FSK_IO. */
FSK_MUST_USE enum fsk_err hits_find(struct hits *hits, struct span_of_time span,
                                    unsigned threads, const struct watch_archive *archive);

/* The hits of ${name}: the first is returned, ${count} of them follow one
 * another; NULL and 0 when there is none. */
const struct hit *hits_of(const struct hits *hits, const struct fsk_name *name,
                          size_t *count);

#endif
