/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/store_waits.h"

#include "cmd/say.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#define WORDS_SIZE 256

struct count {
	const char *folder;
	struct store *store;
	struct store_waits *waits;
	void (*wrong)(const char *words, void *context);
	void *context;
	const char *worker; /* of the segment that is looked at */
	uint64_t number;
};

static void
tell_wrong(struct count *count, uint64_t offset, const char *what)
{
	char words[WORDS_SIZE];

	count->waits->damaged++;
	if (count->wrong == NULL)
		return;
	(void)snprintf(words, sizeof(words),
	               "journal %s, segment %" PRIu64 ", octet %" PRIu64 ": %s",
	               count->worker, count->number, offset, what);
	count->wrong(words, count->context);
}

/* Whether ${record} can be read; of a later version's it is enough that it is whole. */
static bool
is_good(struct span record)
{
	struct sighting sighting;
	struct store_said said;
	enum fsk_err err = store_record_read((const uint8_t *)record.text, record.len,
	                                     &sighting, &said);

	return err == FSK_OK || err == FSK_VERSION;
}

/* Counts the records of ${segment} from ${offset} on. */
static enum fsk_err
walk(struct count *count, struct store_segment *segment, uint64_t offset)
{
	struct span record;
	enum fsk_err err;

	for (;;) {
		uint64_t before = offset;

		err = store_segment_next(segment, &offset, &record);
		/* What a writer leaves unfinished who is killed is no fault: nobody was
		 * answered for it, and the mover passes over it. */
		if (err == FSK_CORRUPT && !store_segment_torn(segment, before))
			tell_wrong(count, before, "no whole record: it is damaged");
		if (err != FSK_OK)
			break;
		count->waits->records++;
		if (!is_good(record)) {
			tell_wrong(count, before, "a record that no version wrote");
			break;
		}
		if (say_stopped())
			return FSK_STOPPED;
	}
	return err == FSK_END || err == FSK_CORRUPT ? FSK_OK : err;
}

/* Counts one segment; one that was removed since it was listed is none. */
static enum fsk_err
count_segment(const char *worker, uint64_t number, void *context)
{
	struct count *count = context;
	struct store_segment *segment;
	uint64_t taken = 0;
	bool last = false;
	enum fsk_err err = store_segment_open(count->folder, worker, number, &segment);

	count->worker = worker;
	count->number = number;
	if (err == FSK_IO && errno == ENOENT)
		return FSK_OK;
	if (err == FSK_CORRUPT || err == FSK_VERSION) {
		count->waits->segments++;
		tell_wrong(count, 0,
		           err == FSK_CORRUPT ? "no segment of a journal"
		                              : "of a later version");
		return FSK_OK;
	}
	if (err != FSK_OK)
		return err;
	count->waits->segments++;
	count->waits->held += !store_segment_ended(segment);
	if (count->store != NULL)
		err = store_taken(count->store, worker, number, &taken, &last);
	if (err == FSK_OK && !last)
		err = walk(count, segment, taken);
	store_segment_free(segment);
	return err;
}

enum fsk_err
store_waits_count(const char *folder, struct store *store, struct store_waits *waits,
                  void (*wrong)(const char *words, void *context), void *context)
{
	struct count count = {.folder = folder,
	                      .store = store,
	                      .waits = waits,
	                      .wrong = wrong,
	                      .context = context};
	enum fsk_err err;

	*waits = (struct store_waits){.segments = 0};
	err = store_segments(folder, count_segment, &count);
	return err == FSK_IO && errno == ENOENT ? FSK_OK : err;
}
