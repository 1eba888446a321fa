/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/source.h: the bytes of one log: a file or standard input, decompressed
 * if it is compressed (gzip, xz, bzip2, zstd, lz4: told by content, never by
 * the name; concatenated members are read one after the other; what is
 * compressed twice is decompressed once). What cannot be decompressed ends the
 * source with FSK_CORRUPT and the reason, once what came before was given out:
 * of gzip all of it, of the others all but the last block (logs/unpack.h). It is
 * good, unless the reason is a checksum, which stands behind what it is made
 * of. A file that decompresses to more than LOG_SOURCE_RATIO times its size
 * (above LOG_SOURCE_FREE bytes) is taken for a bomb and ended so.
 */
#ifndef LOGS_SOURCE_H
#define LOGS_SOURCE_H

#include <foresink/err.h>

#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

#define LOG_SOURCE_HEAD ((size_t)256 << 10) /* bytes that can be looked at first */
#define LOG_SOURCE_RATIO 1000
#define LOG_SOURCE_FREE (UINT64_C(1) << 30) /* bytes */

struct log_source;

/* Opens ${path}, or standard input when it is NULL, and stores it in ${source};
 * the caller closes it. A pipe is waited for: until somebody opens it to write, and
 * until its first bytes are there. FSK_IO with errno (EISDIR for a folder, EINVAL
 * for a device or socket, which only standard input may be), FSK_NOMEM. */
FSK_MUST_USE enum fsk_err log_source_open(const char *path, struct log_source **source);

/* The same, but nothing is waited for any more once ${stop}, a descriptor that stays the
 * caller's and must outlive ${source} (-1: none), can be read: FSK_STOPPED then, of
 * this function and of those below that wait. */
FSK_MUST_USE enum fsk_err log_source_open_until(const char *path, int stop,
                                                struct log_source **source);

/* The path; NULL for standard input. */
const char *log_source_path(const struct log_source *source);

/* The first bytes, up to LOG_SOURCE_HEAD or the end of the source, without
 * taking them; valid until the source is closed. Of a plain file, what it holds
 * now; of all else, what it held at the first call, which must come before the
 * first log_source_read() (empty if it did not) and waits for a slow pipe. What is
 * wrong with the bytes behind them shows in log_source_read(). FSK_IO with errno
 * when nothing can be read, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err log_source_head(struct log_source *source, struct span *head);

/* Reads up to ${room} bytes, at least 1, into ${to} and stores how many in ${got}, at
 * least 1. FSK_END behind the last; FSK_CORRUPT, log_source_why() says why; FSK_IO
 * with errno; FSK_NOMEM; FSK_RANGE without room. After FSK_END of a plain file that
 * has grown, it reads on. */
FSK_MUST_USE enum fsk_err log_source_read(struct log_source *source, void *to, size_t room,
                                          size_t *got);

/* Why the source ended with FSK_CORRUPT: static words.
 * NULL: it did not. */
const char *log_source_why(const struct log_source *source);

/* Bytes taken so far, decompressed. */
uint64_t log_source_offset(const struct log_source *source);

/* Bytes of the file as it lies on the disk that were taken so far, and all of
 * them (0: not known, a pipe). For progress. */
uint64_t log_source_done(const struct log_source *source);
uint64_t log_source_whole(const struct log_source *source);

/* Whether the file is read as it is, without decompression. */
bool log_source_is_plain(const struct log_source *source);

/* The open file. For those who wait for it to grow. */
int log_source_fd(const struct log_source *source);

/* Closes ${source}; NULL is allowed. */
void log_source_close(struct log_source *source);

#endif
