/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scan/take.h: from the lines of a piece to its sightings. Lines are taken in
 * batches: of each the name is made ready and what it needs of the indices is
 * fetched; when all are ready they are decided. The few that are not clean are then
 * read once more, in full. A reader belongs to one thread.
 */
#ifndef SCAN_TAKE_H
#define SCAN_TAKE_H

#include "logs/usual.h"
#include "scan/far.h"
#include "scan/part.h"
#include "verdict/clean.h"
#include "watch/look.h"
#include "watch/view.h"

#define TAKE_BATCH 32

/* A line that asks, made ready. */
struct take_one {
	uint64_t number; /* of the line in its piece */
	struct clean_note note;
	bool known;   /* note is made: it is known who asked */
	bool request; /* it has one that a bot may have sent */
};

struct take {
	const struct scan_setting *setting;
	struct watch_view *view;
	const struct fsk_index *placebo; /* of the view */
	struct watch_block block;        /* that answered last */
	const struct watch_pair *pair;   /* of both */
	int64_t from_us;                 /* for these microseconds; from > to: for none */
	int64_t to_us;
	int64_t day;         /* since 1970, of the last line */
	int64_t day_from_us; /* from > to: there was none in this piece */
	int64_t day_to_us;
	struct log_clock clock;
	struct log_scratch scratch;
	struct clean clean;
	struct far_look far;
	struct log_usual lines[TAKE_BATCH]; /* times are UTC; of others than usual ones
	                                     * there is no more than that and the line */
	struct take_one ones[TAKE_BATCH];
	struct watch_asked asked[TAKE_BATCH]; /* names of those that are made ready */
	struct watch_look looks[TAKE_BATCH];  /* for them */
	size_t count;
};

FSK_MUST_USE enum fsk_err take_init(struct take *take, const struct scan_setting *setting,
                                    struct watch_view *view);
void take_fini(struct take *take);

/* Reads the lines of ${part}. FSK_NOMEM, FSK_RANGE (more forecasts than an index can
 * hold). */
FSK_MUST_USE enum fsk_err take_lines(struct take *take, struct part *part);

/* Begins ${part}, whose format is no text, takes one record of it of the kind ${kind},
 * and ends it. Errors as take_lines(). */
void take_begin(struct take *take, const struct part *part);
FSK_MUST_USE enum fsk_err take_record(struct take *take, struct part *part,
                                      enum log_kind kind, const struct log_entry *entry);
void take_end(const struct take *take, struct part *part);

#endif
