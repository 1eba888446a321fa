/* SPDX-License-Identifier: BSD-2-Clause
 *
 * alert/stream.h: a stream of Frame Streams (the container of dnstap), written by libfstrm
 * to a file, or to a unix socket on which a reader listens. A file that holds a stream
 * already is gone on with, so that it is one stream for every reader, and what a crash or
 * a full disk left of a frame is cut off. It belongs to the thread of a queue, and may wait
 * for the reader as long as that queue allows.
 */
#ifndef ALERT_STREAM_H
#define ALERT_STREAM_H

#include "alert/queue.h"

#include <sys/uio.h>

/* Frames that are written at a time. */
#define ALERT_STREAM_FRAMES 64

struct alert_stream;

/* Whether ${target} could be one, by its words. */
bool alert_stream_fits(const char *target);

/* Opens the file ${target}, or takes note of the socket of "unix:PATH", for the thread of
 * ${queue}; a file that is made is given to ${owner} (may be NULL). FSK_SYNTAX for a target
 * that is neither; FSK_IO with errno (EEXIST: what stands there is no file, or not of such
 * frames); FSK_NOMEM. */
FSK_MUST_USE enum fsk_err alert_stream_new(const char *target,
                                           const struct alert_owner *owner,
                                           struct alert_queue *queue,
                                           struct alert_stream **stream);

/* Whether it is to a socket. */
bool alert_stream_is_socket(const struct alert_stream *stream);

/* Writes ${count} frames, all or none as far as a file goes; false with errno. */
bool alert_stream_write(struct alert_stream *stream, const struct iovec *frames, int count);

/* Ends the file, and begins the one that is at its path now. Where that cannot be, the old
 * one is written on: FSK_IO with errno. Of a socket nothing happens. */
FSK_MUST_USE enum fsk_err alert_stream_reopen(struct alert_stream *stream);

/* Ends the stream and closes it; NULL is allowed. */
void alert_stream_free(struct alert_stream *stream);

#endif
