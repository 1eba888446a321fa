/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/allow.h: names that never count, whatever a generator makes: those of
 * real sites, each with a reason and the last second for which it is allowed. An
 * entry allows the name and every name below it. Made once, then only read, by
 * any number of threads.
 */
#ifndef WATCH_ALLOW_H
#define WATCH_ALLOW_H

#include <foresink/dga.h>

#include "base/fault.h"
#include "base/span.h"

struct watch_allow;

/* One entry. Its spans are valid as long as the list, and are not changed by
 * reading more. */
struct watch_allowed {
	struct span name;   /* lower case, no final dot */
	int64_t until;      /* last second, since 1970; INT64_MAX: for ever */
	struct span reason; /* printable UTF-8 as the user wrote it; empty: none given */
	struct span file;   /* as it was given to watch_allow_read() */
	size_t line;        /* in that file, from 1 */
};

/* Makes an empty list and stores it in ${allow}; the caller frees it. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err watch_allow_new(struct watch_allow **allow);

/* Adds the entries of ${text}, a whole file called ${file}, one a line:
 *
 *	NAME [UNTIL [REASON]]
 *
 * NAME in any case, with or without a final dot; letters beyond ASCII are turned
 * into their A-label (watch/site.h); "*." in front is taken off. UNTIL is a date (its
 * last second counts) or an instant of base/date.h, or "-" for ever. REASON is the rest
 * of the line, '#' in it too; where it would begin, or UNTIL, a '#' begins a remark
 * instead, which stands for the reason. Blanks around, empty lines, lines that begin
 * with '#', CR in front of LF and a byte order mark (UTF-8) at the start are passed over.
 * Of a name that stands twice the entry that lasts longest counts, among those one with
 * a reason, else the first. Refused is also what would allow nothing, or too much,
 * without a word: a name with octets that no site has (a URL, a rule of an ad blocker),
 * an address, a single label ("com"), below which everything would be allowed, and a
 * reason that is no UTF-8 or has control characters. A public suffix of two labels
 * ("co.uk") is not told from a site. FSK_SYNTAX with the line, the column and the reason
 * in ${fault} (may be NULL), and nothing of the text is added; FSK_NOMEM, likewise. */
FSK_MUST_USE enum fsk_err watch_allow_read(struct watch_allow *allow, struct span text,
                                           struct span file, struct fault *fault);

/* Whether ${name} (any case, no final dot) or one of its parents is allowed at
 * ${instant}; then ${entry} (may be NULL) is the nearest such entry. */
bool watch_allow_find(const struct watch_allow *allow, struct span name, int64_t instant,
                      struct watch_allowed *entry);

/* Whether a name that lies below ${name} is allowed at ${instant}: who blocks
 * ${name} with all below it would block that too. ${entry} (may be NULL) is one
 * of them, the first in the order of the files. */
bool watch_allow_below(const struct watch_allow *allow, struct span name, int64_t instant,
                       struct watch_allowed *entry);

/* How many names have an entry, and how many of these say no reason. */
size_t watch_allow_count(const struct watch_allow *allow);
size_t watch_allow_unreasoned(const struct watch_allow *allow);

/* Frees ${allow}; NULL is allowed. */
void watch_allow_free(struct watch_allow *allow);

#endif
