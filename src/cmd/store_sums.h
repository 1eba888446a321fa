/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/store_sums.h: the sums of a store, put together by what the user asks: by hour or
 * day, family, generator, country, kind, fingerprint. From the rollups: no sighting is
 * read.
 */
#ifndef CMD_STORE_SUMS_H
#define CMD_STORE_SUMS_H

#include "cmd/output.h"
#include "store/store.h"

enum store_part {
	STORE_BY_HOUR,
	STORE_BY_DAY,
	STORE_BY_FAMILY,
	STORE_BY_GENERATOR,
	STORE_BY_COUNTRY,
	STORE_BY_KIND,
	STORE_BY_FINGERPRINT
};
#define STORE_PARTS 7

/* What a report is by, in its order; of hosts rather than contacts. */
struct store_by {
	enum store_part parts[STORE_PARTS];
	size_t count;
	bool hosts; /* different hosts a day; by hour, kind and fingerprint there are none
	             */
};

/* Reads "hour,family" into ${by}, which keeps its hosts. STATUS_USAGE, and said. */
enum status store_sums_read(const char *text, struct store_by *by);

/* One line of a report. */
struct store_sum {
	size_t key; /* where its texts begin, each with its NUL */
	size_t len;
	uint64_t count;
};

struct store_sums {
	const struct store_by *by;
	char *keys;
	size_t key_len, key_room;
	struct store_sum *sums;
	size_t count, room;
	uint32_t *slots; /* number of a sum + 1; 0: empty */
	size_t mask;     /* slots - 1 */
	void *hosts;     /* that were counted */
	size_t host_count, host_mask;
};

/* Sums up what ${filter} wants (time and generators) of ${store}, by ${by}, which must
 * outlive ${sums}; store_sums_fini() frees it in any case. Sorted: by time, if that is the
 * first, and then by the texts. */
FSK_MUST_USE enum fsk_err store_sums_make(struct store_sums *sums,
                                          const struct store_by *by, struct store *store,
                                          const struct store_filter *filter);
void store_sums_fini(struct store_sums *sums);

/* Sorts ${sums} by their counts, the greatest first. */
void store_sums_by_count(struct store_sums *sums);

/* Part ${n} of what ${sum} is by; empty: not known, or none. */
struct span store_sums_part(const struct store_sums *sums, const struct store_sum *sum,
                            size_t n);

/* Writes all as a table, or one JSON object a line. */
void store_sums_text(struct output *output, const struct store_sums *sums);
void store_sums_json(struct output *output, const struct store_sums *sums);

#endif
