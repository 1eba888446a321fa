/* SPDX-License-Identifier: BSD-2-Clause */
#include "alert/queue.h"

#include "base/size.h"
#include "net/loop.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct alert_queue {
	struct alert_counts *counts;
	size_t most;
	size_t room; /* octets, with what an entry itself takes */
	pthread_t thread;
	bool started;

	pthread_mutex_t mutex; /* of all below */
	pthread_cond_t changed;
	struct alert_entry *first;
	struct alert_entry *last; /* when there is a first */
	size_t count;
	size_t octets;
	size_t wanted; /* entries for which the thread is to be woken */
	bool woken;
	bool ends;
	int64_t until_us;
};

/* Makes the lock and the condition, which waits by the monotonic clock: a calendar that
 * is set back must not hold an alert. */
static bool
make_locks(struct alert_queue *queue)
{
	pthread_condattr_t attributes;
	bool made;

	if (pthread_condattr_init(&attributes) != 0)
		return false;
	made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
	       pthread_mutex_init(&queue->mutex, NULL) == 0;
	if (made && pthread_cond_init(&queue->changed, &attributes) != 0) {
		pthread_mutex_destroy(&queue->mutex);
		made = false;
	}
	pthread_condattr_destroy(&attributes);
	return made;
}

enum fsk_err
alert_queue_new(size_t most, size_t octets, struct alert_counts *counts,
                struct alert_queue **queue)
{
	struct alert_queue *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	made->counts = counts;
	made->most = most;
	made->room = octets;
	made->wanted = SIZE_MAX;
	if (!make_locks(made)) {
		free(made);
		return FSK_NOMEM;
	}
	*queue = made;
	return FSK_OK;
}

void
alert_queue_free(struct alert_queue *queue)
{
	struct alert_entry *entry;

	if (queue == NULL)
		return;
	while ((entry = alert_queue_take(queue, SIZE_MAX)) != NULL) {
		alert_queue_done(queue, 1, false);
		free(entry);
	}
	pthread_cond_destroy(&queue->changed);
	pthread_mutex_destroy(&queue->mutex);
	free(queue);
}

enum fsk_err
alert_queue_start(struct alert_queue *queue, void *(*run)(void *context), void *context)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	error = pthread_sigmask(SIG_SETMASK, &all, &before);
	if (error == 0) {
		error = pthread_create(&queue->thread, NULL, run, context);
		(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	}
	if (error != 0) {
		errno = error;
		return FSK_IO;
	}
	queue->started = true;
	return FSK_OK;
}

void
alert_queue_join(struct alert_queue *queue)
{
	if (!queue->started)
		return;
	(void)pthread_join(queue->thread, NULL);
	queue->started = false;
}

/* Puts ${entry} behind the last, if there is room; the lock is held. */
static bool
hang_on(struct alert_queue *queue, struct alert_entry *entry)
{
	size_t size = sizeof(*entry) + entry->len;

	if (queue->ends || queue->count >= queue->most ||
	    size > queue->room - queue->octets)
		return false;
	if (queue->first == NULL)
		queue->first = entry;
	else
		queue->last->next = entry;
	queue->last = entry;
	queue->octets += size;
	queue->count++;
	if (queue->count >= queue->wanted)
		pthread_cond_signal(&queue->changed);
	return true;
}

void
alert_queue_put(struct alert_queue *queue, struct span octets)
{
	struct alert_entry *entry = malloc(size_add(sizeof(*entry), octets.len));
	bool put = false;

	if (entry != NULL) {
		entry->next = NULL;
		entry->len = octets.len;
		memcpy(entry->text, octets.text, octets.len);
		/* Before the thread can see it and count it off. */
		atomic_fetch_add(&queue->counts->queued, 1);
		pthread_mutex_lock(&queue->mutex);
		put = hang_on(queue, entry);
		pthread_mutex_unlock(&queue->mutex);
	}
	if (put)
		return;
	if (entry != NULL)
		atomic_fetch_sub(&queue->counts->queued, 1);
	atomic_fetch_add(&queue->counts->lost, 1);
	free(entry);
}

void
alert_queue_end(struct alert_queue *queue, int64_t until_us)
{
	pthread_mutex_lock(&queue->mutex);
	queue->ends = true;
	queue->until_us = until_us;
	pthread_cond_signal(&queue->changed);
	pthread_mutex_unlock(&queue->mutex);
}

void
alert_queue_wake(struct alert_queue *queue)
{
	pthread_mutex_lock(&queue->mutex);
	queue->woken = true;
	pthread_cond_signal(&queue->changed);
	pthread_mutex_unlock(&queue->mutex);
}

/* Waits for a change, until ${until_us}; false when that has come. */
static bool
wait_once(struct alert_queue *queue, int64_t until_us)
{
	struct timespec at = {.tv_sec = until_us / 1000000,
	                      .tv_nsec = until_us % 1000000 * 1000};

	if (until_us == INT64_MAX)
		return pthread_cond_wait(&queue->changed, &queue->mutex) == 0;
	return net_monotonic_us() < until_us &&
	       pthread_cond_timedwait(&queue->changed, &queue->mutex, &at) == 0;
}

size_t
alert_queue_wait(struct alert_queue *queue, size_t want, int64_t until_us)
{
	size_t count;

	pthread_mutex_lock(&queue->mutex);
	queue->wanted = want;
	while (queue->count < want && !queue->ends && !queue->woken) {
		if (!wait_once(queue, until_us))
			break;
	}
	queue->wanted = SIZE_MAX;
	queue->woken = false;
	count = queue->count;
	pthread_mutex_unlock(&queue->mutex);
	return count;
}

struct alert_entry *
alert_queue_take(struct alert_queue *queue, size_t room)
{
	struct alert_entry *entry;

	pthread_mutex_lock(&queue->mutex);
	entry = queue->first;
	if (entry != NULL && entry->len > room)
		entry = NULL;
	if (entry != NULL) {
		queue->first = entry->next;
		queue->count--;
		queue->octets -= sizeof(*entry) + entry->len;
	}
	pthread_mutex_unlock(&queue->mutex);
	return entry;
}

void
alert_queue_done(struct alert_queue *queue, size_t count, bool told)
{
	atomic_fetch_add(told ? &queue->counts->told : &queue->counts->lost, count);
	atomic_fetch_sub(&queue->counts->queued, count);
}

bool
alert_queue_ends(struct alert_queue *queue, int64_t *until_us)
{
	bool ends;

	pthread_mutex_lock(&queue->mutex);
	ends = queue->ends;
	if (ends && until_us != NULL)
		*until_us = queue->until_us;
	pthread_mutex_unlock(&queue->mutex);
	return ends;
}
