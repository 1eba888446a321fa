/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/archive_format.h: the form of an index file, version 1. Integers are in
 * the byte order of the machine that made the file, and one of them tells which
 * that is; entries are always little-endian.
 *
 *   header     4096 bytes, struct archive_header
 *   tables     the generators' numbers (8 bytes each), then the runs
 *              (struct watch_run), zeros up to a multiple of 4096 bytes
 *   states     pages of 4096 bytes (struct archive_page): for each group the
 *              64 bits from which the generator can make it without what stands
 *              before it in its list; 0 where it cannot, where the group begins
 *              its list, or where lists share the group
 *   directory  struct archive_block for each block and one more for the end
 *   entries    one of entry_bytes (5 or 6) for each name, in rising order within
 *              a block; nothing follows them
 *
 * Runs and groups are those of watch/runs.h. The hash of a name is XXH3_64bits
 * (seed 0) of its text in lower case. Its first block_bits bits are the number
 * of its block, the next ones stand in the upper bits of its entry, and the
 * lower group_bits bits of the entry are the number of the group that holds the
 * name. A name that is asked for is thus in few groups or in none, and only
 * making these groups says whether it is there, and where.
 *
 * Everything is under a checksum (XXH3_64bits): the header under its own, the
 * tables under one in the header; each page of states and each block under one
 * that also takes in the checksum of the header and the number of the page or
 * block, so that parts of two files, or two parts of one file, cannot be taken
 * for each other. The file is a function of its plan: it does not depend on the
 * number of threads or on the time.
 */
#ifndef WATCH_ARCHIVE_FORMAT_H
#define WATCH_ARCHIVE_FORMAT_H

#include "watch/runs.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define ARCHIVE_MAGIC "foresink index\n" /* 16 octets with the NUL */
#define ARCHIVE_FORMAT 1
#define ARCHIVE_BYTE_ORDER UINT64_C(0x0102030405060708)
#define ARCHIVE_PAGE 4096

struct archive_header {
	char magic[16];
	uint64_t byte_order;
	uint64_t format;
	uint64_t catalog; /* dga_catalog_version() */
	int64_t from;     /* the plan's span, on the calendar of base/date.h */
	int64_t to;
	uint64_t names; /* and entries */
	uint64_t groups;
	uint64_t generators; /* how many */
	uint64_t runs;
	uint64_t block_bits; /* 2^block_bits blocks */
	uint64_t group_bits;
	uint64_t entry_bytes;
	uint64_t states_at; /* where sections begin, bytes from the start */
	uint64_t directory_at;
	uint64_t entries_at;
	uint64_t file_bytes;
	uint64_t tables_sum; /* of the bytes from the header to states_at */
	unsigned char zero[ARCHIVE_PAGE - 19 * 8 - 8];
	uint64_t header_sum; /* of the bytes before it */
};

/* States that a page holds behind its checksum. */
#define ARCHIVE_PAGE_STATES 511

struct archive_page {
	uint64_t sum; /* archive_page_sum() */
	uint64_t state[ARCHIVE_PAGE_STATES];
};

struct archive_block {
	uint64_t first; /* how many entries the blocks before it have */
	uint64_t sum;   /* archive_block_sum(); 0 in the one for the end */
};

_Static_assert(sizeof(struct archive_header) == ARCHIVE_PAGE, "the header is a page");
_Static_assert(sizeof(struct archive_page) == ARCHIVE_PAGE, "states are kept by pages");
_Static_assert(sizeof(struct watch_run) == 40, "runs are written as they are");

/* Computes, from names, groups, generators and runs, all that follows from them
 * in ${header}: widths and places. FSK_RANGE when there are no names, or more
 * than the form can number, or when the span is turned round or leaves the
 * calendar of base/date.h. */
FSK_MUST_USE enum fsk_err archive_layout(struct archive_header *header);

static inline uint64_t
archive_blocks(const struct archive_header *header)
{
	return UINT64_C(1) << header->block_bits;
}

static inline uint64_t
archive_pages(const struct archive_header *header)
{
	return (header->groups + ARCHIVE_PAGE_STATES - 1) / ARCHIVE_PAGE_STATES;
}

/* Bits of the hash that an entry holds. */
static inline unsigned
archive_print_bits(const struct archive_header *header)
{
	return (unsigned)(header->entry_bytes * 8 - header->group_bits);
}

/* The hash of the ${len} octets at ${text}, which are in lower case. */
static inline uint64_t
archive_hash(const char *text, size_t len)
{
	return XXH3_64bits(text, len);
}

/* The block of ${hash}, and its bits that stand in an entry. */
static inline uint64_t
archive_block_of(const struct archive_header *header, uint64_t hash)
{
	return header->block_bits > 0 ? hash >> (64 - header->block_bits) : 0;
}

static inline uint64_t
archive_print_of(const struct archive_header *header, uint64_t hash)
{
	return hash << header->block_bits >> (64 - archive_print_bits(header));
}

/* Checksums: of ${header}; of ${bytes} at ${tables}; of page ${number}; of block
 * ${number}, which has ${count} entries from entry ${first} on, at ${entries}. */
uint64_t archive_header_sum(const struct archive_header *header);
uint64_t archive_tables_sum(const void *tables, size_t bytes);
uint64_t archive_page_sum(const struct archive_header *header, uint64_t number,
                          const struct archive_page *page);
uint64_t archive_block_sum(const struct archive_header *header, uint64_t number,
                           uint64_t first, uint64_t count, const void *entries);

/* Reads and writes an entry of ${bytes} bytes. */
static inline uint64_t
archive_entry_get(const unsigned char *at, size_t bytes)
{
	uint64_t entry = 0;

	for (size_t i = bytes; i > 0; i--)
		entry = entry << 8 | at[i - 1];
	return entry;
}

static inline void
archive_entry_put(unsigned char *at, size_t bytes, uint64_t entry)
{
	for (size_t i = 0; i < bytes; i++)
		at[i] = (unsigned char)(entry >> 8 * i);
}

#endif
