/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The role guard: a front of resolvers that answers the names of bots itself.
 */
#include "feed/serial.h"
#include "guard/guard.h"
#include "up/allowing.h"
#include "up/guard_health.h"
#include "up/guard_metrics.h"
#include "up/serial.h"
#include "up/role.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct state {
	struct guard *guard;
	struct up_allowing *allowing;
	struct alert_hub *hub;
	const struct up_log *log;
	struct up_serial serial;
	struct net_loop *loop;
	struct net_timer timer; /* to look at the upstreams */
	struct up_guard_health health;

	/* Where sightings are kept; NULL: nowhere. */
	struct up_keeper *keeper;
	struct store_journal *journal;
	char sensor[256];
};

#define LOOK_MS 1000 /* between two looks at the upstreams */

/* Making. */

static bool
is_wanted(const struct up_config *config, size_t generator)
{
	return dga_generator_at(generator).variant->confidence >= config->names.least;
}

/* The generators that are looked for, for the caller to free. */
static size_t *
generators_of(const struct up_config *config, size_t *count)
{
	const struct up_choice *names = &config->names;
	size_t *chosen = calloc(names->generator_count + 1, sizeof(*chosen));

	*count = 0;
	for (size_t i = 0; chosen != NULL && i < names->generator_count; i++) {
		if (is_wanted(config, names->generators[i]))
			chosen[(*count)++] = names->generators[i];
	}
	return chosen;
}

static enum fsk_err
make(const struct up_making *making, void **made, struct up_trouble *trouble)
{
	struct watch_plan plan = {
	        .threads = up_role_threads(making->config),
	        .progress = up_role_go_on,
	        .context = making->stop,
	};
	size_t *generators = generators_of(making->config, &plan.generator_count);
	struct guard_lists *lists;
	enum fsk_err err;

	if (generators == NULL)
		return FSK_NOMEM;
	plan.generators = generators;
	up_config_window(making->config, making->now, &plan.from, &plan.to);
	errno = 0;
	/* They get their own when they are put in force, see swap(). */
	err = guard_lists_new(&plan, making->book, feed_serial_of(making->now, 0), &lists);
	if (err == FSK_OK)
		*made = lists;
	else
		up_trouble_set(trouble, making->config->path, 0,
		               "the names of guard cannot be made: %s",
		               err == FSK_IO ? strerror(errno) : fsk_strerror(err));
	free(generators);
	return err;
}

static void
unmake(void *made)
{
	guard_lists_free(made);
}

static void
describe(const struct up_config *config, const void *made,
         void (*tell)(const char *line, void *context), void *context)
{
	struct guard_lists_facts facts = guard_lists_facts(made);
	const struct up_guard *guard = &config->guard;
	char line[1200], endpoint[NET_ENDPOINT_SIZE];

	snprintf(line, sizeof(line), "guard: %zu name%s, serial %u, %zu of them popular",
	         facts.names, facts.names == 1 ? "" : "s", (unsigned)facts.serial,
	         facts.popular);
	tell(line, context);
	for (size_t i = 0; i < guard->listen.count; i++) {
		net_endpoint_write(&guard->listen.at[i], endpoint);
		snprintf(line, sizeof(line), "guard: listens on %s", endpoint);
		tell(line, context);
	}
	for (size_t i = 0; i < guard->upstreams.count; i++) {
		net_endpoint_write(&guard->upstreams.at[i], endpoint);
		snprintf(line, sizeof(line), "guard: upstream %s%s%s", endpoint,
		         guard->from_resolv ? ", of " : "",
		         guard->from_resolv ? guard->resolv : "");
		tell(line, context);
	}
}

/* Serving. */

static void
say(const char *words, void *context)
{
	const struct state *state = context;

	up_log(state->log, UP_INFO, "guard", UP_FIELDS(UP_TEXT("words", words)));
}

/* Of the thread that tells of what was asked. */
static void
keep(const struct sighting *sighting, void *context)
{
	const struct state *state = context;
	struct sighting kept = *sighting;

	if (state->journal == NULL)
		return;
	kept.sensor = span_of(state->sensor);
	up_keeper_put(state->keeper, state->journal, &kept);
}

static struct guard_setting
setting_of(const struct up_config *config, struct state *state)
{
	const struct up_guard *guard = &config->guard;
	struct guard_setting setting = {
	        .listen = guard->listen.at,
	        .listen_count = guard->listen.count,
	        .workers = up_guard_workers(guard),
	        .upstreams = guard->upstreams.at,
	        .upstream_count = guard->upstreams.count,
	        .tell = guard->tell,
	        .clients = guard->clients,
	        .clients_of_prefix = guard->clients_of_prefix,
	        .idle_ms = guard->idle_ms,
	        .policy = guard->policy,
	        .cookie_secret = guard->has_cookie ? guard->cookie : NULL,
	        .hub = state->hub,
	        .settle_s = config->alerts.settle_s,
	        .tell_chance = config->alerts.chance,
	        .most_names = config->alerts.names,
	        .shift_us = state->log->shift_us,
	        .log = say,
	        .keep = keep,
	        .context = state,
	};

	for (size_t i = 0; i < config->names.generator_count; i++)
		setting.generators += is_wanted(config, config->names.generators[i]);
	return setting;
}

