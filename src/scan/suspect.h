/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scan/suspect.h: an entry that may be a sighting, looked at in full: whose
 * forecasts its name is at its time, whether a bot sends such a request, whether its
 * name is on a placebo list. One line in thousands comes here.
 */
#ifndef SCAN_SUSPECT_H
#define SCAN_SUSPECT_H

#include "scan/part.h"
#include "watch/look.h"
#include "watch/view.h"

struct suspect {
	struct part *part;             /* gets what is found */
	const struct log_entry *entry; /* that somebody asked */
	struct span name;              /* of it, without a final dot */
	uint64_t line;                 /* in the piece */
	int64_t us;                    /* UTC */
	unsigned v6_bits;
	const struct watch_view *view;
	const struct fsk_index *index; /* that answers for its time */
	const struct fsk_index *placebo;
	const struct watch_look *look;
};

/* Whether a bot may have sent the request of ${entry}, whose host is ${name}. */
bool suspect_request(const struct log_entry *entry, struct span name);

/* Adds to the piece what ${suspect} is, and stores in ${clean} whether it is nothing:
 * its name counts as clean then. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err suspect_take(const struct suspect *suspect, bool *clean);

#endif
