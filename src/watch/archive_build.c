/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/archive_build.c: makes an index file in two passes, each by all
 * threads. The first makes every name and deals its hash and group out to
 * partitions by the first bits of the hash; the second sorts one partition
 * after the other and writes its blocks where they belong, which is known by
 * then. The header is written last: a draft that was left behind is no index.
 */
#include "watch/archive.h"

#include "base/draft.h"
#include "base/size.h"
#include "dga/cursor.h"
#include "watch/archive_format.h"
#include "watch/crew.h"
#include "watch/maker.h"
#include "watch/records.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Partitions (log2) at most: so many ends of chunks stay in the second cache. */
#define PARTITION_BITS_MAX 10

/* Records (log2) for which a partition more is worth while. */
#define PARTITION_RECORDS 16

/* What a name costs in the first and in the second pass, for the progress. */
#define COST_MAKE 3
#define COST_SORT 1

/* The memory of one thread. */
struct worker {
	struct build *build;
	struct watch_maker maker;
	struct records records;
	uint64_t *record; /* of the largest partition, twice: to sort */
	uint64_t *spare;
	unsigned char *entries;       /* as they are written */
	struct archive_block *blocks; /* of one partition */
	struct records_digits *digits;
};

struct build {
	const struct watch_plan *plan;
	struct archive_header *header;
	struct watch_runs runs;
	struct watch_jobs jobs;
	struct draft draft;
	struct archive_page *pages; /* the states */
	unsigned threads;
	struct worker *workers;
	unsigned partition_bits;
	uint64_t *first;       /* of each partition: entries before it; one more: of all */
	_Atomic uint64_t cost; /* of what is done */
};

static size_t
partitions(const struct build *build)
{
	return (size_t)1 << build->partition_bits;
}

/* Bits of a record: what the partition does not say of the block, and the
 * entry. */
static unsigned
record_bits(const struct build *build)
{
	return (unsigned)(build->header->block_bits - build->partition_bits +
	                  build->header->entry_bytes * 8);
}

static void
add_cost(struct build *build, uint64_t cost)
{
	atomic_fetch_add_explicit(&build->cost, cost, memory_order_relaxed);
}

static bool
tick(void *context)
{
	struct build *build = context;
	uint64_t cost = atomic_load_explicit(&build->cost, memory_order_relaxed);

	return build->plan->progress(cost / (COST_MAKE + COST_SORT), build->header->names,
	                             build->plan->context);
}

static enum fsk_err
run_crew(struct build *build, size_t jobs,
         enum fsk_err (*run)(void *context, unsigned worker, size_t job))
{
	struct watch_crew crew = {
	        .jobs = jobs,
	        .threads = build->threads,
	        .run = run,
	        .tick = build->plan->progress != NULL ? tick : NULL,
	        .context = build,
	};

	return watch_crew_run(&crew);
}

/* Keeps the states of a list whose groups begin at ${group}. */
static void
keep_states(struct build *build, uint64_t group, const struct dga_list *made)
{
	/* The first group needs none: it begins the list. */
	for (uint32_t i = 1; i * DGA_MARK_STEP < made->count; i++) {
		uint64_t at = group + i;

		build->pages[at / ARCHIVE_PAGE_STATES].state[at % ARCHIVE_PAGE_STATES] =
		        made->mark[i];
	}
}

/* Deals out the names of a list. */
static enum fsk_err
deal(void *context, const struct watch_run *run, uint64_t list, const struct dga_list *made)
{
	struct worker *worker = context;
	const struct build *build = worker->build;
	unsigned partition_bits = build->partition_bits;
	unsigned group_bits = (unsigned)build->header->group_bits;
	unsigned dropped = 64 - (record_bits(build) - group_bits); /* of the hash */
	uint64_t group = watch_run_group(run, made->count, list, 0);
	const char *text = made->text;

	for (uint32_t i = 0; i < made->count; i++) {
		uint64_t hash = archive_hash(text, made->len[i]);
		size_t partition = (size_t)(hash >> 1 >> (63 - partition_bits));
		uint64_t print = hash << partition_bits >> dropped;
		enum fsk_err err;

		if (i != 0 && i % WATCH_GROUP == 0)
			group++;
		err = records_add(&worker->records, partition, print << group_bits | group);
		if (err != FSK_OK)
			return err;
		text += made->len[i] + 1;
	}
	return FSK_OK;
}

