/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scan/far.h: names of another time than that of their line: the clock of the machine
 * that asked may be far off. They are looked up in an index file, which holds years.
 * Nearly every short name is a forecast of some day, so a match alone is worth nothing:
 * only when one client asked for FAR_LEAST different names of one generator which lie
 * the same number of days away, they are sightings. With 10,000 days to choose from, and
 * 0.01 names by chance for each, that happens to one host in 10^8.
 */
#ifndef SCAN_FAR_H
#define SCAN_FAR_H

#include "scan/part.h"
#include "watch/shape.h"

#define FAR_LEAST 5

/* Matches that are kept at most: 64 MiB. */
#define FAR_MOST ((size_t)1 << 20)

/* What a thread needs to look names up. */
struct far_look {
	const struct watch_archive *archive; /* NULL: nothing is looked up */
	struct watch_shape_set shapes;
	unsigned v6_bits;
	uint64_t *
	        absent; /* hashes of names that are not there, where they were last asked */
};

/* Makes ${look} after ${setting}. FSK_NOMEM, FSK_UNKNOWN. */
FSK_MUST_USE enum fsk_err far_look_init(struct far_look *look,
                                        const struct scan_setting *setting);
void far_look_fini(struct far_look *look);

/* A clean name, its hash, and who asked for it when. */
struct far_asked {
	struct span name;
	uint64_t hash;
	const struct log_entry *entry;
	int64_t us; /* UTC */
};

/* Looks up the name of ${asked} and its parents, and adds a far match to ${part} for
 * each forecast that it is. FSK_NOMEM; FSK_CORRUPT when the index file is altered. */
FSK_MUST_USE enum fsk_err far_look_up(struct far_look *look, struct part *part,
                                      const struct far_asked *asked);

/* The matches of all files so far. */
struct far {
	struct far_match *matches; /* open addressing by client, generator and days */
	size_t mask;               /* places - 1 */
	size_t count;
	bool full; /* FAR_MOST came: later ones are lost */
};

FSK_MUST_USE enum fsk_err far_init(struct far *far);
void far_fini(struct far *far);

/* Adds ${sighting}, a far match. When it makes FAR_LEAST, or comes behind them, calls
 * ${found} with ${context} for each that is a sighting now. Errors of ${found},
 * FSK_NOMEM. */
FSK_MUST_USE enum fsk_err far_add(struct far *far, const struct sighting *sighting,
                                  enum fsk_err (*found)(void *context,
                                                        const struct sighting *sighting),
                                  void *context);

#endif
