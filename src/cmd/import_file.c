/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/import_file.h"

#include "scan/cut.h"
#include "watch/fingerprint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <xxhash.h>

/* A batch: sightings, and octets of their records. */
#define BATCH_ITEMS 8192
#define BATCH_BYTES ((size_t)8 << 20)

#define HASH_BYTES ((size_t)64 << 10)
#define SEGMENT 1 /* a file is one */

static const char long_line[] = "a line longer than 64 KiB";

static const struct import_taken none_taken = {.first_us = INT64_MAX, .last_us = INT64_MIN};

/* One file that is being taken. */
struct taking {
	struct import *import;
	struct scan_file *file;
	char worker[64];
	uint64_t from;             /* lines in front of it were taken before */
	uint64_t line;             /* the last that was read */
	size_t count;              /* of items in the batch */
	size_t used;               /* octets of records */
	struct import_taken batch; /* what is told of it when the store has it */
	struct import_contact contact;
	struct log_scratch scratch;
};

enum fsk_err
import_init(struct import *import)
{
	import->counts.taken = none_taken;
	import->items = malloc(BATCH_ITEMS * sizeof(*import->items));
	import->records = malloc(BATCH_BYTES);
	return import->items != NULL && import->records != NULL ? FSK_OK : FSK_NOMEM;
}

void
import_fini(struct import *import)
{
	free(import->items);
	free(import->records);
	import->items = NULL;
	import->records = NULL;
}

/* Tells the progress: ${disk} bytes of the present file are done. */
static bool
go_on(struct import *import, uint64_t disk)
{
	return import->progress == NULL ||
	       import->progress(import->done + disk, import->context);
}

static void
count(struct import_taken *taken, const struct sighting *sighting)
{
	const struct watch_fingerprint *print =
	        sighting->fingerprint == NULL
	                ? NULL
	                : watch_fingerprint_find(span_of(sighting->fingerprint));

	taken->of_kind[sighting->kind]++;
	taken->known += sighting->match.generator != SIGHTING_NO_GENERATOR;
	taken->bots += print != NULL && print->sender == WATCH_BOT;
	if (sighting->us < taken->first_us)
		taken->first_us = sighting->us;
	if (sighting->us > taken->last_us)
		taken->last_us = sighting->us;
}

static void
add(struct import_taken *sum, const struct import_taken *taken)
{
	for (size_t i = 0; i < SIGHTING_KINDS; i++)
		sum->of_kind[i] += taken->of_kind[i];
	sum->bots += taken->bots;
	sum->known += taken->known;
	if (taken->first_us < sum->first_us)
		sum->first_us = taken->first_us;
	if (taken->last_us > sum->last_us)
		sum->last_us = taken->last_us;
}

/* Brings the batch of ${taking} into the store; with ${last} nothing more comes. What the
 * store refused is not counted: it is brought again. */
static enum fsk_err
flush(struct taking *taking, bool last)
{
	const struct store_batch batch = {
	        .worker = taking->worker,
	        .segment = SEGMENT,
	        .end = taking->line + 1,
	        .items = taking->import->items,
	        .count = taking->count,
	        .last = last,
	};
	enum fsk_err err = store_take(taking->import->store, &batch, 1);

	if (err == FSK_OK)
		add(&taking->import->counts.taken, &taking->batch);
	taking->batch = none_taken;
	taking->count = 0;
	taking->used = 0;
	return err;
}

/* Puts ${sighting} into the batch: as a record, which is bounded, and outlives the line. */
static enum fsk_err
put(struct taking *taking, const struct sighting *sighting)
{
	struct import *import = taking->import;
	uint8_t *record = import->records + taking->used;
	struct store_item *item = &import->items[taking->count];
	size_t len = store_record_write(sighting, record);
	enum fsk_err err = store_record_read(record, len, &item->sighting, &item->said);

	if (err != FSK_OK)
		return err;
	item->offset = taking->line;
	taking->used += len;
	taking->count++;
	count(&taking->batch, sighting);
	if (taking->count < BATCH_ITEMS && BATCH_BYTES - taking->used >= STORE_RECORD_MOST)
		return FSK_OK;
	return flush(taking, false);
}

