/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/hits.h"

#include "base/size.h"
#include "cmd/say.h"
#include "watch/search.h"
#include "wire/name.h"

#include <stdlib.h>
#include <string.h>

enum fsk_err
hits_init(struct hits *hits, const struct selection *selection)
{
	*hits = (struct hits){.selection = selection};
	return watch_shape_set_init(&hits->shapes, selection->generators, selection->count);
}

void
hits_fini(struct hits *hits)
{
	watch_shape_set_fini(&hits->shapes);
	free(hits->queries);
	free(hits->hits);
	*hits = (struct hits){.count = 0};
}

void
hits_clear(struct hits *hits)
{
	hits->query_count = 0;
	hits->count = 0;
	hits->names_made = 0;
}

/* Doubles ${room} items of ${size} bytes at ${items} when ${count} fill it. */
static void *
grow(void *items, size_t count, size_t *room, size_t size)
{
	size_t wanted = *room == 0 ? 64 : size_mul(*room, 2);
	void *grown;

	if (count < *room)
		return items;
	grown = realloc(items, size_mul(wanted, size));
	if (grown != NULL)
		*room = wanted;
	return grown;
}

static enum fsk_err
add_query(struct hits *hits, const struct fsk_name *name)
{
	struct fsk_name *grown =
	        grow(hits->queries, hits->query_count, &hits->query_room, sizeof(*grown));

	if (grown == NULL)
		return FSK_NOMEM;
	hits->queries = grown;
	grown[hits->query_count++] = *name;
	return FSK_OK;
}

enum fsk_err
hits_ask(struct hits *hits, const struct fsk_name *name)
{
	struct fsk_name ancestor = *name;
	enum fsk_err err = FSK_OK;

	do {
		if (watch_shape_set_fits(&hits->shapes, &ancestor))
			err = add_query(hits, &ancestor);
	} while (err == FSK_OK && wire_name_parent(&ancestor, &ancestor) &&
	         memchr(ancestor.text, '.', ancestor.len) != NULL);
	return err;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(((const struct fsk_name *)a)->text,
	              ((const struct fsk_name *)b)->text);
}

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

static int
compare_hits(const void *a, const void *b)
{
	const struct hit *left = a;
	const struct hit *right = b;
	int order = COMPARE(left->query, right->query);

	if (order == 0)
		order = COMPARE(left->match.generator, right->match.generator);
	if (order == 0)
		order = COMPARE(left->match.period.first, right->match.period.first);
	if (order == 0)
		order = COMPARE(left->match.index, right->match.index);
	return order;
}

static void
add_hit(struct hits *hits, size_t query, const struct fsk_match *match)
{
	struct hit *grown = grow(hits->hits, hits->count, &hits->room, sizeof(*grown));

	if (grown == NULL) {
		hits->nomem = true;
		return;
	}
	hits->hits = grown;
	grown[hits->count++] = (struct hit){query, *match};
}

/* Sorts the queries and leaves each once. */
static void
settle_queries(struct hits *hits)
{
	size_t kept = 0;

	if (hits->query_count == 0)
		return;
	qsort(hits->queries, hits->query_count, sizeof(*hits->queries), compare_names);
	for (size_t i = 1; i < hits->query_count; i++) {
		if (compare_names(&hits->queries[kept], &hits->queries[i]) != 0)
			hits->queries[++kept] = hits->queries[i];
	}
	hits->query_count = kept + 1;
}

/* Sorts the hits; a period that crosses the end of the index file was found
 * twice, and stays once. */
static void
settle_hits(struct hits *hits)
{
	size_t kept = 0;

	if (hits->count == 0)
		return;
	qsort(hits->hits, hits->count, sizeof(*hits->hits), compare_hits);
	for (size_t i = 1; i < hits->count; i++) {
		if (compare_hits(&hits->hits[kept], &hits->hits[i]) != 0)
			hits->hits[++kept] = hits->hits[i];
	}
	hits->count = kept + 1;
}

/* One search through the archive. */
struct lookup {
	struct hits *hits;
	size_t query;
	const struct selection *selection;
	struct span_of_time span;
};

static bool
among(const size_t *numbers, size_t count, size_t number)
{
	for (size_t i = 0; i < count; i++) {
		if (numbers[i] == number)
			return true;
	}
	return false;
}

static void
take_archived(const struct fsk_match *match, void *context)
{
	struct lookup *lookup = context;

	if (match->period.first <= lookup->span.to &&
	    match->period.last >= lookup->span.from &&
	    among(lookup->selection->generators, lookup->selection->count,
	          match->generator))
		add_hit(lookup->hits, lookup->query, match);
}

