/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/search.h"

#include "base/size.h"
#include "watch/crew.h"
#include "watch/maker.h"
#include "watch/shape.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* Octets at the start of a name from which the sieve is made. */
#define HEAD 4

/* Bits of the smallest sieve (log2): 4 KiB, which stays in the first cache. */
#define SIEVE_BITS_MIN 15
#define SIEVE_BITS_MAX 28

/* The asked names. Nearly every name that is made is none of them and ends at
 * the sieve, one bit found from its length and its first octets; the table
 * behind it decides. */
struct asked {
	const struct fsk_name *names;
	uint64_t *sieve;
	unsigned sieve_bits; /* log2 of its size in bits */
	uint32_t *slot;      /* open addressing: place in names + 1; 0: free */
	size_t slot_mask;
};

struct worker {
	struct watch_maker maker;
	struct seeker *seeker;
};

struct seeker {
	const struct watch_search *search;
	struct asked asked;
	struct watch_runs runs;
	struct watch_jobs jobs;
	struct worker *workers;
	_Atomic uint64_t made;
	pthread_mutex_t telling; /* held while found() runs */
};

static size_t
sieve_place(const struct asked *asked, const char *text, size_t len)
{
	uint32_t head;

	memcpy(&head, text, HEAD);
	head = (head ^ (uint32_t)len << 24) * UINT32_C(0x9e3779b1);
	return head >> (32 - asked->sieve_bits);
}

static bool
sieve_passes(const struct asked *asked, const char *text, size_t len)
{
	size_t place = sieve_place(asked, text, len);

	return (asked->sieve[place / 64] >> place % 64 & 1) != 0;
}

static void
asked_fini(struct asked *asked)
{
	free(asked->sieve);
	free(asked->slot);
}

static void
insert(struct asked *asked, size_t n)
{
	const struct fsk_name *name = &asked->names[n];
	size_t place = XXH3_64bits(name->text, name->len) & asked->slot_mask;

	while (asked->slot[place] != 0)
		place = (place + 1) & asked->slot_mask;
	asked->slot[place] = (uint32_t)n + 1;
	place = sieve_place(asked, name->text, name->len);
	asked->sieve[place / 64] |= UINT64_C(1) << place % 64;
}

static enum fsk_err
asked_init(struct asked *asked, const struct fsk_name *names, size_t count)
{
	struct asked made = {.names = names, .sieve_bits = SIEVE_BITS_MIN};
	size_t slots = 16;

	if (count >= UINT32_MAX)
		return FSK_NOMEM;
	while (slots / 2 < count)
		slots = size_mul(slots, 2);
	while (made.sieve_bits < SIEVE_BITS_MAX && count > (size_t)1
	                                                           << (made.sieve_bits - 5))
		made.sieve_bits++;
	made.slot_mask = slots - 1;
	made.slot = calloc(slots, sizeof(*made.slot));
	made.sieve = calloc((size_t)1 << (made.sieve_bits - 6), sizeof(*made.sieve));
	if (made.slot == NULL || made.sieve == NULL) {
		asked_fini(&made);
		return FSK_NOMEM;
	}
	for (size_t i = 0; i < count; i++) {
		insert(&made, i);
		/* What follows such a short name in a list would be read as part
		 * of its head, so let everything pass. */
		if (names[i].len < HEAD)
			memset(made.sieve, 0xff, (size_t)1 << (made.sieve_bits - 3));
	}
	*asked = made;
	return FSK_OK;
}

/* The place among the asked names of the ${len} octets at ${text}; SIZE_MAX
 * when they are none of them. */
static size_t
asked_find(const struct asked *asked, const char *text, size_t len)
{
	size_t place = XXH3_64bits(text, len) & asked->slot_mask;

	for (; asked->slot[place] != 0; place = (place + 1) & asked->slot_mask) {
		const struct fsk_name *name = &asked->names[asked->slot[place] - 1];

		if (name->len == len && memcmp(name->text, text, len) == 0)
			return asked->slot[place] - 1;
	}
	return SIZE_MAX;
}

static void
tell(struct seeker *seeker, size_t name, const struct fsk_match *match)
{
	const struct watch_search *search = seeker->search;

	pthread_mutex_lock(&seeker->telling);
	search->found(name, match, search->context);
	pthread_mutex_unlock(&seeker->telling);
}

