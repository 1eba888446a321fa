/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/archive_format.h"

#include "base/date.h"

/* Entries of a block on average at most: 4 KiB of them, 5 bytes each. */
#define BLOCK_ENTRIES 800

/* More names than this fit in no memory, and no sum below can wrap. */
#define NAMES_MAX (UINT64_C(1) << 40)
#define GENERATORS_MAX (UINT64_C(1) << 20)

/* Bits of the hash that an entry holds at least. With the block's number and
 * 800 entries a block, one look-up in twenty then makes one group in vain. */
#define PRINT_BITS 14

static uint64_t
bits_for(uint64_t numbers)
{
	uint64_t bits = 0;

	while (bits < 63 && UINT64_C(1) << bits < numbers)
		bits++;
	return bits;
}

static uint64_t
round_up(uint64_t bytes)
{
	return (bytes + ARCHIVE_PAGE - 1) / ARCHIVE_PAGE * ARCHIVE_PAGE;
}

/* Whether the span of ${header} can be reckoned with and written down. */
static bool
is_on_calendar(const struct archive_header *header)
{
	return header->from >= DATE_FIRST * DATE_DAY && header->from <= header->to &&
	       header->to < (DATE_LAST + 1) * DATE_DAY;
}

enum fsk_err
archive_layout(struct archive_header *header)
{
	uint64_t at = ARCHIVE_PAGE;

	if (!is_on_calendar(header) || header->names == 0 || header->names > NAMES_MAX ||
	    header->groups == 0 || header->groups > header->names ||
	    header->runs > header->groups || header->generators > GENERATORS_MAX)
		return FSK_RANGE;
	header->group_bits = bits_for(header->groups);
	header->entry_bytes = header->group_bits + PRINT_BITS <= 40 ? 5 : 6;
	if (header->group_bits + PRINT_BITS > 48)
		return FSK_RANGE;
	header->block_bits = bits_for((header->names + BLOCK_ENTRIES - 1) / BLOCK_ENTRIES);

	at += round_up(header->generators * 8 + header->runs * sizeof(struct watch_run));
	header->states_at = at;
	at += archive_pages(header) * ARCHIVE_PAGE;
	header->directory_at = at;
	at += (archive_blocks(header) + 1) * sizeof(struct archive_block);
	header->entries_at = at;
	at += header->names * header->entry_bytes;
	header->file_bytes = at;
	return FSK_OK;
}

uint64_t
archive_header_sum(const struct archive_header *header)
{
	return XXH3_64bits(header, offsetof(struct archive_header, header_sum));
}

uint64_t
archive_tables_sum(const void *tables, size_t bytes)
{
	return XXH3_64bits(tables, bytes);
}

uint64_t
archive_page_sum(const struct archive_header *header, uint64_t number,
                 const struct archive_page *page)
{
	uint64_t where[3] = {header->header_sum, 1, number};

	return XXH3_64bits_withSeed(page->state, sizeof(page->state),
	                            XXH3_64bits(where, sizeof(where)));
}

uint64_t
archive_block_sum(const struct archive_header *header, uint64_t number, uint64_t first,
                  uint64_t count, const void *entries)
{
	uint64_t where[5] = {header->header_sum, 2, number, first, count};

	return XXH3_64bits_withSeed(entries, count * header->entry_bytes,
	                            XXH3_64bits(where, sizeof(where)));
}
