/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/report.h: what a scan found, prepared for people: facts and rows of text
 * that the writers of text and of HTML lay out, each with its own escapes.
 * Text made here may hold foreign bytes; it is cut where it is too long.
 */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include "cmd/words.h"
#include "scan/leases.h"
#include "scan/scan.h"

struct report {
	const struct scan_report *scan;
	const struct leases *leases; /* NULL: none */
	size_t generators;           /* that were looked for */
	unsigned window_days;
	const char *index; /* path of the index file; NULL: none */
	const char *zone;  /* of times without one, as the user named it */
	size_t unopened;   /* files and folders that could not be opened */
	bool year_said;
	bool verbose;
	bool incomplete; /* the reading was stopped */
};

/* Hosts by verdict, and those that sent requests of bots. */
struct report_tally {
	size_t word[VERDICT_INFECTED + 1];
	size_t requests;
	size_t undecided; /* of those that are chance */
};

struct report_tally report_count(const struct report *report);

/* How many hosts there are: estimated, but not fewer than were met. Verdicts are
 * reckoned with so many. */
double report_hosts(const struct report *report);

/* Whether ${finding} is chance, but has so many names that only the many others which
 * its host asked for make it so: three that count, or two of one list. And whether
 * ${host} is chance and has such a finding. */
bool report_undecided(const struct verdict_finding *finding);
bool report_undecided_host(const struct verdict_host *host);

/* What to call ${host}: its address, or the name of a machine of which no more is
 * known; that is foreign. */
struct words report_client(const struct verdict_host *host);

/* Whether anything was found: a host that is infected, or likely to be. */
bool report_found(const struct report *report);

/* Whether any name was compared with the lists: if none was, nothing is known. */
bool report_compared(const struct report *report);

/* The machine that ${host} is, as the leases or the log name it. */
struct report_machine {
	struct span name;       /* of the lease, or else of the log; empty: not known */
	struct span lease_name; /* empty: not known, as is hardware */
	struct span hardware;
	bool leased;  /* there is a lease */
	bool changed; /* the address had another one when it was seen first */
};

struct report_machine report_machine_of(const struct report *report,
                                        const struct verdict_host *host);

/* One line of the table of hosts. */
struct report_row {
	struct words host; /* foreign */
	char machine[128]; /* foreign */
	const char *verdict;
	struct words generator;
	struct words names; /* "49 of 250" */
	struct words posterior;
	struct words first;
	struct words last;
	char remarks[512];
};

/* Makes ${row} of ${host} and ${finding}, which may be NULL: of its requests. */
void report_fill(const struct report *report, const struct verdict_host *host,
                 const struct verdict_finding *finding, struct report_row *row);

/* "infected", "likely", "chance". */
const char *report_word(enum verdict_word word);

/* Why ${name} does not count; NULL: it does. */
const char *report_uncounted(const struct verdict_name *name);

/* The path of source ${file}. */
const char *report_path(const struct report *report, uint32_t file);

#endif
