/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/view.h"

#include "dga/catalog.h"
#include "watch/dated.h"

#include <pthread.h>
#include <stdlib.h>

/* Days of the longest block: more would not fit the caches of a processor, and of
 * fewer the window at both ends would be the greater part. */
#define BLOCK_MOST 32

struct block {
	int64_t from;            /* first second that it answers for */
	int64_t to;              /* last */
	struct fsk_index *index; /* NULL: it is being made */
	struct watch_pair *pair; /* with the placebo index; NULL: nobody asked yet */
	unsigned holders;        /* who makes it is one */
	uint64_t used;           /* the turn of the view in which it was asked for last */
};

struct watch_view {
	struct watch_view_setting setting;
	size_t *generators;
	pthread_mutex_t lock; /* of what follows; open while an index is made */
	pthread_cond_t made;  /* an index is, or could not be */
	struct block *blocks; /* by time; none overlaps another */
	size_t count;
	size_t room;
	int64_t days; /* of the next block that touches another */
	uint64_t turn;
	size_t bytes; /* of all blocks */
	struct fsk_index *placebo;
	int64_t placebo_day;
	bool placebo_wanted; /* its day is known */
	bool placebo_begun;
};

enum fsk_err
watch_view_new(const struct watch_view_setting *setting, struct watch_view **view)
{
	struct watch_view *made = calloc(1, sizeof(*made));
	enum fsk_err err = FSK_NOMEM;

	if (made == NULL)
		return FSK_NOMEM;
	made->setting = *setting;
	made->days = 1;
	made->generators = calloc(setting->generator_count + 1, sizeof(*made->generators));
	if (made->generators == NULL)
		goto free_view;
	err = FSK_UNKNOWN;
	for (size_t i = 0; i < setting->generator_count; i++) {
		if (setting->generators[i] >= dga_generator_count())
			goto free_view;
		made->generators[i] = setting->generators[i];
	}
	made->setting.generators = made->generators;
	err = FSK_NOMEM;
	if (pthread_mutex_init(&made->lock, NULL) != 0)
		goto free_view;
	if (pthread_cond_init(&made->made, NULL) != 0)
		goto destroy_lock;
	*view = made;
	return FSK_OK;

destroy_lock:
	pthread_mutex_destroy(&made->lock);
free_view:
	free(made->generators);
	free(made);
	return err;
}

/* The index of the lists that touch the days ${from}..${to} (since 1970) and the
 * window around them. Opens the lock meanwhile, so that another thread makes another
 * one or reads. */
static enum fsk_err
make_index(struct watch_view *view, int64_t from, int64_t to, bool placebo,
           struct fsk_index **index)
{
	const struct watch_view_setting *setting = &view->setting;
	struct watch_plan plan = {
	        .generators = view->generators,
	        .generator_count = setting->generator_count,
	        .from = (from - setting->window_days) * DATE_DAY,
	        .to = (to + 1 + setting->window_days) * DATE_DAY - 1,
	        .threads = 1,
	        .placebo = placebo,
	};
	enum fsk_err err;

	pthread_mutex_unlock(&view->lock);
	err = watch_dated_new(&plan, WATCH_DATED_KEY, index);
	pthread_mutex_lock(&view->lock);
	pthread_cond_broadcast(&view->made);
	if (err == FSK_OK && setting->made != NULL)
		setting->made(fsk_index_names(*index), fsk_index_bytes(*index),
		              setting->context);
	return err;
}

/* Makes the placebo index, whose day is known. */
static enum fsk_err
make_placebo(struct watch_view *view)
{
	struct fsk_index *index;
	enum fsk_err err;

	view->placebo_begun = true;
	err = make_index(view, view->placebo_day, view->placebo_day, true, &index);
	if (err == FSK_OK)
		view->placebo = index;
	else
		view->placebo_begun = false;
	return err;
}

/* Waits until another thread has made an index. If the placebo is to be made too, this
 * one makes it meanwhile. */
static enum fsk_err
wait_or_help(struct watch_view *view)
{
	if (view->placebo_wanted && !view->placebo_begun)
		return make_placebo(view);
	pthread_cond_wait(&view->made, &view->lock);
	return FSK_OK;
}