static enum fsk_err
compare(void *context, const struct watch_run *run, uint64_t list,
        const struct dga_list *made)
{
	struct seeker *seeker = ((struct worker *)context)->seeker;
	const struct asked *asked = &seeker->asked;
	const char *text = made->text;

	(void)list;
	for (uint32_t i = 0; i < made->count; i++) {
		size_t len = made->len[i];

		if (sieve_passes(asked, text, len)) {
			size_t name = asked_find(asked, text, len);
			struct fsk_match match = {
			        .period = made->period,
			        .generator = (uint32_t)run->generator,
			        .index = i + 1,
			};

			if (name != SIZE_MAX)
				tell(seeker, name, &match);
		}
		text += len + 1;
	}
	atomic_fetch_add_explicit(&seeker->made, made->count, memory_order_relaxed);
	return FSK_OK;
}

static enum fsk_err
run(void *context, unsigned worker, size_t job)
{
	struct seeker *seeker = context;
	struct worker *own = &seeker->workers[worker];

	return watch_maker_run(&own->maker, &seeker->runs, &seeker->jobs.job[job], compare,
	                       own);
}

static bool
tick(void *context)
{
	struct seeker *seeker = context;
	const struct watch_plan *plan = &seeker->search->plan;
	uint64_t made = atomic_load_explicit(&seeker->made, memory_order_relaxed);

	return plan->progress(made, seeker->runs.names, plan->context);
}

static bool
may_hold_one(const struct watch_search *search, size_t number)
{
	struct dga_generator generator = dga_generator_at(number);

	if (generator.family == NULL)
		return true; /* watch_runs_make() refuses it */
	for (size_t i = 0; i < search->name_count; i++) {
		if (watch_shape_fits(generator.variant, &search->names[i]))
			return true;
	}
	return false;
}

/* Numbers the lists of the plan without the generators that are ruled out, and
 * stores in ${ruled_out} how many these are. */
static enum fsk_err
plan_runs(const struct watch_search *search, struct watch_runs *runs, size_t *ruled_out)
{
	struct watch_plan plan = search->plan;
	size_t *kept = calloc(plan.generator_count + 1, sizeof(*kept));
	size_t count = 0;
	enum fsk_err err;

	if (kept == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < plan.generator_count; i++) {
		if (may_hold_one(search, plan.generators[i]))
			kept[count++] = plan.generators[i];
	}
	plan.generators = kept;
	plan.generator_count = count;
	err = watch_runs_make(runs, &plan);
	free(kept);
	if (err == FSK_OK)
		*ruled_out = search->plan.generator_count - count;
	return err;
}

/* Does the work of ${seeker}, whose runs are numbered. */
static enum fsk_err
seek(struct seeker *seeker)
{
	const struct watch_plan *plan = &seeker->search->plan;
	unsigned threads = plan->threads > 0 ? plan->threads : 1;
	struct watch_crew crew = {
	        .threads = threads,
	        .run = run,
	        .tick = plan->progress != NULL ? tick : NULL,
	        .context = seeker,
	};
	enum fsk_err err = FSK_NOMEM;

	seeker->workers = calloc(threads, sizeof(*seeker->workers));
	if (seeker->workers == NULL)
		return FSK_NOMEM;
	for (unsigned i = 0; i < threads; i++)
		seeker->workers[i].seeker = seeker;
	if (watch_jobs_make(&seeker->jobs, &seeker->runs) == FSK_OK) {
		crew.jobs = seeker->jobs.count;
		err = watch_crew_run(&crew);
	}
	for (unsigned i = 0; i < threads; i++)
		watch_maker_fini(&seeker->workers[i].maker);
	free(seeker->workers);
	watch_jobs_fini(&seeker->jobs);
	return err;
}

enum fsk_err
watch_search(const struct watch_search *search, struct watch_search_stats *stats)
{
	struct seeker seeker = {.search = search, .telling = PTHREAD_MUTEX_INITIALIZER};
	struct watch_search_stats done = {.names_made = 0};
	enum fsk_err err;

	err = asked_init(&seeker.asked, search->names, search->name_count);
	if (err != FSK_OK)
		return err;
	err = plan_runs(search, &seeker.runs, &done.ruled_out);
	if (err == FSK_OK) {
		err = seek(&seeker);
		watch_runs_fini(&seeker.runs);
	}
	asked_fini(&seeker.asked);
	pthread_mutex_destroy(&seeker.telling);
	done.names_made = atomic_load(&seeker.made);
	*stats = done;
	return err;
}
