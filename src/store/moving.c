/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/moving.c: a segment is a source. Its records are read from where the engine has
 * it; what was read lies in the segment's mapping until the engine took it, so that a
 * source is closed and removed only after that.
 */
#include "store/moving.h"

#include "base/size.h"
#include "store/form.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

/* Sightings and sources that the engine is brought at once, at most: enough that what each
 * transaction costs is little for each of them. */
#define ITEMS 8192
#define BATCHES 256

/* Octets of words for the log. */
#define WORDS 512

struct source {
	char worker[STORE_WORKER_SIZE];
	uint64_t number;
	struct store_segment *segment; /* NULL: not opened */
	uint64_t taken;                /* the engine has all in front of it */
	uint64_t at;                   /* read so far */
	bool listed;                   /* by this round */
	bool asked;                    /* how far the engine has it */
	bool over;                     /* nothing will be appended */
	bool finished;                 /* nothing is left to be read */
	bool done;                     /* taken whole, and gone */
	bool left;                     /* as it is: what follows is of a later version */
	bool damaged;                  /* to be set aside when it is finished */
	bool noted, unread, refused;   /* it was said */
};

/* A journal whose folder cannot be read. */
struct shut {
	struct source journal; /* without a number */
	bool again;            /* by this round, too */
};

struct store_moving {
	struct store_moving_setting setting;
	char *folder;
	struct shut *shut;
	size_t shut_count;
	struct source *sources; /* by worker and number */
	size_t count, room;

	struct store_item *items;
	size_t item_count;
	struct store_batch batches[BATCHES];
	size_t of[BATCHES]; /* which source each is of */
	size_t batch_count;

	uint64_t took;
	int64_t oldest_us;
	struct store_recall recall;
};

/* Says what befell ${source}; without a number it stands for the whole journal. */
static void __attribute__((format(printf, 3, 4)))
say(const struct store_moving *moving, const struct source *source, const char *form, ...)
{
	char words[WORDS], name[FORM_NAME_SIZE];
	va_list args;
	int len;

	form_name(source->number, FORM_SEGMENT, name);
	len = snprintf(words, sizeof(words), "%.200s/%s/%s%s%s: ", moving->folder,
	               FORM_FOLDER, source->worker, source->number == 0 ? "" : "/",
	               source->number == 0 ? "" : name);
	va_start(args, form);
	vsnprintf(words + len, sizeof(words) - (size_t)len, form, args);
	va_end(args);
	moving->setting.log(words, moving->setting.context);
}

enum fsk_err
store_moving_new(const struct store_moving_setting *setting, struct store_moving **moving)
{
	struct store_moving *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	made->setting = *setting;
	made->folder = strdup(setting->folder);
	made->items = calloc(ITEMS, sizeof(made->items[0]));
	if (made->folder == NULL || made->items == NULL) {
		store_moving_free(made);
		return FSK_NOMEM;
	}
	*moving = made;
	return FSK_OK;
}

void
store_moving_free(struct store_moving *moving)
{
	if (moving == NULL)
		return;
	for (size_t i = 0; i < moving->count; i++)
		store_segment_free(moving->sources[i].segment);
	free(moving->sources);
	free(moving->shut);
	free(moving->items);
	free(moving->folder);
	free(moving);
}

/* The list of sources. */

static int
compare(const void *left, const void *right)
{
	const struct source *a = left, *b = right;
	int order = strcmp(a->worker, b->worker);

	return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}

struct listing {
	struct store_moving *moving;
	size_t known; /* sources that were there before, in order */
};

static enum fsk_err
list_segment(const char *worker, uint64_t number, void *context)
{
	struct listing *listing = context;
	struct store_moving *moving = listing->moving;
	struct source source = {.number = number, .listed = true};
	struct source *found = NULL;

	memcpy(source.worker, worker, strlen(worker));
	if (listing->known > 0)
		found = bsearch(&source, moving->sources, listing->known, sizeof(source),
		                compare);
	if (found != NULL) {
		found->listed = true;
		return FSK_OK;
	}
	if (moving->count == moving->room) {
		size_t room = moving->room == 0 ? 64 : moving->room * 2;
		struct source *grown =
		        realloc(moving->sources, size_mul(room, sizeof(source)));

		if (grown == NULL)
			return FSK_NOMEM;
		moving->sources = grown;
		moving->room = room;
	}
	moving->sources[moving->count++] = source;
	return FSK_OK;
}

