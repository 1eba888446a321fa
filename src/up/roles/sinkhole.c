/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The role sinkhole: authoritative DNS for names of bots, and HTTP, TLS and raw TCP for who
 * calls them; each contact is kept.
 */
#include "sinkhole/sinkhole.h"
#include "up/keeper.h"
#include "up/losses.h"
#include "up/role.h"
#include "up/serial.h"
#include "up/sinkhole_ground.h"
#include "up/sinkhole_leads.h"
#include "up/sinkhole_metrics.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LOOK_MS 1000 /* between two looks at what was lost */

struct state {
	struct sinkhole *sinkhole;
	const struct up_log *log;
	struct net_loop *loop;
	struct net_timer timer;
	struct up_serial serial;
	char host[256];
	struct up_losses losses;
};

/* Making. */

static enum fsk_err
make(const struct up_making *making, void **made, struct up_trouble *trouble)
{
	struct sinkhole_ground *ground;
	enum fsk_err err = up_sinkhole_ground(making, &ground, trouble);

	if (err == FSK_OK)
		*made = ground;
	return err;
}

static void
unmake(void *made)
{
	sinkhole_ground_free(made);
}

/* Telling what would be. */

struct telling {
	void (*tell)(const char *line, void *context);
	void *context;
};

static void
tell_odd(const char *words, size_t line, void *context)
{
	const struct telling *telling = context;
	char text[300];

	snprintf(text, sizeof(text), "warning: line %zu: %s", line, words);
	telling->tell(text, telling->context);
}

static void
tell_lowered(const struct up_sinkhole *sinkhole, const struct telling *telling)
{
	char words[UP_SINKHOLE_LOWERED_SIZE], text[UP_SINKHOLE_LOWERED_SIZE + 20];

	if (!up_sinkhole_lowered(sinkhole, words))
		return;
	snprintf(text, sizeof(text), "warning: %s", words);
	telling->tell(text, telling->context);
}

static void
tell_places(const struct up_places *places, const char *what, const struct telling *telling)
{
	for (size_t i = 0; i < places->count; i++) {
		char line[200], endpoint[NET_ENDPOINT_SIZE];

		net_endpoint_write(&places->at[i], endpoint);
		snprintf(line, sizeof(line), "sinkhole: listens for %s on %s", what,
		         endpoint);
		telling->tell(line, telling->context);
	}
}

static void
describe(const struct up_config *config, const void *made,
         void (*tell)(const char *line, void *context), void *context)
{
	const struct sinkhole_ground_facts facts = sinkhole_ground_facts(made);
	struct telling telling = {tell, context};
	char line[1200];

	snprintf(line, sizeof(line), "sinkhole: %zu name%s held", facts.names,
	         facts.names == 1 ? "" : "s");
	tell(line, context);
	up_sinkhole_leads_warn(&config->sinkhole, tell_odd, &telling);
	tell_lowered(&config->sinkhole, &telling);
	tell_places(&config->sinkhole.dns, "DNS", &telling);
	tell_places(&config->sinkhole.web, "HTTP, TLS and TCP", &telling);
}

/* Serving. */

static struct sinkhole_setting
setting_of(const struct up_config *config, const struct state *state)
{
	const struct up_sinkhole *sinkhole = &config->sinkhole;

	return (struct sinkhole_setting){
	        .dns = sinkhole->dns.at,
	        .dns_count = sinkhole->dns.count,
	        .web = sinkhole->web.at,
	        .web_count = sinkhole->web.count,
	        .workers = up_sinkhole_workers(sinkhole),
	        .callers = sinkhole->callers,
	        .of_prefix = sinkhole->of_prefix,
	        .keep = sinkhole->keep,
	        .sensor = sinkhole->sensor != NULL ? sinkhole->sensor : state->host,
	        .certificate = sinkhole->certificate,
	        .key = sinkhole->key,
	        .shift_us = state->log->shift_us,
	};
}

/* Endpoint ${n} of ${sinkhole}, those of the web behind those of DNS, and its line. */
static const struct net_endpoint *
endpoint_at(const struct up_sinkhole *sinkhole, size_t n, size_t *line)
{
	const struct up_places *places = &sinkhole->dns;

	if (n >= places->count) {
		n -= places->count;
		places = &sinkhole->web;
	}
	*line = places->lines[n];
	return &places->at[n];
}