static enum fsk_err
take_list(void *context, const struct watch_run *run, uint64_t list,
          const struct dga_list *made)
{
	struct worker *worker = context;
	struct dga_generator generator = dga_generator_at(run->generator);
	enum fsk_err err = deal(worker, run, list, made);

	if (err != FSK_OK)
		return err;
	if (dga_cursor_can_resume(&generator))
		keep_states(worker->build, watch_run_group(run, made->count, list, 0),
		            made);
	add_cost(worker->build, (uint64_t)made->count * COST_MAKE);
	return FSK_OK;
}

/* A job of the first pass. */
static enum fsk_err
make_names(void *context, unsigned worker, size_t job)
{
	struct build *build = context;
	struct worker *own = &build->workers[worker];

	return watch_maker_run(&own->maker, &build->runs, &build->jobs.job[job], take_list,
	                       own);
}

/* Finds out where each partition begins, and returns the records of the largest
 * one. */
static uint64_t
place_partitions(struct build *build)
{
	uint64_t largest = 0;
	uint64_t sum = 0;

	for (size_t i = 0; i < partitions(build); i++) {
		uint64_t count = 0;

		for (unsigned k = 0; k < build->threads; k++)
			count += records_count(&build->workers[k].records, i);
		build->first[i] = sum;
		sum += count;
		if (count > largest)
			largest = count;
	}
	build->first[partitions(build)] = sum;
	return largest;
}

/* Cuts the ${count} sorted records of ${partition} into blocks, and fills the
 * entries and the directory of ${worker}. */
static void
cut_blocks(struct worker *worker, size_t partition, const uint64_t *record, size_t count)
{
	const struct archive_header *header = worker->build->header;
	unsigned entry_bits = (unsigned)header->entry_bytes * 8;
	uint64_t blocks = archive_blocks(header) >> worker->build->partition_bits;
	uint64_t first = worker->build->first[partition];
	size_t i = 0;

	for (uint64_t block = 0; block < blocks; block++) {
		unsigned char *entries = worker->entries + i * header->entry_bytes;
		size_t begin = i;

		for (; i < count && record[i] >> entry_bits == block; i++)
			archive_entry_put(worker->entries + i * header->entry_bytes,
			                  header->entry_bytes, record[i]);
		worker->blocks[block].first = first + begin;
		worker->blocks[block].sum =
		        archive_block_sum(header, partition * blocks + block, first + begin,
		                          i - begin, entries);
	}
}

/* A job of the second pass. */
static enum fsk_err
sort_partition(void *context, unsigned worker, size_t partition)
{
	struct build *build = context;
	struct worker *own = &build->workers[worker];
	const struct archive_header *header = build->header;
	size_t blocks = (size_t)(archive_blocks(header) >> build->partition_bits);
	const uint64_t *sorted;
	size_t count = 0;
	enum fsk_err err;

	for (unsigned i = 0; i < build->threads; i++)
		count += records_take(&build->workers[i].records, partition,
		                      own->record + count);
	sorted = records_sort(own->record, own->spare, count, record_bits(build),
	                      own->digits);
	cut_blocks(own, partition, sorted, count);
	err = draft_write(&build->draft,
	                  header->entries_at +
	                          build->first[partition] * header->entry_bytes,
	                  own->entries, count * header->entry_bytes);
	if (err == FSK_OK)
		err = draft_write(&build->draft,
		                  header->directory_at +
		                          partition * blocks * sizeof(*own->blocks),
		                  own->blocks, blocks * sizeof(*own->blocks));
	add_cost(build, count * COST_SORT);
	return err;
}

