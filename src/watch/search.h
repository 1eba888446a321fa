/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/search.h: which forecasts, over years, are these names? Found by making
 * every list of the plan that could hold one of them and comparing. Lists whose
 * shape rules all asked names out (suffix, length of the label) are not made.
 * For a few names now and then; who asks often builds an index file
 * (watch/archive.h).
 */
#ifndef WATCH_SEARCH_H
#define WATCH_SEARCH_H

#include <foresink/watch.h>

#include "watch/plan.h"

struct watch_search {
	struct watch_plan plan;
	const struct fsk_name *names; /* to be found: lower case, each once */
	size_t name_count;

	/* Called for each forecast that is names[name], in no order, never from
	 * two threads at once. match->offset is 0. */
	void (*found)(size_t name, const struct fsk_match *match, void *context);
	void *context;
};

/* What was done. */
struct watch_search_stats {
	uint64_t names_made; /* forecasts made and compared */
	size_t ruled_out;    /* generators whose shape no asked name has */
};

/* Makes ${search} and writes ${stats}, also when it was stopped. FSK_STOPPED
 * when the plan's progress said so, FSK_NOMEM, FSK_IO when no thread could be
 * started; matches found before that have been told. */
FSK_MUST_USE enum fsk_err watch_search(const struct watch_search *search,
                                       struct watch_search_stats *stats);

#endif
