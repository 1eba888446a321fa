/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/view.h: the dated index for times that come from outside: around any
 * instant that is asked for it has an index of the lists that hold there or up
 * to a window earlier or later. Indices are made when they are first wanted, of
 * some days at once, more the longer the run of days is, and kept up to a limit; so memory
 * grows with the days in view and with nothing else. Beside them one index of
 * placebo lists: as many names of the same generators, of days when none of
 * this can have been seen, to measure how often innocent names match.
 * Functions may be called from any thread. Two threads make two indices at the same
 * time; who waits for one makes the placebo index meanwhile if that is expected.
 */
#ifndef WATCH_VIEW_H
#define WATCH_VIEW_H

#include <foresink/watch.h>

#include "base/date.h"
#include "watch/look.h"

struct watch_view;

/* Days from a list to its placebo: 27 years and some months. Not whole years: of one
 * day in two years cryptolocker makes nearly the same names. */
#define WATCH_PLACEBO_DAYS INT64_C(9973)

/* Seconds of ${days} in a window; the most that may be asked for. */
#define WATCH_VIEW_WINDOW_MOST 366

struct watch_view_setting {
	const size_t *generators; /* numbers, rising, each once; copied */
	size_t generator_count;
	unsigned window_days; /* 0..WATCH_VIEW_WINDOW_MOST */
	size_t most_bytes;    /* of indices that are kept while nobody holds them; 0: any */

	/* Called when names were put into indices: how many, and in what time
	 * they hold. From any thread, one at a time. May be NULL. */
	void (*made)(size_t names, size_t bytes, void *context);
	void *context;
};

/* What the index of some days is. */
struct watch_block {
	int64_t from; /* seconds since 1970: it answers for from..to, both */
	int64_t to;   /* included */
	const struct fsk_index *index; /* of the lists that touch from - window ..
	                                * to + window */
};

/* Makes ${view} after ${setting}; the caller frees it. FSK_NOMEM, FSK_UNKNOWN. */
FSK_MUST_USE enum fsk_err watch_view_new(const struct watch_view_setting *setting,
                                         struct watch_view **view);

/* Stores in ${block} the index that answers for ${instant} (seconds since 1970, in
 * DATE_FIRST..DATE_LAST), which is held until watch_view_release(). FSK_NOMEM, FSK_RANGE
 * for an instant outside the calendar or when the lists are too many. */
FSK_MUST_USE enum fsk_err watch_view_at(struct watch_view *view, int64_t instant,
                                        struct watch_block *block);

/* Gives ${block} back, once each time that it was given. One whose index is NULL is
 * allowed. */
void watch_view_release(struct watch_view *view, const struct watch_block *block);

/* Whether ${match} holds at ${instant} or up to the window from it. */
bool watch_view_holds(const struct watch_view *view, const struct fsk_match *match,
                      int64_t instant);

/* Says of which days the placebo index is to be when it is made, as if
 * watch_view_placebo() were called; it makes nothing. */
void watch_view_expect(struct watch_view *view, int64_t instant);

/* Makes the placebo index if it is expected and nobody has asked for it yet. FSK_NOMEM,
 * FSK_RANGE. */
FSK_MUST_USE enum fsk_err watch_view_settle(struct watch_view *view);

/* The index of placebo lists, made when it is first asked for, of the days around
 * ${instant} + WATCH_PLACEBO_DAYS: for one run one index, whatever is asked
 * later. As many names as hold within the window of one instant. */
FSK_MUST_USE enum fsk_err watch_view_placebo(struct watch_view *view, int64_t instant,
                                             const struct fsk_index **placebo);

/* The filters of ${block} and of the placebo index, which must have been given, side by
 * side; valid as long as ${block} is held. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err watch_view_pair(struct watch_view *view,
                                          const struct watch_block *block,
                                          const struct watch_pair **pair);

/* Frees ${view}; NULL is allowed. */
void watch_view_free(struct watch_view *view);

#endif
