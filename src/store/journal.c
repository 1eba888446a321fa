/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/journal.c: two threads meet here. The one that puts owns the segment that is
 * appended to; the one that syncs makes the next one ahead, and owns those that ended until
 * they are on the disk. They hand segments over through atomic pointers and wait for each
 * other never.
 */
#include "store/journal.h"

#include "store/live.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECOND INT64_C(1000000) /* microseconds */

/* Numbers tried for a segment; each that is taken belongs to another writer of the same
 * name, or to one that was killed while it made it. */
#define TRIES 100

/* Times the folder is made anew when it is removed at that moment. */
#define FOLDERS 10

/* Segments that could not be synced, at most: as long as the disk does not recover, no
 * more are begun because of it. */
#define SUSPECTS 4

/* Of the last number, in the file that all journals of a store have together. */
struct last {
	uint64_t number;
	uint64_t check;
};
#define LAST_KEY UINT64_C(0x666f726573696e6b)

struct store_journal {
	/* Of the thread that puts. */
	int64_t tried_us;           /* when a segment was to be made and could not be */
	int why;                    /* errno of that; 0: it was not */
	struct store_live *putting; /* NULL: none could be made */

	/* Of both. */
	_Atomic(struct store_live *) current; /* putting, for who syncs */
	_Atomic(struct store_live *) next;    /* made ahead */
	_Atomic(struct store_live *) ended;   /* a stack */
	_Atomic bool turn;                    /* to the next one, whatever room is left */
	_Atomic bool named;                   /* a segment, since the folder was synced */
	_Atomic int64_t clock_us;             /* of the last record */
	_Atomic uint64_t last;                /* number of the last segment */
	_Atomic uint64_t records, octets, segments;

	/* Of who syncs. */
	pthread_mutex_t syncing;
	struct store_live *suspects; /* ended, and a sync of them failed */
	size_t suspect_count;
	uint64_t seen; /* octets, at the last sync */

	char *store;
	char worker[STORE_WORKER_SIZE];
	size_t size;
	int folder; /* locked, shared: it is not to be removed */
	int above;  /* that of all journals */
};

/* Reads from ${fd} the number that was given last, 0 if none was, or if what stands there
 * is none. */
static uint64_t
read_last(int fd)
{
	struct last last;

	if (pread(fd, &last, sizeof(last), 0) != (ssize_t)sizeof(last) ||
	    (le64toh(last.number) ^ LAST_KEY) != le64toh(last.check) ||
	    le64toh(last.number) > INT64_MAX / 2)
		return 0;
	return le64toh(last.number);
}

static bool
write_last(int fd, uint64_t number)
{
	struct last last = {htole64(number), htole64(number ^ LAST_KEY)};

	return pwrite(fd, &last, sizeof(last), 0) == (ssize_t)sizeof(last);
}

/* Takes a number for a segment that nothing else has, and none had: that of the calendar,
 * or the one behind the last, when the clock was put back or stands. */
static enum fsk_err
take_number(struct store_journal *journal, int64_t now_us, uint64_t *number)
{
	int fd = openat(journal->above, FORM_NUMBER, O_RDWR | O_CREAT | O_CLOEXEC,
	                S_IRUSR | S_IWUSR);
	uint64_t least = atomic_load(&journal->last);
	uint64_t calendar = now_us > 0 ? (uint64_t)now_us : 1;
	bool done;
	int why;

	if (fd < 0)
		return FSK_IO;
	do
		done = flock(fd, LOCK_EX) == 0;
	while (!done && errno == EINTR);
	if (done) {
		uint64_t last = read_last(fd);

		if (least < last)
			least = last;
		*number = calendar > least ? calendar : least + 1;
		done = store_live_give(fd, journal->above) && write_last(fd, *number);
	}
	why = errno;
	close(fd);
	errno = why;
	return done ? FSK_OK : FSK_IO;
}

/* Makes a segment. From either thread. */
static enum fsk_err
make(struct store_journal *journal, int64_t now_us, struct store_live **live)
{
	struct store_live_setting setting = {
	        .folder = journal->folder,
	        .worker = journal->worker,
	        .size = journal->size,
	        .created_us = now_us,
	};
	enum fsk_err err = FSK_IO;

	for (unsigned i = 0; i < TRIES; i++) {
		err = take_number(journal, now_us, &setting.number);
		if (err != FSK_OK)
			return err;
		atomic_store(&journal->last, setting.number);
		err = store_live_new(&setting, live);
		if (err != FSK_IO || errno != EEXIST)
			break;
	}
	if (err != FSK_OK)
		return err;
	atomic_store(&journal->named, true);
	atomic_fetch_add(&journal->segments, 1);
	return FSK_OK;
}