static void
log_endpoints(const struct state *state, const struct up_sinkhole *sinkhole)
{
	for (size_t i = 0; i < sinkhole->dns.count + sinkhole->web.count; i++) {
		struct net_endpoint endpoint = sinkhole_endpoint(state->sinkhole, i);
		char text[NET_ENDPOINT_SIZE];

		net_endpoint_write(&endpoint, text);
		up_log(state->log, UP_INFO, "listen",
		       UP_FIELDS(UP_TEXT("role", "sinkhole"),
		                 UP_TEXT("for", i < sinkhole->dns.count ? "dns" : "web"),
		                 UP_TEXT("endpoint", text)));
	}
}

static void
log_odd(const char *words, size_t line, void *context)
{
	const struct state *state = context;

	up_log(state->log, UP_WARNING, "address",
	       UP_FIELDS(UP_TEXT("why", words), UP_NUMBER("line", line)));
}

/* Logs what of ${sinkhole} is not as one would think. */
static void
warn(struct state *state, const struct up_sinkhole *sinkhole)
{
	char words[UP_SINKHOLE_LOWERED_SIZE];

	up_sinkhole_leads_warn(sinkhole, log_odd, state);
	if (up_sinkhole_lowered(sinkhole, words))
		up_log(state->log, UP_WARNING, "callers", UP_FIELDS(UP_TEXT("why", words)));
}

static uint64_t
kept_of(const struct sinkhole_counts *counts)
{
	uint64_t kept = 0;

	for (size_t i = 0; i < SIGHTING_KINDS; i++)
		kept += counts->kept[i];
	return kept;
}

/* Looks whether contacts are lost. */
static void
look(struct net_timer *timer)
{
	struct state *state = timer->context;
	struct sinkhole_counts counts;

	sinkhole_count_all(state->sinkhole, &counts);
	up_losses_look(&state->losses, state->log, kept_of(&counts), counts.lost,
	               net_loop_now(state->loop));
	/* It was set a moment ago, so there is room for it. */
	(void)!net_timer_set(state->loop, timer, LOOK_MS);
}

static void
close_sinkhole(void *context)
{
	struct state *state = context;
	struct sinkhole_counts counts;

	if (state == NULL)
		return;
	net_timer_end(state->loop, &state->timer);
	if (state->sinkhole != NULL) {
		sinkhole_count_all(state->sinkhole, &counts);
		up_losses_end(&state->losses, state->log, counts.lost);
	}
	sinkhole_free(state->sinkhole);
	up_serial_fini(&state->serial);
	free(state);
}

/* Sees that nobody listens on the endpoints yet. FSK_IO with errno, and which one it is. */
static enum fsk_err
check_free(const struct up_sinkhole *sinkhole, size_t *which)
{
	for (size_t i = 0; i < sinkhole->dns.count + sinkhole->web.count; i++) {
		size_t line;
		enum fsk_err err = net_check_free(endpoint_at(sinkhole, i, &line),
		                                  i < sinkhole->dns.count);

		if (err != FSK_OK) {
			*which = i;
			return err;
		}
	}
	return FSK_OK;
}

static void
refuse(const struct up_config *config, size_t which, const char *why, enum fsk_err err,
       struct up_trouble *trouble)
{
	const char *reason = err == FSK_IO ? strerror(errno) : fsk_strerror(err);
	char text[NET_ENDPOINT_SIZE];
	size_t line;

	if (why != NULL) {
		up_trouble_set(trouble, config->path, config->sinkhole.certificate_line,
		               "the certificate: %s%s%s", why, err == FSK_IO ? ": " : "",
		               err == FSK_IO ? reason : "");
	} else if (err == FSK_IO && which != SIZE_MAX) {
		net_endpoint_write(endpoint_at(&config->sinkhole, which, &line), text);
		up_trouble_set(trouble, config->path, line, "cannot listen on %s: %s", text,
		               reason);
	} else {
		up_trouble_set(trouble, config->path, 0, "sinkhole: %s", reason);
	}
}

static enum fsk_err
open_sinkhole(const struct up_host *host, const struct up_config *config, void **out,
              struct up_trouble *trouble)
{
	struct state *state = calloc(1, sizeof(*state));
	struct sinkhole_setting setting;
	const char *why = NULL;
	size_t which = SIZE_MAX;
	enum fsk_err err;

