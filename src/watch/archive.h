/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/archive.h: the index file: every name of a plan, years of it, in a file
 * that is mapped into memory and answers at once. It holds fingerprints and the
 * generators' kept states rather than names, so each match is proven by making
 * the name again. A file that was cut, altered or made by other generators is
 * refused (the header, and each block and page of states when it is first
 * touched, carries a checksum). The checksums are no signature: who forges states
 * along with them can do no harm to memory, but can have a generator make a name
 * that its list does not hold. An index is as trustworthy as its folder. Read-only; any
 * number of threads may ask at the same time.
 */
#ifndef WATCH_ARCHIVE_H
#define WATCH_ARCHIVE_H

#include <foresink/watch.h>

#include "watch/plan.h"

struct watch_archive;

struct watch_archive_info {
	uint32_t format;  /* version of the file's form */
	uint64_t catalog; /* dga_catalog_version() of its maker */
	int64_t from;     /* the plan's span, seconds since 1970, UTC */
	int64_t to;
	uint64_t names; /* forecasts, duplicates included */
	uint64_t bytes; /* of the file */
	size_t generator_count;
	const size_t *generators; /* numbers, rising; owned by the archive; NULL
	                           * in what watch_archive_build() writes */
};

/* Makes the index file ${path} for ${plan} and writes ${info} (may be NULL).
 * The file is written beside its place and renamed when it is whole: on any
 * failure the old one, or none, is left. FSK_STOPPED, FSK_NOMEM, FSK_RANGE
 * (more names than a file can number, or none at all, or a span that leaves the
 * calendar of base/date.h), FSK_IO with errno. */
FSK_MUST_USE enum fsk_err watch_archive_build(const char *path,
                                              const struct watch_plan *plan,
                                              struct watch_archive_info *info);

/* Opens ${path} and stores it in ${archive}; the caller closes it. FSK_IO with
 * errno; FSK_SYNTAX when it is no index file; FSK_VERSION when another version
 * of the format or of the generators made it; FSK_CORRUPT when it is cut or its
 * header altered. ${why} (may be NULL) is set to a static sentence then. */
FSK_MUST_USE enum fsk_err
watch_archive_open(const char *path, struct watch_archive **archive, const char **why);

/* What ${archive} holds; valid until it is closed. */
const struct watch_archive_info *watch_archive_info(const struct watch_archive *archive);

/* Calls ${found} with ${context} for each forecast that is ${name} (lower
 * case), in the order of generators, periods and indices; offset is 0.
 * FSK_CORRUPT when a block that was touched is altered (what was told before
 * is proven all the same), FSK_NOMEM. */
FSK_MUST_USE enum fsk_err
watch_archive_find(const struct watch_archive *archive, const struct fsk_name *name,
                   void (*found)(const struct fsk_match *match, void *context),
                   void *context);

/* Reads the whole file against its checksums. FSK_CORRUPT; FSK_STOPPED when
 * ${progress} (may be NULL; bytes) said so. */
FSK_MUST_USE enum fsk_err
watch_archive_check(const struct watch_archive *archive,
                    bool (*progress)(uint64_t done, uint64_t whole, void *context),
                    void *context);

/* Closes ${archive}; NULL is allowed. */
void watch_archive_close(struct watch_archive *archive);

#endif