/* Counts, and says once, that the folder of ${worker} cannot be read. */
static enum fsk_err
pass_over(const char *worker, void *context)
{
	struct store_moving *moving = ((const struct listing *)context)->moving;
	int why = errno;
	struct shut *grown;

	atomic_fetch_add(&moving->setting.counts->failed, 1);
	for (size_t i = 0; i < moving->shut_count; i++) {
		if (strcmp(moving->shut[i].journal.worker, worker) == 0) {
			moving->shut[i].again = true;
			return FSK_OK;
		}
	}
	grown = realloc(moving->shut, size_mul(moving->shut_count + 1, sizeof(*grown)));
	if (grown == NULL)
		return FSK_NOMEM;
	moving->shut = grown;
	grown += moving->shut_count++;
	*grown = (struct shut){.again = true};
	memcpy(grown->journal.worker, worker, strlen(worker));
	say(moving, &grown->journal, "cannot be read, and what is in it waits: %s",
	    strerror(why));
	return FSK_OK;
}

/* Says of what could not be read that it can be. */
static void
forget_shut(struct store_moving *moving)
{
	size_t kept = 0;

	for (size_t i = 0; i < moving->shut_count; i++) {
		if (moving->shut[i].again)
			moving->shut[kept++] = moving->shut[i];
		else
			say(moving, &moving->shut[i].journal, "can be read again");
	}
	moving->shut_count = kept;
}

/* Brings the list up to date: what is gone is forgotten, what is new is appended. */
static enum fsk_err
list(struct store_moving *moving)
{
	struct listing listing = {moving, moving->count};
	size_t kept = 0;
	enum fsk_err err;

	for (size_t i = 0; i < moving->count; i++)
		moving->sources[i].listed = false;
	for (size_t i = 0; i < moving->shut_count; i++)
		moving->shut[i].again = false;
	err = store_segments_passing(moving->folder, list_segment, pass_over, &listing);
	if (err == FSK_OK)
		forget_shut(moving);
	for (size_t i = 0; i < moving->count; i++) {
		struct source *source = &moving->sources[i];

		if (source->done || (!source->listed && err == FSK_OK)) {
			store_segment_free(source->segment);
			continue;
		}
		moving->sources[kept++] = *source;
	}
	moving->count = kept;
	if (kept > 0)
		qsort(moving->sources, kept, sizeof(moving->sources[0]), compare);
	return err;
}

/* Ending a source. */

/* Counts and says, once, what is wrong with ${source}. */
static void
note_damage(struct store_moving *moving, struct source *source, const char *what)
{
	if (source->noted)
		return;
	source->noted = true;
	atomic_fetch_add(&moving->setting.counts->damaged, 1);
	say(moving, source, "%s at octet %" PRIu64, what,
	    source->at == 0 ? (uint64_t)FORM_FIRST : source->at);
}

/* Counts, and says once, that ${source} cannot be what ${what} says. */
static void
note_refusal(struct store_moving *moving, struct source *source, const char *what)
{
	atomic_fetch_add(&moving->setting.counts->failed, 1);
	if (!source->refused)
		say(moving, source, "cannot be %s: %s", what, strerror(errno));
	source->refused = true;
}

/* Removes the file of ${source}, of which the engine has everything, or sets it aside. */
static void
finish(struct store_moving *moving, struct source *source)
{
	enum fsk_err err;

	store_segment_free(source->segment);
	source->segment = NULL;
	if (source->damaged)
		err = store_segment_set_aside(moving->folder, source->worker,
		                              source->number);
	else
		err = store_segment_remove(moving->folder, source->worker, source->number);
	source->done = err == FSK_OK || errno == ENOENT;
	if (!source->done)
		note_refusal(moving, source, "removed");
}