	if (state == NULL)
		return FSK_NOMEM;
	state->log = host->log;
	state->loop = host->loop;
	state->losses.role = "sinkhole";
	state->timer = (struct net_timer){.due = look, .context = state};
	/* The last octet stays a NUL, whatever the name. */
	if (gethostname(state->host, sizeof(state->host) - 1) != 0)
		state->host[0] = '\0';
	setting = setting_of(config, state);
	errno = 0;
	err = check_free(&config->sinkhole, &which);
	if (err == FSK_OK)
		err = up_serial_init(&state->serial, config->state, "sinkhole", host->log);
	if (err == FSK_OK)
		err = sinkhole_new(&setting, &which, &why, &state->sinkhole);
	if (err == FSK_OK)
		err = net_timer_set(state->loop, &state->timer, LOOK_MS);
	if (err != FSK_OK) {
		refuse(config, which, why, err, trouble);
		close_sinkhole(state);
		return err;
	}
	warn(state, &config->sinkhole);
	log_endpoints(state, &config->sinkhole);
	*out = state;
	return FSK_OK;
}

/* Opens a journal for each worker. */
static enum fsk_err
begin(void *context, struct up_keeper *keeper, struct up_trouble *trouble)
{
	const struct state *state = context;
	struct store_journal *journals[SINKHOLE_WORKERS];
	size_t count = sinkhole_workers(state->sinkhole);
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < count && err == FSK_OK; i++) {
		char worker[STORE_WORKER_SIZE];

		snprintf(worker, sizeof(worker), "sinkhole-%zu", i);
		err = up_keeper_journal(keeper, worker, &journals[i], trouble);
	}
	if (err == FSK_OK)
		sinkhole_keep_in(state->sinkhole, journals);
	return err;
}

static enum fsk_err
change(void *context, const struct up_config *config, struct up_trouble *trouble)
{
	struct state *state = context;
	struct sinkhole_setting setting = setting_of(config, state);
	enum fsk_err err = sinkhole_change(state->sinkhole, &setting);

	if (err != FSK_OK)
		up_trouble_set(trouble, config->path, 0,
		               "other endpoints of [sinkhole] to listen on, another "
		               "certificate, or more or fewer workers, need a restart");
	else
		warn(state, &config->sinkhole);
	return err;
}

static enum fsk_err
swap(void *context, void *made, int64_t now)
{
	struct state *state = context;
	uint32_t serial = up_serial_next(&state->serial, now);
	struct sinkhole_ground_facts facts;
	enum fsk_err err;

	sinkhole_ground_number(made, serial);
	facts = sinkhole_ground_facts(made);
	errno = 0;
	err = sinkhole_swap(state->sinkhole, made);
	if (err != FSK_OK) {
		up_log(state->log, UP_ERROR, "sinkhole-kept",
		       UP_FIELDS(UP_TEXT("why", err == FSK_IO ? strerror(errno)
		                                              : fsk_strerror(err))));
		/* A thread that cannot be begun now may be in a minute. */
		return FSK_NOMEM;
	}
	up_serial_take(&state->serial, serial);
	up_log(state->log, UP_INFO, "names",
	       UP_FIELDS(UP_TEXT("role", "sinkhole"), UP_NUMBER("serial", facts.serial),
	                 UP_NUMBER("names", facts.names), UP_NUMBER("bytes", facts.bytes)));
	return FSK_OK;
}

static void
metrics(const void *context, int64_t now, struct up_text *text)
{
	const struct state *state = context;

	(void)now;
	up_sinkhole_metrics(state->sinkhole, text);
}

static const char *
status(void *context, struct up_request *request, json_t *lines)
{
	const struct state *state = context;
	struct sinkhole_ground_facts facts = sinkhole_facts(state->sinkhole);
	struct sinkhole_counts counts;
	json_t *line;

	(void)request;
	sinkhole_count_all(state->sinkhole, &counts);
	line = json_pack("{s:s,s:I,s:I,s:I,s:I,s:I}", "role", "sinkhole", "serial",
	                 (json_int_t)facts.serial, "names", (json_int_t)facts.names, "kept",
	                 (json_int_t)kept_of(&counts), "lost", (json_int_t)counts.lost,
	                 "callers", (json_int_t)counts.callers);
	return json_array_append_new(lines, line) == 0 ? NULL : up_nomem;
}

static const char *const no_keys[] = {NULL};

static const struct up_verb verbs[] = {{"status", status, no_keys}};

const struct up_role up_role_sinkhole = {
        .name = "sinkhole",
        .summary = "keeps who calls the names of bots: DNS, HTTP, TLS and raw TCP",
        .sections = up_sinkhole_sections,
        .section_count = &up_sinkhole_section_count,
        .settle = up_sinkhole_settle,
        .make = make,
        .unmake = unmake,
        .describe = describe,
        .open = open_sinkhole,
        .begin = begin,
        .change = change,
        .swap = swap,
        .metrics = metrics,
        .verbs = verbs,
        .verb_count = UP_COUNT(verbs),
        .close = close_sinkhole,
};
