/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_source.h: what a census reads: stores, and files of exported sightings, each
 * twice. What cannot be read twice (standard input, a pipe) is kept in a file without a
 * name meanwhile. What goes wrong is said here.
 */
#ifndef CMD_CENSUS_SOURCE_H
#define CMD_CENSUS_SOURCE_H

#include "cmd/census_rows.h"
#include "store/store.h"

#define CENSUS_SKIPS_SAID 5 /* lines of all files that could not be read */

struct census_source {
	const char *name;    /* as it was called; "standard input" for "-" */
	struct store *store; /* NULL: it is a file */
	char path[32];       /* of what was kept of it; "": name is its path */
	int kept;            /* descriptor of that; -1: none */
};

struct census_sources {
	struct census_source *sources;
	size_t count;
	const char **names;      /* of all, NULL ends them */
	bool files, pseudonyms;  /* some are files; some store has pseudonyms */
	uint64_t lines, skipped; /* of files, of the first reading */
};

/* Opens all that ${words} name; census_sources_close() in any case. */
enum status census_sources_open(struct census_sources *sources, const char *const *words,
                                size_t count);
void census_sources_close(struct census_sources *sources);

/* Whether ${path} is one of the files, or would be in the folder of a store: who writes
 * there destroys what is read. */
bool census_sources_hold(const struct census_sources *sources, const char *path);

/* Reads the file ${source}, the ${first} time or again: calls ${take} with each sighting. A
 * result of ${take} other than FSK_OK ends it. STATUS_DATA when no line of it is a
 * sighting, or the rest of it cannot be read. */
enum status census_source_read(struct census_sources *sources,
                               const struct census_source *source, bool first,
                               enum fsk_err (*take)(struct census_row *row, void *context),
                               void *context);

/* Says that ${err} came of ${source}; errno is that of FSK_IO. */
enum status census_source_refuse(const struct census_source *source, enum fsk_err err);

#endif
