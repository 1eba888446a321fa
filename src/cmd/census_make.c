/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_make.h"

#include "base/date.h"
#include "base/size.h"
#include "cmd/census_again.h"
#include "cmd/census_span.h"
#include "cmd/census_tables.h"
#include "store/pseudonym.h"

#include <errno.h>
#include <stdlib.h>

#define LOOK_EVERY 4096 /* hosts or sightings: whether a signal came */

static enum status
fail(enum fsk_err err)
{
	if (err == FSK_STOPPED)
		return STATUS_DONE;
	say("census: %s", err == FSK_IO ? strerror(errno) : fsk_strerror(err));
	return STATUS_SYSTEM;
}

struct span
census_make_family(struct span generator)
{
	const char *slash =
	        generator.len > 0 ? memchr(generator.text, '/', generator.len) : NULL;

	if (slash != NULL)
		generator.len = (size_t)(slash - generator.text);
	return generator;
}

/* Files of the user's. */

static enum status
open_where(struct census_work *work)
{
	const struct census_ask *ask = work->ask;
	struct fault fault = {.why = NULL};
	const char *which = ask->country;
	enum fsk_err err;

	if (ask->country == NULL && ask->network == NULL)
		return STATUS_DONE;
	/* One after the other first, to know of which of them to complain. */
	err = store_where_open(ask->country, NULL, &work->where, &fault);
	if (err == FSK_OK && ask->network != NULL) {
		which = ask->network;
		store_where_close(work->where);
		work->where = NULL;
		err = store_where_open(ask->country, ask->network, &work->where, &fault);
	}
	if (err == FSK_OK)
		return STATUS_DONE;
	work->where = NULL;
	which = which != NULL ? which : ask->network;
	if (err != FSK_IO && fault.why != NULL)
		say_fault(which, &fault);
	else
		say("%s: %s", which, err == FSK_IO ? strerror(errno) : fsk_strerror(err));
	return err == FSK_CORRUPT ? STATUS_DATA : STATUS_SYSTEM;
}

static enum status
read_names(struct census_work *work)
{
	const struct census_ask *ask = work->ask;
	enum status status = STATUS_DONE;

	if (ask->held != NULL && strcmp(ask->held, "all") != 0)
		status = census_names_read(ask->held, &work->held);
	if (status == STATUS_DONE && ask->canary != NULL)
		status = census_names_read(ask->canary, &work->canary);
	work->lists.names = work->held.count > 0 ? &work->held : NULL;
	work->counter = (struct census_held){census_held_count, &work->lists};
	return status;
}

/* Sightings of files. */

/* Whether ${sighting} asked for a canary. */
static bool
touches(const struct census_work *work, const struct sighting *sighting)
{
	return work->canary.count > 0 && census_names_have(&work->canary, sighting->name);
}

static enum fsk_err
take_row(struct census_row *row, void *context)
{
	struct census_work *work = context;
	const struct census_ask *ask = work->ask;
	int64_t second = date_second_of(row->sighting.us);
	enum fsk_err err = FSK_OK;

	if (++work->done % LOOK_EVERY == 0 && !say_progress(work->done, 0, &work->progress))
		return FSK_STOPPED;
	if (second < ask->from || second >= ask->to)
		return FSK_OK;
	if (touches(work, &row->sighting)) {
		struct census_row touch = *row;

		touch.generator = touch.country = (struct span){NULL, 0};
		err = census_hosts_add(&work->touched, &touch);
	}
	if (err != FSK_OK || !row->counts || !census_ask_wants(ask, row->generator))
		return err;
	if (row->sighting.sensor.len > 0) {
		struct span kept;

		err = census_texts_keep(&work->sensors, row->sighting.sensor, &kept);
		if (err != FSK_OK && err != FSK_RANGE)
			return err;
	}
	return census_hosts_add(&work->hosts, row);
}

static enum status
read_files(struct census_work *work)
{
	struct census_sources *sources = work->sources;

	work->progress = (struct progress){.what = "census", .unit = "sightings"};
	for (size_t i = 0; i < sources->count && !say_stopped(); i++) {
		enum status status;

		if (sources->sources[i].store != NULL)
			continue;
		status = census_source_read(sources, &sources->sources[i], true, take_row,
		                            work);
		if (status != STATUS_DONE) {
			say_progress_done(&work->progress);
			return status;
		}
	}
	say_progress_done(&work->progress);
	return STATUS_DONE;
}

/* Who touched a canary. */

