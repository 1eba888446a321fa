/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_make.h: makes the report of a census: reads its sources twice, as
 * census/gather.h wants them. What goes wrong is said here.
 */
#ifndef CMD_CENSUS_MAKE_H
#define CMD_CENSUS_MAKE_H

#include "cmd/census_ask.h"
#include "cmd/census_hosts.h"
#include "cmd/census_names.h"
#include "cmd/census_report.h"
#include "cmd/census_source.h"
#include "cmd/say.h"

/* What a report is made with, and what it points to. */
struct census_work {
	const struct census_ask *ask;
	struct census_sources *sources;
	struct census_report report;

	struct store_where_files *where;
	uint64_t sought[2], found[2]; /* addresses there: countries, networks */
	struct census_texts texts, sensors;
	struct census_hosts hosts;   /* of files */
	struct census_hosts touched; /* of files: who asked for a canary */
	struct watch_names held, canary;
	struct census_held_lists lists;
	struct census_held counter;
	struct census_set *canaries; /* who asked for one in the span */
	uint64_t *contacts;          /* by number of a generator, in the span */
	uint64_t *unsaid;            /* of no variant, by the number of their family's first
	                              * generator */
	struct progress progress;
	uint64_t done; /* of what the progress tells */
};

/* Makes the report of ${ask} and ${sources}, which must outlive it; census_make_fini()
 * frees it in any case. STATUS_DATA, STATUS_USAGE, STATUS_SYSTEM. When a signal came it is
 * not whole. */
enum status census_make(struct census_work *work, const struct census_ask *ask,
                        struct census_sources *sources);
void census_make_fini(struct census_work *work);

/* The part of ${family}, which the report gets if it has none; NULL: no memory, or too many
 * of them. */
struct census_part *census_make_part(struct census_work *work, struct span family);

/* The family of ${generator}: "conficker" of "conficker/b". */
struct span census_make_family(struct span generator);

#endif
