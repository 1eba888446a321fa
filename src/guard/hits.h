/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/hits.h: the way of hits from one worker to the ledger: a ring of fixed records, of
 * one writer and one reader, without a lock. When it is full a hit is counted and lost: a
 * worker never waits for who tells.
 */
#ifndef GUARD_HITS_H
#define GUARD_HITS_H

#include "guard/policy.h"
#include "guard/who.h"

#include <stdatomic.h>

/* A forecast name that was asked for, as the worker saw it. */
struct guard_hit {
	int64_t us; /* of the calendar */
	struct guard_client who;
	enum sighting_transport transport;
	struct fsk_match match;
	enum watch_state state;
	enum watch_ground ground;
	enum guard_action action;
	bool passed; /* by a pass */
	uint16_t qtype;
	double clean; /* different clean names that the client asked this worker for */
	struct fsk_name name; /* as asked, lower case */
};

struct guard_hits;

/* A ring of ${room} hits, a power of 2. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err guard_hits_new(size_t room, struct guard_hits **hits);
void guard_hits_free(struct guard_hits *hits);

/* The writer: the next place to fill, NULL when there is none (counted); what was filled
 * is seen by the reader after guard_hits_put(). */
struct guard_hit *guard_hits_room(struct guard_hits *hits);
void guard_hits_put(struct guard_hits *hits);

/* The reader: the one with ${n} in front of it, NULL when there is none; guard_hits_take()
 * lets go of the oldest. */
const struct guard_hit *guard_hits_at(struct guard_hits *hits, size_t n);
void guard_hits_take(struct guard_hits *hits);

uint64_t guard_hits_lost(const struct guard_hits *hits);

#endif
