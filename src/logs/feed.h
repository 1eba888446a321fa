/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/feed.h: the bytes of a file or pipe as they lie there, a chunk at a time,
 * for those who decompress them and for a pipe that must be looked at before it
 * is read. Signals that interrupt a read do not show.
 */
#ifndef LOGS_FEED_H
#define LOGS_FEED_H

#include <foresink/err.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FEED_ROOM ((size_t)128 << 10) /* bytes of a chunk */

struct feed {
	int fd;
	int stop;             /* feed_wait() with it; -1: none */
	unsigned char *bytes; /* the chunk */
	size_t len;
	size_t at;       /* bytes of the chunk that were taken; the user moves it */
	uint64_t before; /* bytes in front of the chunk */
};

/* Reads up to ${room} bytes of ${fd} into ${to}, as many as come at once, and stores
 * in ${got} how many. FSK_END when there is none (yet); FSK_IO with errno. */
FSK_MUST_USE enum fsk_err feed_read(int fd, void *to, size_t room, size_t *got);

/* Waits until ${fd} can be read or has ended. FSK_STOPPED when ${stop}, another
 * descriptor (-1: none), can be read before; FSK_IO with errno. */
FSK_MUST_USE enum fsk_err feed_wait(int fd, int stop);

/* Makes ${feed} of ${fd}, which stays the caller's. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err feed_init(struct feed *feed, int fd);

/* Sees that at least one byte of the chunk is not taken. FSK_END, FSK_IO,
 * FSK_STOPPED. */
FSK_MUST_USE enum fsk_err feed_more(struct feed *feed);

/* Sees that at least ${want} bytes, at most FEED_ROOM, of the chunk are not taken, or
 * all that there are. FSK_IO, FSK_STOPPED. */
FSK_MUST_USE enum fsk_err feed_peek(struct feed *feed, size_t want);

/* Bytes taken so far. */
uint64_t feed_taken(const struct feed *feed);

/* Goes back (or on) to byte ${offset}; false when the chunk does not reach there. */
bool feed_back(struct feed *feed, uint64_t offset);

/* Frees what ${feed} holds; NULL and a zeroed one are allowed. */
void feed_fini(struct feed *feed);

#endif
