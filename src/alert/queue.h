/* SPDX-License-Identifier: BSD-2-Clause
 *
 * alert/queue.h: what a sink with a thread of its own is still to tell: octets, in their
 * order, within bounds of number and size, and that thread. The hub's thread puts and
 * never waits; the sink's takes.
 */
#ifndef ALERT_QUEUE_H
#define ALERT_QUEUE_H

#include "alert/alert.h"

struct alert_queue;

/* Taken out of a queue; freed with free(). */
struct alert_entry {
	struct alert_entry *next;
	size_t len;
	char text[];
};

/* Room for ${most} entries and ${octets} in all. ${counts}, which outlives it, learns what
 * is queued, and what is lost because it did not fit. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err alert_queue_new(size_t most, size_t octets,
                                          struct alert_counts *counts,
                                          struct alert_queue **queue);

/* Ends it; what is still in it is lost. Its thread must have been joined. NULL is allowed.
 */
void alert_queue_free(struct alert_queue *queue);

/* Begins the thread ${run}(${context}), which no signal reaches. FSK_IO with errno. */
FSK_MUST_USE enum fsk_err alert_queue_start(struct alert_queue *queue,
                                            void *(*run)(void *context), void *context);

/* Waits for the end of the thread, if one was begun. */
void alert_queue_join(struct alert_queue *queue);

/* Puts a copy of ${octets}, or loses it. */
void alert_queue_put(struct alert_queue *queue, struct span octets);

/* Nothing is put any more; who waits is woken, and may go on telling until ${until_us} of
 * the monotonic clock. */
void alert_queue_end(struct alert_queue *queue, int64_t until_us);

/* Ends the present wait, or the next. */
void alert_queue_wake(struct alert_queue *queue);

/* For the sink's thread: waits until there are ${want} entries, or ${until_us} of the
 * monotonic clock (INT64_MAX: for ever), or it is woken, or the queue is to end. Returns
 * how many there are. */
size_t alert_queue_wait(struct alert_queue *queue, size_t want, int64_t until_us);

/* The oldest entry, if it is not longer than ${room}; else NULL. It still counts as
 * queued: alert_queue_done() says that ${count} of those taken were told, or lost. */
struct alert_entry *alert_queue_take(struct alert_queue *queue, size_t room);
void alert_queue_done(struct alert_queue *queue, size_t count, bool told);

/* Whether it is to end, and then until when it may go on. ${until_us} may be NULL. */
bool alert_queue_ends(struct alert_queue *queue, int64_t *until_us);

#endif
