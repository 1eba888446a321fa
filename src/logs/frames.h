/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/frames.h: the data frames of a file of Frame Streams (the container of
 * dnstap), read by libfstrm out of a log_source. Streams that stand one behind the
 * other in the file are read as one. What the frames hold is not looked at.
 */
#ifndef LOGS_FRAMES_H
#define LOGS_FRAMES_H

#include <foresink/err.h>

#include "base/span.h"

/* Octets of the longest frame that is read: a question and its answer, each of
 * 64 KiB, and what a server may say about them. */
#define FRAMES_LONGEST ((size_t)192 << 10)

struct frames;
struct log_source;

/* Whether a file that begins with the ${len} octets at ${head} is of frames. */
bool frames_known(const unsigned char *head, size_t len);

/* Opens the frames of ${source}, which stays the caller's and must outlive them, and
 * stores them in ${frames}. They are of the type ${content}, a constant, or do not
 * say of which they are. FSK_CORRUPT with ${why} (static), FSK_NOMEM, FSK_IO with
 * errno. */
FSK_MUST_USE enum fsk_err frames_open(struct log_source *source, const char *content,
                                      struct frames **frames, const char **why);

/* Stores the next frame in ${octets}, valid until the next call. FSK_END behind the
 * last; FSK_CORRUPT with ${why} when the rest cannot be read, or when the file ends
 * without the frame that ends a stream; FSK_NOMEM, FSK_IO with errno. */
FSK_MUST_USE enum fsk_err frames_next(struct frames *frames, struct span *octets,
                                      const char **why);

/* Closes ${frames}; NULL is allowed. */
void frames_close(struct frames *frames);

#endif
