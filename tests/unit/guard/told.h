/* SPDX-License-Identifier: BSD-2-Clause
 *
 * told.h: in place of the sinks of alert/alert.h a list of what they are told; and memory
 * that runs out. Linked with --wrap for alert_sight, alert_tell, alert_wants_sightings,
 * alert_hub_tick, alert_hub_reopen, malloc, calloc and realloc.
 */
#ifndef TOLD_H
#define TOLD_H

#include "guard/ledger.h"

#include "dga/catalog.h"
#include "verdict/clean.h"
#include "watch/reason.h"
#include "../memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define ALERTS 300

/* An alert as it was told. */
struct told {
	struct alert alert;
	char generator[DGA_GENERATOR_NAME_SIZE];
	char machine[24];
	char names[ALERT_NAMES][64];
	char reasons[ALERT_NAMES][WATCH_REASON_SIZE];
	uint32_t times[ALERT_NAMES];
};

static struct told told[ALERTS]; /* the last */
static size_t told_count;
static size_t sights, ticks, reopened, logged;
static bool wants_sightings;
static char last_action[16], last_reason[WATCH_REASON_SIZE], last_name[256];
static uint8_t last_message[300];
static size_t last_message_len;
static struct sighting last_sighting;

void __wrap_alert_sight(struct alert_hub *hub, const struct alert_sighting *sighting);
void __wrap_alert_tell(struct alert_hub *hub, const struct alert *alert);
bool __wrap_alert_wants_sightings(const struct alert_hub *hub);
void __wrap_alert_hub_tick(struct alert_hub *hub, int64_t now_us);
void __wrap_alert_hub_reopen(struct alert_hub *hub);

void
__wrap_alert_sight(struct alert_hub *hub, const struct alert_sighting *sighting)
{
	(void)hub;
	sights++;
	last_sighting = sighting->sighting;
	assert_true(sighting->message.len <= sizeof(last_message));
	last_message_len = sighting->message.len;
	memcpy(last_message, sighting->message.text, sighting->message.len);
	snprintf(last_action, sizeof(last_action), "%s", sighting->action);
	snprintf(last_reason, sizeof(last_reason), "%s", sighting->reason);
	snprintf(last_name, sizeof(last_name), "%.*s", (int)sighting->sighting.name.len,
	         sighting->sighting.name.text);
}

void
__wrap_alert_tell(struct alert_hub *hub, const struct alert *alert)
{
	struct told *at = &told[told_count++ % ALERTS];

	(void)hub;
	assert_true(alert->name_count <= ALERT_NAMES);
	at->alert = *alert;
	at->alert.names = NULL; /* theirs, and soon gone */
	snprintf(at->generator, sizeof(at->generator), "%s", alert->generator);
	snprintf(at->machine, sizeof(at->machine), "%.*s", (int)alert->machine.len,
	         alert->machine.text);
	for (size_t i = 0; i < alert->name_count; i++) {
		snprintf(at->names[i], sizeof(at->names[i]), "%.*s",
		         (int)alert->names[i].name.len, alert->names[i].name.text);
		snprintf(at->reasons[i], sizeof(at->reasons[i]), "%s",
		         alert->names[i].reason);
		at->times[i] = alert->names[i].times;
	}
}

bool
__wrap_alert_wants_sightings(const struct alert_hub *hub)
{
	(void)hub;
	return wants_sightings;
}

void
__wrap_alert_hub_tick(struct alert_hub *hub, int64_t now_us)
{
	(void)hub;
	assert_true(now_us > 0);
	ticks++;
}

void
__wrap_alert_hub_reopen(struct alert_hub *hub)
{
	(void)hub;
	reopened++;
}

#endif
