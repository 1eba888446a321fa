/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/engine.h: what a place that keeps sightings must state about itself: SQLite now,
 * others later. What reaches it comes at least once, in batches; each has a key (worker,
 * segment, where it begins and ends in it), and a batch that came before changes nothing.
 * An engine is one set of files under engines/ and one line in engines.def.
 */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include "base/fault.h"
#include "store/filter.h"
#include "store/record.h"
#include "store/where.h"
#include "watch/hostday.h"

/* A sighting of a batch. */
struct store_item {
	uint64_t offset; /* in its segment: with worker and segment its key */
	struct sighting sighting;
	struct store_said said;
};

/* Records of one segment, in its order. */
struct store_batch {
	const char *worker;
	uint64_t segment;
	uint64_t end; /* offset behind the last record: from where the next one reads */
	const struct store_item *items;
	size_t count;
	bool last; /* nothing will come of this segment any more */
};

struct store_plan {
	const char *folder;
	bool create;   /* else FSK_IO with ENOENT when there is none */
	bool readonly; /* by any number of readers, while one writes; who may not write
	                * into the folder needs the files that a writer leaves there */
	bool migrate;  /* one of an earlier version is brought to this one's form */
	bool tend;     /* to remove or migrate alone: take() is not called, and no secret is
	                * needed where clients have pseudonyms */
	const char *country; /* path of a file that says which country an address is in, and
	                      * which network; NULL: none. Both may be of one file */
	const char *network;
	const uint8_t *secret; /* STORE_SECRET octets: clients are pseudonymised
	                        * (store/pseudonym.h), from now on, and nobody writes
	                        * into it without a secret any more; NULL: they are not */
};

/* Sums of what is kept, of an hour, a generator and a country. */
struct store_hour {
	int64_t hour;          /* its first second, since 1970 */
	struct span generator; /* "conficker/b"; "conficker": of the family that sends such
	                        * requests, no more is known; empty: of none */
	struct span country;   /* "DE"; empty: not known */
	enum sighting_kind kind;
	struct span fingerprint; /* empty: none */
	uint64_t contacts;       /* with what they stand for */
};

/* What one host did in one day; or, where who they were is no longer kept, all hosts of a
 * generator and country. */
struct store_day {
	struct hostday host; /* marks: of contacts that speak of hosts
	                      * (store_speaks_of_host()). Whose sightings were gone when a
	                      * store of version 1 was migrated has no hours: see there */
	uint64_t forgotten;  /* so many hosts, and client is nobody, and hours, names,
	                      * outside  and alien are not kept; 0: it is one */
};

/* A shape of requests that no fingerprint of a bot knows. */
struct store_shape {
	struct span text;
	int64_t first_us, last_us;
	uint64_t contacts; /* in all */
	uint64_t today;    /* on the day of the last one */
	uint64_t before;   /* on the day before that */
	uint64_t hosts;    /* different clients on the day of the last one, at least */
};

struct store_facts {
	unsigned version; /* of its form */
	uint64_t sightings;
	int64_t first_us, last_us; /* INT64_MAX, INT64_MIN: it is empty */
	uint64_t bytes; /* of its files that are in use, journals not included: what removal
	                 * frees is used again before a file grows */
	uint64_t unknown; /* contacts, by the sums, of generators that this version does
	                   * not know */
	uint64_t generators, shapes, host_days;
	bool pseudonyms; /* some clients are */
};

/* What is known without looking at what is kept. */
struct store_brief {
	uint64_t sightings;
	uint64_t bytes;  /* as in the facts */
	uint64_t free;   /* what its files hold besides, to be used again or given back */
	bool pseudonyms; /* it was opened with a secret */
	bool clear;      /* and before that it took clients as they are */
};

struct store_engine {
	const char *name; /* as in engines.def */

	/* FSK_IO with errno, FSK_VERSION for a later
	 * version's form (or an earlier one's, unless it is to be migrated), FSK_CORRUPT
	 * for what is none, FSK_MISMATCH where a secret, or another one, is needed,
	 * FSK_NOMEM; ${fault} (may be NULL) says why. */
	enum fsk_err (*open)(const struct store_plan *plan, void **state,
	                     struct fault *fault);
	void (*close)(void *state); /* NULL is allowed */

	/* Keeps ${batches}, whole or not at all: on the disk when it returns FSK_OK.
	 * FSK_IO with errno (ENOSPC: no room; EWOULDBLOCK: another one writes; the same may
	 * be brought again), FSK_NOMEM. */
	enum fsk_err (*take)(void *state, const struct store_batch *batches, size_t count);

	/* How far ${segment} of ${worker} was taken: where the next batch begins, 0 for
	 * one that was never seen; ${last}: its last batch was. */
	enum fsk_err (*taken)(void *state, const char *worker, uint64_t segment,
	                      uint64_t *end, bool *last);

	/* Sightings that ${filter} wants, by time. */
	enum fsk_err (*sightings)(void *state, const struct store_filter *filter,
	                          void **reading);
	enum fsk_err (*next)(void *reading, struct sighting *sighting,
	                     struct store_said *said); /* FSK_END */
	void (*done)(void *reading);

	/* Sums, by hour or day, then generator; of a filter time and generators count. A
	 * result of ${tell} other than FSK_OK ends it and is returned. */
	enum fsk_err (*hours)(void *state, const struct store_filter *filter,
	                      enum fsk_err (*tell)(const struct store_hour *, void *),
	                      void *context);
	enum fsk_err (*days)(void *state, const struct store_filter *filter,
	                     enum fsk_err (*tell)(const struct store_day *, void *),
	                     void *context);
	enum fsk_err (*shapes)(void *state, int64_t since_us,
	                       enum fsk_err (*tell)(const struct store_shape *, void *),
	                       void *context);

	enum fsk_err (*facts)(void *state, struct store_facts *facts);

	/* Takes no longer the more there is. */
	enum fsk_err (*brief)(void *state, struct store_brief *brief);

	/* Looks at all that is kept: is it whole, do the sums agree with the sightings?
	 * ${wrong} is told each thing that is not, in words. */
	enum fsk_err (*check)(void *state, void (*wrong)(const char *words, void *),
	                      void *context);

	/* Removes sightings before ${before_us}, at most ${most} of them, oldest first
	 * (sums stay unless ${sums}); how many in ${removed}. Of days that are over by
	 * ${before_us} and have no sighting left, who the hosts were goes as well, and how
	 * many there were stays. Where much of the files is
	 * free then, some of that is given back to the system. */
	enum fsk_err (*prune)(void *state, int64_t before_us, uint64_t most, bool sums,
	                      uint64_t *removed);
};

#endif
