/* SPDX-License-Identifier: BSD-2-Clause
 *
 * An engine that only counts what it takes, in place of store.c: it outlives its openings,
 * and fails on demand.
 */
#ifndef TEST_STORE_COUNTING_H
#define TEST_STORE_COUNTING_H

#include "ground.h"

#include "store/journal.h"
#include "store/store.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#define MOST 100000

struct store {
	unsigned opened;
};
struct row {
	char worker[STORE_WORKER_SIZE];
	uint64_t segment, end;
	bool last;
};
static struct engine {
	struct store store;
	struct row rows[512];
	size_t row_count;
	uint8_t seen[MOST]; /* how often sighting n was taken */
	uint64_t sightings, takes, largest;
	_Atomic int fails; /* errno of store_take(); 0: none */
	bool after;        /* it fails after it has taken */
	bool any;          /* whatever is brought is right, and not counted */
	_Atomic bool busy; /* it takes, and does not come back as long as this is so */
	uint64_t pruned, prunes;
	int64_t before_us;
	struct store_brief brief;
	int64_t last_us; /* of the last sighting that it has */
	uint64_t each;   /* octets that a sighting frees */
	pthread_mutex_t mutex;
} engine = {.mutex = PTHREAD_MUTEX_INITIALIZER};

enum fsk_err
store_open(const struct store_plan *plan, struct store **store, struct fault *fault)
{
	(void)plan;
	(void)fault;
	if (engine.store.opened > 0) {
		errno = EWOULDBLOCK;
		return FSK_IO;
	}
	engine.store.opened++;
	*store = &engine.store;
	return FSK_OK;
}

void
store_close(struct store *store)
{
	if (store != NULL)
		store->opened--;
}

static inline struct row *
row_of(const char *worker, uint64_t segment, bool make)
{
	struct row *row;

	for (size_t i = 0; i < engine.row_count; i++)
		if (engine.rows[i].segment == segment &&
		    strcmp(engine.rows[i].worker, worker) == 0)
			return &engine.rows[i];
	if (!make)
		return NULL;
	assert_in_range(engine.row_count, 0, 511);
	row = &engine.rows[engine.row_count++];
	*row = (struct row){.segment = segment};
	snprintf(row->worker, sizeof(row->worker), "%s", worker);
	return row;
}

static inline void
take_batch(const struct store_batch *batch)
{
	struct row *row = row_of(batch->worker, batch->segment, true);
	uint64_t before = 0;

	if (engine.any)
		return;
	for (size_t i = 0; i < batch->count; i++) {
		const struct store_item *item = &batch->items[i];
		uint64_t n = (uint64_t)(item->sighting.us - GROUND_US);
		struct sighting as_put = ground_question(n);

		assert_in_range(n, 0, MOST - 1);
		assert_in_range(item->offset, before + 1, batch->end - 1);
		before = item->offset;
		ground_assert_same(&item->sighting, &as_put);
		assert_true(item->said.generator.len > 0);
		if (item->offset < row->end)
			continue;
		engine.seen[n]++;
		engine.sightings++;
	}
	assert_false(row->last && batch->end > row->end);
	if (batch->end > row->end)
		row->end = batch->end;
	row->last |= batch->last;
}

enum fsk_err
store_take(struct store *store, const struct store_batch *batches, size_t count)
{
	uint64_t items = 0;
	int fails = atomic_load(&engine.fails);

	(void)store;
	while (atomic_load(&engine.busy))
		usleep(1000);
	if (fails == 0 || engine.after) {
		pthread_mutex_lock(&engine.mutex);
		for (size_t i = 0; i < count; i++) {
			take_batch(&batches[i]);
			items += batches[i].count;
		}
		engine.takes++;
		if (items > engine.largest)
			engine.largest = items;
		pthread_mutex_unlock(&engine.mutex);
	}
	errno = fails;
	return fails == 0 ? FSK_OK : FSK_IO;
}

enum fsk_err
store_taken(struct store *store, const char *worker, uint64_t segment, uint64_t *end,
            bool *last)
{
	const struct row *row = row_of(worker, segment, false);

	(void)store;
	*end = row == NULL ? 0 : row->end;
	*last = row != NULL && row->last;
	return FSK_OK;
}

enum fsk_err
store_brief(struct store *store, struct store_brief *brief)
{
	(void)store;
	*brief = engine.brief;
	return FSK_OK;
}

enum fsk_err
store_facts(struct store *store, struct store_facts *facts)
{
	(void)store;
	*facts = (struct store_facts){
	        .sightings = engine.brief.sightings,
	        .last_us = engine.last_us,
	};
	return FSK_OK;
}

enum fsk_err
store_prune(struct store *store, int64_t before_us, uint64_t most, bool sums,
            uint64_t *removed)
{
	(void)store;
	assert_false(sums);
	engine.before_us = before_us;
	*removed = most < engine.brief.sightings ? most : engine.brief.sightings;
	engine.brief.sightings -= *removed;
	engine.brief.bytes -= *removed * engine.each;
	engine.pruned += *removed;
	engine.prunes++;
	return FSK_OK;
}

#endif
