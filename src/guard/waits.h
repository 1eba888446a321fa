/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/waits.h: who waits for an answer of the relay: where it goes, and the gist of what
 * was asked, by which it is told when there is none. Places are taken once and numbered;
 * a place has a turn, so that an answer that comes when its place is somebody else's goes
 * nowhere. Of one worker.
 */
#ifndef GUARD_WAITS_H
#define GUARD_WAITS_H

#include "guard/handle.h"
#include "guard/relay.h"

struct guard_wait {
	uint32_t place, next, turn; /* the owner's */
	bool taken;
	struct guard_back back;
	struct guard_wait *next_answered; /* the worker's */

	/* A datagram's. */
	uint32_t listener;
	struct net_endpoint peer;
	struct address local;

	/* A stream's. */
	uint32_t stream;
	uint64_t stream_turn;

	size_t len;
	uint8_t gist[GUARD_FAILED]; /* becomes the answer when there is none */
};

struct guard_waits;

/* Makes ${count} places; memory is taken as they are used. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err guard_waits_new(uint32_t count, struct guard_waits **waits);
void guard_waits_free(struct guard_waits *waits);

/* A place for what ${outcome} relays, with its gist and what an answer must be like; NULL:
 * all are taken. */
struct guard_wait *guard_waits_take(struct guard_waits *waits,
                                    const struct guard_outcome *outcome);
void guard_waits_give(struct guard_waits *waits, struct guard_wait *wait);

/* To and from what the relay is given. NULL: nobody waits there any more. */
struct guard_asker guard_wait_asker(const struct guard_wait *wait);
struct guard_wait *guard_waits_of(struct guard_waits *waits,
                                  const struct guard_asker *asker);

#endif
