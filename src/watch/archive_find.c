/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/archive_find.c: asks an index file. A page of states or a block is read
 * against its checksum when it is first touched, and remembered as good.
 * Whatever the file says, a match is told only after the generator made that
 * very name.
 */
#include "watch/archive_open.h"

#include "dga/cursor.h"
#include "watch/shape.h"

#include <sys/mman.h>

/* What is being asked for. */
struct question {
	const struct watch_archive *archive;
	const struct fsk_name *name;
	void (*found)(const struct fsk_match *match, void *context);
	void *context;
};

/* A group that may hold it. */
struct visit {
	const struct question *question;
	const struct watch_run *run;
	struct dga_generator generator;
	uint64_t group;
	struct watch_place place;
};

static bool
is_checked(const struct watch_archive *archive, uint64_t bit)
{
	return (atomic_load_explicit(&archive->checked[bit / 64], memory_order_relaxed) >>
	                bit % 64 &
	        1) != 0;
}

/* Two threads may check the same part; both write the same bit. */
static void
set_checked(const struct watch_archive *archive, uint64_t bit)
{
	atomic_fetch_or_explicit(&archive->checked[bit / 64], UINT64_C(1) << bit % 64,
	                         memory_order_relaxed);
}

/* Stores in ${first} and ${end} which entries block ${number} has. */
static enum fsk_err
block_bounds(const struct watch_archive *archive, uint64_t number, uint64_t *first,
             uint64_t *end)
{
	*first = archive->blocks[number].first;
	*end = archive->blocks[number + 1].first;
	return *first <= *end && *end <= archive->header->names ? FSK_OK : FSK_CORRUPT;
}

/* Reads block ${number} against its checksum. */
static enum fsk_err
check_block(const struct watch_archive *archive, uint64_t number)
{
	const struct archive_header *header = archive->header;
	uint64_t first;
	uint64_t end;
	uint64_t sum;

	if (block_bounds(archive, number, &first, &end) != FSK_OK)
		return FSK_CORRUPT;
	sum = archive_block_sum(header, number, first, end - first,
	                        archive->entries + first * header->entry_bytes);
	if (sum != archive->blocks[number].sum)
		return FSK_CORRUPT;
	set_checked(archive, number);
	return FSK_OK;
}

/* Reads page ${number} of the states against its checksum. */
static enum fsk_err
check_page(const struct watch_archive *archive, uint64_t number)
{
	const struct archive_page *page = &archive->pages[number];

	if (archive_page_sum(archive->header, number, page) != page->sum)
		return FSK_CORRUPT;
	set_checked(archive, archive_blocks(archive->header) + number);
	return FSK_OK;
}

/* Stores the state kept for ${group} in ${state}. */
static enum fsk_err
kept_state(const struct watch_archive *archive, uint64_t group, uint64_t *state)
{
	uint64_t page = group / ARCHIVE_PAGE_STATES;
	enum fsk_err err = FSK_OK;

	if (!is_checked(archive, archive_blocks(archive->header) + page))
		err = check_page(archive, page);
	if (err == FSK_OK)
		*state = archive->pages[page].state[group % ARCHIVE_PAGE_STATES];
	return err;
}

/* Puts ${cursor} before the first name of ${visit} in the list of ${period}. */
static enum fsk_err
enter(const struct visit *visit, struct fsk_period period, struct dga_cursor *cursor)
{
	uint32_t index = visit->place.index;
	struct fsk_name skipped;
	uint64_t state;
	enum fsk_err err;

	if (index > 0 && dga_cursor_can_resume(&visit->generator)) {
		err = kept_state(visit->question->archive, visit->group, &state);
		if (err == FSK_OK)
			dga_cursor_resume(cursor, &visit->generator, period, index, state);
		return err;
	}
	dga_cursor_begin(cursor, &visit->generator, period);
	while (cursor->index < index)
		(void)dga_cursor_next(cursor, &skipped);
	return FSK_OK;
}

/* Makes the names of ${visit} that list ${list} of its run holds, and tells
 * those that are the one asked for. */
static enum fsk_err
compare(const struct visit *visit, uint64_t list)
{
	const struct question *question = visit->question;
	struct dga_cursor cursor;
	struct fsk_period period;
	struct fsk_name name;
	enum fsk_err err;

	if (!watch_run_period(visit->run, &visit->generator, list, &period))
		return FSK_CORRUPT;
	err = enter(visit, period, &cursor);
	if (err != FSK_OK)
		return err;
	for (unsigned i = 0; i < WATCH_GROUP && dga_cursor_next(&cursor, &name); i++) {
		struct fsk_match match = {
		        .period = period,
		        .generator = (uint32_t)visit->generator.number,
		        .index = cursor.index,
		};

		if (watch_shape_equal(&name, question->name))
			question->found(&match, question->context);
	}
	return FSK_OK;
}

