/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Movers, with an engine that only counts, a clock that is set, and all that they say.
 */
#ifndef TEST_STORE_MOVERS_H
#define TEST_STORE_MOVERS_H

#include "counting.h"

#include "base/date.h"
#include "store/form.h"
#include "store/mover.h"

/* What the mover is given. */

static _Atomic int64_t clock_us;
static char said[8192];
static _Atomic unsigned words_said;
static int64_t days[8];
static size_t day_count;

static inline int64_t
now_us(void *context)
{
	(void)context;
	return atomic_load(&clock_us);
}

static inline void
note_words(const char *words, void *context)
{
	(void)context;
	atomic_fetch_add(&words_said, 1);
	snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s\n", words);
}

static inline void
note_day(struct store *store, int64_t day, void *context)
{
	(void)context;
	assert_ptr_equal(store, &engine.store);
	days[day_count++ % 8] = day;
}

static inline int
set_up(void **state)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

	memset(&engine, 0, sizeof(engine));
	engine.mutex = mutex;
	atomic_store(&clock_us, GROUND_US);
	atomic_store(&words_said, 0);
	said[0] = '\0';
	day_count = 0;
	return ground_make(state);
}

static inline struct store_journal *
open_journal(const char *worker)
{
	const struct store_journal_setting setting = {
	        .store = ground,
	        .worker = worker,
	        .segment = STORE_SEGMENT_LEAST,
	        .now_us = atomic_load(&clock_us),
	};
	struct store_journal *journal;

	assert_int_equal(store_journal_open(&setting, &journal), FSK_OK);
	return journal;
}

static inline void
put(struct store_journal *journal, uint64_t from, uint64_t to)
{
	for (uint64_t n = from; n < to; n++) {
		struct sighting s = ground_question(n);

		assert_int_equal(store_journal_put(journal, &s, GROUND_US), FSK_OK);
	}
}

static inline struct store_mover_setting
setting_of(struct store_journal **journals, size_t count)
{
	return (struct store_mover_setting){
	        .plan = {.folder = ground, .create = true},
	        .journals = journals,
	        .journal_count = count,
	        .now_us = now_us,
	        .log = note_words,
	        .day = note_day,
	};
}

static inline struct store_mover *
new_mover(struct store_journal **journals, size_t count)
{
	struct store_mover_setting setting = setting_of(journals, count);
	struct store_mover *mover;

	assert_int_equal(store_mover_new(&setting, &mover, NULL), FSK_OK);
	return mover;
}

static inline void
assert_taken(uint64_t to)
{
	assert_int_equal(engine.sightings, to);
	for (uint64_t n = 0; n < to; n++)
		assert_int_equal(engine.seen[n], 1);
}

static inline enum fsk_err
count_one(const char *worker, uint64_t number, void *context)
{
	(void)worker;
	(void)number;
	++*(size_t *)context;
	return FSK_OK;
}

static inline size_t
segments(void)
{
	size_t count = 0;

	assert_int_equal(store_segments(ground, count_one, &count), FSK_OK);
	return count;
}

#endif
