/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/today.h: what is known today of each client that asked for a forecast: the worst
 * of its generators' verdicts. Bounded: who has no room is not counted. Of one thread.
 */
#ifndef GUARD_TODAY_H
#define GUARD_TODAY_H

#include "guard/suspects.h"
#include "verdict/cells.h"

#define GUARD_TODAY_MOST ((size_t)1 << 20)

struct guard_today_client {
	uint64_t client; /* guard_client_hash() */
	enum verdict_word word;
};

/* Zeros are an empty one. */
struct guard_today {
	struct guard_today_client *clients;
	size_t count, room;
	struct cells cells;
	uint64_t words[3]; /* clients by enum verdict_word */
};

void guard_today_fini(struct guard_today *today);

/* Takes note that one generator's verdict of ${client} is ${word}, and returns the worst of
 * the day. */
enum verdict_word guard_today_note(struct guard_today *today, uint64_t client,
                                   enum verdict_word word);

/* A new day: empties ${today}, and leaves in ${suspects} only those who were in it. So
 * suspicion ends with the day after the last evidence: an address may be another machine's
 * by then. */
void guard_today_turn(struct guard_today *today, struct guard_suspects *suspects);

#endif