/* Opening a source. */

/* What is done about a file that cannot be opened. */
static enum fsk_err
refuse(struct store_moving *moving, struct source *source, enum fsk_err err)
{
	switch ((int)err) {
	case FSK_NOMEM:
		return err;
	case FSK_CORRUPT:
		note_damage(moving, source, "is no segment");
		source->damaged = true;
		finish(moving, source);
		return FSK_OK;
	case FSK_VERSION:
		say(moving, source, "is of a later version, and stays");
		source->left = true;
		return FSK_OK;
	default:
		source->done = errno == ENOENT;
		if (!source->done)
			note_refusal(moving, source, "read");
		return FSK_OK;
	}
}

/* Opens ${source} where the engine has it; it is closed then if nothing is to be read. */
static enum fsk_err
open_source(struct store_moving *moving, struct source *source)
{
	enum fsk_err err;
	bool last;

	if (source->left) { /* and what was read of it was taken */
		store_segment_free(source->segment);
		source->segment = NULL;
	}
	if (source->segment != NULL || source->done || source->left)
		return FSK_OK;
	if (!source->asked) {
		err = store_taken(moving->setting.store, source->worker, source->number,
		                  &source->taken, &last);
		if (err != FSK_OK)
			return err;
		source->asked = true;
		source->at = source->taken;
		source->finished = last;
	}
	if (source->finished) { /* but it could not be removed */
		finish(moving, source);
		return FSK_OK;
	}
	err = store_segment_open(moving->folder, source->worker, source->number,
	                         &source->segment);
	if (err != FSK_OK)
		return refuse(moving, source, err);
	if (source->refused)
		say(moving, source, "can be read again");
	source->refused = false;
	return FSK_OK;
}

/* Bringing. */

/* After the engine took the batches, or did not. */
static void
settle(struct store_moving *moving, bool taken)
{
	for (size_t i = 0; i < moving->batch_count; i++) {
		const struct store_batch *batch = &moving->batches[i];
		struct source *source = &moving->sources[moving->of[i]];

		if (taken) {
			source->taken = batch->end;
			if (batch->last)
				finish(moving, source);
		} else {
			source->at = source->taken;
			source->finished = source->left = false;
		}
	}
	moving->batch_count = 0;
	moving->item_count = 0;
}

/* Brings what was read to the engine. */
static enum fsk_err
flush(struct store_moving *moving)
{
	enum fsk_err err;

	if (moving->batch_count == 0)
		return FSK_OK;
	err = store_take(moving->setting.store, moving->batches, moving->batch_count);
	if (err == FSK_OK) {
		moving->took += moving->item_count;
		atomic_fetch_add(&moving->setting.counts->moved, moving->item_count);
		settle(moving, true);
		return FSK_OK;
	}
	int why = errno;

	settle(moving, false);
	errno = why;
	return err;
}

/* Reading. */

/* ${record} of ${source} cannot be read: it is left out, and the segment is set aside. One
 * of a later version waits for that, and so does what follows it, or the engine would take
 * it for taken: true. */
static bool
leave(struct store_moving *moving, struct source *source, uint64_t offset, enum fsk_err err)
{
	bool later = err == FSK_VERSION;

	if (!later)
		atomic_fetch_add(&moving->setting.counts->unread, 1);
	if (!source->unread)
		say(moving, source, "the record at octet %" PRIu64 " is %s: %s", offset,
		    later ? "of a later version, and stays" : "left out",
		    fsk_strerror(err));
	source->unread = true;
	if (later) {
		source->at = offset;
		source->left = true;
	} else {
		source->damaged = true;
	}
	return later;
}

/* Takes up ${record} of ${source}, which is moved behind it; false: nothing more is to be
 * read of that. */
