/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed/state.h: a version of a zone as a file, so that serials and history go on after a
 * restart and no secondary sees a serial go back. One file a zone, named after it,
 * replaced as a whole (base/draft.h). Numbers are little-endian:
 *
 *     "foresink feed 1\n"           16 octets: what it is, and the version of its form
 *     u32 serial, deltas            deltas at most FEED_STATE_DELTAS
 *     u64 digest of the render      feed_render_digest()
 *     u64 names, octets             of the image
 *     for each delta: u32 from, to; u64 names, octets removed; u64 names, octets added
 *     the octets of the image, and of each delta: removed, added (feed/list.h)
 *     u64 XXH3 of all before it
 */
#ifndef FEED_STATE_H
#define FEED_STATE_H

#include "feed/history.h"

#define FEED_STATE_DELTAS 365

/* The path of the file of ${zone} in ${folder}, for the caller to free; NULL without
 * memory. Octets of the name that a file name should not have stand as %XX. */
char *feed_state_path(const char *folder, const struct fsk_name *zone);

/* Writes ${version} to ${path}. FSK_IO with errno, FSK_NOMEM; what stood there stays then.
 */
FSK_MUST_USE enum fsk_err feed_state_write(const char *path,
                                           const struct feed_version *version);

/* Reads ${path} into ${version}, as a version by ${render} with at most ${history}
 * deltas; when it was written by another render, it comes without deltas and ${same} is
 * false. FSK_END: there is none; FSK_CORRUPT, FSK_VERSION; FSK_IO with errno; FSK_NOMEM. */
FSK_MUST_USE enum fsk_err feed_state_read(const char *path,
                                          const struct feed_render *render, size_t history,
                                          struct feed_version **version, bool *same);

/* The same of the octets ${file}. */
FSK_MUST_USE enum fsk_err feed_state_parse(struct span file,
                                           const struct feed_render *render, size_t history,
                                           struct feed_version **version, bool *same);

#endif