static enum fsk_err
find_archived(struct hits *hits, struct span_of_time span,
              const struct watch_archive *archive)
{
	struct lookup lookup = {.hits = hits, .selection = hits->selection, .span = span};
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < hits->query_count && err == FSK_OK; i++) {
		lookup.query = i;
		err = watch_archive_find(archive, &hits->queries[i], take_archived,
		                         &lookup);
		if (err == FSK_OK && say_stopped())
			err = FSK_STOPPED;
	}
	return err;
}

static void
take_searched(size_t name, const struct fsk_match *match, void *context)
{
	add_hit(context, name, match);
}

/* Searches the lists of ${part} over ${span} by making them. */
static enum fsk_err
find_made(struct hits *hits, const struct selection *part, struct span_of_time span,
          unsigned threads)
{
	struct progress progress = {.what = "making and comparing", .unit = "names"};
	struct watch_search search = {
	        .plan = {.generators = part->generators,
	                 .generator_count = part->count,
	                 .from = span.from,
	                 .to = span.to,
	                 .threads = threads,
	                 .progress = say_progress,
	                 .context = &progress},
	        .names = hits->queries,
	        .name_count = hits->query_count,
	        .found = take_searched,
	        .context = hits,
	};
	struct watch_search_stats stats = {.names_made = 0};
	enum fsk_err err;

	if (part->count == 0 || span.from > span.to)
		return FSK_OK;
	err = watch_search(&search, &stats);
	say_progress_done(&progress);
	hits->names_made += stats.names_made;
	return err;
}

/* Searches what ${info} does not cover: ${outside} of its generators, and the
 * time before and after its span for ${inside}. */
static enum fsk_err
find_rest(struct hits *hits, const struct selection parts[2], struct span_of_time span,
          const struct watch_archive_info *info, unsigned threads)
{
	const struct selection *outside = &parts[0];
	const struct selection *inside = &parts[1];
	struct span_of_time before = {span.from,
	                              info->from - 1 < span.to ? info->from - 1 : span.to};
	struct span_of_time after = {info->to + 1 > span.from ? info->to + 1 : span.from,
	                             span.to};
	enum fsk_err err = find_made(hits, outside, span, threads);

	if (err == FSK_OK)
		err = find_made(hits, inside, before, threads);
	if (err == FSK_OK)
		err = find_made(hits, inside, after, threads);
	return err;
}

/* Finds with the archive what it holds, and the rest by making it. */
static enum fsk_err
find_both(struct hits *hits, struct span_of_time span, unsigned threads,
          const struct watch_archive *archive)
{
	const struct selection *selection = hits->selection;
	const struct watch_archive_info *info = watch_archive_info(archive);
	size_t *numbers = malloc(size_mul(2 * selection->count + 1, sizeof(*numbers)));
	struct selection parts[2] = {{numbers, 0}, {NULL, 0}};
	enum fsk_err err;

	if (numbers == NULL)
		return FSK_NOMEM;
	parts[1].generators = numbers + selection->count;
	for (size_t i = 0; i < selection->count; i++) {
		size_t number = selection->generators[i];
		bool held = among(info->generators, info->generator_count, number);
		struct selection *part = &parts[held];

		part->generators[part->count++] = number;
	}
	err = find_archived(hits, span, archive);
	if (err == FSK_OK)
		err = find_rest(hits, parts, span, info, threads);
	free(numbers);
	return err;
}

enum fsk_err
hits_find(struct hits *hits, struct span_of_time span, unsigned threads,
          const struct watch_archive *archive)
{
	enum fsk_err err;

	settle_queries(hits);
	if (archive == NULL)
		err = find_made(hits, hits->selection, span, threads);
	else
		err = find_both(hits, span, threads, archive);
	if (err == FSK_OK && hits->nomem)
		err = FSK_NOMEM;
	if (err == FSK_OK)
		settle_hits(hits);
	return err;
}

const struct hit *
hits_of(const struct hits *hits, const struct fsk_name *name, size_t *count)
{
	/* bsearch() may not be asked about no array at all, even an empty one. */
	const struct fsk_name *query =
	        hits->query_count == 0 ? NULL
	                               : bsearch(name, hits->queries, hits->query_count,
	                                         sizeof(*hits->queries), compare_names);
	size_t wanted = query == NULL ? SIZE_MAX : (size_t)(query - hits->queries);
	size_t low = 0;
	size_t high = hits->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (hits->hits[middle].query < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	for (*count = 0; low + *count < hits->count; (*count)++) {
		if (hits->hits[low + *count].query != wanted)
			break;
	}
	return *count > 0 ? &hits->hits[low] : NULL;
}