static void
skip(struct taking *taking, const char *why)
{
	struct import_counts *counts = &taking->import->counts;

	if (counts->skipped < IMPORT_SKIPS)
		counts->skips[counts->skipped] = (struct import_skip){
		        .path = taking->file->path, .line = taking->line, .why = why};
	counts->skipped++;
}

/* Takes what was read, unless it is in the store. */
static enum fsk_err
take(struct taking *taking, const struct import_line *line)
{
	struct import_counts *counts = &taking->import->counts;
	struct sighting sighting;
	enum import_word word;
	const char *why;
	enum fsk_err err =
	        import_contact_read(&taking->contact, line, &sighting, &word, &why);

	if (err != FSK_OK)
		return err;
	switch (word) {
	case IMPORT_TAKEN:
		if (taking->line >= taking->from)
			return put(taking, &sighting);
		counts->before++;
		break;
	case IMPORT_ASIDE:
		counts->aside++;
		break;
	case IMPORT_SKIPPED:
		skip(taking, why);
		break;
	}
	return FSK_OK;
}

/* Takes the next line, without LF, which ${part} says how to read. */
static enum fsk_err
take_line(struct taking *taking, const struct part *part, struct span text)
{
	struct log_entry entry;
	struct import_line line = {.entry = &entry};

	taking->line++;
	if (text.len > PART_LINE_MAX) {
		skip(taking, long_line);
		return FSK_OK;
	}
	if (text.len > 0 && text.text[text.len - 1] == '\r')
		text.len--;
	if (text.len == 0) {
		taking->import->counts.aside++;
		return FSK_OK;
	}
	log_entry_clear(&entry);
	taking->scratch.used = 0;
	line.text = text;
	line.kind = part->format->read(&part->dialect, text, &taking->scratch, &entry);
	return take(taking, &line);
}

/* Takes the lines of ${part}. */
static enum fsk_err
take_part(struct taking *taking, const struct part *part)
{
	const char *text = part->text;
	const char *end = text + part->bytes;
	enum fsk_err err = FSK_OK;

	if (part->after_long) {
		taking->line++;
		skip(taking, long_line);
	}
	while (text < end && err == FSK_OK) {
		const char *lf = memchr(text, '\n', (size_t)(end - text));
		size_t len = (size_t)((lf != NULL ? lf : end) - text);

		err = take_line(taking, part, (struct span){text, len});
		text += len + 1;
	}
	return err;
}

static enum fsk_err
read_lines(struct taking *taking, struct intake *intake)
{
	struct import *import = taking->import;
	struct part part;
	enum fsk_err err = part_init(&part);

	while (err == FSK_OK) {
		err = cut_next(intake, NULL, &part);
		if (err == FSK_OK)
			err = take_part(taking, &part);
		if (part.why != NULL) {
			taking->file->why = part.why;
			taking->file->error = part.error;
		}
		if (err == FSK_OK && !go_on(import, part.disk * 2))
			err = FSK_STOPPED;
	}
	part_fini(&part);
	return err == FSK_END ? FSK_OK : err;
}

/* Takes the records of a format that is no text. */
static enum fsk_err
read_records(struct taking *taking, struct intake *intake)
{
	enum fsk_err err = FSK_OK;

	while (err == FSK_OK) {
		struct log_entry entry = {.why = NULL};
		struct import_line line = {.entry = &entry, .kind = LOG_ASIDE};

		taking->scratch.used = 0;
		err = intake->format->next(intake->records, &taking->scratch, &entry,
		                           &line.kind);
		if (err == FSK_CORRUPT)
			taking->file->why = entry.why;
		if (err == FSK_IO) {
			taking->file->why = "it cannot be read to its end";
			taking->file->error = errno;
		}
		if (err != FSK_OK)
			break;
		taking->line++;
		err = take(taking, &line);
		if (err == FSK_OK && taking->line % BATCH_ITEMS == 0 &&
		    !go_on(taking->import, log_source_done(intake->source) * 2))
			err = FSK_STOPPED;
	}
	return err == FSK_NOMEM || err == FSK_RANGE || err == FSK_STOPPED ? err : FSK_OK;
}

