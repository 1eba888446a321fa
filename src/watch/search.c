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

/* The asked names that some generator of the plan could make. Nearly every name that is
 * made is none of them and ends at the sieve, one bit found from its length and its first
 * octets; the table behind it decides. */
struct asked {
	const struct fsk_name *names; /* all, as the caller has them */
	uint32_t *fit;                /* places in names of those */
	size_t count;
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
	free(asked->fit);
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

/* Finds the names of ${search} that have the shape of a generator. */
static enum fsk_err
choose(struct asked *asked, const struct watch_search *search)
{
	const struct watch_plan *plan = &search->plan;
	struct watch_shape_set set;
	enum fsk_err err;

	if (search->name_count >= UINT32_MAX)
		return FSK_NOMEM;
	err = watch_shape_set_init(&set, plan->generators, plan->generator_count);
	if (err != FSK_OK)
		return err;
	asked->fit = calloc(search->name_count + 1, sizeof(*asked->fit));
	if (asked->fit == NULL)
		err = FSK_NOMEM;
	for (size_t i = 0; err == FSK_OK && i < search->name_count; i++) {
		if (watch_shape_set_fits(&set, &search->names[i]))
			asked->fit[asked->count++] = (uint32_t)i;
	}
	watch_shape_set_fini(&set);
	return err;
}

/* Makes the sieve and the table of ${asked}, whose names are chosen. */
static enum fsk_err
fill(struct asked *asked)
{
	bool sifted = true;
	size_t slots = 16;

	while (slots / 2 < asked->count)
		slots = size_mul(slots, 2);
	asked->sieve_bits = SIEVE_BITS_MIN;
	while (asked->sieve_bits < SIEVE_BITS_MAX &&
	       asked->count > (size_t)1 << (asked->sieve_bits - 5))
		asked->sieve_bits++;
	asked->slot_mask = slots - 1;
	asked->slot = calloc(slots, sizeof(*asked->slot));
	asked->sieve = calloc((size_t)1 << (asked->sieve_bits - 6), sizeof(*asked->sieve));
	if (asked->slot == NULL || asked->sieve == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < asked->count; i++) {
		insert(asked, asked->fit[i]);
		sifted = sifted && asked->names[asked->fit[i]].len >= HEAD;
	}
	/* What follows a shorter name in a list would be read as part of its head,
	 * so let everything pass. */
	if (!sifted)
		memset(asked->sieve, 0xff, (size_t)1 << (asked->sieve_bits - 3));
	return FSK_OK;
}

static enum fsk_err
asked_init(struct asked *asked, const struct watch_search *search)
{
	struct asked made = {.names = search->names};
	enum fsk_err err = choose(&made, search);

	if (err == FSK_OK)
		err = fill(&made);
	if (err != FSK_OK) {
		asked_fini(&made);
		return err;
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
may_hold_one(const struct asked *asked, size_t number)
{
	const struct dga_variant *variant = dga_generator_at(number).variant;

	for (size_t i = 0; i < asked->count; i++) {
		if (watch_shape_fits(variant, &asked->names[asked->fit[i]]))
			return true;
	}
	return false;
}

/* Numbers the lists of the plan without the generators that are ruled out, and
 * stores in ${ruled_out} how many these are. */
static enum fsk_err
plan_runs(struct seeker *seeker, size_t *ruled_out)
{
	struct watch_plan plan = seeker->search->plan;
	size_t *kept = calloc(plan.generator_count + 1, sizeof(*kept));
	size_t count = 0;
	enum fsk_err err;

	if (kept == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < plan.generator_count; i++) {
		if (may_hold_one(&seeker->asked, plan.generators[i]))
			kept[count++] = plan.generators[i];
	}
	*ruled_out = plan.generator_count - count;
	plan.generators = kept;
	plan.generator_count = count;
	err = watch_runs_make(&seeker->runs, &plan);
	free(kept);
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

	err = asked_init(&seeker.asked, search);
	if (err != FSK_OK)
		return err;
	err = plan_runs(&seeker, &done.ruled_out);
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