/* Gets ${worker} the memory to sort ${largest} records and to cut them into
 * ${blocks} blocks. */
static enum fsk_err
prepare_sorter(struct worker *worker, size_t largest, size_t blocks)
{
	size_t entry_bytes = (size_t)worker->build->header->entry_bytes;

	watch_maker_fini(&worker->maker); /* the first pass is over */
	worker->record = malloc(size_mul(largest, sizeof(*worker->record)));
	worker->spare = malloc(size_mul(largest, sizeof(*worker->spare)));
	/* NOLINTNEXTLINE(clang-analyzer-optin.portability.UnixAPI): entries have bytes */
	worker->entries = malloc(size_mul(largest, entry_bytes));
	worker->blocks = malloc(size_mul(blocks, sizeof(*worker->blocks)));
	worker->digits = malloc(sizeof(*worker->digits));
	if (worker->record == NULL || worker->spare == NULL || worker->entries == NULL ||
	    worker->blocks == NULL || worker->digits == NULL)
		return FSK_NOMEM;
	return FSK_OK;
}

/* Gets the memory for the second pass. */
static enum fsk_err
prepare_sort(struct build *build)
{
	size_t largest = size_add((size_t)place_partitions(build), 1);
	size_t blocks = (size_t)(archive_blocks(build->header) >> build->partition_bits);
	enum fsk_err err = FSK_OK;

	for (unsigned i = 0; err == FSK_OK && i < build->threads; i++)
		err = prepare_sorter(&build->workers[i], largest, blocks);
	return err;
}

static enum fsk_err
write_states(struct build *build)
{
	uint64_t pages = archive_pages(build->header);

	for (uint64_t i = 0; i < pages; i++)
		build->pages[i].sum = archive_page_sum(build->header, i, &build->pages[i]);
	return draft_write(&build->draft, build->header->states_at, build->pages,
	                   pages * sizeof(*build->pages));
}

/* Makes the tables of ${build}, with their zeros, and stores them in ${tables}
 * for the caller to free. */
static enum fsk_err
make_tables(const struct build *build, unsigned char **tables)
{
	const struct watch_plan *plan = build->plan;
	size_t numbers = size_mul(plan->generator_count, sizeof(uint64_t));
	unsigned char *made = calloc(1, (size_t)build->header->states_at - ARCHIVE_PAGE);

	if (made == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < plan->generator_count; i++) {
		uint64_t number = plan->generators[i];

		memcpy(made + i * sizeof(number), &number, sizeof(number));
	}
	memcpy(made + numbers, build->runs.run,
	       build->runs.count * sizeof(*build->runs.run));
	*tables = made;
	return FSK_OK;
}

/* Writes what stands around the entries. */
static enum fsk_err
write_frame(const struct build *build, const unsigned char *tables)
{
	const struct archive_header *header = build->header;
	struct archive_block end = {.first = header->names};
	enum fsk_err err;

	err = draft_write(&build->draft, header->entries_at - sizeof(end), &end,
	                  sizeof(end));
	if (err == FSK_OK)
		err = draft_write(&build->draft, ARCHIVE_PAGE, tables,
		                  (size_t)header->states_at - ARCHIVE_PAGE);
	if (err == FSK_OK)
		err = draft_write(&build->draft, 0, header, sizeof(*header));
	return err;
}

/* Fills the header of ${build}: all of it follows from the plan. Stores the
 * tables in ${tables} for the caller to free. */
