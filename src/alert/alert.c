/* SPDX-License-Identifier: BSD-2-Clause */
#include "alert/alert.h"

#include "alert/record.h"
#include "alert/sink.h"
#include "net/loop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define SINK(name) extern const struct alert_sink alert_sink_##name;
#include "alert/sinks.def"
#undef SINK

#define SINK(name) &alert_sink_##name,
static const struct alert_sink *const kinds[] = {
#include "alert/sinks.def"
};
#undef SINK

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct sink {
	const struct alert_sink *kind;
	void *state;
	struct alert_sink_setting setting; /* its texts are the three below */
	char *target;
	char *authorities;
	char *secret;
	struct alert_ground ground;
	struct alert_counts counts;
};

struct alert_hub {
	size_t count;
	struct sink *sinks;
	char *host;
	char *version;
	struct alert_record *record; /* NULL: nobody wants lines */
};

size_t
alert_sink_count(void)
{
	return KINDS;
}

const struct alert_sink *
alert_sink_at(size_t n)
{
	return n < KINDS ? kinds[n] : NULL;
}

static const struct alert_sink *
find_kind(enum alert_way way)
{
	for (size_t i = 0; i < KINDS; i++) {
		if (kinds[i]->way == way)
			return kinds[i];
	}
	return NULL;
}

const char *
alert_way_name(enum alert_way way)
{
	const struct alert_sink *kind = find_kind(way);

	return kind != NULL ? kind->name : "unknown";
}

void
alert_say(const struct alert_ground *ground, const char *place, const char *words,
          const char *why)
{
	char line[1024];

	if (ground->log == NULL)
		return;
	(void)snprintf(line, sizeof(line), "%s %.500s: %s%s%s",
	               alert_way_name(ground->setting->way), place, words,
	               why != NULL ? ": " : "", why != NULL ? why : "");
	ground->log(line, ground->context);
}

/* Copies ${from} to what ${sink} keeps of it; false when there is no memory. What was
 * copied is freed with the sink in any case. */
static bool
copy_setting(struct sink *sink, const struct alert_sink_setting *from)
{
	sink->target = strdup(from->target);
	if (from->authorities != NULL)
		sink->authorities = strdup(from->authorities);
	if (from->secret.len > 0)
		sink->secret = malloc(from->secret.len);
	if (sink->target == NULL ||
	    (sink->authorities == NULL && from->authorities != NULL) ||
	    (sink->secret == NULL && from->secret.len > 0))
		return false;
	if (sink->secret != NULL)
		memcpy(sink->secret, from->secret.text, from->secret.len);
	sink->setting = (struct alert_sink_setting){
	        .way = from->way,
	        .sightings = from->sightings,
	        .target = sink->target,
	        .secret = {sink->secret, from->secret.len},
	        .authorities = sink->authorities,
	};
	return true;
}

static void
free_setting(struct sink *sink)
{
	if (sink->secret != NULL)
		explicit_bzero(sink->secret, sink->setting.secret.len);
	free(sink->secret);
	free(sink->target);
	free(sink->authorities);
}

enum fsk_err
alert_target_check(enum alert_way way, const char *target)
{
	const struct alert_sink *kind = find_kind(way);

	return kind != NULL ? kind->check(target) : FSK_SYNTAX;
}

/* Opens sink ${n} of ${hub}, whose setting is in its place. */
static enum fsk_err
open_sink(struct alert_hub *hub, const struct alert_setting *setting, size_t n)
{
	struct sink *sink = &hub->sinks[n];
	const struct alert_sink *kind = find_kind(setting->sinks[n].way);
	enum fsk_err err;

	if (kind == NULL || setting->sinks[n].target == NULL ||
	    (!setting->sinks[n].sightings && !kind->takes_alerts))
		return FSK_SYNTAX;
	err = kind->check(setting->sinks[n].target);
	if (err != FSK_OK)
		return err;
	if (!copy_setting(sink, &setting->sinks[n]))
		return FSK_NOMEM;
	sink->ground = (struct alert_ground){
	        &sink->setting,   hub->host,     hub->version,  setting->log,
	        setting->context, &sink->counts, setting->owner};
	err = kind->open(&sink->ground, &sink->state);
	sink->ground.owner = NULL;
	if (err == FSK_OK)
		sink->kind = kind;
	return err;
}