/* Ends the segment that is put to. */
static void
hand_over(struct store_journal *journal)
{
	struct store_live *live = journal->putting;

	if (live == NULL)
		return;
	store_live_end(live);
	live->older = atomic_load(&journal->ended);
	while (!atomic_compare_exchange_weak(&journal->ended, &live->older, live))
		continue;
	journal->putting = NULL;
	atomic_store(&journal->current, NULL);
}

/* Makes the next segment the one that is put to. What is full ends also when there is no
 * next one: only then it can be moved and removed, which makes room. */
static enum fsk_err
turn(struct store_journal *journal, int64_t now_us)
{
	struct store_live *live = atomic_exchange(&journal->next, NULL);
	enum fsk_err err = FSK_OK;

	if (live == NULL) {
		if (journal->why != 0 && now_us >= journal->tried_us &&
		    now_us - journal->tried_us < SECOND) {
			errno = journal->why;
			return FSK_IO;
		}
		err = make(journal, now_us, &live);
		journal->why = err == FSK_OK ? 0 : err == FSK_NOMEM ? ENOMEM : errno;
		journal->tried_us = now_us;
	}
	if (err != FSK_OK) {
		hand_over(journal);
		errno = journal->why;
		return FSK_IO;
	}
	hand_over(journal);
	journal->putting = live;
	atomic_store(&journal->turn, false);
	atomic_store(&journal->current, live);
	return FSK_OK;
}

static bool
is_full(const struct store_live *live)
{
	return live->size - atomic_load_explicit(&live->used, memory_order_relaxed) <
	       LIVE_ROOM;
}

/* Only one thread adds. */
static void
add(_Atomic uint64_t *sum, uint64_t more)
{
	atomic_store_explicit(sum, atomic_load_explicit(sum, memory_order_relaxed) + more,
	                      memory_order_relaxed);
}

enum fsk_err
store_journal_put(struct store_journal *journal, const struct sighting *sighting,
                  int64_t now_us)
{
	size_t took;

	atomic_store_explicit(&journal->clock_us, now_us, memory_order_relaxed);
	if (journal->putting == NULL || is_full(journal->putting)) {
		enum fsk_err err = turn(journal, now_us);

		if (err != FSK_OK)
			return err;
	} else if (atomic_load_explicit(&journal->turn, memory_order_relaxed) &&
	           atomic_load(&journal->next) != NULL) {
		(void)!turn(journal, now_us); /* the next one is there: it cannot fail */
	}
	took = store_live_put(journal->putting, sighting);
	add(&journal->records, 1);
	add(&journal->octets, took);
	return FSK_OK;
}

/* Of the segment that was put to when the sync began. It may have ended since, and be
 * freed with those that ended: what is to be known of it is read before that. */
struct sight {
	bool there, failed;
	size_t used;
};

/* Makes the next segment when a good part of this one is used, or when this one could not
 * be synced: then the next record goes into another. */
static void
make_ahead(struct store_journal *journal, const struct sight *sight, size_t ahead)
{
	struct store_live *made;

	if (!sight->there || (!sight->failed && sight->used < journal->size / 4))
		return;
	if (atomic_load(&journal->next) == NULL) {
		/* If there is no room, the put that still finds none says why. */
		if (make(journal, atomic_load(&journal->clock_us), &made) != FSK_OK)
			return;
		store_live_prepare(made, ahead);
		atomic_store(&journal->next, made);
	}
	if (sight->failed && journal->suspect_count < SUSPECTS)
		atomic_store(&journal->turn, true);
}

/* Syncs the segment that is put to, and says of it in ${sight} what make_ahead() asks. */
static enum fsk_err
sync_current(struct store_journal *journal, size_t ahead, struct sight *sight)
{
	struct store_live *live = atomic_load(&journal->current);
	enum fsk_err err = FSK_OK;

	*sight = (struct sight){.there = live != NULL};
	if (live == NULL)
		return FSK_OK;
	if (live->synced != atomic_load(&live->used)) {
		err = store_live_sync(live);
		if (err == FSK_OK)
			store_live_prepare(live, ahead);
	}
	sight->failed = live->failed != 0;
	sight->used = atomic_load(&live->used);
	return err;
}

