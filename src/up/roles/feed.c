/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The role feed: a primary server of response policy zones for resolvers.
 */
#include "base/date.h"
#include "feed/feed.h"
#include "up/role.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* Of the longest transfer: 45 MB for who gets no more than 100 kbit/s. */
#define TRANSFER_MS (INT64_C(3600) * 1000)

/* What is to be served: one image a zone, in the order of the configuration. */
struct made {
	size_t count;
	struct zone {
		struct feed_image *image;
		struct watch_roster_counts counts;
	} zones[];
};

struct state {
	struct feed *feed;
	struct feed_setting setting;
	const struct up_config *config;
	const struct up_log *log;
};

/* Making. */

static enum fsk_err
make_roster(const struct up_making *making, const struct up_choice *choice,
            struct watch_roster **roster)
{
	struct watch_plan plan = {
	        .generators = choice->generators,
	        .generator_count = choice->generator_count,
	        .threads = up_role_threads(making->config),
	        .progress = up_role_go_on,
	        .context = making->stop,
	};
	struct watch_roster_setting setting = {
	        .plan = &plan,
	        .rules = making->rules,
	        .least = choice->least,
	        .suffixes = choice->suffixes,
	        .suffix_count = choice->suffix_count,
	};

	up_config_window(making->config, making->now, &plan.from, &plan.to);
	return watch_roster_new(&setting, roster);
}

/* Makes the images of zone ${first} and of all behind it that choose the same names:
 * their roster is made once. */
static enum fsk_err
make_alike(const struct up_making *making, struct made *made, size_t first)
{
	const struct up_zone *zones = making->config->feed.zones;
	struct watch_roster *roster;
	struct watch_roster_counts counts;
	enum fsk_err err = make_roster(making, &zones[first].choice, &roster);

	if (err != FSK_OK)
		return err;
	watch_roster_count(roster, &counts);
	for (size_t i = first; i < made->count && err == FSK_OK; i++) {
		if (made->zones[i].image != NULL ||
		    !up_choice_equal(&zones[i].choice, &zones[first].choice))
			continue;
		made->zones[i].counts = counts;
		err = feed_image_new(&zones[i].setting, roster, &made->zones[i].image);
	}
	watch_roster_free(roster);
	return err;
}

static void
unmake(void *context)
{
	struct made *made = context;

	for (size_t i = 0; made != NULL && i < made->count; i++)
		feed_image_free(made->zones[i].image);
	free(made);
}

static enum fsk_err
make(const struct up_making *making, void **out, struct up_trouble *trouble)
{
	const struct up_config *config = making->config;
	size_t count = config->feed.zone_count;
	struct made *made = calloc(1, sizeof(*made) + count * sizeof(made->zones[0]));
	enum fsk_err err = FSK_OK;

	if (made == NULL)
		return FSK_NOMEM;
	made->count = count;
	for (size_t i = 0; i < count && err == FSK_OK; i++) {
		if (made->zones[i].image == NULL)
			err = make_alike(making, made, i);
		if (err != FSK_OK)
			up_trouble_set(trouble, config->path, config->feed.zones[i].line,
			               "the zone cannot be made: %s%s%s", fsk_strerror(err),
			               err == FSK_IO ? ": " : "",
			               err == FSK_IO ? strerror(errno) : "");
	}
	if (err != FSK_OK) {
		unmake(made);
		return err;
	}
	*out = made;
	return FSK_OK;
}

static void
describe(const struct up_config *config, const void *context,
         void (*tell)(const char *line, void *context), void *told)
{
	const struct made *made = context;

	for (size_t i = 0; i < config->feed.listen_count; i++) {
		char line[64 + NET_ENDPOINT_SIZE], endpoint[NET_ENDPOINT_SIZE];

		net_endpoint_write(&config->feed.listen[i], endpoint);
		snprintf(line, sizeof(line), "feed: listens on %s", endpoint);
		tell(line, told);
	}
	for (size_t i = 0; i < made->count; i++) {
		const struct watch_roster_counts *counts = &made->zones[i].counts;
		const struct span *name = &config->feed.zones[i].setting.name;
		char line[512];

		snprintf(line, sizeof(line),
		         "zone %.*s: %zu blocked (%zu suspicious), %zu log-only, "
		         "%zu allowed, %zu forecast%s left out",
		         (int)name->len, name->text, counts->names[WATCH_BLOCK],
		         counts->suspicious, counts->names[WATCH_LOG_ONLY],
		         counts->names[WATCH_ALLOW], counts->left_out,
		         counts->left_out == 1 ? "" : "s");
		tell(line, told);
	}
}

