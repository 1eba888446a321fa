/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/ruling.h: the collision stage: is a forecast name to be blocked, only
 * logged, or allowed, and why? Bots' names collide with real ones. An allow entry
 * decides first. Else a name is only logged when there is evidence of a legitimate
 * owner: it was registered before an outsider could know the family's names, or it
 * was popular before its period began. No such evidence is that a name is short,
 * that it was registered since (a stranger may have done it: that is suspicious,
 * and blocked), or a rank from the time in which bots themselves ask for it.
 */
#ifndef WATCH_RULING_H
#define WATCH_RULING_H

#include "dga/catalog.h"
#include "watch/allow.h"
#include "watch/known.h"

enum watch_state {
	WATCH_BLOCK,
	WATCH_LOG_ONLY, /* do not block; tell who asks */
	WATCH_ALLOW     /* as if no bot made it */
};

enum watch_ground {
	WATCH_GROUND_NONE,         /* block: nothing speaks against it */
	WATCH_GROUND_SUSPICIOUS,   /* block: registered since its family can be computed */
	WATCH_GROUND_REGISTERED,   /* log only: registered before */
	WATCH_GROUND_POPULAR,      /* log only: popular before its period began */
	WATCH_GROUND_ALLOWED,      /* allow: it, or a parent, is on the allow list */
	WATCH_GROUND_ALLOWED_BELOW /* allow: a name below it is on the allow list, and
	                            * lists block a name with all below it */
};

/* By what is ruled; the parts may be NULL, and must outlive the rulings. */
struct watch_rules {
	const struct watch_allow *allow;
	const struct watch_known *known;
	int64_t now; /* for the allow list's ends; seconds since 1970 */
};

/* A forecast name as the rules see it. */
struct watch_claim {
	struct span name;   /* lower case */
	int64_t known_from; /* from then on an outsider could compute it: of several
	                     * families the first; dga_known_from() */
	int64_t begins;     /* the first second in which a bot asks for it (its period,
	                     * less the family's ahead); INT64_MIN: since ever, and then
	                     * known_from stands for it. A name may have had a period
	                     * before: watch/recur.h finds that for what is ruled popular */
};

struct watch_ruling {
	enum watch_state state;
	enum watch_ground ground;
	struct watch_allowed allowed;  /* of the grounds ALLOWED and ALLOWED_BELOW */
	struct watch_known_fact known; /* of the grounds SUSPICIOUS, REGISTERED, POPULAR */
};

/* Rules on ${claim}. The first of these that holds is told: allowed, a name below it
 * allowed, registered before, popular before, registered since. Takes some hundred
 * nanoseconds with a list of a million names. */
void watch_rule(const struct watch_rules *rules, const struct watch_claim *claim,
                struct watch_ruling *ruling);

/* "block", "log-only", "allow". */
const char *watch_state_name(enum watch_state state);

/* A word for programs: "none", "suspicious", "registered", "popular", "allowed",
 * "allowed-below". */
const char *watch_ground_name(enum watch_ground ground);

/* Bytes of the longest sentence that watch_ruling_write() makes, with its NUL. */
#define WATCH_RULING_SIZE 1024

/* Writes why ${ruling} is what it is, in one line for people, with its NUL; for
 * WATCH_GROUND_NONE the empty text. For instance "registered on 1998-04-01, before
 * the family's names could be known (list registered.csv of 2026-11-01)". Foreign
 * parts stand as they were read; a reason that is too long is cut at a character,
 * with "...". */
void watch_ruling_write(const struct watch_ruling *ruling, char text[WATCH_RULING_SIZE]);

#endif
