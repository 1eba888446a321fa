/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scan/state.h: how far files were read, told by what is in them and not by
 * their names, so that a log that was rotated and compressed since is known
 * again, and one that took its name is not taken for it. A file is known by the
 * digest of its first bytes (all of it if it was short), and that it has not
 * changed since by the digest of the last bytes before the place.
 *
 * What the reader of a file does with it:
 *  1. scan_state_find() gives the marks whose head is that of the file, the
 *     furthest first. Several files may begin alike, and a mark that was made
 *     while its file was short has a short head.
 *  2. It proves each in turn, until one is: it reads up to mark->offset and
 *     compares the digest of the mark->tail_len bytes in front of it. A file that
 *     ends before, or differs, is not the one of this mark.
 *  3. It goes on behind the proven mark, or from the start when none is.
 *  4. scan_state_keep() takes the new mark, with the proven one as the one that
 *     it replaces. The new head_len is min(bytes of the file, SCAN_STATE_HEAD), so
 *     that the mark of a short file grows with it. Nothing is kept of a file of
 *     which no whole line was read.
 *
 * The first bytes of a format that is no text may change with all that is written
 * (page 1 of an SQLite database does), and its records do not end at places that
 * are known. Its head is the digest of what its first record says, its tail that of
 * what all records that ask say up to the place, each chained to the one before it.
 * So two captures that begin alike are told apart wherever they differ; a database
 * from whose start rows were deleted is another file and is read from its start.
 */
#ifndef SCAN_STATE_H
#define SCAN_STATE_H

#include <foresink/err.h>

#include "base/fault.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* Bytes of the first and of the last digest, decompressed. */
#define SCAN_STATE_HEAD 4096
#define SCAN_STATE_TAIL 1024

struct scan_state;

/* Where reading a file ended. */
struct scan_mark {
	uint64_t offset;   /* bytes, decompressed, to the end of the last whole line;
	                    * of a format that is no text: records; above 0 */
	uint64_t line;     /* of the last line read, from 1 */
	uint32_t head_len; /* bytes of the head that are digested: 1..SCAN_STATE_HEAD;
	                    * of a format that is no text: 8, a digest */
	uint64_t head;     /* scan_state_digest() of them */
	uint32_t tail_len; /* bytes in front of offset that are digested, up to
	                    * SCAN_STATE_TAIL; of a format that is no text: 1 */
	uint64_t tail;     /* 0 when tail_len is */
	int64_t seen;      /* second, UTC, of the run that wrote the mark */
	char format[24];   /* its name: lower case letters, digits and '-' */
};

/* Makes ${state} without marks; the caller frees it. */
FSK_MUST_USE enum fsk_err scan_state_new(struct scan_state **state);

/* Adds the marks of ${text}, a whole state file as scan_state_write() made it;
 * nothing else is read, not even another order of the lines or CR LF. FSK_SYNTAX
 * with line, column and reason in ${fault} (may be NULL), FSK_VERSION (with the
 * same) for a file of another version, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err scan_state_read(struct scan_state *state, struct span text,
                                          struct fault *fault);

/* The marks that fit a file whose first bytes are ${head} (all of it, or at least
 * SCAN_STATE_HEAD), the furthest first: call with ${n} from 0 on until it is NULL.
 * Valid until the state changes; who goes on meanwhile copies the mark. The caller
 * proves the tail. */
const struct scan_mark *scan_state_find(const struct scan_state *state, struct span head,
                                        size_t n);

/* Keeps ${mark}; it takes the place of ${replaces}, the mark of the same file that
 * the caller has proven, and of none when that is NULL or is not in ${state} (any
 * more). Both are copied; they may lie in ${state}. If the old one is further it
 * stays, seen now. FSK_RANGE when ${mark} is not as above, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err scan_state_keep(struct scan_state *state,
                                          const struct scan_mark *mark,
                                          const struct scan_mark *replaces);

/* Writes all marks that were seen since ${oldest} (seconds since 1970) as text into
 * ${text}, allocated, with a NUL behind its ${len} bytes; the caller frees it. The
 * same marks give the same text. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err scan_state_write(const struct scan_state *state, int64_t oldest,
                                           char **text, size_t *len);

/* The digest of ${bytes}: XXH3, 64 bits. */
uint64_t scan_state_digest(struct span bytes);

/* Frees ${state}; NULL is allowed. */
void scan_state_free(struct scan_state *state);

#endif