/* Serving. */

static void
say(const char *words, void *context)
{
	const struct state *state = context;

	up_log(state->log, UP_INFO, "feed", UP_FIELDS(UP_TEXT("words", words)));
}

static struct feed_setting
setting_of(const struct up_config *config, struct state *state)
{
	const struct up_feed *feed = &config->feed;

	return (struct feed_setting){
	        .listen = feed->listen,
	        .listen_count = feed->listen_count,
	        .zones = feed->settings,
	        .zone_count = feed->zone_count,
	        .keys = feed->keys,
	        .key_count = feed->key_count,
	        .state = config->state,
	        .most_clients = feed->clients,
	        .most_of_prefix = feed->clients_of_prefix,
	        .idle_ms = feed->idle_ms,
	        .transfer_ms = TRANSFER_MS,
	        .log = say,
	        .context = state,
	};
}

static void
log_endpoints(const struct state *state)
{
	for (size_t i = 0; i < state->setting.listen_count; i++) {
		struct net_endpoint endpoint = feed_endpoint(state->feed, i);
		char text[NET_ENDPOINT_SIZE];

		net_endpoint_write(&endpoint, text);
		up_log(state->log, UP_INFO, "listen",
		       UP_FIELDS(UP_TEXT("role", "feed"), UP_TEXT("endpoint", text)));
	}
}

static enum fsk_err
open_feed(const struct up_host *host, const struct up_config *config, void **out,
          struct up_trouble *trouble)
{
	struct state *state = calloc(1, sizeof(*state));
	size_t which = 0;
	enum fsk_err err;

	if (state == NULL)
		return FSK_NOMEM;
	state->config = config;
	state->log = host->log;
	state->setting = setting_of(config, state);
	errno = 0;
	err = feed_new(&state->setting, host->loop, &which, &state->feed);
	if (err != FSK_OK) {
		char text[NET_ENDPOINT_SIZE];

		net_endpoint_write(&config->feed.listen[which], text);
		up_trouble_set(trouble, config->path, config->feed.listen_lines[which],
		               "cannot listen on %s: %s", text,
		               err == FSK_IO ? strerror(errno) : fsk_strerror(err));
		free(state);
		return err;
	}
	log_endpoints(state);
	*out = state;
	return FSK_OK;
}

static enum fsk_err
change(void *context, const struct up_config *config, struct up_trouble *trouble)
{
	struct state *state = context;
	struct feed_setting setting = setting_of(config, state);
	enum fsk_err err = feed_change(state->feed, &setting);

	if (err == FSK_OK) {
		state->setting = setting;
		state->config = config;
	} else if (err == FSK_RANGE) {
		up_trouble_set(trouble, config->path,
		               setting.listen_count > 0 ? config->feed.listen_lines[0] : 0,
		               "other endpoints to listen on need a restart");
	} else {
		up_trouble_set(trouble, config->path, 0, "%s", fsk_strerror(err));
	}
	return err;
}

static void
log_zone(const struct state *state, size_t zone, const struct watch_roster_counts *counts)
{
	struct feed_zone_facts facts;
	char name[FSK_NAME_MAX + 1];

	if (!feed_zone_facts(state->feed, zone, &facts))
		return;
	snprintf(name, sizeof(name), "%.*s", (int)facts.name.len, facts.name.text);
	up_log(state->log, UP_INFO, "zone",
	       UP_FIELDS(UP_TEXT("name", name), UP_NUMBER("serial", facts.serial),
	                 UP_NUMBER("block", counts->names[WATCH_BLOCK]),
	                 UP_NUMBER("log-only", counts->names[WATCH_LOG_ONLY]),
	                 UP_NUMBER("allow", counts->names[WATCH_ALLOW]),
	                 UP_NUMBER("suspicious", counts->suspicious)));
}

/* Says what feed_swap() says about a zone; false when the old one stays. */
static bool
swapped(const struct state *state, size_t zone, enum fsk_err err)
{
	const struct up_zone *config = &state->config->feed.zones[zone];
	char name[FSK_NAME_MAX + 1];
	const char *why = fsk_strerror(err);

	if (err == FSK_OK)
		return true;
	if (err == FSK_RANGE)
		why = "it would shrink to less than half or to nothing, and may-shrink is "
		      "no";
	else if (err == FSK_IO)
		why = strerror(errno);
	snprintf(name, sizeof(name), "%.*s", (int)config->setting.name.len,
	         config->setting.name.text);
	up_log(state->log, UP_ERROR, err == FSK_IO ? "state-not-written" : "zone-kept",
	       UP_FIELDS(UP_TEXT("name", name), UP_TEXT("file", state->config->path),
	                 UP_NUMBER("line", config->line), UP_TEXT("why", why)));
	return err == FSK_IO;
}

