/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/mover.h"

#include "base/date.h"
#include "base/size.h"
#include "store/bounds.h"
#include "store/midnight.h"
#include "store/moving.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

/* Sightings of a round after which the next one begins at once; with fewer it is better to
 * let some more come: a transaction costs the same for few of them. */
#define BUSY 4096
#define REST_MS 200
#define TROUBLE_MS 1000

/* Rounds that follow the end at most, for what others put meanwhile. */
#define LAST_ROUNDS 8

struct store_mover {
	struct store_mover_setting setting;
	char *folder;
	struct store_journal **journals;
	struct store *store;
	struct store_moving *moving;
	struct store_mover_counts counts;
	struct store_bounds bounds;
	_Atomic unsigned keep_days;
	_Atomic uint64_t keep_bytes;

	uint64_t took; /* by the last round */
	struct store_midnight midnight;
	bool take_failed; /* it was said */

	/* Of who syncs. */
	size_t journal_count;
	bool sync_failed; /* it was said */

	pthread_mutex_t saying;
	int stop; /* eventfd */
	bool started, syncing;
	pthread_t thread, syncer;
};

static int64_t
now(const struct store_mover *mover)
{
	return mover->setting.now_us(mover->setting.context);
}

static int64_t
day_of(int64_t us)
{
	return date_day_of(date_second_of(us));
}

/* From either thread. */
static void
log_words(const char *words, void *context)
{
	struct store_mover *mover = context;

	pthread_mutex_lock(&mover->saying);
	mover->setting.log(words, mover->setting.context);
	pthread_mutex_unlock(&mover->saying);
}

/* Says ${what} and why, unless it was said since it last went well. */
static void
say_once(struct store_mover *mover, const char *what, enum fsk_err err, bool *said)
{
	char words[512];

	if (*said)
		return;
	snprintf(words, sizeof(words), "%.200s: %s: %s", mover->folder, what,
	         err == FSK_IO ? strerror(errno) : fsk_strerror(err));
	log_words(words, mover);
	*said = true;
}

/* Syncs the journals of this process. */
static void
sync_journals(struct store_mover *mover)
{
	bool failed = false;

	for (size_t i = 0; i < mover->journal_count; i++) {
		enum fsk_err err = store_journal_sync(mover->journals[i]);

		if (err == FSK_OK)
			continue;
		failed = true;
		atomic_fetch_add(&mover->counts.failed, 1);
		say_once(mover, "a journal cannot be brought to the disk", err,
		         &mover->sync_failed);
	}
	if (!failed)
		mover->sync_failed = false;
}

/* Has the days summed up that ended since the last time. */
static void
turn_day(struct store_mover *mover)
{
	int64_t today = day_of(now(mover)), day;

	if (mover->setting.day == NULL)
		return;
	while (store_midnight_next(&mover->midnight, today, &day))
		mover->setting.day(mover->store, day * DATE_DAY, mover->setting.context);
}

/* Lets go of everything but the thread. */
static void
release(struct store_mover *mover)
{
	store_moving_free(mover->moving);
	store_close(mover->store);
	if (mover->stop >= 0)
		close(mover->stop);
	pthread_mutex_destroy(&mover->saying);
	free(mover->journals);
	free(mover->folder);
	free(mover);
}

/* Says so when a store is to have pseudonyms that has addresses already: what it kept it
 * keeps. */
static void
say_clear(struct store_mover *mover)
{
	struct store_brief brief;

	if (mover->setting.plan.secret != NULL &&
	    store_brief(mover->store, &brief) == FSK_OK && brief.clear)
		mover->setting.log("the store holds clients from before it had pseudonyms, "
		                   "whose addresses stay until they are removed",
		                   mover->setting.context);
}

static enum fsk_err
set_up(struct store_mover *mover, struct fault *fault)
{
	const struct store_mover_setting *setting = &mover->setting;
	struct store_moving_setting moving = {
	        .folder = setting->plan.folder,
	        .counts = &mover->counts,
	        .log = log_words,
	};
	enum fsk_err err;

	mover->journals =
	        calloc(setting->journal_count + 1, sizeof(struct store_journal *));
	mover->folder = strdup(setting->plan.folder);
	if (mover->journals == NULL || mover->folder == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < setting->journal_count; i++)
		mover->journals[i] = setting->journals[i];
	mover->journal_count = setting->journal_count;
	mover->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (mover->stop < 0)
		return FSK_IO;
	err = store_open(&setting->plan, &mover->store, fault);
	if (err != FSK_OK)
		return err;
	say_clear(mover);
	moving.store = mover->store;
	moving.context = mover;
	return store_moving_new(&moving, &mover->moving);
}

enum fsk_err
store_mover_new(const struct store_mover_setting *setting, struct store_mover **mover,
                struct fault *fault)
{
	struct store_mover *made = calloc(1, sizeof(*made));
	enum fsk_err err;
	int why;

