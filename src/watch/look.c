/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/look.h"

#include "watch/dated_made.h"
#include "watch/dots.h"

#include <stdlib.h>

struct watch_pair {
	struct watch_filter_pair filters;
	uint64_t key;  /* of both */
	unsigned tail; /* the longer one */
};

/* What tells which parts of a name are looked up in an index, or in two. */
struct reach {
	uint64_t key;
	unsigned tail;
};

/* look_at() of a name of which more parts than one are ${near} its end. */
static __attribute__((noinline)) void
look_near(struct reach reach, struct watch_asked asked, uint64_t near,
          struct watch_look *look)
{
	for (; near != 0; near &= near - 1) {
		unsigned start = watch_dots_label(asked.dots, near);

		if (look->count == WATCH_LOOK_HASHES) {
			look->sure = false;
			return;
		}
		look->hash[look->count++] =
		        watch_hash(reach.key, asked.name + start, asked.len - start);
	}
}

/* Makes ${look} ready for the domain name that is ${asked} for. Most names have one part
 * near the end, and those that have none, whose last label alone is longer than any of
 * theirs, stand for themselves. */
static inline __attribute__((always_inline)) void
look_at(struct reach reach, struct watch_asked asked, struct watch_look *look)
{
	uint64_t near = asked.dots == 0
	                        ? UINT64_C(1) << asked.len
	                        : asked.dots; /* one label ends where the name does */
	unsigned start;

	if (asked.len > reach.tail)
		near &= UINT64_MAX << (asked.len - reach.tail);
	look->sure = true;
	look->is_name = true;
	look->count = 0;
	if (__builtin_expect((near & (near - 1)) != 0, 0)) {
		look_near(reach, asked, near, look);
		return;
	}
	start = near == 0 ? 0 : watch_dots_label(asked.dots, near);
	look->count = near != 0;
	look->hash[0] = watch_hash(reach.key, asked.name + start, asked.len - start);
}

/* The same for what may be no domain name. */
static inline void
look_short(struct reach reach, const char *name, size_t len, struct watch_look *look)
{
	uint64_t dots;

	if (watch_dots_read(name, len, &dots)) {
		look_at(reach, (struct watch_asked){name, len, dots}, look);
		return;
	}
	look->count = 0;
	look->sure = true;
	look->is_name = false;
	look->hash[0] = 0;
}

static inline struct reach
reach_of(const struct watch_pair *pair)
{
	return (struct reach){pair->key, pair->tail};
}

/* watch_look_begin() of a name for which watch_dots_read() is too short: its parents that
 * are short enough stand for it, and what is found is left to fsk_index_find(). */
static __attribute__((noinline)) void
look_long(struct reach reach, struct span name, struct watch_look *look)
{
	struct fsk_name read;

	look->count = 0;
	if (wire_name_read(name, &read, NULL) != FSK_OK) {
		look->hash[0] = 0;
		look->is_name = false;
		look->sure = true;
		return;
	}
	while (name.len > WATCH_DOTS_MAX) /* no label is as long as that */
		name = span_from(name,
		                 (size_t)((const char *)memchr(name.text, '.', name.len) -
		                          name.text) +
		                         1);
	look_short(reach, name.text, name.len, look);
	look->sure = false;
}

/* Of a name of any length. */
static inline void
look_any(struct reach reach, const char *name, size_t len, struct watch_look *look)
{
	if (__builtin_expect(len > WATCH_DOTS_MAX, 0))
		look_long(reach, (struct span){name, len}, look);
	else
		look_short(reach, name, len, look);
}

void
watch_look_begin(const struct watch_pair *pair, const char *name, size_t len,
                 struct watch_look *look)
{
	look_any(reach_of(pair), name, len, look);
	for (unsigned i = 0; i < look->count; i++)
		watch_filter_pair_prefetch(&pair->filters, look->hash[i]);
}

void
watch_look_begin_all(const struct watch_pair *pair, const struct watch_asked *asked,
                     size_t count, struct watch_look *looks)
{
	const struct reach reach = reach_of(pair);

	for (size_t i = 0; i < count; i++) {
		struct watch_look *look = &looks[i];

		look_at(reach, asked[i], look);
		/* Nearly all have one or none, and then the first one is written. */
		watch_filter_pair_prefetch(&pair->filters, look->hash[0]);
		for (unsigned k = 1; k < look->count; k++)
			watch_filter_pair_prefetch(&pair->filters, look->hash[k]);
	}
}

/* watch_look_end(). Most looks have one hash, and the first one is always written. */
static inline bool
perhaps(const struct watch_pair *pair, const struct watch_look *look)
{
	bool perhaps =
	        watch_filter_pair_passes(&pair->filters, look->hash[0]) & (look->count > 0);

	for (unsigned i = 1; __builtin_expect(i < look->count, 0); i++)
		perhaps |= watch_filter_pair_passes(&pair->filters, look->hash[i]);
	return perhaps | !look->sure;
}

bool
watch_look_end(const struct watch_pair *pair, const struct watch_look *look)
{
	return perhaps(pair, look);
}

uint64_t
watch_look_end_all(const struct watch_pair *pair, const struct watch_look *looks,
                   size_t count)
{
	uint64_t all = 0;

	for (size_t i = 0; i < count; i++)
		all |= (uint64_t)perhaps(pair, &looks[i]) << i;
	return all;
}

bool
watch_look_end_one(const struct fsk_index *index, const struct watch_look *look)
{
	bool perhaps = !look->sure;

	for (unsigned i = 0; i < look->count; i++)
		perhaps |= watch_filter_passes(&index->filter, look->hash[i]);
	return perhaps;
}

void
watch_look_fetch(const struct fsk_index *index, const char *name, size_t len,
                 struct watch_look *look)
{
	look_any((struct reach){index->key, index->tail}, name, len, look);
	watch_look_fetch_again(index, look);
}

void
watch_look_fetch_again(const struct fsk_index *index, const struct watch_look *look)
{
	for (unsigned i = 0; i < look->count; i++) {
		watch_filter_prefetch(&index->filter, look->hash[i]);
		watch_shelf_prefetch_place(
		        &index->shelf, watch_hash_place(look->hash[i], index->shelf.count));
	}
}

void
watch_look_fetch_more(const struct fsk_index *index, const struct watch_look *look)
{
	for (unsigned i = 0; i < look->count; i++)
		if (watch_filter_passes(&index->filter, look->hash[i]))
			watch_shelf_prefetch(
			        &index->shelf,
			        watch_hash_place(look->hash[i], index->shelf.count));
}

enum fsk_err
watch_pair_new(const struct fsk_index *first, const struct fsk_index *second,
               struct watch_pair **pair)
{
	struct watch_pair *made = malloc(sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	made->key = first->key;
	made->tail = first->tail > second->tail ? first->tail : second->tail;
	if (watch_filter_pair_init(&made->filters, &first->filter, &second->filter) !=
	    FSK_OK) {
		free(made);
		return FSK_NOMEM;
	}
	*pair = made;
	return FSK_OK;
}

void
watch_pair_free(struct watch_pair *pair)
{
	if (pair == NULL)
		return;
	watch_filter_pair_fini(&pair->filters);
	free(pair);
}

size_t
watch_pair_bytes(const struct watch_pair *pair)
{
	return sizeof(*pair) + pair->filters.count * sizeof(*pair->filters.words);
}