static enum fsk_err
swap(void *context, void *taken, int64_t now)
{
	struct state *state = context;
	struct made *made = taken;
	enum fsk_err worst = FSK_OK;

	for (size_t i = 0; i < made->count; i++) {
		struct feed_image *image = made->zones[i].image;
		enum fsk_err err;

		made->zones[i].image = NULL;
		errno = 0;
		err = feed_swap(state->feed, i, image, now);
		if (swapped(state, i, err))
			log_zone(state, i, &made->zones[i].counts);
		else if (worst != FSK_NOMEM)
			worst = err;
	}
	unmake(made);
	return worst;
}

/* Metrics. */

static void
write_counters(const struct feed_counters *counters, struct up_text *text)
{
	const struct row {
		const char *name, *help;
		const _Atomic uint64_t *counter;
	} rows[] = {
	        {"questions", "questions of any kind", &counters->questions},
	        {"refused", "questions that no rule allows", &counters->refused},
	        {"failed_signatures", "signatures that did not hold",
	         &counters->failed_signatures},
	        {"malformed", "messages that are none", &counters->malformed},
	        {"axfr", "whole transfers begun", &counters->axfr},
	        {"ixfr", "transfers of differences begun", &counters->ixfr},
	        {"unchanged", "transfers asked for by who has it", &counters->unchanged},
	        {"transferred_bytes", "octets sent in transfers", &counters->transferred},
	        {"notified", "notifications that were confirmed", &counters->notified},
	        {"notify_failed", "notifications given up", &counters->notify_failed},
	        {"clients", "TCP connections taken", &counters->clients},
	        {"clients_dropped", "TCP connections over a limit",
	         &counters->clients_dropped},
	};

	for (size_t i = 0; i < UP_COUNT(rows); i++)
		up_text_add(text,
		            "# HELP foresink_feed_%s_total %s\n"
		            "# TYPE foresink_feed_%s_total counter\n"
		            "foresink_feed_%s_total %llu\n",
		            rows[i].name, rows[i].help, rows[i].name, rows[i].name,
		            (unsigned long long)atomic_load(rows[i].counter));
}

/* Writes what is true of each zone: ${which} number of it. */
static void
write_zones(const struct state *state, struct up_text *text, const char *name,
            const char *help, unsigned which)
{
	up_text_add(text,
	            "# HELP foresink_feed_zone_%s %s\n# TYPE foresink_feed_zone_%s gauge\n",
	            name, help, name);
	for (size_t i = 0; i < state->setting.zone_count; i++) {
		struct feed_zone_facts facts;

		if (!feed_zone_facts(state->feed, i, &facts))
			continue;
		const uint64_t numbers[] = {facts.serial, facts.names, facts.bytes,
		                            (uint64_t)facts.since, facts.deltas};

		up_text_add(text, "foresink_feed_zone_%s{zone=", name);
		up_text_quote(text, facts.name);
		up_text_add(text, "} %llu\n", (unsigned long long)numbers[which]);
	}
}

static void
metrics(const void *context, int64_t now, struct up_text *text)
{
	const struct state *state = context;

	(void)now;
	write_counters(feed_counters(state->feed), text);
	write_zones(state, text, "serial", "serial of the SOA", 0);
	write_zones(state, text, "names", "names that are blocked or logged", 1);
	write_zones(state, text, "bytes", "memory of the zone and its history", 2);
	write_zones(state, text, "since_seconds", "time of the last change", 3);
	write_zones(state, text, "deltas", "serials from which differences are kept", 4);
}

static void
close_feed(void *context)
{
	struct state *state = context;

	if (state == NULL)
		return;
	feed_free(state->feed);
	free(state);
}

const struct up_role up_role_feed = {
        .name = "feed",
        .summary = "a primary server of response policy zones for resolvers",
        .sections = up_feed_sections,
        .section_count = &up_feed_section_count,
        .settle = up_feed_settle,
        .make = make,
        .unmake = unmake,
        .describe = describe,
        .open = open_feed,
        .change = change,
        .swap = swap,
        .metrics = metrics,
        .close = close_feed,
};
