/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/unpack.h: xz, bzip2, zstd and lz4 through libarchive, and how each kind of
 * compression is told from its first bytes. libarchive gives out whole blocks, so
 * that up to one block of good text in front of damage is lost: 64 KiB of xz and
 * bzip2, 128 KiB of zstd, 4 MiB of lz4. What is compressed twice is unpacked once.
 */
#ifndef LOGS_UNPACK_H
#define LOGS_UNPACK_H

#include "logs/feed.h"

enum unpack_kind {
	UNPACK_PLAIN, /* not compressed */
	UNPACK_GZIP,  /* for logs/gunzip.h */
	UNPACK_XZ,
	UNPACK_BZIP2,
	UNPACK_ZSTD,
	UNPACK_LZ4
};

/* Bytes that are enough to tell the kind. */
#define UNPACK_MAGIC 16

struct unpack;

/* The kind of what begins with the ${len} bytes at ${head}. */
enum unpack_kind unpack_tell(const unsigned char *head, size_t len);

/* Makes ${unpack}, which reads data of ${kind} (neither plain nor gzip) from where
 * ${feed} stands; the feed stays the caller's and must outlive it. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err unpack_new(struct feed *feed, enum unpack_kind kind,
                                     struct unpack **unpack);

/* Reads as gunzip_read() does. */
FSK_MUST_USE enum fsk_err unpack_read(struct unpack *unpack, void *to, size_t room,
                                      size_t *got, const char **why);

/* Compressed bytes that what was given out is made of, about. */
uint64_t unpack_taken(const struct unpack *unpack);

/* Frees ${unpack}; NULL is allowed. */
void unpack_free(struct unpack *unpack);

#endif