/* The number of the first block that ends at ${instant} or later. */
static size_t
find(const struct watch_view *view, int64_t instant)
{
	size_t first = 0;
	size_t count = view->count;

	while (count > 0) {
		size_t half = count / 2;

		if (view->blocks[first + half].to < instant) {
			first += half + 1;
			count -= half + 1;
		} else {
			count = half;
		}
	}
	return first;
}

/* Stores in ${from} and ${to} which days the block for ${day} is to have, which
 * stands at ${place}: as many as are due, on from the day, or back from it where a
 * block behind it leaves no room, as in logs that are read from the newest. */
static void
choose_days(const struct watch_view *view, size_t place, int64_t day, int64_t *from,
            int64_t *to)
{
	int64_t least = DATE_FIRST;
	int64_t most = DATE_LAST;

	if (place > 0)
		least = date_day_of(view->blocks[place - 1].to) + 1;
	if (place < view->count)
		most = date_day_of(view->blocks[place].from) - 1;
	*from = day;
	*to = day;
	if (least != day && most != day)
		return; /* a day by itself: nobody knows in which direction it goes on */
	*to = most - day < view->days ? most : day + view->days - 1;
	if (most - day < view->days - 1 && place < view->count) {
		*from = *to - view->days + 1;
		if (*from < least)
			*from = least;
	}
}

/* Takes out the block number ${place}. */
static void
remove_block(struct watch_view *view, size_t place)
{
	view->count--;
	memmove(view->blocks + place, view->blocks + place + 1,
	        (view->count - place) * sizeof(*view->blocks));
}

static size_t
bytes_of(const struct block *block)
{
	return fsk_index_bytes(block->index) +
	       (block->pair != NULL ? watch_pair_bytes(block->pair) : 0);
}

/* Frees the blocks that nobody holds, those that were asked for longest ago first, until
 * the rest is small enough. */
static void
forget(struct watch_view *view)
{
	size_t most = view->setting.most_bytes;

	while (most > 0 && view->bytes > most) {
		size_t oldest = view->count;

		for (size_t i = 0; i < view->count; i++) {
			if (view->blocks[i].holders == 0 &&
			    (oldest == view->count ||
			     view->blocks[i].used < view->blocks[oldest].used))
				oldest = i;
		}
		if (oldest == view->count)
			return;
		view->bytes -= bytes_of(&view->blocks[oldest]);
		fsk_index_free(view->blocks[oldest].index);
		watch_pair_free(view->blocks[oldest].pair);
		remove_block(view, oldest);
	}
}

/* Puts a block of the days ${from}..${to} at ${place}, whose index is to be made. */
static enum fsk_err
put_block(struct watch_view *view, size_t place, int64_t from, int64_t to)
{
	struct block *blocks = view->blocks;

	if (view->count == view->room) {
		size_t room = view->room > 0 ? view->room * 2 : 16;

		blocks = reallocarray(blocks, room, sizeof(*blocks));
		if (blocks == NULL)
			return FSK_NOMEM;
		view->blocks = blocks;
		view->room = room;
	}
	memmove(blocks + place + 1, blocks + place,
	        (view->count - place) * sizeof(*blocks));
	blocks[place] = (struct block){
	        .from = from * DATE_DAY,
	        .to = (to + 1) * DATE_DAY - 1,
	        .holders = 1,
	};
	view->count++;
	return FSK_OK;
}

/* Makes the block for ${day}, which stands at ${place}. */
static enum fsk_err
add_block(struct watch_view *view, size_t place, int64_t day)
{
	struct fsk_index *index;
	int64_t from, to;
	enum fsk_err err;

	choose_days(view, place, day, &from, &to);
	err = put_block(view, place, from, to);
	if (err != FSK_OK)
		return err;
	if (view->days < BLOCK_MOST)
		view->days *= 2;
	err = make_index(view, from, to, false, &index);
	place = find(view, from * DATE_DAY);
	if (err != FSK_OK) {
		remove_block(view, place);
		return err;
	}
	view->blocks[place].index = index;
	view->blocks[place].holders--;
	view->bytes += fsk_index_bytes(index);
	return FSK_OK;
}

