/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_again.h"

#include "base/date.h"
#include "base/size.h"
#include "dga/catalog.h"
#include "watch/fingerprint.h"

#include <stdlib.h>

#define LOOK_EVERY 4096 /* sightings: whether a signal came */

/* Of a sighting of a file what census_gather_sighting() looks at. */
struct kept {
	int64_t us;
	struct census_part *part;
	struct sighting_client client;
	struct fsk_match match;
	const char *fingerprint;
	struct span sensor;
	int64_t counter;
	uint32_t more;
	enum sighting_kind kind;
};

/* Sightings of one store, the next of which is at hand. */
struct stream {
	const struct census_source *source;
	struct store_reading *reading;
	struct sighting_cursor cursor;
	struct sighting next;
	struct census_part *part; /* of next; NULL: behind the last */
};

struct again {
	struct census_work *work;
	const struct census_window *windows;
	size_t count;
	struct kept *kept; /* of files, by time */
	size_t kept_count, kept_room, kept_at;
	struct stream *streams;
	size_t stream_count;
	uint64_t done;
};

static int
compare_windows(const void *a, const void *b)
{
	const struct census_window *left = a, *right = b;

	return (left->from > right->from) - (left->from < right->from);
}

static int
compare_kept(const void *a, const void *b)
{
	const struct kept *left = a, *right = b;

	return (left->us > right->us) - (left->us < right->us);
}

/* The part that wants a sighting of ${generator} at ${us}; NULL: none. */
static struct census_part *
wanted_by(const struct again *again, struct span generator, int64_t us)
{
	struct span family = census_make_family(generator);
	int64_t second = date_second_of(us);

	if (!census_ask_wants(again->work->ask, generator))
		return NULL;
	for (size_t i = 0; i < again->count; i++) {
		const struct census_window *window = &again->windows[i];

		if (second >= window->from && second < window->to &&
		    span_equal(span_of(window->part->family), family))
			return window->part;
	}
	return NULL;
}

/* Keeps the name of a sensor; what is beyond those that are told apart has none. */
static struct span
keep_sensor(struct census_work *work, struct span sensor)
{
	struct span kept = {NULL, 0};

	if (census_texts_keep(&work->sensors, sensor, &kept) != FSK_OK)
		return (struct span){NULL, 0};
	return kept;
}

static enum fsk_err
take_row(struct census_row *row, void *context)
{
	struct again *again = context;
	const struct sighting *sighting = &row->sighting;
	struct census_part *part =
	        row->counts ? wanted_by(again, row->generator, sighting->us) : NULL;

	if (++again->done % LOOK_EVERY == 0 && say_stopped())
		return FSK_STOPPED;
	if (part == NULL)
		return FSK_OK;
	if (again->kept_count == again->kept_room) {
		size_t wanted =
		        again->kept_room == 0 ? 1024 : size_mul(again->kept_room, 2);
		struct kept *grown = realloc(again->kept, size_mul(wanted, sizeof(*grown)));

		if (grown == NULL)
			return FSK_NOMEM;
		again->kept = grown;
		again->kept_room = wanted;
	}
	again->kept[again->kept_count++] =
	        (struct kept){.us = sighting->us,
	                      .part = part,
	                      .client = sighting->client,
	                      .match = sighting->match,
	                      .fingerprint = sighting->fingerprint,
	                      .sensor = keep_sensor(again->work, sighting->sensor),
	                      .counter = sighting->counter,
	                      .more = sighting->more,
	                      .kind = sighting->kind};
	return FSK_OK;
}

/* Reads the files again. */
static enum status
read_files(struct again *again)
{
	struct census_sources *sources = again->work->sources;

	for (size_t i = 0; i < sources->count && !say_stopped(); i++) {
		enum status status;

		if (sources->sources[i].store != NULL)
			continue;
		status = census_source_read(sources, &sources->sources[i], false, take_row,
		                            again);
		if (status != STATUS_DONE)
			return status;
	}
	if (again->kept_count > 0)
		qsort(again->kept, again->kept_count, sizeof(*again->kept), compare_kept);
	return STATUS_DONE;
}

/* The generator of what ${stream} gave, or the family that sends such requests. */
static struct span
generator_of(const struct stream *stream, char name[DGA_GENERATOR_NAME_SIZE])
{
	const struct sighting *sighting = &stream->next;
	const struct watch_fingerprint *print = NULL;
	const struct store_said *said = store_reading_said(stream->reading);

	if (sighting->match.generator != SIGHTING_NO_GENERATOR) {
		struct dga_generator generator =
		        dga_generator_at(sighting->match.generator);

		dga_generator_name(&generator, name);
		return span_of(name);
	}
	if (said->generator.len > 0)
		return said->generator;
	if (sighting->fingerprint != NULL)
		print = watch_fingerprint_find(span_of(sighting->fingerprint));
	return print != NULL && print->family != NULL ? span_of(print->family)
	                                              : (struct span){NULL, 0};
}

/* Goes to the next sighting of ${stream} that a part wants. */
static enum fsk_err
advance(struct again *again, struct stream *stream)
{
	struct census_work *work = again->work;
	char name[DGA_GENERATOR_NAME_SIZE];

	do {
		enum fsk_err err =
		        stream->cursor.next(stream->cursor.context, &stream->next);

		stream->part = NULL;
		if (err != FSK_OK)
			return err == FSK_END ? FSK_OK : err;
		if (++again->done % LOOK_EVERY == 0 &&
		    !say_progress(again->done, 0, &work->progress))
			return FSK_STOPPED;
		stream->part =
		        wanted_by(again, generator_of(stream, name), stream->next.us);
	} while (stream->part == NULL);
	return FSK_OK;
}

