/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/bounds.h"

#include "base/date.h"

#include <errno.h>
#include <stdio.h>

/* Sightings of a slice, at least; else twice as many as came since the last one. */
#define SLICE 20000

#define MINUTE (60 * DATE_SECOND)
#define HOUR (60 * MINUTE)
#define DAY (DATE_DAY * DATE_SECOND)

void
store_bounds_init(struct store_bounds *bounds, int64_t now_us)
{
	bounds->now_us = bounds->size_us = now_us;
	bounds->age_us = now_us + HOUR;
}

/* Has what is old stay for some time, for the clock is ${ahead_us} ahead: it is perhaps put
 * right soon. */
static void
wait_for_clock(struct store_bounds *bounds, int64_t ahead_us, unsigned keep_days)
{
	char words[160];

	bounds->age_us = bounds->now_us + (ahead_us > DAY ? DAY : HOUR);
	if (ahead_us <= DAY || keep_days == 0)
		return;
	snprintf(words, sizeof(words),
	         "the clock is %lld days ahead of what was seen last: for a day nothing is "
	         "removed for its age, should that be wrong",
	         (long long)(ahead_us / DAY));
	bounds->log(words, bounds->context);
}

void
store_bounds_begin(struct store_bounds *bounds, unsigned keep_days)
{
	struct store_facts facts;
	int64_t ahead;

	if (bounds->begun || keep_days == 0)
		return;
	bounds->begun = true;
	if (store_facts(bounds->store, &facts) != FSK_OK || facts.sightings == 0 ||
	    __builtin_sub_overflow(bounds->now_us, facts.last_us, &ahead))
		return;
	if (ahead > DAY)
		wait_for_clock(bounds, ahead, keep_days);
}

static void
say_failure(struct store_bounds *bounds, enum fsk_err err)
{
	char words[160];

	atomic_fetch_add(&bounds->counts->failed, 1);
	if (!bounds->failed) {
		snprintf(words, sizeof(words), "nothing old can be removed: %s",
		         err == FSK_IO ? strerror(errno) : fsk_strerror(err));
		bounds->log(words, bounds->context);
	}
	bounds->failed = true;
}

/* Removes at most ${most} sightings before ${before_us}; how many, SIZE_MAX: none could be.
 */
static uint64_t
prune(struct store_bounds *bounds, int64_t before_us, uint64_t most)
{
	uint64_t removed;
	enum fsk_err err = store_prune(bounds->store, before_us, most, false, &removed);

	if (err != FSK_OK) {
		say_failure(bounds, err);
		return SIZE_MAX;
	}
	bounds->failed = false;
	atomic_fetch_add(&bounds->counts->removed, removed);
	return removed;
}

static void
keep_to_age(struct store_bounds *bounds, unsigned keep_days)
{
	int64_t kept = (int64_t)keep_days * DAY;
	uint64_t removed = 0;

	if (bounds->now_us < bounds->age_us)
		return;
	if (keep_days > 0 && bounds->now_us > kept)
		removed = prune(bounds, bounds->now_us - kept, bounds->slice);
	if (removed != bounds->slice)
		bounds->age_us = bounds->now_us + MINUTE;
}

/* Looks how large the store is, and how many sightings are to go for that: so large a part
 * of them as its size is of itself too large, and a hundredth more. */
static void
measure(struct store_bounds *bounds, uint64_t keep_bytes)
{
	struct store_brief brief;
	enum fsk_err err = store_brief(bounds->store, &brief);
	double part;

	bounds->size_us = bounds->now_us + MINUTE;
	if (err != FSK_OK) {
		say_failure(bounds, err);
		return;
	}
	atomic_store(&bounds->counts->bytes, brief.bytes);
	if (keep_bytes == 0 || brief.bytes <= keep_bytes || brief.sightings == 0) {
		bounds->bytes = 0;
		return;
	}
	if (bounds->bytes != 0 && brief.bytes >= bounds->bytes &&
	    atomic_load(&bounds->counts->moved) - bounds->moved < bounds->gone) {
		/* More went than came, and nothing is won by it. */
		bounds->size_us = bounds->now_us + HOUR;
		bounds->bytes = 0;
		if (!bounds->larger)
			bounds->log("the store is larger than it may be, and removing "
			            "what is old does not make it smaller",
			            bounds->context);
		bounds->larger = true;
		return;
	}
	part = (double)(brief.bytes - keep_bytes) / (double)brief.bytes + 0.01;
	bounds->excess = (uint64_t)((double)brief.sightings * (part < 1 ? part : 1)) + 1;
	bounds->bytes = brief.bytes;
	bounds->moved = atomic_load(&bounds->counts->moved);
	bounds->gone = 0;
}

static void
keep_to_size(struct store_bounds *bounds, uint64_t keep_bytes)
{
	uint64_t most, removed;

	if (bounds->excess == 0 && bounds->now_us >= bounds->size_us)
		measure(bounds, keep_bytes);
	if (bounds->excess == 0 || bounds->now_us < bounds->size_us - MINUTE)
		return;
	most = bounds->excess < bounds->slice ? bounds->excess : bounds->slice;
	/* Of today, who the hosts were stays, so that none is counted twice. */
	removed = prune(bounds, bounds->now_us, most);
	if (removed == SIZE_MAX) {
		bounds->size_us = bounds->now_us + 2 * MINUTE; /* not before one */
		return;
	}
	bounds->gone += removed;
	bounds->excess = removed < most ? 0 : bounds->excess - removed;
	if (bounds->excess == 0)
		bounds->size_us = bounds->now_us; /* was it enough? */
}

void
store_bounds_step(struct store_bounds *bounds, int64_t now_us, unsigned keep_days,
                  uint64_t keep_bytes)
{
	int64_t passed = now_us - bounds->now_us;
	uint64_t moved = atomic_load(&bounds->counts->moved);

	bounds->slice =
	        2 * (moved - bounds->seen) > SLICE ? 2 * (moved - bounds->seen) : SLICE;
	bounds->seen = moved;
	bounds->now_us = now_us;
	if (passed > HOUR || passed < 0) {
		wait_for_clock(bounds, passed, keep_days);
		bounds->size_us = now_us;
	}
	keep_to_age(bounds, keep_days);
	if (keep_bytes == 0)
		bounds->excess = 0;
	keep_to_size(bounds, keep_bytes);
}
