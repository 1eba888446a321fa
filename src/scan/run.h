/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scan/run.h: what scan.c, run.c and follow.c share: a scan from the inside.
 */
#ifndef SCAN_RUN_H
#define SCAN_RUN_H

#include "scan/files.h"
#include "scan/intake.h"
#include "scan/tally.h"

#include <pthread.h>

struct scan {
	struct scan_setting setting;
	struct files files;
	struct watch_view *view;
	struct verdict *verdict;
	struct take *takes;        /* one a thread */
	struct part *parts;        /* one a thread */
	struct scan_file *reports; /* of each file that was begun */
	struct scan_mark *marks;   /* where reading each of them stands */
	struct scan_mark *proven;  /* where an earlier run had ended; offset 0: nowhere */
	size_t begun;              /* files */
	size_t room;               /* of reports, marks and proven */

	/* Under input: who cuts the next piece. */
	pthread_mutex_t input;
	struct intake intake;
	uint64_t cut; /* pieces so far */

	/* Under output: who delivers what a piece found; in the order of pieces. */
	pthread_mutex_t output;
	pthread_cond_t turned;
	uint64_t delivered;
	bool stopped; /* progress said so, or err */
	enum fsk_err err;
	struct tally tally;
	struct far far;
	struct scan_report report;
	uint64_t disk_before; /* bytes on the disk of the files that are done */
	uint64_t disk_whole;

	struct null_rate *rates;
	struct clean clean; /* of all readers */
	size_t index_names; /* under the view's lock */
	size_t index_bytes;
};

/* Makes room for the reports of ${count} files, before threads read them. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err run_reserve(struct scan *scan, size_t count);

/* Begins the report of ${path}, for which there is room, and returns its number. */
uint32_t run_begin(struct scan *scan, const char *path);

/* Delivers what ${part} found: counts, sightings, where reading stands. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err run_deliver(struct scan *scan, struct part *part);

/* Keeps in the state, if there is one, where reading of all files stands. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err run_keep_marks(struct scan *scan);

#endif
