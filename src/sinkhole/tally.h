/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/tally.h: what a worker counts; it alone writes, anybody reads. Each contact is
 * kept, lost or rejected: one of the three, once.
 */
#ifndef SINKHOLE_TALLY_H
#define SINKHOLE_TALLY_H

#include "watch/sighting.h"

#include <stdatomic.h>

/* Why somebody's contact is no record. */
enum sinkhole_reject {
	SINKHOLE_NOT_HELD, /* a name that is not held here, or a message that is no question
	                    */
	SINKHOLE_MALFORMED, /* a DNS message that cannot be read */
	SINKHOLE_CROWD      /* a connection more than its neighbourhood may have */
};
#define SINKHOLE_REJECTS 3

struct sinkhole_tally {
	_Atomic uint64_t kept[SIGHTING_KINDS]; /* by enum sighting_kind */
	_Atomic uint64_t lost;                 /* no room in the journal */
	_Atomic uint64_t rejected[SINKHOLE_REJECTS];
	_Atomic uint64_t limited;  /* answers that were short, or not sent: rate */
	_Atomic uint64_t unsent;   /* that the system did not take */
	_Atomic uint64_t bots;     /* contacts with the fingerprint of a bot */
	_Atomic uint64_t visitors; /* of crawlers, scanners, researchers */
	_Atomic uint64_t strange;  /* with a shape that no fingerprint knows */
	_Atomic uint64_t callers;  /* connections now */
	_Atomic uint64_t
	        evicted;        /* idle ones that went for want of descriptors or places */
	_Atomic uint64_t late;  /* ended by a deadline */
	_Atomic uint64_t bytes; /* of memory for connections now */
};

/* One more; the only writer is the worker, so that no bus is locked. */
static inline void
sinkhole_count(_Atomic uint64_t *what)
{
	atomic_store_explicit(what, atomic_load_explicit(what, memory_order_relaxed) + 1,
	                      memory_order_relaxed);
}

#endif
