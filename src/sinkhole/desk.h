/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/desk.h: what a worker stands on while it serves: which names are held, whom it
 * has just answered, where contacts are kept. One of a worker; its fronts share it. A
 * contact is kept before it is answered, whatever becomes of the answer; one that cannot
 * be kept (the disk is full) is answered all the same, and counted. Of TLS that is the
 * answer to the request: who does not shake hands does not say it.
 */
#ifndef SINKHOLE_DESK_H
#define SINKHOLE_DESK_H

#include "net/limiter.h"
#include "sinkhole/ground.h"
#include "sinkhole/recent.h"
#include "sinkhole/tally.h"
#include "store/journal.h"

/* Octets of a contact's beginning that are kept, at most and as a rule. */
#define SINKHOLE_KEEP_MOST STORE_FIRST_MOST
#define SINKHOLE_KEEP 1024

struct sinkhole_desk {
	const struct sinkhole_ground *ground; /* while a round lasts */
	struct sinkhole_recent *recent;       /* shared by all workers */
	struct net_limits *limits;
	struct sinkhole_tally *tally;
	struct store_journal *journal; /* NULL: nothing is kept (tests) */
	struct span sensor;
	const uint8_t *secret;    /* of cookies: WIRE_COOKIE_SECRET octets */
	unsigned workers;         /* that share the rate */
	size_t keep;              /* octets of first that are kept */
	uint32_t turn;            /* of answers: which address of a set comes first */
	struct sighting question; /* that is being kept; what none has is never set */
	int64_t us;               /* of the calendar, now */
	int64_t ms;               /* of the monotonic clock, now */
};

/* Keeps ${contact}, whose sensor it sets, and counts it: kept or lost. */
void sinkhole_keep(struct sinkhole_desk *desk, struct sighting *contact);

#endif
