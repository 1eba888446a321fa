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
#include "verdict/cells.h"
#include "watch/shape.h"

#define FAR_LEAST 5

/* Matches of a group that are kept until the next one makes them sightings. */
#define FAR_TOLD (FAR_LEAST - 1)

/* Matches that are remembered at most. One takes 24 bytes with its cell; while its
 * group is not told yet, another 112 and its name (and the machine's), which are freed
 * then; a group takes 56. If each were a group of its own, that is 200 to 250 MiB. */
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
	struct far_group *groups; /* by client, generator and days */
	size_t group_count;
	size_t group_room;
	struct far_match *matches; /* different names of a group */
	size_t count;
	size_t room;
	struct cells by_digest; /* of groups */
	struct cells by_name;   /* of matches, and their group */
	bool full;              /* FAR_MOST came: later ones are lost */
};

FSK_MUST_USE enum fsk_err far_init(struct far *far);
void far_fini(struct far *far);

/* Adds ${sighting}, a far match. When it makes FAR_LEAST of its group, calls ${found}
 * with ${context} for each of them, the oldest first; when it comes behind them, for
 * itself. Time and memory of one do not depend on the others. Errors of ${found},
 * FSK_NOMEM. */
FSK_MUST_USE enum fsk_err far_add(struct far *far, const struct sighting *sighting,
                                  enum fsk_err (*found)(void *context,
                                                        const struct sighting *sighting),
                                  void *context);

#endif