/* Syncs ${live}, which ended; what could not be is written anew. */
static enum fsk_err
settle(struct store_journal *journal, struct store_live *live)
{
	enum fsk_err err;

	if (live->failed == 0 && store_live_sync(live) == FSK_OK)
		return FSK_OK;
	err = store_live_copy(live, journal->folder);
	if (err == FSK_OK) /* its name is another file's now */
		atomic_store(&journal->named, true);
	return err;
}

/* Settles the segments of the list ${live}: those that cannot be are kept, a few; of more
 * the system has whatever of them it could write. */
static enum fsk_err
settle_all(struct store_journal *journal, struct store_live *live)
{
	enum fsk_err result = FSK_OK;
	int why = 0;

	while (live != NULL) {
		struct store_live *older = live->older;

		enum fsk_err err = settle(journal, live);

		if (err != FSK_OK) {
			result = err;
			why = errno;
		}
		if (err == FSK_OK || journal->suspect_count == SUSPECTS) {
			store_live_free(live);
		} else {
			live->older = journal->suspects;
			journal->suspects = live;
			journal->suspect_count++;
		}
		live = older;
	}
	errno = why;
	return result;
}

static enum fsk_err
sync_ended(struct store_journal *journal)
{
	struct store_live *suspects = journal->suspects;
	enum fsk_err again, err;
	int why;

	journal->suspects = NULL;
	journal->suspect_count = 0;
	again = settle_all(journal, suspects);
	why = errno;
	err = settle_all(journal, atomic_exchange(&journal->ended, NULL));
	if (err == FSK_OK)
		errno = why;
	return err == FSK_OK ? again : err;
}

/* Brings the names of new segments to the disk. */
static enum fsk_err
sync_folder(struct store_journal *journal)
{
	if (!atomic_exchange(&journal->named, false) || fsync(journal->folder) == 0)
		return FSK_OK;
	atomic_store(&journal->named, true);
	return FSK_IO;
}

enum fsk_err
store_journal_sync(struct store_journal *journal)
{
	uint64_t octets = atomic_load_explicit(&journal->octets, memory_order_relaxed);
	enum fsk_err current, ended, folder;
	struct sight sight;
	size_t ahead;
	int why;

	pthread_mutex_lock(&journal->syncing);
	ahead = (size_t)(octets - journal->seen);
	journal->seen = octets;
	/* The current one first: what ends meanwhile is among the ended. */
	current = sync_current(journal, ahead, &sight);
	why = errno;
	ended = sync_ended(journal);
	if (ended != FSK_OK)
		why = errno;
	make_ahead(journal, &sight, ahead);
	folder = sync_folder(journal);
	if (folder != FSK_OK)
		why = errno;
	pthread_mutex_unlock(&journal->syncing);
	errno = why;
	return current != FSK_OK ? current : ended != FSK_OK ? ended : folder;
}

void
store_journal_count(const struct store_journal *journal,
                    struct store_journal_counts *counts)
{
	*counts = (struct store_journal_counts){
	        .records = atomic_load_explicit(&journal->records, memory_order_relaxed),
	        .octets = atomic_load_explicit(&journal->octets, memory_order_relaxed),
	        .segments = atomic_load_explicit(&journal->segments, memory_order_relaxed),
	};
}

/* Makes folder ${name} in ${above} (AT_FDCWD: by itself) and opens it. */
static enum fsk_err
open_folder(int above, const char *name, int *fd)
{
	bool made = mkdirat(above, name, S_IRWXU) == 0;

	if (!made && errno != EEXIST)
		return FSK_IO;
	*fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0 || (made && above != AT_FDCWD && !store_live_give(*fd, above)))
		return FSK_IO;
	return FSK_OK;
}

static enum fsk_err
open_above(struct store_journal *journal)
{
	int store = -1;
	enum fsk_err err = open_folder(AT_FDCWD, journal->store, &store);
	int why;

	if (err == FSK_OK &&
	    strlen(journal->store) + sizeof(FORM_FOLDER) + STORE_WORKER_SIZE + 1 >=
	            PATH_MAX) {
		errno = ENAMETOOLONG;
		err = FSK_IO;
	}
	if (err == FSK_OK)
		err = open_folder(store, FORM_FOLDER, &journal->above);
	if (err == FSK_OK && fsync(store) != 0)
		err = FSK_IO;
	why = errno;
	if (store >= 0)
		close(store);
	errno = why;
	return err;
}

