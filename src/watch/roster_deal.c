/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/roster_deal.h"

#include "base/size.h"
#include "watch/roster.h"

#include <stdlib.h>

/* As in watch/crew.h: more threads are not started. */
#define THREADS_MAX 256

#define CHUNK_MIN ((size_t)4096)
#define CHUNK_MAX ((size_t)1 << 20)

/* Octets that a name takes here, about, and parts that get most of the names:
 * those of letters. */
#define NAME_BYTES 24
#define PARTS_FILLED 32

/* Chunks that a part gets of each thread, about: half of one is wasted. */
#define CHUNKS 8

/* A copy of a fixed size is cheaper than one of the name's own. */
#define SHORT 32

/* Adds the lists of generator ${number} to ${deal}. A bot may ask for them some
 * time before their period begins: they count from then on. */
static enum fsk_err
add_generator(struct roster_deal *deal, const struct watch_roster_setting *setting,
              size_t number)
{
	const struct dga_generator generator = dga_generator_at(number);
	struct watch_plan plan = *setting->plan;
	struct watch_runs runs = {.count = 0};
	enum fsk_err err;

	if (generator.family == NULL)
		return FSK_UNKNOWN;
	plan.generators = &number;
	plan.generator_count = 1;
	if (plan.from <= plan.to && plan.to < INT64_MAX - (int64_t)generator.family->ahead)
		plan.to += (int64_t)generator.family->ahead;
	err = watch_runs_make(&runs, &plan);
	if (err == FSK_OK && generator.variant->confidence < setting->least) {
		deal->left_out = size_add(deal->left_out, (size_t)runs.names);
		runs.count = 0;
	}
	for (size_t i = 0; err == FSK_OK && i < runs.count; i++)
		err = watch_runs_add(&deal->runs, generator.variant, runs.run[i]);
	watch_runs_fini(&runs);
	if (err == FSK_OK && deal->runs.names > INT32_MAX)
		err = FSK_RANGE; /* the upper bit of a number is a mark */
	return err;
}

/* Writes down the ${count} lists of run ${run} of ${deal}. */
static enum fsk_err
list_run(struct roster_deal *deal, size_t run)
{
	const struct watch_run *at = &deal->runs.run[run];
	const struct dga_generator generator = dga_generator_at((size_t)at->generator);

	deal->first[run] = deal->lists.count;
	for (uint64_t i = 0; i < at->lists; i++) {
		struct watch_list *list = &deal->lists.list[deal->lists.count];

		if (!watch_run_period(at, &generator, i, &list->period))
			return FSK_RANGE;
		list->variant = generator.variant;
		list->generator = (uint32_t)generator.number;
		list->first = deal->lists.names;
		deal->lists.names += generator.variant->count;
		deal->lists.count++;
	}
	return FSK_OK;
}

/* Numbers the lists of the runs of ${deal}. */
static enum fsk_err
number_lists(struct roster_deal *deal)
{
	uint64_t lists = 0;
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < deal->runs.count; i++)
		lists += deal->runs.run[i].lists;
	deal->first = calloc(size_add(deal->runs.count, 1), sizeof(*deal->first));
	deal->lists.list = calloc(size_add(lists, 1), sizeof(*deal->lists.list));
	if (deal->first == NULL || deal->lists.list == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < deal->runs.count && err == FSK_OK; i++)
		err = list_run(deal, i);
	return err;
}

static enum fsk_err
hire(struct roster_deal *deal, unsigned threads)
{
	size_t bytes = (size_t)deal->runs.names / PARTS_FILLED / CHUNKS * NAME_BYTES;

	if (threads > THREADS_MAX)
		threads = THREADS_MAX;
	deal->threads = threads > 0 ? threads : 1;
	bytes = bytes / deal->threads;
	deal->chunk_bytes = bytes < CHUNK_MIN   ? CHUNK_MIN
	                    : bytes > CHUNK_MAX ? CHUNK_MAX
	                                        : bytes;
	deal->dealers = calloc(deal->threads, sizeof(*deal->dealers));
	if (deal->dealers == NULL)
		return FSK_NOMEM;
	for (unsigned i = 0; i < deal->threads; i++)
		deal->dealers[i].deal = deal;
	return FSK_OK;
}

enum fsk_err
roster_deal_init(struct roster_deal *deal, const struct watch_roster_setting *setting)
{
	const struct watch_plan *plan = setting->plan;
	enum fsk_err err = plan->from <= plan->to ? FSK_OK : FSK_RANGE;

	*deal = (struct roster_deal){.suffixes = setting->suffixes,
	                             .suffix_count = setting->suffix_count};
	for (size_t i = 0; err == FSK_OK && i < plan->generator_count; i++)
		err = add_generator(deal, setting, plan->generators[i]);
	if (err == FSK_OK)
		err = number_lists(deal);
	if (err == FSK_OK)
		err = watch_jobs_make(&deal->jobs, &deal->runs);
	if (err == FSK_OK)
		err = hire(deal, plan->threads);
	if (err != FSK_OK)
		roster_deal_fini(deal);
	return err;
}

