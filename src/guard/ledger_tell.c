/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/ledger_tell.h"

#include "dga/catalog.h"
#include "watch/reason.h"

static const char *
action_word(enum guard_action action)
{
	switch (action) {
	case GUARD_NXDOMAIN:
		return "nxdomain";
	case GUARD_NODATA:
		return "nodata";
	case GUARD_SINKHOLE:
		return "sinkhole";
	case GUARD_LOG:
		break;
	}
	return "log";
}

static const char *
verdict_word(enum verdict_word word)
{
	switch (word) {
	case VERDICT_INFECTED:
		return "infected";
	case VERDICT_LIKELY:
		return "likely";
	case VERDICT_CHANCE:
		break;
	}
	return "chance";
}

struct span
guard_ledger_forecast(const struct guard_hit *hit)
{
	return span_from((struct span){hit->name.text, hit->name.len}, hit->match.offset);
}

struct sighting
guard_ledger_sighting(const struct guard_hit *hit)
{
	struct span name = {hit->name.text, hit->name.len};

	return (struct sighting){
	        .us = hit->us,
	        .client = hit->who.client,
	        .address = hit->who.address,
	        .port = hit->who.port,
	        .kind = SIGHTING_DNS,
	        .transport = hit->transport,
	        .match = hit->match,
	        .name = name,
	        .forecast = guard_ledger_forecast(hit),
	        .counter = SIGHTING_NO_COUNTER,
	        .qtype = hit->qtype,
	        .machine = span_of(hit->who.machine),
	};
}

#define HEADER 12
#define QUESTION (HEADER + FSK_NAME_MAX + 2 + 4)

/* Writes the question of ${hit} as a message (RFC 1035 section 4.1) with recursion desired
 * and no id: the ring does not carry what came, and nothing else of it matters to who reads
 * a sighting. Returns its octets. */
static size_t
write_question(const struct guard_hit *hit, uint8_t message[QUESTION])
{
	const struct fsk_name *name = &hit->name;
	size_t length_at = HEADER, at = HEADER + 1;

	memset(message, 0, HEADER);
	message[2] = 1; /* RD */
	message[5] = 1; /* QDCOUNT */
	for (size_t i = 0; i < name->len; i++, at++) {
		if (name->text[i] == '.') {
			message[length_at] = (uint8_t)(at - length_at - 1);
			length_at = at;
		} else {
			message[at] = (uint8_t)name->text[i];
		}
	}
	message[length_at] = (uint8_t)(at - length_at - 1);
	message[at++] = 0;
	message[at++] = (uint8_t)(hit->qtype >> 8);
	message[at++] = (uint8_t)hit->qtype;
	message[at++] = 0;
	message[at++] = 1; /* IN */
	return at;
}

void
guard_ledger_sight(struct alert_hub *hub, const struct guard_hit *hit,
                   const struct sighting *sighting)
{
	bool allowed = hit->passed || hit->state == WATCH_ALLOW;
	uint8_t message[QUESTION];
	char reason[WATCH_REASON_SIZE];
	size_t len = write_question(hit, message);
	const struct alert_sighting news = {
	        .sighting = *sighting,
	        .role = "guard",
	        .action = allowed ? "allow" : action_word(hit->action),
	        .reason = reason,
	        .state = hit->state,
	        .qtype = hit->qtype,
	        .message = {(const char *)message, len},
	};

	watch_reason_write(&hit->match, reason);
	alert_sight(hub, &news);
}

/* The names of an alert and their reasons. */
struct names {
	size_t count;
	struct alert_name names[ALERT_NAMES];
	char reasons[ALERT_NAMES][WATCH_REASON_SIZE];
};

/* Takes ${name}, if it is evidence. */
static bool
take_name(const struct verdict_name *name, void *context)
{
	struct names *names = context;
	char *reason = names->reasons[names->count];

	if (name->again || name->collision)
		return true;
	watch_reason_write(&name->match, reason);
	names->names[names->count++] = (struct alert_name){
	        .name = span_of(name->text),
	        .reason = reason,
	        .first_us = name->first_us,
	        .last_us = name->last_us,
	        .times = name->times,
	};
	return names->count < ALERT_NAMES;
}

void
guard_ledger_alert(struct alert_hub *hub, const struct verdict_live *live,
                   const struct guard_case *some, const struct guard_known *known,
                   int64_t now_us)
{
	const struct verdict_live_state *state = &known->state;
	struct dga_generator generator = dga_generator_at(known->generator);
	char generator_name[DGA_GENERATOR_NAME_SIZE];
	struct names names = {.count = 0};
	struct alert alert = {
	        .us = now_us,
	        .role = "guard",
	        .client = some->who.client,
	        .address = some->who.address,
	        .machine = span_of(some->who.machine),
	        .family = generator.family->name,
	        .generator = generator_name,
	        .verdict = verdict_word(state->word),
	        .relay = state->relay,
	        .posterior = state->posterior,
	        .sightings = state->sightings,
	        .found = state->found,
	        .first_us = state->first_us,
	        .last_us = state->last_us,
	        .action = action_word(some->action),
	        .names = names.names,
	};

	dga_generator_name(&generator, generator_name);
	verdict_live_names(live, &some->who.client, known->generator, take_name, &names);
	alert.name_count = names.count;
	alert_tell(hub, &alert);
}
