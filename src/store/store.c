/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/store.h"

#include "base/size.h"
#include "store/live.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK "lock"

#define ENGINE(name) extern const struct store_engine store_engine_##name;
#include "store/engines.def"
#undef ENGINE

#define ENGINE(name) &store_engine_##name,
static const struct store_engine *const engines[] = {
#include "store/engines.def"
};
#undef ENGINE

struct store {
	const struct store_engine *engine;
	void *state;
	int lock; /* below 0: none */
};

/* Gives ${fd} to whom ${folder} belongs, if this is root. */
static bool
give(int fd, const char *folder)
{
	int like = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool given = like >= 0 && store_live_give(fd, like);
	int why = errno;

	if (like >= 0)
		close(like);
	errno = why;
	return given;
}

/* Takes the lock, or finds that none is needed. */
static enum fsk_err
take_lock(const struct store_plan *plan, int *lock)
{
	size_t size = size_add(strlen(plan->folder), sizeof("/" LOCK));
	char *path = malloc(size);
	int fd, why;

	if (path == NULL)
		return FSK_NOMEM;
	snprintf(path, size, "%s/" LOCK, plan->folder);
	if (plan->create && mkdir(plan->folder, S_IRWXU) != 0 && errno != EEXIST) {
		free(path);
		return FSK_IO;
	}
	fd = open(path, O_RDWR | O_CLOEXEC | (plan->create ? O_CREAT : 0),
	          S_IRUSR | S_IWUSR);
	free(path);
	if (fd < 0)
		return errno == ENOENT && !plan->create ? FSK_OK : FSK_IO;
	if (!give(fd, plan->folder) || flock(fd, LOCK_EX | LOCK_NB) != 0) {
		why = errno;
		close(fd);
		errno = why;
		return FSK_IO;
	}
	*lock = fd;
	return FSK_OK;
}

static void
release(struct store *store)
{
	int why = errno;

	if (store->lock >= 0)
		close(store->lock);
	free(store);
	errno = why;
}

enum fsk_err
store_open(const struct store_plan *plan, struct store **store, struct fault *fault)
{
	struct store *opened = calloc(1, sizeof(*opened));
	enum fsk_err e = FSK_OK;

	if (opened == NULL)
		return FSK_NOMEM;
	opened->engine = engines[0];
	opened->lock = -1;
	if (!plan->readonly)
		e = take_lock(plan, &opened->lock);
	if (e == FSK_OK)
		e = opened->engine->open(plan, &opened->state, fault);
	if (e == FSK_OK)
		*store = opened;
	else
		release(opened);
	return e;
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	store->engine->close(store->state);
	release(store);
}

enum fsk_err
store_take(struct store *store, const struct store_batch *batches, size_t count)
{
	return store->engine->take(store->state, batches, count);
}

enum fsk_err
store_taken(struct store *store, const char *worker, uint64_t segment, uint64_t *end,
            bool *last)
{
	return store->engine->taken(store->state, worker, segment, end, last);
}

enum fsk_err
store_hours(struct store *store, const struct store_filter *filter,
            enum fsk_err (*tell)(const struct store_hour *, void *), void *context)
{
	return store->engine->hours(store->state, filter, tell, context);
}

enum fsk_err
store_days(struct store *store, const struct store_filter *filter,
           enum fsk_err (*tell)(const struct store_day *, void *), void *context)
{
	return store->engine->days(store->state, filter, tell, context);
}

enum fsk_err
store_shapes(struct store *store, int64_t since_us,
             enum fsk_err (*tell)(const struct store_shape *, void *), void *context)
{
	return store->engine->shapes(store->state, since_us, tell, context);
}

enum fsk_err
store_facts(struct store *store, struct store_facts *facts)
{
	return store->engine->facts(store->state, facts);
}

enum fsk_err
store_brief(struct store *store, struct store_brief *brief)
{
	return store->engine->brief(store->state, brief);
}

enum fsk_err
store_check(struct store *store, void (*wrong)(const char *words, void *), void *context)
{
	return store->engine->check(store->state, wrong, context);
}

enum fsk_err
store_prune(struct store *store, int64_t before_us, uint64_t most, bool sums,
            uint64_t *removed)
{
	return store->engine->prune(store->state, before_us, most, sums, removed);
}

bool
store_shape_is_new(const struct store_shape *shape, int64_t since_us)
{
	return shape->first_us >= since_us ||
	       (shape->today >= 20 && shape->today / 4 >= shape->before);
}

struct store_reading {
	const struct store_engine *engine;
	void *state;
	struct store_said said;
};

enum fsk_err
store_read(struct store *store, const struct store_filter *filter,
           struct store_reading **reading)
{
	struct store_reading *opened = calloc(1, sizeof(*opened));
	enum fsk_err e;
	int why;

	if (opened == NULL)
		return FSK_NOMEM;
	opened->engine = store->engine;
	e = store->engine->sightings(store->state, filter, &opened->state);
	if (e == FSK_OK) {
		*reading = opened;
		return FSK_OK;
	}
	why = errno;
	free(opened);
	errno = why;
	return e;
}

static enum fsk_err
next(void *context, struct sighting *sighting)
{
	struct store_reading *reading = context;

	return reading->engine->next(reading->state, sighting, &reading->said);
}

struct sighting_cursor
store_reading_cursor(struct store_reading *reading)
{
	return (struct sighting_cursor){.next = next, .context = reading};
}

const struct store_said *
store_reading_said(const struct store_reading *reading)
{
	return &reading->said;
}

void
store_reading_free(struct store_reading *reading)
{
	if (reading != NULL)
		reading->engine->done(reading->state);
	free(reading);
}