static enum fsk_err
open_sinks(struct alert_hub *hub, const struct alert_setting *setting, size_t *which)
{
	bool lines = false;

	for (size_t i = 0; i < setting->sink_count; i++) {
		enum fsk_err err = open_sink(hub, setting, i);

		if (err != FSK_OK) {
			*which = i;
			return err;
		}
		lines = lines || hub->sinks[i].kind->wants_lines;
	}
	if (!lines)
		return FSK_OK;
	hub->record = malloc(sizeof(*hub->record));
	return hub->record != NULL ? FSK_OK : FSK_NOMEM;
}

enum fsk_err
alert_hub_new(const struct alert_setting *setting, struct alert_hub **hub, size_t *which)
{
	struct alert_hub *made = calloc(1, sizeof(*made));
	enum fsk_err err = FSK_NOMEM;
	int error;

	if (made == NULL)
		return FSK_NOMEM;
	made->count = setting->sink_count;
	made->sinks = calloc(made->count + 1, sizeof(*made->sinks));
	made->host = strdup(setting->host != NULL ? setting->host : "");
	made->version = strdup(setting->version != NULL ? setting->version : "");
	if (made->sinks == NULL) {
		made->count = 0;
		goto fail;
	}
	if (made->host == NULL || made->version == NULL)
		goto fail;
	err = open_sinks(made, setting, which);
	if (err != FSK_OK)
		goto fail;
	*hub = made;
	return FSK_OK;

fail:
	error = errno;
	alert_hub_free(made, 0);
	errno = error;
	return err;
}

enum fsk_err
alert_hub_start(struct alert_hub *hub)
{
	for (size_t i = 0; i < hub->count; i++) {
		const struct sink *sink = &hub->sinks[i];
		enum fsk_err err = FSK_OK;

		if (sink->kind->start != NULL)
			err = sink->kind->start(sink->state);
		if (err != FSK_OK)
			return err;
	}
	return FSK_OK;
}

bool
alert_wants_sightings(const struct alert_hub *hub)
{
	for (size_t i = 0; i < hub->count; i++) {
		if (hub->sinks[i].setting.sightings)
			return true;
	}
	return false;
}

/* Tells ${news} to those that take its kind; the line is written for the first that wants
 * it. */
static void
tell(struct alert_hub *hub, struct alert_news *news)
{
	for (size_t i = 0; i < hub->count; i++) {
		const struct sink *sink = &hub->sinks[i];

		if (sink->setting.sightings != (news->sighting != NULL))
			continue;
		if (sink->kind->wants_lines && news->line.len == 0)
			news->line =
			        news->sighting != NULL
			                ? alert_record_sighting(hub->record, news->sighting)
			                : alert_record_alert(hub->record, news->alert);
		sink->kind->tell(sink->state, news);
	}
}

void
alert_sight(struct alert_hub *hub, const struct alert_sighting *sighting)
{
	tell(hub, &(struct alert_news){.sighting = sighting});
}

void
alert_tell(struct alert_hub *hub, const struct alert *alert)
{
	tell(hub, &(struct alert_news){.alert = alert});
}

void
alert_hub_tick(struct alert_hub *hub, int64_t now_us)
{
	(void)now_us;
	for (size_t i = 0; i < hub->count; i++) {
		if (hub->sinks[i].kind->tick != NULL)
			hub->sinks[i].kind->tick(hub->sinks[i].state);
	}
}

void
alert_hub_reopen(struct alert_hub *hub)
{
	for (size_t i = 0; i < hub->count; i++) {
		if (hub->sinks[i].kind->reopen != NULL)
			hub->sinks[i].kind->reopen(hub->sinks[i].state);
	}
}

const struct alert_counts *
alert_counts(const struct alert_hub *hub, size_t sink)
{
	return sink < hub->count ? &hub->sinks[sink].counts : NULL;
}

void
alert_hub_free(struct alert_hub *hub, unsigned wait_ms)
{
	int64_t until_us = net_monotonic_us() + (int64_t)wait_ms * 1000;

	if (hub == NULL)
		return;
	for (size_t i = 0; i < hub->count; i++) {
		if (hub->sinks[i].kind != NULL)
			hub->sinks[i].kind->end(hub->sinks[i].state, until_us);
	}
	for (size_t i = 0; i < hub->count; i++) {
		if (hub->sinks[i].kind != NULL)
			hub->sinks[i].kind->close(hub->sinks[i].state);
		free_setting(&hub->sinks[i]);
	}
	free(hub->sinks);
	free(hub->host);
	free(hub->version);
	free(hub->record);
	free(hub);
}