static enum fsk_err
read_canaries(struct census_work *work, struct store *store)
{
	struct store_filter filter = STORE_FILTER_ALL;
	struct store_reading *reading = NULL;
	struct sighting_cursor cursor;
	struct sighting sighting;
	enum fsk_err err;

	filter.from_us = work->report.from * DATE_SECOND;
	filter.to_us = work->report.to * DATE_SECOND;
	err = store_read(store, &filter, &reading);
	if (err != FSK_OK)
		return err;
	cursor = store_reading_cursor(reading);
	while (err == FSK_OK) {
		err = cursor.next(cursor.context, &sighting);
		if (err == FSK_OK && touches(work, &sighting))
			err = census_set_add(work->canaries, &sighting.client);
		if (err == FSK_OK && ++work->done % LOOK_EVERY == 0 &&
		    !say_progress(work->done, 0, &work->progress))
			err = FSK_STOPPED;
	}
	store_reading_free(reading);
	return err == FSK_END ? FSK_OK : err;
}

static enum status
find_canaries(struct census_work *work)
{
	enum fsk_err err = FSK_OK;

	if (work->canary.count == 0)
		return STATUS_DONE;
	err = census_set_new(&work->canaries);
	for (size_t i = 0; i < work->touched.count && err == FSK_OK; i++) {
		const struct hostday *host = &work->touched.hosts[i];

		if (host->day >= work->report.from && host->day < work->report.to)
			err = census_set_add(work->canaries, &host->client);
	}
	if (err != FSK_OK)
		return fail(err);
	for (size_t i = 0; i < work->sources->count; i++) {
		const struct census_source *source = &work->sources->sources[i];

		if (source->store == NULL)
			continue;
		err = read_canaries(work, source->store);
		if (err != FSK_OK)
			return census_source_refuse(source, err);
	}
	return STATUS_DONE;
}

/* First walk. */

static enum fsk_err
new_part(struct census_work *work, const char *family, struct census_part *part)
{
	const struct census_ask *ask = work->ask;
	struct census_plan plan = {
	        .family = family,
	        .from = work->report.from,
	        .to = work->report.to,
	        .held = ask->held != NULL ? &work->counter : NULL,
	        .canary = work->canaries,
	        .by_country =
	                ask->html != NULL || (ask->by_set && ask->by == CENSUS_BY_COUNTRY),
	        .by_network =
	                ask->html != NULL || (ask->by_set && ask->by == CENSUS_BY_NETWORK),
	};
	enum fsk_err err =
	        census_span_habits(work, span_of(family), &plan.habits, &part->habits_of);

	part->family = family;
	return err == FSK_OK ? census_gather_new(&plan, &part->gather) : err;
}

struct census_part *
census_make_part(struct census_work *work, struct span family)
{
	struct census_report *report = &work->report;
	struct census_part *grown;
	struct span kept;

	for (size_t i = 0; i < report->part_count; i++)
		if (span_equal(span_of(report->parts[i].family), family))
			return &report->parts[i];
	grown = realloc(report->parts, size_mul(report->part_count + 1, sizeof(*grown)));
	if (grown == NULL)
		return NULL;
	report->parts = grown;
	grown += report->part_count;
	*grown = (struct census_part){.gather = NULL};
	if (census_texts_keep(&work->texts, family, &kept) != FSK_OK ||
	    new_part(work, kept.text, grown) != FSK_OK)
		return NULL;
	report->part_count++;
	return grown;
}

/* Fills in where ${host} is, if it is not known and a file knows. */
static void
place(struct census_work *work, struct hostday *host, struct store_where *where)
{
	if (work->where == NULL || sighting_is_named(&host->client) ||
	    (host->country.len > 0 && host->network != 0))
		return;
	store_where_find(work->where, &host->client.address, where);
	if (host->country.len == 0) {
		host->country = span_of(where->country);
		work->sought[0]++;
		work->found[0] += host->country.len > 0;
	}
	if (host->network == 0) {
		host->network = where->network;
		work->sought[1]++;
		work->found[1] += host->network != 0;
	}
}

/* A file of MaxMind's form may know something else; its type is free text, and what it says
 * of one address not what it says of another. */
static void
say_unknown(const struct census_work *work)
{
	const char *const files[] = {work->ask->country, work->ask->network};
	static const char *const whats[] = {"country", "network"};

	for (size_t i = 0; i < 2; i++)
		if (files[i] != NULL && work->sought[i] > 0 && work->found[i] == 0)
			say("%s: it knows the %s of none of the addresses: is it another "
			    "file?",
			    files[i], whats[i]);
}

