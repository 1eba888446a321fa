/* SPDX-License-Identifier: BSD-2-Clause
 *
 * publish/file.h: a file that is being published: buffered, with the SHA-256 of
 * what was written and counts of names. The first error is kept, and what follows
 * it is dropped: a format asks nobody while it writes.
 */
#ifndef PUBLISH_FILE_H
#define PUBLISH_FILE_H

#include <foresink/err.h>

#include "base/span.h"

#include <stdint.h>

#define PUBLISH_SHA256 32 /* octets */

struct publish_file;

/* Begins to write ${fd}, which stays the caller's. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err publish_file_new(int fd, struct publish_file **file);

/* Appends bytes. */
void publish_put(struct publish_file *file, struct span text);
void publish_put_text(struct publish_file *file, const char *text);
void publish_put_number(struct publish_file *file, uint64_t number);
/* ${instant} as "2026-11-22T00:00:00Z", ${instant} as "2026-11-22". Instants at the
 * ends of time (a list that holds for ever) are written as null by JSON formats
 * themselves and must not come here. */
void publish_put_instant(struct publish_file *file, int64_t instant);
void publish_put_day(struct publish_file *file, int64_t instant);
/* As a JSON string with its quotes: ASCII only, the rest escaped. */
void publish_put_json(struct publish_file *file, struct span text);

/* Room for ${len} bytes, at most PUBLISH_ROOM, to be written in place and then taken
 * with publish_took(): for the hot loops. Never NULL. */
#define PUBLISH_ROOM 4096
char *publish_room(struct publish_file *file, size_t len);
void publish_took(struct publish_file *file, size_t len);

/* Counts a name that was written, or one that the format could not express. */
void publish_named(struct publish_file *file);
void publish_left_out(struct publish_file *file);

/* For a format that must seek (CDB): the descriptor, when nothing was put yet; its
 * digest is made by reading the file again. */
int publish_file_descriptor(struct publish_file *file);

struct publish_file_facts {
	uint64_t bytes;
	uint64_t names;
	uint64_t left_out;
	uint8_t sha256[PUBLISH_SHA256];
};

/* Writes what is left and stores in ${facts} what the file is. FSK_IO with the errno
 * of the first write that failed. */
FSK_MUST_USE enum fsk_err publish_file_finish(struct publish_file *file,
                                              struct publish_file_facts *facts);

/* Frees ${file}; NULL is allowed. Keeps errno. */
void publish_file_free(struct publish_file *file);

#endif
