/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/roster_deal.h: the first half of making a roster: all names of the lists,
 * dealt out by their first octet as they come. Each thread deals into chunks of its
 * own, so that nothing is locked, nothing is copied when it grows, and the parts
 * can be sorted each by itself, in memory that stays in the cache.
 */
#ifndef WATCH_ROSTER_DEAL_H
#define WATCH_ROSTER_DEAL_H

#include "base/span.h"
#include "watch/lists.h"
#include "watch/maker.h"

#include <stdatomic.h>

/* One for each value of a first octet, in the order of the names. */
#define ROSTER_PARTS 256

/* Octets behind the last name of a chunk that may be read, so that the first
 * octets of any name are read as one word. */
#define ROSTER_SLACK 8

/* A name as it is dealt: the number of its forecast (4 octets), its length (1
 * octet), its text. */
#define ROSTER_HEAD 5

struct roster_chunk {
	struct roster_chunk *before;
	size_t used; /* octets of text, once another chunk was begun */
	unsigned char text[];
};

/* What one thread has dealt to one part. */
struct roster_part {
	struct roster_chunk *last;
	unsigned char *next; /* in it */
	unsigned char *end;
	uint32_t names;
	size_t octets; /* of the names, each with its length */
};

struct roster_dealer {
	struct watch_maker maker;
	const struct roster_deal *deal;
	size_t left_out; /* by suffix */
	struct roster_part part[ROSTER_PARTS];
};

struct roster_deal {
	struct watch_runs runs;
	struct watch_jobs jobs;
	struct watch_lists lists; /* the lists of the runs, in their order */
	uint32_t *first;          /* of each run: its first list */
	const struct span *suffixes;
	size_t suffix_count;
	size_t left_out; /* forecasts, by confidence */
	size_t chunk_bytes;
	struct roster_dealer *dealers;
	unsigned threads;
	_Atomic uint64_t made; /* names */
};

struct watch_roster_setting;

/* Finds the lists of ${setting}; roster_deal_fini() frees what ${deal} holds.
 * FSK_RANGE when there are 2^31 names or more; else as watch_roster_new(). */
FSK_MUST_USE enum fsk_err roster_deal_init(struct roster_deal *deal,
                                           const struct watch_roster_setting *setting);

/* Makes the names of job ${job} in thread ${worker}. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err roster_deal_run(struct roster_deal *deal, unsigned worker,
                                          size_t job);

/* Gives back what only the making of names needs, when all are made. */
void roster_deal_rest(struct roster_deal *deal);

/* Frees the names of part ${part}. */
void roster_deal_drop(struct roster_deal *deal, size_t part);

/* Frees what ${deal} holds; NULL and a zeroed one are allowed. */
void roster_deal_fini(struct roster_deal *deal);

#endif