static void
log_endpoints(const struct state *state, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct net_endpoint endpoint = guard_endpoint(state->guard, i);
		char text[NET_ENDPOINT_SIZE];

		net_endpoint_write(&endpoint, text);
		up_log(state->log, UP_INFO, "listen",
		       UP_FIELDS(UP_TEXT("role", "guard"), UP_TEXT("endpoint", text)));
	}
}

/* Looks at the upstreams, and says which one went down, or came back. */
static void
look(struct net_timer *timer)
{
	struct state *state = timer->context;
	struct guard_upstream_facts facts;

	for (size_t i = 0; guard_upstream(state->guard, i, &facts); i++) {
		char text[NET_ENDPOINT_SIZE];
		enum up_guard_turn turn = up_guard_health_look(&state->health, i, &facts,
		                                               net_loop_now(state->loop));

		net_endpoint_write(&facts.endpoint, text);
		if (turn == UP_GUARD_DOWN)
			up_log(state->log, UP_WARNING, "upstream-down",
			       UP_FIELDS(UP_TEXT("upstream", text),
			                 UP_TEXT("why", "it has not answered for several "
			                                "attempts")));
		else if (turn == UP_GUARD_BACK)
			up_log(state->log, UP_INFO, "upstream-back",
			       UP_FIELDS(UP_TEXT("upstream", text)));
	}
	/* It was set a moment ago, so there is room for it. */
	(void)!net_timer_set(state->loop, timer, LOOK_MS);
}

static void
close_guard(void *context)
{
	struct state *state = context;

	if (state == NULL)
		return;
	net_timer_end(state->loop, &state->timer);
	up_allowing_free(state->allowing);
	guard_free(state->guard);
	up_serial_fini(&state->serial);
	free(state);
}

static enum fsk_err
open_allowing(const struct up_host *host, const struct up_config *config,
              struct state *state)
{
	struct up_allowing_setting setting = {
	        .guard = state->guard,
	        .loop = host->loop,
	        .log = host->log,
	        .state = config->state,
	};

	return up_allowing_new(&setting, &state->allowing);
}

/* Sees that nobody listens on the endpoints of ${places} yet. FSK_IO with errno, and which
 * one it is. */
static enum fsk_err
check_free(const struct up_places *places, size_t *which)
{
	for (size_t i = 0; i < places->count; i++) {
		enum fsk_err err = net_check_free(&places->at[i], true);

		if (err != FSK_OK) {
			*which = i;
			return err;
		}
	}
	return FSK_OK;
}

static enum fsk_err
open_guard(const struct up_host *host, const struct up_config *config, void **out,
           struct up_trouble *trouble)
{
	struct state *state = calloc(1, sizeof(*state));
	struct guard_setting setting;
	size_t which = SIZE_MAX;
	enum fsk_err err;

	if (state == NULL)
		return FSK_NOMEM;
	state->hub = host->hub;
	state->log = host->log;
	state->loop = host->loop;
	state->timer = (struct net_timer){.due = look, .context = state};
	/* The last octet stays a NUL, whatever the name. */
	if (config->sinkhole.sensor != NULL)
		snprintf(state->sensor, sizeof(state->sensor), "%s",
		         config->sinkhole.sensor);
	else if (gethostname(state->sensor, sizeof(state->sensor) - 1) != 0)
		state->sensor[0] = '\0';
	setting = setting_of(config, state);
	errno = 0;
	err = up_serial_init(&state->serial, config->state, "guard", host->log);
	if (err == FSK_OK)
		err = check_free(&config->guard.listen, &which);
	if (err == FSK_OK)
		err = guard_new(&setting, &which, &state->guard);
	if (err == FSK_OK) {
		err = open_allowing(host, config, state);
		if (err == FSK_OK)
			err = net_timer_set(state->loop, &state->timer, LOOK_MS);
	} else if (err == FSK_IO && which < setting.listen_count) {
		char text[NET_ENDPOINT_SIZE];

		net_endpoint_write(&setting.listen[which], text);
		up_trouble_set(trouble, config->path, config->guard.listen.lines[which],
		               "cannot listen on %s: %s", text, strerror(errno));
	} else {
		up_trouble_set(trouble, config->path, 0, "guard: %s",
		               err == FSK_IO ? strerror(errno) : fsk_strerror(err));
	}
	if (err != FSK_OK) {
		close_guard(state);
		return err;
	}
	log_endpoints(state, setting.listen_count);
	*out = state;
	return FSK_OK;
}

static enum fsk_err
begin(void *context, struct up_keeper *keeper, struct up_trouble *trouble)
{
	struct state *state = context;

	state->keeper = keeper;
	if (keeper == NULL)
		return FSK_OK;
	return up_keeper_journal(keeper, "guard", &state->journal, trouble);
}