/* Opens the journal's own folder and holds it, so that nobody removes it. */
static enum fsk_err
open_own(struct store_journal *journal)
{
	enum fsk_err err = open_folder(journal->above, journal->worker, &journal->folder);

	if (err == FSK_OK && flock(journal->folder, LOCK_SH) != 0)
		err = FSK_IO;
	if (err != FSK_OK)
		return err;
	return fsync(journal->above) == 0 ? FSK_OK : FSK_IO;
}

static void
close_own(struct store_journal *journal)
{
	int why = errno;

	if (journal->folder >= 0)
		close(journal->folder);
	journal->folder = -1;
	errno = why;
}

static enum fsk_err
note_last(const char *worker, uint64_t number, void *context)
{
	struct store_journal *journal = context;

	(void)worker;
	if (number < INT64_MAX / 2 && number > atomic_load(&journal->last))
		atomic_store(&journal->last, number);
	return FSK_OK;
}

/* A journal that cannot be read has no numbers that are known; the last of all stands in a
 * file besides. */
static enum fsk_err
pass_over(const char *worker, void *context)
{
	(void)worker;
	(void)context;
	return FSK_OK;
}

static enum fsk_err
open_journal(struct store_journal *journal, int64_t now_us)
{
	enum fsk_err err = open_above(journal);

	if (err == FSK_OK)
		err = store_segments_passing(journal->store, note_last, pass_over, journal);
	for (unsigned i = 0; err == FSK_OK && i < FOLDERS; i++) {
		err = open_own(journal);
		if (err == FSK_OK)
			err = make(journal, now_us, &journal->putting);
		if (err != FSK_IO || errno != ENOENT)
			break;
		/* It was removed before it was held. */
		close_own(journal);
		if (i + 1 < FOLDERS)
			err = FSK_OK;
	}
	atomic_store(&journal->current, journal->putting);
	atomic_store(&journal->clock_us, now_us);
	return err == FSK_OK ? sync_folder(journal) : err;
}

enum fsk_err
store_journal_open(const struct store_journal_setting *setting,
                   struct store_journal **journal)
{
	struct store_journal *made;
	enum fsk_err err;
	int why;

	if (!store_worker_valid(setting->worker))
		return FSK_SYNTAX;
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return FSK_NOMEM;
	made->folder = made->above = -1;
	made->size = setting->segment > STORE_SEGMENT_LEAST ? setting->segment & ~(size_t)7
	                                                    : STORE_SEGMENT_LEAST;
	memcpy(made->worker, setting->worker, strlen(setting->worker));
	pthread_mutex_init(&made->syncing, NULL);
	made->store = strdup(setting->store);
	err = made->store == NULL ? FSK_NOMEM : open_journal(made, setting->now_us);
	if (err == FSK_OK) {
		*journal = made;
		return FSK_OK;
	}
	why = errno;
	/* There is no segment 0: what goes is the folder, if it is empty. */
	close_own(made);
	if (made->store != NULL && made->above >= 0)
		(void)!store_segment_remove(made->store, made->worker, 0);
	store_journal_free(made);
	errno = why;
	return err;
}

/* Frees ${live}; nothing was put into it, so that nobody needs it. */
static void
discard(struct store_journal *journal, struct store_live *live)
{
	uint64_t number;

	if (live == NULL)
		return;
	number = live->number;
	store_live_free(live);
	(void)!store_segment_remove(journal->store, journal->worker, number);
}

void
store_journal_free(struct store_journal *journal)
{
	struct store_live *empty = NULL;

	if (journal == NULL)
		return;
	if (journal->putting != NULL && atomic_load(&journal->putting->used) == FORM_FIRST)
		empty = journal->putting;
	else
		hand_over(journal);
	if (journal->folder >= 0) {
		(void)!sync_ended(journal); /* there is nobody left to be told */
		(void)!sync_folder(journal);
	}
	while (journal->suspects != NULL) {
		struct store_live *older = journal->suspects->older;

		store_live_free(journal->suspects);
		journal->suspects = older;
	}
	close_own(journal);
	discard(journal, empty);
	discard(journal, atomic_load(&journal->next));
	if (journal->above >= 0)
		close(journal->above);
	pthread_mutex_destroy(&journal->syncing);
	free(journal->store);
	free(journal);
}
