/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/roster_made.h: what a roster is made of, for those who make and read it.
 */
#ifndef WATCH_ROSTER_MADE_H
#define WATCH_ROSTER_MADE_H

#include "watch/lists.h"
#include "watch/roster.h"

/* In a forecast's number: it is of the same name as the one before. */
#define ROSTER_MORE (UINT32_C(1) << 31)

/* Forecasts between two entries of the guide. Lists are thousands, and formats ask for
 * the list of each name: a search among the few of one entry is short. */
#define ROSTER_GUIDE 64

/* A name of which there is more to say. */
struct roster_stand {
	size_t first;       /* its first forecast; SIZE_MAX behind the last */
	int64_t known_from; /* of the claim that was ruled on */
	int64_t begins;     /* likewise */
	struct watch_ruling ruling;
};

struct watch_roster {
	unsigned char *text; /* of each name its length and its octets */
	size_t octets;       /* of text */
	uint32_t *number;    /* of each forecast, with ROSTER_MORE; one more, without it */
	size_t forecasts;
	struct roster_stand
	        *stands; /* in the order of the names; one more behind the last */
	struct watch_lists lists;
	uint32_t *guide; /* to the list of every ROSTER_GUIDE-th forecast */
	struct watch_roster_counts counts;
	struct watch_ruling plain;
	uint64_t digest;
};

/* Rules again on the names of ${roster} that were ruled to be popular before, since a name
 * may have been asked for in an earlier period than those of the plan. FSK_NOMEM, and
 * errors of watch_search(). */
FSK_MUST_USE enum fsk_err roster_doubt(struct watch_roster *roster,
                                       const struct watch_roster_setting *setting);

#endif