/* Finds the block that answers for ${instant} and stores its ${place}; makes it if there
 * is none. */
static enum fsk_err
provide(struct watch_view *view, int64_t instant, size_t *place)
{
	enum fsk_err err = FSK_OK;

	while (err == FSK_OK) {
		*place = find(view, instant);
		if (*place == view->count || view->blocks[*place].from > instant)
			err = add_block(view, *place, date_day_of(instant));
		else if (view->blocks[*place].index == NULL)
			err = wait_or_help(view);
		else
			return FSK_OK;
	}
	return err;
}

enum fsk_err
watch_view_at(struct watch_view *view, int64_t instant, struct watch_block *block)
{
	int64_t day = date_day_of(instant);
	enum fsk_err err;
	size_t place;

	if (day < DATE_FIRST || day > DATE_LAST)
		return FSK_RANGE;
	pthread_mutex_lock(&view->lock);
	err = provide(view, instant, &place);
	if (err == FSK_OK) {
		view->blocks[place].holders++;
		view->blocks[place].used = ++view->turn;
		*block = (struct watch_block){
		        .from = view->blocks[place].from,
		        .to = view->blocks[place].to,
		        .index = view->blocks[place].index,
		};
		forget(view);
	}
	pthread_mutex_unlock(&view->lock);
	return err;
}

void
watch_view_release(struct watch_view *view, const struct watch_block *block)
{
	size_t place;

	if (block->index == NULL)
		return;
	pthread_mutex_lock(&view->lock);
	place = find(view, block->from);
	view->blocks[place].holders--;
	forget(view);
	pthread_mutex_unlock(&view->lock);
}

bool
watch_view_holds(const struct watch_view *view, const struct fsk_match *match,
                 int64_t instant)
{
	int64_t window = view->setting.window_days * DATE_DAY;

	/* The ends of time stay where they are. */
	return (match->period.first <= instant ||
	        match->period.first - instant <= window) &&
	       (match->period.last >= instant || instant - match->period.last <= window);
}

void
watch_view_expect(struct watch_view *view, int64_t instant)
{
	pthread_mutex_lock(&view->lock);
	if (!view->placebo_wanted)
		view->placebo_day = date_day_of(instant) + WATCH_PLACEBO_DAYS;
	view->placebo_wanted = true;
	pthread_mutex_unlock(&view->lock);
}

enum fsk_err
watch_view_settle(struct watch_view *view)
{
	enum fsk_err err = FSK_OK;

	pthread_mutex_lock(&view->lock);
	while (view->placebo_wanted && view->placebo == NULL && err == FSK_OK)
		err = wait_or_help(view);
	pthread_mutex_unlock(&view->lock);
	return err;
}

enum fsk_err
watch_view_placebo(struct watch_view *view, int64_t instant,
                   const struct fsk_index **placebo)
{
	enum fsk_err err;

	watch_view_expect(view, instant);
	err = watch_view_settle(view);
	if (err == FSK_OK)
		*placebo = view->placebo;
	return err;
}

enum fsk_err
watch_view_pair(struct watch_view *view, const struct watch_block *block,
                const struct watch_pair **pair)
{
	enum fsk_err err = FSK_OK;
	struct block *found;

	pthread_mutex_lock(&view->lock);
	found = &view->blocks[find(view, block->from)];
	if (found->pair == NULL) {
		err = watch_pair_new(found->index, view->placebo, &found->pair);
		if (err == FSK_OK)
			view->bytes += watch_pair_bytes(found->pair);
	}
	if (err == FSK_OK)
		*pair = found->pair;
	pthread_mutex_unlock(&view->lock);
	return err;
}

void
watch_view_free(struct watch_view *view)
{
	if (view == NULL)
		return;
	for (size_t i = 0; i < view->count; i++) {
		fsk_index_free(view->blocks[i].index);
		watch_pair_free(view->blocks[i].pair);
	}
	fsk_index_free(view->placebo);
	free(view->blocks);
	free(view->generators);
	pthread_cond_destroy(&view->made);
	pthread_mutex_destroy(&view->lock);
	free(view);
}