static enum fsk_err
make_header(struct build *build, unsigned char **tables)
{
	struct archive_header *header = build->header;
	enum fsk_err err;

	*header = (struct archive_header){
	        .magic = ARCHIVE_MAGIC,
	        .byte_order = ARCHIVE_BYTE_ORDER,
	        .format = ARCHIVE_FORMAT,
	        .catalog = dga_catalog_version(),
	        .from = build->plan->from,
	        .to = build->plan->to,
	        .names = build->runs.names,
	        .groups = build->runs.groups,
	        .generators = build->plan->generator_count,
	        .runs = build->runs.count,
	};
	err = archive_layout(header);
	if (err != FSK_OK)
		return err;
	while (build->partition_bits < PARTITION_BITS_MAX &&
	       build->partition_bits < header->block_bits &&
	       header->names >> (build->partition_bits + PARTITION_RECORDS) > 1)
		build->partition_bits++;
	if (record_bits(build) > 64 || header->file_bytes > SIZE_MAX)
		return FSK_RANGE;
	err = make_tables(build, tables);
	if (err != FSK_OK)
		return err;
	header->tables_sum =
	        archive_tables_sum(*tables, (size_t)header->states_at - ARCHIVE_PAGE);
	header->header_sum = archive_header_sum(header);
	return FSK_OK;
}

/* Gets the memory for the first pass. */
static enum fsk_err
prepare_make(struct build *build)
{
	build->pages = calloc((size_t)archive_pages(build->header), sizeof(*build->pages));
	build->first = calloc(partitions(build) + 1, sizeof(*build->first));
	build->workers = calloc(build->threads, sizeof(*build->workers));
	if (build->pages == NULL || build->first == NULL || build->workers == NULL)
		return FSK_NOMEM;
	for (unsigned i = 0; i < build->threads; i++) {
		struct worker *worker = &build->workers[i];
		enum fsk_err err;

		worker->build = build;
		worker->maker.marks = true;
		err = records_init(&worker->records, partitions(build),
		                   build->header->names / build->threads);
		if (err != FSK_OK)
			return err;
	}
	return watch_jobs_make(&build->jobs, &build->runs);
}

static void
release(struct build *build)
{
	for (unsigned i = 0; build->workers != NULL && i < build->threads; i++) {
		struct worker *worker = &build->workers[i];

		watch_maker_fini(&worker->maker);
		records_fini(&worker->records);
		free(worker->record);
		free(worker->spare);
		free(worker->entries);
		free(worker->blocks);
		free(worker->digits);
	}
	free(build->workers);
	free(build->first);
	free(build->pages);
	watch_jobs_fini(&build->jobs);
	watch_runs_fini(&build->runs);
}

/* Writes the draft of ${build}, whose header is made. */
static enum fsk_err
fill(struct build *build, const unsigned char *tables)
{
	enum fsk_err err = prepare_make(build);

	if (err == FSK_OK)
		err = run_crew(build, build->jobs.count, make_names);
	if (err == FSK_OK)
		err = write_states(build);
	free(build->pages);
	build->pages = NULL;
	if (err == FSK_OK)
		err = prepare_sort(build);
	if (err == FSK_OK)
		err = run_crew(build, partitions(build), sort_partition);
	if (err == FSK_OK)
		err = write_frame(build, tables);
	return err;
}

enum fsk_err
watch_archive_build(const char *path, const struct watch_plan *plan,
                    struct watch_archive_info *info)
{
	struct archive_header header;
	struct build build = {.plan = plan, .header = &header};
	unsigned char *tables = NULL;
	enum fsk_err err;

	build.threads = plan->threads > 0 ? plan->threads : 1;
	err = watch_runs_make(&build.runs, plan);
	if (err == FSK_OK)
		err = make_header(&build, &tables);
	if (err == FSK_OK)
		err = draft_init(&build.draft, path);
	if (err == FSK_OK)
		/* cppcheck-suppress uninitvar ; make_header() has written it */
		err = draft_reserve(&build.draft, header.file_bytes);
	if (err == FSK_OK)
		err = fill(&build, tables);
	if (err == FSK_OK)
		err = draft_finish(&build.draft);
	draft_fini(&build.draft);
	free(tables);
	release(&build);
	if (err == FSK_OK && info != NULL)
		*info = (struct watch_archive_info){
		        .format = ARCHIVE_FORMAT,
		        .catalog = header.catalog,
		        .from = header.from,
		        .to = header.to,
		        .names = header.names,
		        .bytes = header.file_bytes,
		        .generator_count = plan->generator_count,
		};
	return err;
}