static enum fsk_err
visit_group(const struct question *question, uint64_t group)
{
	const struct watch_archive *archive = question->archive;
	struct visit visit = {.question = question, .group = group};
	enum fsk_err err = FSK_OK;

	if (group >= archive->header->groups)
		return FSK_CORRUPT;
	visit.run = watch_runs_find(&archive->runs, group);
	visit.generator = dga_generator_at(visit.run->generator);
	/* The hash says little; the shape says more, and costs nothing. */
	if (!watch_shape_fits(visit.generator.variant, question->name))
		return FSK_OK;
	visit.place = watch_run_place(visit.run, visit.generator.variant->count, group);
	for (uint64_t i = 0; err == FSK_OK && i < visit.place.lists; i++)
		err = compare(&visit, visit.place.list + i);
	return err;
}

/* The first of the entries ${first}..${end} of ${archive}, which rise, that is
 * ${wanted} or more. */
static uint64_t
lower_bound(const struct watch_archive *archive, uint64_t first, uint64_t end,
            uint64_t wanted)
{
	size_t width = archive->header->entry_bytes;

	while (first < end) {
		uint64_t middle = first + (end - first) / 2;

		if (archive_entry_get(archive->entries + middle * width, width) < wanted)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

enum fsk_err
watch_archive_find(const struct watch_archive *archive, const struct fsk_name *name,
                   void (*found)(const struct fsk_match *match, void *context),
                   void *context)
{
	const struct archive_header *header = archive->header;
	struct question question = {archive, name, found, context};
	uint64_t hash = archive_hash(name->text, name->len);
	uint64_t block = archive_block_of(header, hash);
	uint64_t print = archive_print_of(header, hash);
	uint64_t last = UINT64_MAX; /* the group that was visited last */
	uint64_t i;
	uint64_t end;
	enum fsk_err err = FSK_OK;

	if (!is_checked(archive, block))
		err = check_block(archive, block);
	if (err == FSK_OK)
		err = block_bounds(archive, block, &i, &end);
	if (err != FSK_OK)
		return err;
	i = lower_bound(archive, i, end, print << header->group_bits);
	for (; err == FSK_OK && i < end; i++) {
		uint64_t entry = archive_entry_get(
		        archive->entries + i * header->entry_bytes, header->entry_bytes);
		uint64_t group = entry & ((UINT64_C(1) << header->group_bits) - 1);

		if (entry >> header->group_bits != print)
			break;
		/* A name that stands twice in a group has two entries; the first
		 * visit told both. */
		if (group != last)
			err = visit_group(&question, group);
		last = group;
	}
	return err;
}

/* Reads the part ${number} of ${archive}: its blocks, then its pages. */
static enum fsk_err
check_part(const struct watch_archive *archive, uint64_t number)
{
	uint64_t blocks = archive_blocks(archive->header);

	return number < blocks ? check_block(archive, number)
	                       : check_page(archive, number - blocks);
}

enum fsk_err
watch_archive_check(const struct watch_archive *archive,
                    bool (*progress)(uint64_t done, uint64_t whole, void *context),
                    void *context)
{
	const struct archive_header *header = archive->header;
	uint64_t blocks = archive_blocks(header);
	uint64_t parts = blocks + archive_pages(header);
	enum fsk_err err = FSK_OK;

	if (archive->blocks[0].first != 0 ||
	    archive->blocks[blocks].first != header->names ||
	    archive->blocks[blocks].sum != 0)
		return FSK_CORRUPT;
	(void)posix_madvise(archive->mapping, archive->bytes, POSIX_MADV_SEQUENTIAL);
	for (uint64_t i = 0; err == FSK_OK && i < parts; i++) {
		err = check_part(archive, i);
		if (err == FSK_OK && progress != NULL &&
		    (i % 1024 == 0 || i + 1 == parts) &&
		    !progress(archive->bytes / parts * i, archive->bytes, context))
			err = FSK_STOPPED;
	}
	(void)posix_madvise(archive->mapping, archive->bytes, POSIX_MADV_RANDOM);
	return err;
}

const struct watch_archive_info *
watch_archive_info(const struct watch_archive *archive)
{
	return &archive->info;
}
