/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/report.h"

#include "base/date.h"
#include "up/hub.h"
#include "up/role.h"
#include "up/store_place.h"

#include <stdarg.h>
#include <stdio.h>

/* Of a line: a path of a socket or a target of alerts has at most 1000 octets. */
#define LINE 1200

struct report {
	const struct up_config *config;
	void (*tell)(const char *line, void *context);
	void *context;
};

static void say(const struct report *report, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

static void
say(const struct report *report, const char *format, ...)
{
	char line[LINE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	report->tell(line, report->context);
}

static void
say_window(const struct report *report, int64_t now)
{
	const struct up_config *config = report->config;
	char first[DATE_INSTANT_SIZE], last[DATE_INSTANT_SIZE];
	size_t count = config->names.generator_count;
	int64_t from, to;

	up_config_window(config, now, &from, &to);
	date_write_day(from, first);
	date_write_day(to, last);
	say(report, "%s: good; names of %s to %s, %zu generator%s", config->path, first,
	    last, count, count == 1 ? "" : "s");
}

/* Whether an answer of ${guard} could have a sinkhole's address. */
static bool
uses_sinkhole(const struct up_guard *guard)
{
	bool uses = guard->block == GUARD_SINKHOLE ||
	            (guard->policy.has_suspicious &&
	             guard->policy.suspicious == GUARD_SINKHOLE);

	for (size_t i = 0; i < guard->override_count; i++)
		uses |= guard->overrides[i].action == GUARD_SINKHOLE;
	return uses;
}

static void
say_odd(const char *words, size_t line, void *context)
{
	say(context, "warning: line %zu: %s", line, words);
}

/* What stands in the configuration and would not be used is rather a mistake. */
static void
say_unused(const struct report *report)
{
	const struct up_config *config = report->config;
	const struct up_feed *feed = &config->feed;
	const struct up_guard *guard = &config->guard;
	const struct up_sinkhole *sinkhole = &config->sinkhole;
	bool guards = up_config_runs(config, "guard");

	if (config->exposed != NULL)
		say(report, "warning: everybody can read the secrets in %s",
		    config->exposed);
	if (!guards && guard->listen.count > 0)
		say(report, "warning: guard is not among the roles: nobody uses [guard]");
	if (!up_config_runs(config, "feed") &&
	    (feed->listen_count > 0 || feed->zone_count > 0 || feed->key_count > 0))
		say(report, "warning: feed is not among the roles: nobody uses [feed], "
		            "[zone NAME] and [key NAME]");
	if (!up_config_runs(config, "sinkhole") &&
	    (sinkhole->dns.count + sinkhole->web.count > 0 || sinkhole->set_count > 0))
		say(report, "warning: sinkhole is not among the roles: nobody uses "
		            "[sinkhole] and [set NAME]");
	if (config->store.folder != NULL && !up_store_wanted(config))
		say(report, "warning: no role sees who calls or asks: nobody uses [store]");
	if (config->alerts.count > 0 && !up_hub_wanted(config))
		say(report, "warning: no role sees who asks: nobody uses [alert NAME]");
	if (guards && guard->policy.sinkhole_count > 0 && !uses_sinkhole(guard))
		say(report, "warning: nothing is answered with the addresses of sinkhole");
}

static void
say_places(struct report *report)
{
	const struct up_config *config = report->config;
	char endpoint[NET_ENDPOINT_SIZE];

	if (config->state != NULL)
		say(report, "state: %s", config->state);
	if (config->control != NULL)
		say(report, "control: %s", config->control);
	if (up_store_wanted(config))
		say(report, "store: %s%s", config->store.folder,
		    config->store.has_secret ? ", clients pseudonymised" : "");
	up_store_place_warn(config, true, say_odd, report);
	if (config->has_metrics) {
		net_endpoint_write(&config->metrics, endpoint);
		say(report, "metrics: listens on %s", endpoint);
	}
	for (size_t i = 0; up_hub_wanted(config) && i < config->alerts.count; i++) {
		const struct alert_sink_setting *sink = &config->alerts.settings[i];

		/* What stands in a URL may be a secret. */
		say(report, "alert %s: %s to %s%s%s", config->alerts.sinks[i].name,
		    sink->sightings ? "sightings" : "alerts", alert_way_name(sink->way),
		    sink->way == ALERT_WEBHOOK ? "" : " ",
		    sink->way == ALERT_WEBHOOK ? "" : sink->target);
	}
}

void
up_report(const struct up_renewal *renewal, void (*tell)(const char *line, void *context),
          void *context)
{
	struct report report = {renewal->config, tell, context};
	const char *const *notes = watch_rulebook_notes(renewal->book);

	say_window(&report, renewal->now);
	say_unused(&report);
	for (; *notes != NULL; notes++)
		tell(*notes, context);
	say_places(&report);
	for (size_t i = 0; i < report.config->role_count; i++)
		up_role_at(report.config->roles[i])
		        ->describe(report.config, renewal->made[i], tell, context);
}
