/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/known.h: names of which others say that somebody owns or visits them:
 * lists of popular names, and snapshots of registered ones. Each list was taken at
 * a time, and says nothing of the time before. They are evidence for the collision
 * stage (watch/ruling.h), not permission. Third parties make them, so a line that
 * cannot be read is counted and passed over. Made once, then only read, by any
 * number of threads. A million names take some 40 MB.
 */
#ifndef WATCH_KNOWN_H
#define WATCH_KNOWN_H

#include <foresink/dga.h>

#include "base/fault.h"
#include "base/span.h"

struct watch_known;

enum watch_known_kind {
	WATCH_POPULAR,   /* the number is a rank, from 1; 0: the list has no ranks */
	WATCH_REGISTERED /* the number is the day of the registration, since 1970;
	                  * WATCH_KNOWN_NO_DAY: the list does not say */
};

#define WATCH_KNOWN_NO_DAY INT32_MIN

/* A list that is read. */
struct watch_known_list {
	enum watch_known_kind kind;
	struct span file; /* as people call it; copied */
	int64_t taken;    /* when it was taken: seconds since 1970 */
};

/* What was read of it. */
struct watch_known_count {
	size_t names;       /* that were taken, each once */
	size_t skipped;     /* lines or elements that are no names */
	struct fault first; /* the first of them; its why is NULL when there is none */
};

/* What a list says of a name. */
struct watch_known_fact {
	const struct watch_known_list *list; /* valid as long as the known names */
	struct span name;                    /* what stands in the list: the name itself, or
	                                      * one that lies below it */
	int32_t number;                      /* rank or day, see the kinds */
};

FSK_MUST_USE enum fsk_err watch_known_new(struct watch_known **known);

/* Adds ${text}, a whole file, told by content: "RANK,NAME" (Tranco, Umbrella),
 * Majestic's CSV with its header (GlobalRank, Domain among the columns), a MISP
 * warninglist (JSON with "list", of the types string and hostname), one name a line in
 * the order of rank, or, of WATCH_REGISTERED, "NAME", "NAME,DATE" or "NAME<TAB>DATE"
 * with the day of registration. Names in any case, with "*." or a dot in front, a final
 * dot, quotes around, or letters beyond ASCII; comments ('#'), empty lines, CR and a byte
 * order mark are passed over. Of WATCH_POPULAR a name says the same of its parents that
 * have two labels or more: who visits www.example.com visits example.com. Stores in
 * ${count} what was read. FSK_SYNTAX with ${fault} (may be NULL) when it is of none of
 * these forms, which is so when no name can be read of it though it says something, and
 * nothing is added; FSK_NOMEM, likewise, also for more than 4 GiB of names. */
FSK_MUST_USE enum fsk_err watch_known_read(struct watch_known *known, struct span text,
                                           const struct watch_known_list *list,
                                           struct watch_known_count *count,
                                           struct fault *fault);

/* What the lists of ${kind} say of ${name} (any case, no final dot) that holds from
 * the most distant past: the fact of the list that was taken first, of a
 * registration the one with the earliest day. False when they say nothing. */
bool watch_known_find(const struct watch_known *known, enum watch_known_kind kind,
                      struct span name, struct watch_known_fact *fact);

/* Calls ${take} with each name that stands in the lists of ${kind}, once for each list, in
 * the order in which they were read, until it returns false. Of popular names the parents
 * are not told, though watch_known_find() finds them: they are parts of what is told. */
void watch_known_each(const struct watch_known *known, enum watch_known_kind kind,
                      bool (*take)(struct span name, void *context), void *context);

/* Frees ${known}; NULL is allowed. */
void watch_known_free(struct watch_known *known);

#endif