static enum fsk_err
take_host(struct census_work *work, const struct hostday *host, uint64_t forgotten)
{
	struct store_where where = {.network = 0};
	struct hostday placed = *host;
	struct census_part *part;

	if (++work->done % LOOK_EVERY == 0 && !say_progress(work->done, 0, &work->progress))
		return FSK_STOPPED;
	if (host->day < work->report.from || host->day >= work->report.to ||
	    !census_ask_wants(work->ask, host->generator))
		return FSK_OK;
	part = census_make_part(work, census_make_family(host->generator));
	if (part == NULL)
		return FSK_NOMEM;
	if (forgotten > 0) {
		census_gather_forgotten(part->gather, host->day, forgotten);
		return FSK_OK;
	}
	place(work, &placed, &where);
	return census_gather_add(part->gather, &placed);
}

static enum fsk_err
take_day(const struct store_day *day, void *context)
{
	return take_host(context, &day->host, day->forgotten);
}

static enum status
walk(struct census_work *work)
{
	struct store_filter filter = STORE_FILTER_ALL;
	enum fsk_err err = FSK_OK;

	filter.from_us = work->report.from * DATE_SECOND;
	filter.to_us = work->report.to * DATE_SECOND;
	work->progress = (struct progress){.what = "census", .unit = "hosts"};
	work->done = 0;
	for (size_t i = 0; i < work->hosts.count && err == FSK_OK; i++)
		err = take_host(work, &work->hosts.hosts[i], 0);
	for (size_t i = 0; i < work->sources->count && err == FSK_OK; i++) {
		const struct census_source *source = &work->sources->sources[i];

		if (source->store == NULL)
			continue;
		err = store_days(source->store, &filter, take_day, work);
		if (err != FSK_OK) {
			say_progress_done(&work->progress);
			return census_source_refuse(source, err);
		}
	}
	say_progress_done(&work->progress);
	if (err == FSK_OK)
		say_unknown(work);
	return err == FSK_OK ? STATUS_DONE : fail(err);
}

static enum status
walk_again(struct census_work *work)
{
	struct census_report *report = &work->report;
	struct census_window *windows = calloc(report->part_count + 1, sizeof(*windows));
	enum fsk_err err = windows != NULL ? FSK_OK : FSK_NOMEM;
	enum status status = STATUS_DONE;
	size_t count = 0;

	for (size_t i = 0; i < report->part_count && err == FSK_OK; i++) {
		struct census_window *window = &windows[count];

		window->part = &report->parts[i];
		err = census_gather_settle(window->part->gather, &window->from,
		                           &window->to);
		count += window->from < window->to;
	}
	work->progress = (struct progress){.what = "peak hours", .unit = "sightings"};
	if (err != FSK_OK)
		status = fail(err);
	else if (work->lists.nomem)
		status = fail(FSK_NOMEM);
	else if (count > 0 && !say_stopped())
		status = census_again(work, windows, count);
	free(windows);
	return status;
}

/* The report. */

/* What comes first is read, and often it alone: machines before addresses, and what the
 * attacker says last. Within a unit as they were asked for. */
static void
sort_figures(struct census_estimated *figures, size_t count)
{
	static const int ranks[] = {
	        [CENSUS_HOSTS] = 0,     [CENSUS_LINES] = 1, [CENSUS_SWEEPS] = 2,
	        [CENSUS_ADDRESSES] = 3, [CENSUS_SHARE] = 4, [CENSUS_VICTIMS] = 5,
	};

	for (size_t i = 1; i < count; i++) {
		struct census_estimated one = figures[i];
		size_t to = i;

		for (; to > 0 &&
		       ranks[figures[to - 1].method->unit] > ranks[one.method->unit];
		     to--)
			figures[to] = figures[to - 1];
		figures[to] = one;
	}
}

static enum fsk_err
estimate(const struct census_ask *ask, struct census_part *part)
{
	struct census_estimated *figures = calloc(ask->method_count + 1, sizeof(*figures));

	if (figures == NULL)
		return FSK_NOMEM;
	part->figures = figures;
	part->figure_count = ask->method_count;
	for (size_t i = 0; i < ask->method_count; i++) {
		struct census_estimated *figure = &figures[i];

		figure->method = ask->methods[i];
		figure->has = census_estimate(figure->method, part->facts, &figure->figure);
	}
	sort_figures(figures, ask->method_count);
	return FSK_OK;
}

/* The trend of the days that are whole. */
static enum fsk_err
find_trend(struct census_part *part)
{
	const struct census_facts *facts = part->facts;
	uint64_t *daily = calloc(size_add(facts->days, 1), sizeof(*daily));
	enum fsk_err err;

	if (daily == NULL)
		return FSK_NOMEM;
	memcpy(daily, facts->daily, size_mul(facts->days, sizeof(*daily)));
	part->cut_count = census_cut_find(facts, part->cuts);
	for (size_t i = 0; i < part->cut_count; i++)
		daily[part->cuts[i].day] = 0;
	err = census_trend(daily, facts->held, facts->days, &part->trend);
	free(daily);
	return err;
}