	if (made == NULL)
		return FSK_NOMEM;
	made->setting = *setting;
	made->stop = -1;
	pthread_mutex_init(&made->saying, NULL);
	err = set_up(made, fault);
	if (err != FSK_OK) {
		why = errno;
		release(made);
		errno = why;
		return err;
	}
	atomic_store(&made->keep_days, setting->keep_days);
	atomic_store(&made->keep_bytes, setting->keep_bytes);
	made->midnight.folder = made->folder;
	made->bounds = (struct store_bounds){
	        .store = made->store,
	        .counts = &made->counts,
	        .log = log_words,
	        .context = made,
	};
	store_bounds_init(&made->bounds, now(made));
	*mover = made;
	return FSK_OK;
}

/* Takes all that waits, and sees to the bounds and the days. */
static enum fsk_err
go_round(struct store_mover *mover)
{
	enum fsk_err err;
	int why;

	store_bounds_begin(&mover->bounds, atomic_load(&mover->keep_days));
	err = store_moving_round(mover->moving, now(mover), &mover->took);
	why = errno;
	if (err == FSK_OK || err == FSK_END) {
		if (mover->take_failed)
			log_words("the store takes again what is seen", mover);
		mover->take_failed = false;
	} else {
		say_once(mover, "the store takes nothing, and what is seen waits", err,
		         &mover->take_failed);
	}
	store_bounds_step(&mover->bounds, now(mover), atomic_load(&mover->keep_days),
	                  atomic_load(&mover->keep_bytes));
	turn_day(mover);
	errno = why;
	return err;
}

enum fsk_err
store_mover_step(struct store_mover *mover)
{
	sync_journals(mover);
	return go_round(mover);
}

/* Processor time of the calling thread, in microseconds. */
static uint64_t
spent(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_THREAD, &usage) != 0)
		return 0;
	return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
	       (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void *
run(void *context)
{
	struct store_mover *mover = context;
	int rest_ms = 0;

	for (;;) {
		struct pollfd stop = {.fd = mover->stop, .events = POLLIN};
		enum fsk_err err;

		if (poll(&stop, 1, rest_ms) > 0)
			return NULL;
		err = go_round(mover);
		atomic_store(&mover->counts.cpu_us, spent());
		if (err != FSK_OK && err != FSK_END)
			rest_ms = TROUBLE_MS;
		else
			rest_ms = mover->took >= BUSY ? 0 : REST_MS;
	}
}

/* Milliseconds from ${us} to the second that follows ${began_us}. */
static int
rest_of_second(int64_t began_us, int64_t us)
{
	if (us < began_us) /* the clock was put back */
		return 1000;
	return us - began_us < DATE_SECOND ? (int)((began_us + DATE_SECOND - us) / 1000)
	                                   : 0;
}

/* Syncs once a second, however long the other thread takes for what it does: what was put
 * is not to wait for that. */
static void *
run_syncs(void *context)
{
	struct store_mover *mover = context;
	int rest_ms = 0;

	for (;;) {
		struct pollfd stop = {.fd = mover->stop, .events = POLLIN};
		int64_t began_us;

		if (poll(&stop, 1, rest_ms) > 0)
			return NULL;
		began_us = now(mover);
		sync_journals(mover);
		rest_ms = rest_of_second(began_us, now(mover));
	}
}

static void
end_threads(struct store_mover *mover)
{
	if (!mover->started)
		return;
	eventfd_write(mover->stop, 1);
	pthread_join(mover->thread, NULL);
	if (mover->syncing)
		pthread_join(mover->syncer, NULL);
	mover->started = mover->syncing = false;
}

enum fsk_err
store_mover_start(struct store_mover *mover)
{
	sigset_t all, before;
	int why;

	/* Signals are for the thread that waits for them. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	why = pthread_create(&mover->thread, NULL, run, mover);
	mover->started = why == 0;
	if (why == 0 && mover->journal_count > 0) {
		why = pthread_create(&mover->syncer, NULL, run_syncs, mover);
		mover->syncing = why == 0;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (why == 0)
		return FSK_OK;
	end_threads(mover);
	errno = why;
	return FSK_IO;
}

void
store_mover_keep(struct store_mover *mover, unsigned keep_days, uint64_t keep_bytes)
{
	atomic_store(&mover->keep_days, keep_days);
	atomic_store(&mover->keep_bytes, keep_bytes);
}

const struct store_mover_counts *
store_mover_counts(const struct store_mover *mover)
{
	return &mover->counts;
}

void
store_mover_stop(struct store_mover *mover)
{
	if (mover == NULL)
		return;
	end_threads(mover);
	mover->journal_count = 0;
}

void
store_mover_free(struct store_mover *mover)
{
	enum fsk_err err = FSK_OK;

	if (mover == NULL)
		return;
	end_threads(mover);
	sync_journals(mover);
	for (unsigned i = 0; i < LAST_ROUNDS && err == FSK_OK; i++)
		err = store_moving_round(mover->moving, now(mover), &mover->took);
	if (err != FSK_OK && err != FSK_END)
		say_once(mover, "what was seen last waits in its journal", err,
		         &mover->take_failed);
	release(mover);
}
