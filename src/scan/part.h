/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scan/part.h: a piece of a log, some whole lines of it, and what was found in
 * them. Pieces are read by several threads at once, each with a reader of its
 * own; what a piece found depends on nothing but the piece, so that one thread or
 * many give the same. Line numbers count from the start of the piece.
 */
#ifndef SCAN_PART_H
#define SCAN_PART_H

#include "logs/clock.h"
#include "scan/scan.h"
#include "scan/state.h"

/* Bytes of a piece, and of the longest line that is read. */
#define PART_BYTES ((size_t)128 << 10)
#define PART_LINE_MAX ((size_t)64 << 10)

/* Bytes of a page of memory, which is where the buffer begins. */
#define PART_PAGE ((size_t)4 << 10)

/* A clean name that matched a placebo list. */
struct part_placebo {
	uint64_t host; /* hashes */
	uint64_t name;
	uint32_t generator;
};

struct part {
	uint32_t file; /* number of the file in the scan */
	const struct log_format *format;
	struct log_dialect dialect;
	struct log_clock_setting clock;
	char *buffer;     /* 2 * PART_BYTES */
	const char *text; /* the lines, in buffer */
	size_t bytes;     /* of them */
	bool after_long;  /* a line that was too long to be read stood before them */
	bool last;        /* the file ends behind it */
	uint64_t disk;    /* bytes of the file on the disk that are read with it */
	const char *why; /* static: the file ends here before its time; NULL: it does not */
	int error;       /* errno that belongs to why, or 0 */
	struct scan_mark mark; /* where reading stands behind it */

	/* What was found. */
	uint64_t lines;
	uint64_t asked;
	uint64_t aside;
	uint64_t skipped;
	uint64_t timeless;
	uint64_t clientless;
	uint64_t nameless;
	int64_t first_us; /* INT64_MAX, INT64_MIN: nothing was asked */
	int64_t last_us;
	bool assumed_zone;
	bool assumed_year;
	struct scan_skip skips[SCAN_SKIPS];
	size_t skip_count;
	struct sighting *sightings; /* their texts in arena or constants */
	size_t sighting_count;
	size_t sighting_room;
	struct part_placebo *placebos;
	size_t placebo_count;
	size_t placebo_room;
	int64_t *days; /* since 1970, on which something was asked; some twice */
	size_t day_count;
	size_t day_room;
	struct sighting *fars; /* of names of another time, see scan/far.h */
	size_t far_count;
	size_t far_room;
	struct part_text *arena; /* newest block first */
};

/* Makes ${part} and its buffer. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err part_init(struct part *part);
void part_fini(struct part *part);

/* Takes out of ${part} what was found in the last piece. */
void part_clear(struct part *part);

/* Counts a line of ${part} that cannot be read. */
void part_skip(struct part *part, const char *why);

/* Keeps ${text} in the arena of ${part} and puts the copy in its place. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err part_keep(struct part *part, struct span *text);

/* Adds ${sighting}. Its names are kept already, its other texts are kept here.
 * FSK_NOMEM. */
FSK_MUST_USE enum fsk_err part_add_sighting(struct part *part,
                                            const struct sighting *sighting);

/* Adds ${sighting}, whose name is kept here, to those of another time. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err part_add_far(struct part *part, const struct sighting *sighting);

/* Room for one more element of ${size} bytes in ${array}, which has ${count} of
 * ${room}; NULL when there is no memory, and the array stays. */
void *part_grow(void *array, size_t count, size_t *room, size_t size);

#endif