static enum fsk_err
change(void *context, const struct up_config *config, struct up_trouble *trouble)
{
	struct state *state = context;
	struct guard_setting setting = setting_of(config, state);
	enum fsk_err err;

	errno = 0;
	err = guard_change(state->guard, &setting);
	if (err == FSK_RANGE)
		up_trouble_set(trouble, config->path,
		               setting.listen_count > 0 ? config->guard.listen.lines[0] : 0,
		               "other endpoints to listen on, or more or fewer workers, "
		               "need a restart");
	else if (err != FSK_OK)
		up_trouble_set(trouble, config->path, 0, "guard: %s",
		               err == FSK_IO ? strerror(errno) : fsk_strerror(err));
	return err;
}

static enum fsk_err
swap(void *context, void *made, int64_t now)
{
	struct state *state = context;
	uint32_t serial = up_serial_next(&state->serial, now);
	struct guard_lists_facts facts;
	enum fsk_err err;

	guard_lists_number(made, serial);
	facts = guard_lists_facts(made);
	errno = 0;
	err = guard_swap(state->guard, made);
	if (err != FSK_OK) {
		up_log(state->log, UP_ERROR, "guard-kept",
		       UP_FIELDS(UP_TEXT("why", err == FSK_IO ? strerror(errno)
		                                              : fsk_strerror(err))));
		/* A thread that cannot be begun now may be in a minute: until then all
		 * is answered SERVFAIL, or by the lists of before. */
		return FSK_NOMEM;
	}
	up_serial_take(&state->serial, serial);
	up_log(state->log, UP_INFO, "names",
	       UP_FIELDS(UP_TEXT("role", "guard"), UP_NUMBER("serial", facts.serial),
	                 UP_NUMBER("names", facts.names),
	                 UP_NUMBER("popular", facts.popular),
	                 UP_NUMBER("bytes", facts.bytes)));
	return FSK_OK;
}

static void
metrics(const void *context, int64_t now, struct up_text *text)
{
	const struct state *state = context;

	up_guard_metrics(state->guard, now, text);
}

static void
reopen(void *context)
{
	const struct state *state = context;

	guard_reopen(state->guard);
}

/* What may be asked. */

static const char *
allow(void *context, struct up_request *request, json_t *lines)
{
	const struct state *state = context;

	return up_allowing_allow(state->allowing, request, lines);
}

static const char *
end(void *context, struct up_request *request, json_t *lines)
{
	const struct state *state = context;

	return up_allowing_end(state->allowing, request, lines);
}

static const char *
list(void *context, struct up_request *request, json_t *lines)
{
	const struct state *state = context;

	return up_allowing_list(state->allowing, request, lines);
}

/* ${ms}, which is not negative, in whole microseconds. */
static double
rounded(double ms)
{
	return (double)(uint64_t)(ms * 1000 + 0.5) / 1000;
}

/* An array that tells of each upstream; NULL without memory. */
static json_t *
upstreams_of(const struct guard *guard)
{
	json_t *upstreams = json_array();
	struct guard_upstream_facts facts;

	for (size_t i = 0; guard_upstream(guard, i, &facts); i++) {
		char endpoint[NET_ENDPOINT_SIZE];

		net_endpoint_write(&facts.endpoint, endpoint);
		(void)json_array_append_new(upstreams,
		                            json_pack("{s:s,s:b,s:f}", "endpoint", endpoint,
		                                      "up", (int)facts.up, "rtt_ms",
		                                      rounded(facts.rtt_ms)));
	}
	return upstreams;
}

static const char *
status(void *context, struct up_request *request, json_t *lines)
{
	const struct state *state = context;
	struct guard_lists_facts facts = guard_facts(state->guard);
	const struct guard_ledger_counts *told = guard_told(state->guard);
	json_t *line = json_pack(
	        "{s:s,s:I,s:I,s:I,s:I,s:I,s:o}", "role", "guard", "serial",
	        (json_int_t)facts.serial, "names", (json_int_t)facts.names, "passes",
	        (json_int_t)guard_passes_count(guard_passes(state->guard)), "infected",
	        (json_int_t)atomic_load(&told->clients[VERDICT_INFECTED]), "likely",
	        (json_int_t)atomic_load(&told->clients[VERDICT_LIKELY]), "upstreams",
	        upstreams_of(state->guard));

	(void)request;
	return json_array_append_new(lines, line) == 0 ? NULL : up_nomem;
}

static const char *const allow_keys[] = {"name",  "client", "reason",
                                         "for_s", "until",  NULL};
static const char *const end_keys[] = {"name", "client", NULL};
static const char *const no_keys[] = {NULL};

static const struct up_verb verbs[] = {
        {"allow", allow, allow_keys},
        {"end", end, end_keys},
        {"list", list, no_keys},
        {"status", status, no_keys},
};

const struct up_role up_role_guard = {
        .name = "guard",
        .summary = "a front of resolvers that answers the names of bots itself",
        .sections = up_guard_sections,
        .section_count = &up_guard_section_count,
        .tells = true,
        .settle = up_guard_settle,
        .make = make,
        .unmake = unmake,
        .describe = describe,
        .open = open_guard,
        .begin = begin,
        .change = change,
        .swap = swap,
        .metrics = metrics,
        .reopen = reopen,
        .verbs = verbs,
        .verb_count = UP_COUNT(verbs),
        .close = close_guard,
};
