/* SPDX-License-Identifier: BSD-2-Clause
 *
 * base/draft.h: a file that appears whole or not at all. It is written under
 * another name in the same folder and takes its place at the end, on the disk;
 * given up, it is removed and what stood in its place stays. A symbolic link
 * stays too: the file that it leads to is the one that is replaced.
 */
#ifndef BASE_DRAFT_H
#define BASE_DRAFT_H

#include <foresink/err.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct draft {
	char *place; /* path of the file to be, no symbolic link */
	char *name;  /* path of the draft; NULL: there is none */
	int fd;      /* of the draft, to read and write; -1: closed */
};

/* Whether a draft may take the place of what stands at ${path}: a regular file,
 * or nothing. A rename onto a device or a pipe would destroy it. True too where
 * nobody can tell: draft_init() says why then. */
bool draft_may_replace(const char *path);

/* Begins the draft of ${path}, with the mode of the file that stands there, or
 * that a new file gets. FSK_IO with errno (EISDIR for a folder, EINVAL when
 * draft_may_replace() is false for another reason), FSK_NOMEM. */
FSK_MUST_USE enum fsk_err draft_init(struct draft *draft, const char *path);

/* Asks for room for ${bytes} on the disk, where the file system can promise it.
 * FSK_IO with errno when it has not the room. */
FSK_MUST_USE enum fsk_err draft_reserve(const struct draft *draft, uint64_t bytes);

/* Writes ${bytes} bytes at ${from} to offset ${at}; from any thread. FSK_IO with
 * errno. */
FSK_MUST_USE enum fsk_err draft_write(const struct draft *draft, uint64_t at,
                                      const void *from, size_t bytes);

/* Puts the draft in its place once it is on the disk. FSK_IO with errno; call
 * draft_fini() in any case. */
FSK_MUST_USE enum fsk_err draft_finish(struct draft *draft);

/* Ends the draft, and removes it unless it was finished. Keeps errno. NULL and
 * a zeroed one are allowed. */
void draft_fini(struct draft *draft);

#endif
