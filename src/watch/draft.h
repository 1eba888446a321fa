/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/draft.h: a file that appears whole or not at all. It is written under
 * another name in the same folder and takes its place at the end; given up, it
 * is removed and what stood in its place stays.
 */
#ifndef WATCH_DRAFT_H
#define WATCH_DRAFT_H

#include <foresink/err.h>

#include <stddef.h>
#include <stdint.h>

struct draft {
	const char *path; /* of the file to be; the caller's */
	char *name;       /* of the draft */
	int fd;
};

/* Begins the draft of ${path}, which is kept by pointer, with room for ${bytes}
 * on the disk where the file system can promise it. FSK_IO with errno (also
 * when the disk has not the room, or when something other than a plain file
 * stands at ${path}), FSK_NOMEM. */
FSK_MUST_USE enum fsk_err draft_init(struct draft *draft, const char *path, uint64_t bytes);

/* Writes ${bytes} bytes at ${from} to offset ${at}; from any thread. FSK_IO with
 * errno. */
FSK_MUST_USE enum fsk_err draft_write(const struct draft *draft, uint64_t at,
                                      const void *from, size_t bytes);

/* Puts the draft in its place once it is on the disk. FSK_IO with errno; call
 * draft_fini() in any case. */
FSK_MUST_USE enum fsk_err draft_finish(struct draft *draft);

/* Ends the draft, and removes it unless it was finished. Keeps errno. A zeroed
 * one is allowed. */
void draft_fini(struct draft *draft);

#endif