static bool
decode(struct store_moving *moving, struct source *source, struct span record)
{
	struct store_item *item = &moving->items[moving->item_count];
	enum fsk_err err =
	        store_record_recall(record, &item->sighting, &item->said, &moving->recall);

	item->offset = source->at - form_room(record.len);
	if (err != FSK_OK)
		return !leave(moving, source, item->offset, err);
	if (item->sighting.us < moving->oldest_us)
		moving->oldest_us = item->sighting.us;
	moving->item_count++;
	return true;
}

/* Nothing can be read: is that for ever? */
static bool
at_end(struct source *source)
{
	if (source->over) {
		source->finished = true;
		return true;
	}
	/* A record may have come in between: it is read once more if it is over. */
	source->over = store_segment_ended(source->segment);
	return !source->over;
}

/* What is no record was found: goes on behind it, if there is something; else true. */
static bool
at_damage(struct store_moving *moving, struct source *source)
{
	uint64_t behind = source->at;

	if (!source->over && store_segment_ended(source->segment)) {
		source->over = true;
		return false;
	}
	if (source->over && store_segment_torn(source->segment, source->at)) {
		note_damage(moving, source, "ends in the middle of a record");
		source->finished = true;
		return true;
	}
	note_damage(moving, source, "is damaged");
	source->damaged = true;
	if (store_segment_resume(source->segment, &behind) == FSK_OK) {
		source->at = behind;
		return false;
	}
	source->finished = source->over;
	return true;
}

/* Reads from ${source} until nothing is there, or there is no room for more: false. */
static bool
read_some(struct store_moving *moving, struct source *source)
{
	while (moving->item_count < ITEMS) {
		struct span record;
		enum fsk_err err =
		        store_segment_next(source->segment, &source->at, &record);

		if (err == FSK_OK    ? !decode(moving, source, record)
		    : err == FSK_END ? at_end(source)
		                     : at_damage(moving, source))
			return true;
	}
	return false;
}

/* Reads ${source} to its end, and brings full batches to the engine meanwhile. */
static enum fsk_err
read_all(struct store_moving *moving, size_t n)
{
	struct source *source = &moving->sources[n];
	enum fsk_err err = FSK_OK;
	bool all = source->segment == NULL;

	while (!all && err == FSK_OK) {
		size_t first = moving->item_count;
		uint64_t from = source->at;

		all = read_some(moving, source);
		if (source->at != from || (source->finished && source->at > 0)) {
			moving->of[moving->batch_count] = n;
			moving->batches[moving->batch_count++] = (struct store_batch){
			        .worker = source->worker,
			        .segment = source->number,
			        .end = source->at,
			        .items = moving->items + first,
			        .count = moving->item_count - first,
			        .last = source->finished,
			};
		} else if (source->finished) {
			finish(moving, source); /* nothing was ever put into it */
		}
		if (!all || moving->batch_count == BATCHES || moving->item_count == ITEMS)
			err = flush(moving);
	}
	return err;
}

/* How old the oldest record is that was taken; who made a journal chose its times. */
static int64_t
behind(const struct store_moving *moving, int64_t now_us)
{
	int64_t us;

	if (moving->took == 0 || moving->oldest_us >= now_us)
		return 0;
	return __builtin_sub_overflow(now_us, moving->oldest_us, &us) ? INT64_MAX : us;
}

enum fsk_err
store_moving_round(struct store_moving *moving, int64_t now_us, uint64_t *took)
{
	enum fsk_err err = list(moving);
	int why;

	moving->took = 0;
	moving->oldest_us = INT64_MAX;
	for (size_t i = 0; i < moving->count && err == FSK_OK; i++) {
		err = open_source(moving, &moving->sources[i]);
		if (err == FSK_OK)
			err = read_all(moving, i);
	}
	if (err == FSK_OK)
		err = flush(moving);
	why = errno;
	if (err != FSK_OK)
		atomic_fetch_add(&moving->setting.counts->failed, 1);
	settle(moving, false); /* what an error left unbrought */
	atomic_store(&moving->setting.counts->behind_us, behind(moving, now_us));
	*took = moving->took;
	errno = why;
	return err == FSK_OK && moving->took == 0 ? FSK_END : err;
}
