/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/import_file.h: takes one file of another sinkhole into a store, each line once,
 * however often that is done and wherever it was stopped: the key of a line is the hash of
 * what is in the file, decompressed, and its number there.
 */
#ifndef CMD_IMPORT_FILE_H
#define CMD_IMPORT_FILE_H

#include "cmd/import_contact.h"
#include "scan/scan.h"
#include "store/store.h"

#define IMPORT_SKIPS 5 /* the first that are told */

struct import_skip {
	const char *path;
	uint64_t line;
	const char *why; /* static */
};

/* Contacts that the store has. */
struct import_taken {
	uint64_t of_kind[SIGHTING_KINDS];
	uint64_t bots;             /* that a bot's fingerprint fits */
	uint64_t known;            /* of names of the lists */
	int64_t first_us, last_us; /* INT64_MAX, INT64_MIN: there is none */
};

/* What was done, of all files together. */
struct import_counts {
	uint64_t files, lines, bytes;
	uint64_t files_before; /* that were in the store already, whole */
	struct import_taken taken;
	uint64_t before; /* lines that were in the store already */
	uint64_t aside;
	uint64_t skipped;
	struct import_skip skips[IMPORT_SKIPS];
	bool assumed_zone, assumed_year;
};

struct import {
	struct store *store;
	struct scan_setting reading; /* of it what says how files are read */
	struct import_setting setting;
	struct import_counts counts;
	uint64_t done; /* bytes on the disk of the files that are through, twice: each is
	                * read for its hash, and for its lines */
	bool (*progress)(uint64_t done, void *context); /* false: stop */
	void *context;

	/* A batch that is filled. */
	struct store_item *items;
	uint8_t *records;
};

/* Makes what ${import} needs of memory. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err import_init(struct import *import);
void import_fini(struct import *import);

/* Takes the file at ${path} in. Errors of the store as store_take() has them; FSK_STOPPED:
 * progress said so, and what was taken is in the store; FSK_NOMEM, FSK_RANGE. What is wrong
 * with the file stands in ${file} (path and why) and is no error. */
FSK_MUST_USE enum fsk_err import_file(struct import *import, const char *path,
                                      struct scan_file *file);

#endif
