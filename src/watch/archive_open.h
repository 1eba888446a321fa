/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/archive_open.h: an index file that is open. Opening reads the header and
 * the tables and believes nothing else; asking is in archive_find.c.
 */
#ifndef WATCH_ARCHIVE_OPEN_H
#define WATCH_ARCHIVE_OPEN_H

#include "watch/archive.h"
#include "watch/archive_format.h"

#include <stdatomic.h>

struct watch_archive {
	struct watch_archive_info info;
	size_t *generators; /* info.generators */
	struct watch_runs runs;
	void *mapping; /* the whole file, read-only */
	size_t bytes;
	struct archive_header *header;    /* a copy, which nobody can change under us */
	const struct archive_page *pages; /* the sections, in the mapping */
	const struct archive_block *blocks;
	const unsigned char *entries;
	_Atomic uint64_t *checked; /* a bit for each block, then for each page,
	                            * that was read against its checksum */
};

#endif