/* Hands over ${sighting}. */
static enum fsk_err
give(struct again *again, struct census_part *part, const struct sighting *sighting)
{
	(void)keep_sensor(again->work, sighting->sensor);
	return census_gather_sighting(part->gather, sighting);
}

/* Hands over what is next of files. */
static enum fsk_err
give_kept(struct again *again)
{
	const struct kept *kept = &again->kept[again->kept_at++];
	struct sighting sighting = {.us = kept->us,
	                            .client = kept->client,
	                            .address = kept->client.address,
	                            .kind = kept->kind,
	                            .match = kept->match,
	                            .fingerprint = kept->fingerprint,
	                            .counter = kept->counter,
	                            .sensor = kept->sensor,
	                            .more = kept->more};

	if (again->kept_at % LOOK_EVERY == 0 && say_stopped())
		return FSK_STOPPED;
	return give(again, kept->part, &sighting);
}

/* Hands over all that the streams, and files before ${to_us}, have, by time. ${failed} is
 * the stream of which an error came. */
static enum fsk_err
merge(struct again *again, int64_t to_us, const struct stream **failed)
{
	for (;;) {
		const struct kept *kept = again->kept_at < again->kept_count
		                                  ? &again->kept[again->kept_at]
		                                  : NULL;
		struct stream *first = NULL;
		enum fsk_err err;

		for (size_t i = 0; i < again->stream_count; i++) {
			struct stream *stream = &again->streams[i];

			if (stream->part != NULL &&
			    (first == NULL || stream->next.us < first->next.us))
				first = stream;
		}
		if (kept != NULL && kept->us >= to_us)
			kept = NULL;
		if (first == NULL && kept == NULL)
			return FSK_OK;
		if (kept != NULL && (first == NULL || kept->us <= first->next.us)) {
			err = give_kept(again);
		} else {
			err = give(again, first->part, &first->next);
			if (err == FSK_OK) {
				*failed = first;
				err = advance(again, first);
			}
		}
		if (err != FSK_OK)
			return err;
		*failed = NULL;
	}
}

/* Begins to read all stores between two seconds. */
static enum fsk_err
open_streams(struct again *again, int64_t from, int64_t to, const struct stream **failed)
{
	const struct census_ask *ask = again->work->ask;
	struct store_filter filter = STORE_FILTER_ALL;

	filter.from_us = from * DATE_SECOND;
	filter.to_us = to * DATE_SECOND;
	filter.counted = true;
	filter.generators = ask->common.family_count > 0 ? ask->wanted : NULL;
	for (size_t i = 0; i < again->stream_count; i++) {
		struct stream *stream = &again->streams[i];
		enum fsk_err err =
		        store_read(stream->source->store, &filter, &stream->reading);

		*failed = stream;
		if (err != FSK_OK)
			return err;
		stream->cursor = store_reading_cursor(stream->reading);
		err = advance(again, stream);
		if (err != FSK_OK)
			return err;
	}
	*failed = NULL;
	return FSK_OK;
}

static void
close_streams(struct again *again)
{
	for (size_t i = 0; i < again->stream_count; i++) {
		store_reading_free(again->streams[i].reading);
		again->streams[i].reading = NULL;
		again->streams[i].part = NULL;
	}
}

static enum status
refuse(const struct stream *failed, enum fsk_err err)
{
	if (failed != NULL)
		return census_source_refuse(failed->source, err);
	if (err == FSK_STOPPED)
		return STATUS_DONE;
	say("census: %s", fsk_strerror(err));
	return STATUS_SYSTEM;
}

/* Goes through the windows, those that touch together. */
static enum status
walk(struct again *again)
{
	const struct census_window *windows = again->windows;

	for (size_t i = 0; i < again->count && !say_stopped();) {
		int64_t from = windows[i].from, to = windows[i].to;
		const struct stream *failed = NULL;
		enum fsk_err err;

		for (; i < again->count && windows[i].from <= to; i++)
			to = windows[i].to > to ? windows[i].to : to;
		err = open_streams(again, from, to, &failed);
		if (err == FSK_OK)
			err = merge(again, to * DATE_SECOND, &failed);
		close_streams(again);
		if (err != FSK_OK)
			return refuse(failed, err);
	}
	return STATUS_DONE;
}

enum status
census_again(struct census_work *work, struct census_window *windows, size_t count)
{
	struct again again = {.work = work, .windows = windows, .count = count};
	const struct census_sources *sources = work->sources;
	enum status status;

	again.streams = calloc(sources->count, sizeof(*again.streams));
	if (again.streams == NULL) {
		say("out of memory");
		return STATUS_SYSTEM;
	}
	for (size_t i = 0; i < sources->count; i++) {
		if (sources->sources[i].store != NULL)
			again.streams[again.stream_count++].source = &sources->sources[i];
	}
	if (count > 0)
		qsort(windows, count, sizeof(*windows), compare_windows);
	status = sources->files ? read_files(&again) : STATUS_DONE;
	if (status == STATUS_DONE)
		status = walk(&again);
	say_progress_done(&work->progress);
	free(again.kept);
	free(again.streams);
	return status;
}