static enum fsk_err
fill_part(struct census_work *work, struct census_part *part)
{
	const struct census_ask *ask = work->ask;
	enum fsk_err err = census_gather_facts(part->gather, &part->facts);

	if (err == FSK_OK)
		err = estimate(ask, part);
	for (size_t n = 0; n < CENSUS_TABLES && err == FSK_OK; n++) {
		enum census_by by = (enum census_by)n;
		bool wanted = by == CENSUS_BY_HOUR || by == CENSUS_BY_DAY ||
		              by == CENSUS_BY_GENERATOR || ask->html != NULL ||
		              (ask->by_set && ask->by == by);

		part->tables[n].by = by;
		if (wanted)
			err = census_table_make(part, by, &work->texts);
	}
	return err == FSK_OK ? find_trend(part) : err;
}

static int
compare_parts(const void *a, const void *b)
{
	const struct census_part *left = a, *right = b;
	uint64_t more = right->facts->footprint, less = left->facts->footprint;

	return more != less ? (more > less) - (more < less)
	                    : strcmp(left->family, right->family);
}

static enum status
fill_report(struct census_work *work)
{
	static const char *const none[] = {NULL};
	struct census_report *report = &work->report;
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < report->part_count && err == FSK_OK; i++)
		err = fill_part(work, &report->parts[i]);
	if (err != FSK_OK)
		return fail(err);
	if (report->part_count > 0)
		qsort(report->parts, report->part_count, sizeof(*report->parts),
		      compare_parts);
	report->sensors =
	        work->sensors.count > 0 ? (const char *const *)work->sensors.texts : none;
	for (size_t i = 0; i < work->sources->count; i++)
		report->sensors_of_peak =
		        report->sensors_of_peak || work->sources->sources[i].store != NULL;
	for (size_t i = 0; i < work->hosts.count && !report->pseudonyms; i++)
		report->pseudonyms =
		        store_is_pseudonym(&work->hosts.hosts[i].client.address);
	return STATUS_DONE;
}

static void
begin(struct census_work *work, const struct census_ask *ask,
      struct census_sources *sources)
{
	*work = (struct census_work){.ask = ask, .sources = sources};
	work->report.sources = sources->names;
	work->report.pseudonyms = sources->pseudonyms;
	work->report.country = ask->country;
	work->report.network = ask->network;
	work->report.held = ask->held;
	work->report.canary = ask->canary;
	work->report.by_set = ask->by_set;
	work->report.by = ask->by;
	for (size_t i = 0; i < ask->common.family_count; i++)
		work->report.variants = work->report.variants ||
		                        strchr(ask->common.families[i], '/') != NULL;
}

/* Counts in the span that was found. */
static enum status
count(struct census_work *work)
{
	enum status status;

	work->lists.from = work->report.from;
	work->lists.to = work->report.to;
	status = find_canaries(work);
	if (status == STATUS_DONE && !say_stopped())
		status = census_span_meet(work);
	if (status == STATUS_DONE && !say_stopped())
		status = walk(work);
	if (status == STATUS_DONE && !say_stopped())
		status = walk_again(work);
	return status;
}

enum status
census_make(struct census_work *work, const struct census_ask *ask,
            struct census_sources *sources)
{
	enum status status;

	begin(work, ask, sources);
	status = open_where(work);
	if (status == STATUS_DONE)
		status = read_names(work);
	if (status == STATUS_DONE)
		status = read_files(work);
	work->report.lines = sources->lines;
	work->report.skipped = sources->skipped;
	if (status == STATUS_DONE && !say_stopped())
		status = census_span_find(work);
	if (status == STATUS_DONE && !say_stopped() && work->report.from < work->report.to)
		status = count(work);
	return status == STATUS_DONE && !say_stopped() ? fill_report(work) : status;
}

void
census_make_fini(struct census_work *work)
{
	struct census_report *report = &work->report;

	for (size_t i = 0; i < report->part_count; i++) {
		struct census_part *part = &report->parts[i];

		for (size_t n = 0; n < CENSUS_TABLES; n++)
			census_table_fini(&part->tables[n]);
		free(part->figures);
		census_gather_free(part->gather);
	}
	free(report->parts);
	free(work->contacts);
	free(work->unsaid);
	census_set_free(work->canaries);
	census_held_fini(&work->lists);
	watch_names_fini(&work->held);
	watch_names_fini(&work->canary);
	census_hosts_fini(&work->hosts);
	census_hosts_fini(&work->touched);
	census_texts_fini(&work->texts);
	census_texts_fini(&work->sensors);
	store_where_close(work->where);
	*work = (struct census_work){.ask = NULL};
}
