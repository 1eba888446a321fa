/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/guard_metrics.h"

#include "up/section.h"

static void
begin(struct up_text *text, const char *name, const char *type, const char *help)
{
	up_text_add(text, "# HELP foresink_guard_%s %s\n# TYPE foresink_guard_%s %s\n",
	            name, help, name, type);
}

static void
write_one(struct up_text *text, const char *name, const char *type, const char *help,
          uint64_t value)
{
	begin(text, name, type, help);
	up_text_add(text, "foresink_guard_%s %llu\n", name, (unsigned long long)value);
}

struct labelled {
	const char *label;
	uint64_t value;
};

/* Writes a metric of which there is one for each value of ${key}. */
static void
write_each(struct up_text *text, const char *name, const char *key,
           const struct labelled *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		up_text_add(text, "foresink_guard_%s{%s=\"%s\"} %llu\n", name, key,
		            rows[i].label, (unsigned long long)rows[i].value);
}

static void
write_questions(const struct guard_counts *counts, struct up_text *text)
{
	const struct labelled transports[] = {{"udp", counts->udp}, {"tcp", counts->tcp}};
	const struct labelled actions[] = {
	        {"nxdomain", counts->answered[GUARD_NXDOMAIN]},
	        {"nodata", counts->answered[GUARD_NODATA]},
	        {"sinkhole", counts->answered[GUARD_SINKHOLE]},
	        {"log", counts->logged},
	        {"allow", counts->passed},
	};

	begin(text, "questions_total", "counter", "questions by transport");
	write_each(text, "questions_total", "transport", transports, UP_COUNT(transports));
	begin(text, "hits_total", "counter",
	      "questions for names of bots, and what was "
	      "done");
	write_each(text, "hits_total", "action", actions, UP_COUNT(actions));
}

static void
write_counts(const struct guard_counts *counts, struct up_text *text)
{
	const struct {
		const char *name, *help;
		uint64_t value;
	} rows[] = {
	        {"relayed_total", "questions handed on", counts->relayed},
	        {"refused_total", "questions of who may not ask", counts->refused},
	        {"malformed_total", "messages that are none", counts->malformed},
	        {"limited_total", "answers held back by the rate", counts->limited},
	        {"dropped_total", "messages that are not answered", counts->dropped},
	        {"connections_total", "TCP connections taken", counts->connections},
	        {"connections_dropped_total", "TCP connections over a limit",
	         counts->connections_dropped},
	        {"hits_lost_total", "hits that were answered, but not told",
	         counts->hits_lost},
	};
	const struct labelled relay[] = {
	        {"asked", counts->relay.asked},     {"answered", counts->relay.answered},
	        {"again", counts->relay.again},     {"given_up", counts->relay.given_up},
	        {"joined", counts->relay.joined},   {"refused", counts->relay.refused},
	        {"strange", counts->relay.strange},
	};

	for (size_t i = 0; i < UP_COUNT(rows); i++)
		write_one(text, rows[i].name, "counter", rows[i].help, rows[i].value);
	begin(text, "relay_total", "counter", "what became of what was handed on");
	write_each(text, "relay_total", "what", relay, UP_COUNT(relay));
}

static void
write_upstreams(const struct guard *guard, struct up_text *text)
{
	static const struct {
		const char *name, *type, *help;
	} rows[] = {
	        {"upstream_up", "gauge", "whether it answers"},
	        {"upstream_rtt_seconds", "gauge", "smoothed time until it answers"},
	        {"upstream_asked_total", "counter", "questions that it was asked"},
	        {"upstream_answered_total", "counter", "questions that it answered"},
	};
	struct guard_upstream_facts facts;

	for (size_t which = 0; which < UP_COUNT(rows); which++) {
		begin(text, rows[which].name, rows[which].type, rows[which].help);
		for (size_t i = 0; guard_upstream(guard, i, &facts); i++) {
			char endpoint[NET_ENDPOINT_SIZE];
			const double values[] = {facts.up ? 1 : 0, facts.rtt_ms / 1000,
			                         (double)facts.asked,
			                         (double)facts.answered};

			net_endpoint_write(&facts.endpoint, endpoint);
			up_text_add(text, "foresink_guard_%s{upstream=\"%s\"} %.15g\n",
			            rows[which].name, endpoint, values[which]);
		}
	}
}

static void
write_told(const struct guard_ledger_counts *told, struct up_text *text)
{
	const struct labelled clients[] = {
	        {"infected", atomic_load(&told->clients[VERDICT_INFECTED])},
	        {"likely", atomic_load(&told->clients[VERDICT_LIKELY])},
	        {"chance", atomic_load(&told->clients[VERDICT_CHANCE])},
	};

	write_one(text, "sightings_total", "counter", "hits that were told",
	          atomic_load(&told->sightings));
	write_one(text, "alerts_total", "counter", "alerts that were told",
	          atomic_load(&told->alerts));
	write_one(text, "alerts_held_back_total", "counter",
	          "alerts that were told already on that day",
	          atomic_load(&told->held_back));
	write_one(text, "alerts_lost_total", "counter",
	          "alerts for which the list of a day had no room",
	          atomic_load(&told->lost));
	write_one(text, "evidence_names", "gauge", "names that are remembered as evidence",
	          atomic_load(&told->names));
	write_one(text, "evidence_bytes", "gauge", "memory of the evidence",
	          atomic_load(&told->bytes));
	write_one(text, "evidence_forgotten_total", "counter",
	          "names that were forgotten for want of room",
	          atomic_load(&told->forgotten));
	begin(text, "clients", "gauge", "clients that asked for names of bots today");
	write_each(text, "clients", "verdict", clients, UP_COUNT(clients));
}

static void
write_lists(const struct guard *guard, int64_t now, struct up_text *text)
{
	struct guard_lists_facts facts = guard_facts(guard);
	const struct guard_passes *passes = guard_passes(guard);
	uint64_t in_force = 0;

	for (size_t i = 0; i < guard_passes_count(passes); i++)
		in_force += guard_passes_at(passes, i)->until >= now;
	write_one(text, "names", "gauge", "forecast names that are looked for",
	          facts.names);
	write_one(text, "bytes", "gauge", "memory of their index", facts.bytes);
	write_one(text, "popular", "gauge",
	          "forecast names that are on a list of popular names", facts.popular);
	write_one(text, "serial", "gauge", "serial of the names", facts.serial);
	write_one(text, "passes", "gauge", "names that are let through for a while",
	          in_force);
}

void
up_guard_metrics(const struct guard *guard, int64_t now, struct up_text *text)
{
	struct guard_counts counts;

	guard_count(guard, &counts);
	write_questions(&counts, text);
	write_counts(&counts, text);
	write_upstreams(guard, text);
	write_told(guard_told(guard), text);
	write_lists(guard, now, text);
}