/* Makes the name under which the lines of the file at ${path} are kept. */
static enum fsk_err
name_worker(struct import *import, const char *path, struct scan_file *file, char name[64])
{
	XXH3_state_t *state = XXH3_createState();
	char *bytes = malloc(HASH_BYTES);
	struct log_source *source = NULL;
	enum fsk_err err = state != NULL && bytes != NULL ? FSK_OK : FSK_NOMEM;
	XXH128_hash_t hash;
	size_t got;

	if (err == FSK_OK && XXH3_128bits_reset(state) != XXH_OK)
		err = FSK_NOMEM;
	if (err == FSK_OK)
		err = log_source_open(path, &source);
	while (err == FSK_OK) {
		err = log_source_read(source, bytes, HASH_BYTES, &got);
		if (err == FSK_OK && XXH3_128bits_update(state, bytes, got) != XXH_OK)
			err = FSK_NOMEM;
		if (err == FSK_OK && !go_on(import, log_source_done(source)))
			err = FSK_STOPPED;
	}
	if (err == FSK_IO) {
		file->why = "it cannot be read";
		file->error = errno;
	} else if (err == FSK_END || err == FSK_CORRUPT) { /* up to there it is read */
		hash = XXH3_128bits_digest(state);
		snprintf(name, 64, "import-%016llx%016llx", (unsigned long long)hash.high64,
		         (unsigned long long)hash.low64);
		err = FSK_OK;
	}
	log_source_close(source);
	free(bytes);
	XXH3_freeState(state);
	return err;
}

/* Takes the file that ${intake} has open. */
static enum fsk_err
take_open(struct taking *taking, struct intake *intake)
{
	struct import *import = taking->import;
	struct import_counts *counts = &import->counts;
	enum fsk_err err, flushed;

	import_contact_begin(&taking->contact, &import->setting, intake->format,
	                     &intake->clock);
	err = intake->format->read != NULL ? read_lines(taking, intake)
	                                   : read_records(taking, intake);
	/* What was read before memory ran out or somebody stopped it is good; of a store
	 * that took nothing more, the same is brought again next time. */
	if (err == FSK_OK || err == FSK_STOPPED) {
		flushed = flush(taking, err == FSK_OK && taking->file->why == NULL);
		err = flushed == FSK_OK ? err : flushed;
	}
	counts->assumed_zone |= taking->contact.clock.assumed_zone;
	counts->assumed_year |= taking->contact.clock.assumed_year;
	counts->lines += taking->line;
	counts->bytes += log_source_offset(intake->source);
	import->done += log_source_done(intake->source) * 2;
	import_contact_end(&taking->contact);
	return err;
}

/* Whether ${path} is a file, which can be read twice. */
static bool
is_file(const char *path, struct scan_file *file)
{
	struct stat status;

	if (stat(path, &status) != 0) {
		file->why = "it cannot be read";
		file->error = errno;
	} else if (!S_ISREG(status.st_mode)) {
		file->why = "it is no file: what is imported is read twice";
	}
	return file->why == NULL;
}

enum fsk_err
import_file(struct import *import, const char *path, struct scan_file *file)
{
	struct taking taking = {.import = import, .file = file, .batch = none_taken};
	struct intake intake;
	int64_t first;
	bool last;
	enum fsk_err err;

	*file = (struct scan_file){.path = path};
	if (!is_file(path, file))
		return FSK_OK;
	err = name_worker(import, path, file, taking.worker);
	if (err == FSK_IO && file->why != NULL)
		return FSK_OK;
	if (err == FSK_OK)
		err = intake_open(&intake, &import->reading, 0, file, &first);
	if (err != FSK_OK || !intake_is_open(&intake))
		return err;
	err = store_taken(import->store, taking.worker, SEGMENT, &taking.from, &last);
	if (err == FSK_OK && last)
		import->counts.files_before++;
	if (err == FSK_OK && !last) {
		import->counts.files++;
		err = take_open(&taking, &intake);
	}
	intake_close(&intake);
	return err;
}
