/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/tail_journals.h"

#include "base/size.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>

#define AT_ONCE 4096 /* records of one segment, before the others have their turn */

/* The place of ${worker}'s segment ${number}; NULL: it is new. They are listed in the
 * order in which they are kept, mostly: so the next one is it. */
static struct tail_segment *
find(struct tail_journals *journals, const char *worker, uint64_t number)
{
	for (size_t i = 0; i < journals->count; i++) {
		size_t place = (journals->last + 1 + i) % journals->count;
		struct tail_segment *there = &journals->segments[place];

		if (there->number == number && strcmp(there->worker, worker) == 0) {
			journals->last = place;
			return there;
		}
	}
	return NULL;
}

static struct tail_segment *
append(struct tail_journals *journals, const char *worker, uint64_t number)
{
	struct tail_segment *made;

	if (journals->count == journals->room) {
		size_t wanted = journals->room == 0 ? 16 : size_mul(journals->room, 2);
		struct tail_segment *grown =
		        realloc(journals->segments, size_mul(wanted, sizeof(*grown)));

		if (grown == NULL)
			return NULL;
		journals->segments = grown;
		journals->room = wanted;
	}
	made = &journals->segments[journals->count++];
	*made = (struct tail_segment){.number = number};
	(void)snprintf(made->worker, sizeof(made->worker), "%s", worker);
	return made;
}

/* Marks ${worker}'s segment ${number} as there, and opens it if it is new. What is damaged
 * from its start counts as read; what was removed since it was listed is none. */
static enum fsk_err
meet(const char *worker, uint64_t number, void *context)
{
	struct tail_journals *journals = context;
	struct tail_segment *segment = find(journals, worker, number);
	struct store_segment *opened = NULL;
	enum fsk_err err;

	if (segment != NULL) {
		segment->listed = true;
		return FSK_OK;
	}
	err = store_segment_open(journals->folder, worker, number, &opened);
	if (err == FSK_IO && errno == ENOENT)
		return FSK_OK;
	if (err == FSK_CORRUPT || err == FSK_VERSION)
		journals->damaged++;
	else if (err != FSK_OK)
		return err;
	segment = append(journals, worker, number);
	if (segment == NULL) {
		store_segment_free(opened);
		return FSK_NOMEM;
	}
	segment->segment = opened;
	segment->listed = true;
	return FSK_OK;
}

/* Forgets what was read and is not there any more. */
static void
sweep(struct tail_journals *journals)
{
	size_t kept = 0;

	for (size_t i = 0; i < journals->count; i++) {
		const struct tail_segment *segment = &journals->segments[i];

		if (segment->segment != NULL || segment->listed)
			journals->segments[kept++] = *segment;
	}
	journals->count = kept;
}

/* Finds what is new. When a folder vanishes meanwhile nobody knows what is there: then
 * nothing is forgotten, lest it be read twice. */
static enum fsk_err
list(struct tail_journals *journals)
{
	enum fsk_err err;

	for (size_t i = 0; i < journals->count; i++)
		journals->segments[i].listed = false;
	err = store_segments(journals->folder, meet, journals);
	if (err == FSK_OK)
		sweep(journals);
	return err == FSK_IO && errno == ENOENT ? FSK_OK : err;
}

static void
finish(struct tail_segment *segment)
{
	store_segment_free(segment->segment);
	segment->segment = NULL;
}

/* What a record says; of one that cannot be read nothing. */
static enum fsk_err
tell(struct tail_journals *journals, struct span record)
{
	struct sighting sighting;
	struct store_said said = {.cut = false};
	enum fsk_err err = store_record_read((const uint8_t *)record.text, record.len,
	                                     &sighting, &said);

	return err == FSK_OK ? journals->tell(&sighting, &said, journals->context) : FSK_OK;
}

/* Reads ${segment} on. Whether it was ended is asked before: what was put until then is
 * found behind it. FSK_END: there is no more now. */
static enum fsk_err
read_on(struct tail_journals *journals, struct tail_segment *segment)
{
	bool ended = store_segment_ended(segment->segment);

	for (size_t i = 0; i < AT_ONCE; i++) {
		struct span record;
		enum fsk_err err =
		        store_segment_next(segment->segment, &segment->offset, &record);

		if (err == FSK_END || err == FSK_CORRUPT) {
			if (ended)
				finish(segment);
			return FSK_END;
		}
		if (err == FSK_OK)
			err = tell(journals, record);
		if (err != FSK_OK)
			return err;
	}
	return FSK_OK;
}

enum fsk_err
tail_journals_begin(struct tail_journals *journals, struct store *store, uint64_t *mark)
{
	enum fsk_err err = list(journals);

	*mark = journals->count;
	for (size_t i = 0; i < journals->count && err == FSK_OK && store != NULL; i++) {
		struct tail_segment *segment = &journals->segments[i];
		bool last = false;

		err = store_taken(store, segment->worker, segment->number, &segment->offset,
		                  &last);
		*mark = XXH3_64bits_withSeed(&segment->offset, sizeof(segment->offset),
		                             *mark ^ segment->number);
		if (err == FSK_OK && last)
			finish(segment);
	}
	return err;
}

enum fsk_err
tail_journals_look(struct tail_journals *journals)
{
	enum fsk_err found = FSK_END;
	enum fsk_err err = list(journals);

	for (size_t i = 0; i < journals->count && err == FSK_OK; i++) {
		struct tail_segment *segment = &journals->segments[i];

		if (segment->segment == NULL)
			continue;
		err = read_on(journals, segment);
		if (err == FSK_OK)
			found = FSK_OK;
		else if (err == FSK_END)
			err = FSK_OK;
	}
	return err == FSK_OK ? found : err;
}

void
tail_journals_fini(struct tail_journals *journals)
{
	for (size_t i = 0; i < journals->count; i++)
		store_segment_free(journals->segments[i].segment);
	free(journals->segments);
	journals->segments = NULL;
	journals->count = journals->room = 0;
}
