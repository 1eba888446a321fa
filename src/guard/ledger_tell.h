/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/ledger_tell.h: how the ledger puts sightings and alerts for the sinks.
 */
#ifndef GUARD_LEDGER_TELL_H
#define GUARD_LEDGER_TELL_H

#include "guard/ledger.h"
#include "guard/settling.h"
#include "verdict/live.h"

/* The name of ${hit} that is a forecast: a part of it. */
struct span guard_ledger_forecast(const struct guard_hit *hit);

/* The sighting that ${hit} is; its spans point into ${hit}. */
struct sighting guard_ledger_sighting(const struct guard_hit *hit);

/* Tells ${hub} of ${hit}, which is ${sighting}. */
void guard_ledger_sight(struct alert_hub *hub, const struct guard_hit *hit,
                        const struct sighting *sighting);

/* What is known of a client and a generator. */
struct guard_known {
	uint32_t generator;
	struct verdict_live_state state;
};

/* Tells ${hub} that ${known} is what is known of the client of ${some}, with the names that
 * ${live} has. */
void guard_ledger_alert(struct alert_hub *hub, const struct verdict_live *live,
                        const struct guard_case *some, const struct guard_known *known,
                        int64_t now_us);

#endif
