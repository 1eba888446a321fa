/* SPDX-License-Identifier: BSD-2-Clause
 *
 * drill/judge.h: is the name blocked? What an answer shows, and what it does not: most
 * bots' names are registered by nobody, so that the world says NXDOMAIN too. What tells
 * the two apart is whose word it is: the world's comes with the SOA of the zone above the
 * name, a resolver's own with another or none.
 */
#ifndef DRILL_JUDGE_H
#define DRILL_JUDGE_H

#include "drill/answer.h"

/* How a name is answered. */
enum drill_how {
	DRILL_NXDOMAIN,
	DRILL_NODATA,
	DRILL_SINKHOLE, /* addresses of a sinkhole, or of nowhere, and no others */
	DRILL_REFUSED,
	DRILL_SERVFAIL,
	DRILL_DATA,  /* other addresses or records: a real answer */
	DRILL_OTHER, /* another rcode */
	DRILL_SILENT /* none in time */
};

enum drill_word {
	DRILL_BLOCKED,
	DRILL_PASSES, /* it was asked for beyond the resolver */
	DRILL_UNCLEAR /* it may have been */
};

/* Addresses that stand for "blocked", besides those of drill_is_nowhere(). */
struct drill_sinkholes {
	struct address addresses[DRILL_ADDRESSES];
	size_t count;
};

struct drill_judgement {
	enum drill_how how;
	enum drill_word word;
	const char *why; /* static words, lower case; empty where ${how} says it all */
};

/* Puts the addresses of ${answer} that are not there among ${sinkholes}, as long as there
 * is room. */
void drill_sinkholes_add(struct drill_sinkholes *sinkholes,
                         const struct drill_answer *answer);

/* Judges ${answer} (NULL: none came in time). ${zone} is the name whose own SOA is not the
 * world's, while that of a zone above it is: the name that was asked for, or, of a canary,
 * its domain. The error that the resolver itself tells (EDE) counts more than all else. */
struct drill_judgement drill_judge(const struct drill_answer *answer,
                                   const struct fsk_name *zone,
                                   const struct drill_sinkholes *sinkholes);

/* A word for people and programs: "NXDOMAIN", "NODATA", "sinkhole", "REFUSED",
 * "SERVFAIL", "data", "error", "no answer"; "blocked", "passes", "unclear". */
const char *drill_how_name(enum drill_how how);
const char *drill_word_name(enum drill_word word);

#endif
