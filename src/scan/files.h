/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scan/files.h: which files lie at a path: the file itself, or all regular files of
 * a folder and of the folders in it, in the order of their names in ASCII. Links to
 * files are followed, links to folders are not: they can run in circles.
 */
#ifndef SCAN_FILES_H
#define SCAN_FILES_H

#include <foresink/err.h>

#include <stddef.h>
#include <stdint.h>

/* A file: its path, and what it is whatever its path. */
struct files_one {
	char *path; /* "-": standard input */
	uint64_t device;
	uint64_t inode; /* both 0 of standard input */
	uint64_t bytes; /* on the disk; 0: not known */
};

struct files {
	struct files_one *file;
	size_t count;
	size_t room;
	size_t *slots;     /* hash table: number of a file, from 1; 0: none */
	size_t slot_count; /* a power of 2, at least twice as many as files */

	/* Called for each path, a folder in a folder too, that cannot be read, with
	 * errno's value. May be NULL. */
	void (*failed)(const char *path, int error, void *context);
	void *context;
};

/* Adds what lies at ${path} to ${files}, which is zeroed but for
 * failed and its context before the first call;
 * what is there already is not added again. FSK_IO with errno: nothing lies there,
 * or a folder cannot be read (the others are, and what was found stays); FSK_NOMEM. */
FSK_MUST_USE enum fsk_err files_add(struct files *files, const char *path);

/* The path of the file ${inode} on ${device} among ${files}; NULL: it is not there. */
const char *files_find(const struct files *files, uint64_t device, uint64_t inode);

void files_fini(struct files *files);

#endif
