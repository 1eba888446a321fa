/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/recur.h: did bots make a name popular? They ask for it in its period, and lists
 * of popular names count that like any visit. Most names belong to one period only, but
 * short ones come again: of the 50000 names that Conficker.C makes on a day, a dozen and
 * more were among those of the weeks before. The period that is forecast is then not the
 * first in which bots ask, and a rank from before it is none from before the bots.
 */
#ifndef WATCH_RECUR_H
#define WATCH_RECUR_H

#include "watch/plan.h"
#include "watch/ruling.h"

/* A forecast that was ruled to be popular before. */
struct watch_recur {
	struct fsk_name name; /* lower case */
	size_t generator;
	int64_t taken;  /* when the list was that says so */
	int64_t begins; /* the first second, in the year before that and until then, in
	                 * which a bot of the generator may have asked for the name:
	                 * INT64_MAX when there is none */
};

/* Sets ${forecast} to ${name}, which ${ruling} calls popular, as ${generator} makes it. */
void watch_recur_set(struct watch_recur *forecast, struct span name, size_t generator,
                     const struct watch_ruling *ruling);

/* Finds when ${count} ${forecasts} began, those of one name side by side; of ${plan} its
 * threads and progress are used. A year, because lists of popular names are made of some
 * weeks' visits (Tranco: of 30 days, https://tranco-list.eu/methodology), so that what was
 * asked for earlier leaves no trace in them; periods before the family was first seen do
 * not count, since there was no bot to ask. All lists of these years and generators are
 * made: a fraction of a second for a generator, and only for names that are popular.
 * Errors of watch_search(). */
FSK_MUST_USE enum fsk_err watch_recur_find(struct watch_recur *forecasts, size_t count,
                                           const struct watch_plan *plan);

/* The first second in which bots of ${generator} ask for the names of ${period}. */
int64_t watch_recur_begins(size_t generator, struct fsk_period period);

#endif