/* Whether ${name} ends in a suffix that is wanted. */
static bool
is_wanted(const struct roster_deal *deal, const char *name, size_t len)
{
	for (size_t i = 0; i < deal->suffix_count; i++) {
		const struct span suffix = deal->suffixes[i];

		if (len > suffix.len && name[len - suffix.len - 1] == '.' &&
		    memcmp(name + len - suffix.len, suffix.text, suffix.len) == 0)
			return true;
	}
	return deal->suffix_count == 0;
}

/* Begins a new chunk of ${part}. */
static enum fsk_err
grow(const struct roster_deal *deal, struct roster_part *part)
{
	struct roster_chunk *chunk = malloc(sizeof(*chunk) + deal->chunk_bytes);

	if (chunk == NULL)
		return FSK_NOMEM;
	if (part->last != NULL)
		part->last->used = (size_t)(part->next - part->last->text);
	chunk->before = part->last;
	chunk->used = 0;
	part->last = chunk;
	part->next = chunk->text;
	/* So that the longest name, or SHORT octets of a short one, fit before it. */
	part->end =
	        chunk->text + deal->chunk_bytes - ROSTER_HEAD - FSK_NAME_MAX - ROSTER_SLACK;
	return FSK_OK;
}

/* Deals out ${name}, forecast ${number}. At least SHORT octets can be read there. */
static inline enum fsk_err
deal_name(struct roster_dealer *dealer, const char *name, uint8_t len, uint32_t number)
{
	struct roster_part *part = &dealer->part[(uint8_t)name[0]];

	if (part->next >= part->end) {
		enum fsk_err err = grow(dealer->deal, part);

		if (err != FSK_OK)
			return err;
	}
	memcpy(part->next, &number, sizeof(number));
	part->next[ROSTER_HEAD - 1] = len;
	if (len <= SHORT)
		memcpy(part->next + ROSTER_HEAD, name, SHORT);
	else
		memcpy(part->next + ROSTER_HEAD, name, len);
	part->next += ROSTER_HEAD + len;
	part->names++;
	part->octets += 1u + len;
	return FSK_OK;
}

/* Deals out the names of a list. */
static enum fsk_err
take(void *context, const struct watch_run *run, uint64_t list, const struct dga_list *made)
{
	_Static_assert((int)SHORT <= (int)DGA_LIST_SLACK, "must be readable behind a name");
	struct roster_dealer *dealer = context;
	const struct roster_deal *deal = dealer->deal;
	uint32_t number = deal->lists.list[deal->first[run - deal->runs.run] + list].first;
	const char *name = made->text;
	enum fsk_err err = FSK_OK;

	for (uint32_t i = 0; i < made->count && err == FSK_OK; i++) {
		if (deal->suffix_count == 0 || is_wanted(deal, name, made->len[i]))
			err = deal_name(dealer, name, made->len[i], number + i);
		else
			dealer->left_out++;
		name += made->len[i] + 1;
	}
	return err;
}

enum fsk_err
roster_deal_run(struct roster_deal *deal, unsigned worker, size_t job)
{
	struct roster_dealer *dealer = &deal->dealers[worker];
	const struct watch_job *work = &deal->jobs.job[job];
	uint64_t generator = deal->runs.run[work->run].generator;
	enum fsk_err err = watch_maker_run(&dealer->maker, &deal->runs, work, take, dealer);

	atomic_fetch_add_explicit(
	        &deal->made,
	        work->lists * dga_generator_at((size_t)generator).variant->count,
	        memory_order_relaxed);
	return err;
}

void
roster_deal_rest(struct roster_deal *deal)
{
	for (unsigned i = 0; deal->dealers != NULL && i < deal->threads; i++)
		watch_maker_fini(&deal->dealers[i].maker);
}

void
roster_deal_drop(struct roster_deal *deal, size_t part)
{
	for (unsigned i = 0; i < deal->threads; i++) {
		struct roster_chunk *chunk = deal->dealers[i].part[part].last;

		while (chunk != NULL) {
			struct roster_chunk *before = chunk->before;

			free(chunk);
			chunk = before;
		}
		deal->dealers[i].part[part] = (struct roster_part){.last = NULL};
	}
}

void
roster_deal_fini(struct roster_deal *deal)
{
	if (deal == NULL)
		return;
	for (size_t i = 0; deal->dealers != NULL && i < ROSTER_PARTS; i++)
		roster_deal_drop(deal, i);
	roster_deal_rest(deal);
	free(deal->dealers);
	free(deal->first);
	watch_jobs_fini(&deal->jobs);
	watch_runs_fini(&deal->runs);
	watch_lists_fini(&deal->lists);
	*deal = (struct roster_deal){.threads = 0};
}
