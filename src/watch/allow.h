/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/allow.h: names that never count, whatever a generator makes: those of
 * real sites. An entry allows the name and every name below it. Made once, then
 * only read, by any number of threads.
 */
#ifndef WATCH_ALLOW_H
#define WATCH_ALLOW_H

#include <foresink/dga.h>

#include "base/fault.h"
#include "base/span.h"

struct watch_allow;

/* Makes an empty list and stores it in ${allow}; the caller frees it. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err watch_allow_new(struct watch_allow **allow);

/* Adds the entries of ${text}, a whole file: one name a line, in any case, with
 * or without a final dot; blanks around it, empty lines, what follows '#', CR in
 * front of LF and a byte order mark (UTF-8) at the start are passed over; "*." in
 * front of a name is taken off. Refused is also what would allow nothing, or too
 * much, without a word: a name with octets other than letters, digits, '-' and
 * '_' (a URL, a rule of an ad blocker), an address, and a single label ("com"),
 * below which everything would be allowed. A public suffix of two labels
 * ("co.uk") is not told from a site. FSK_SYNTAX with the line, the column and the
 * reason in ${fault} (may be NULL), and nothing of the text is added; FSK_NOMEM,
 * likewise. */
FSK_MUST_USE enum fsk_err watch_allow_read(struct watch_allow *allow, struct span text,
                                           struct fault *fault);

/* Whether ${name} (any case, no final dot) or one of its parents is allowed. */
bool watch_allow_has(const struct watch_allow *allow, struct span name);

/* How many entries there are, each counted once. */
size_t watch_allow_count(const struct watch_allow *allow);

/* Frees ${allow}; NULL is allowed. */
void watch_allow_free(struct watch_allow *allow);

#endif
