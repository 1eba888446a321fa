/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/loop.h"

#include "base/size.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

/* Events that one call of the kernel gives. More make the calls fewer and the wait
 * of a timer longer. */
#define EVENTS 64

struct net_loop {
	int epoll;
	bool running, stop;
	int64_t now_ms;

	struct epoll_event events[EVENTS]; /* of this round */
	int event, event_count;            /* the one that is being served, and all */

	/* A binary heap: the children of place n are 2n and 2n+1; place 0 is not
	 * used. What is due first stands first, among equals what was set first. */
	struct net_timer **timers;
	size_t timer_count, timer_room;
	uint64_t turn; /* of the timer that is set next */

	struct net_watch waker; /* an eventfd */
	void (*woken)(void *context);
	void *woken_context;

	struct net_watch signals; /* a signalfd; -1: none */
	void (*signalled)(int signal, void *context);
	void *signalled_context;
};

static int64_t
microseconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
net_monotonic_us(void)
{
	return microseconds(CLOCK_MONOTONIC);
}

static int64_t
monotonic_ms(void)
{
	return net_monotonic_us() / 1000;
}

int64_t
net_clock_us(void)
{
	return microseconds(CLOCK_REALTIME);
}

int64_t
net_clock(void)
{
	return (int64_t)time(NULL);
}

int64_t
net_loop_now(const struct net_loop *loop)
{
	/* Between two runs no round brings it up to date. */
	return loop->running ? loop->now_ms : monotonic_ms();
}

/* Descriptors. A watch that waits for nothing is not in the kernel's set: there
 * a hang-up would be told again and again. */

static enum fsk_err
control(struct net_loop *loop, struct net_watch *watch, unsigned what)
{
	struct epoll_event event = {
	        .events = ((what & NET_READ) != 0 ? (uint32_t)EPOLLIN : 0) |
	                  ((what & NET_WRITE) != 0 ? (uint32_t)EPOLLOUT : 0),
	        .data.ptr = watch,
	};
	int operation = EPOLL_CTL_MOD;

	if (what == watch->what)
		return FSK_OK;
	if (watch->what == 0)
		operation = EPOLL_CTL_ADD;
	else if (what == 0)
		operation = EPOLL_CTL_DEL;
	if (epoll_ctl(loop->epoll, operation, watch->fd, &event) != 0)
		return errno == ENOMEM ? FSK_NOMEM : FSK_IO;
	watch->what = what;
	return FSK_OK;
}

/* Forgets what the kernel told of ${watch} in this round and was not served yet. */
static void
forget_events(struct net_loop *loop, const struct net_watch *watch)
{
	for (int i = loop->event; i < loop->event_count; i++) {
		if (loop->events[i].data.ptr == watch)
			loop->events[i].data.ptr = NULL;
	}
}

enum fsk_err
net_watch_begin(struct net_loop *loop, struct net_watch *watch, unsigned what)
{
	watch->what = 0;
	return control(loop, watch, what);
}

enum fsk_err
net_watch_change(struct net_loop *loop, struct net_watch *watch, unsigned what)
{
	if (what == 0)
		forget_events(loop, watch);
	return control(loop, watch, what);
}

void
net_watch_end(struct net_loop *loop, struct net_watch *watch)
{
	forget_events(loop, watch);
	/* What is in the set can be taken out of it; and what is not need not. */
	if (control(loop, watch, 0) != FSK_OK)
		watch->what = 0;
}

void
net_watch_close(struct net_loop *loop, struct net_watch *watch)
{
	/* The kernel takes what is closed out of the set (epoll(7), question 6). */
	if (watch->what != 0)
		forget_events(loop, watch);
	watch->what = 0;
	close(watch->fd);
	watch->fd = -1;
}

static void
serve_events(struct net_loop *loop)
{
	while (loop->event < loop->event_count && !loop->stop) {
		const struct epoll_event *event = &loop->events[loop->event++];
		struct net_watch *watch = event->data.ptr;
		unsigned what = 0;

		if (watch == NULL)
			continue;
		if ((event->events & EPOLLIN) != 0)
			what |= NET_READ;
		if ((event->events & EPOLLOUT) != 0)
			what |= NET_WRITE;
		if ((event->events & (EPOLLERR | EPOLLHUP)) != 0)
			what = NET_READ | NET_WRITE;
		watch->ready(watch, what);
	}
	loop->event = loop->event_count = 0;
}

/* Timers. */

static bool
sooner(const struct net_timer *a, const struct net_timer *b)
{
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->turn < b->turn;
}

static void
put(struct net_loop *loop, struct net_timer *timer, size_t place)
{
	loop->timers[place] = timer;
	timer->place = place;
}

/* Puts ${timer}, which stands nowhere, at ${place} or where it belongs above or
 * below it. */
static void
settle(struct net_loop *loop, struct net_timer *timer, size_t place)
{
	while (place > 1 && sooner(timer, loop->timers[place / 2])) {
		put(loop, loop->timers[place / 2], place);
		place /= 2;
	}
	for (;;) {
		size_t child = place * 2;

		if (child > loop->timer_count)
			break;
		if (child < loop->timer_count &&
		    sooner(loop->timers[child + 1], loop->timers[child]))
			child++;
		if (!sooner(loop->timers[child], timer))
			break;
		put(loop, loop->timers[child], place);
		place = child;
	}
	put(loop, timer, place);
}

static enum fsk_err
make_room(struct net_loop *loop)
{
	size_t room = loop->timer_room == 0 ? 16 : size_mul(loop->timer_room, 2);
	struct net_timer **grown;

	if (loop->timer_count + 1 < loop->timer_room)
		return FSK_OK;
	grown = realloc(loop->timers, size_mul(room, sizeof(struct net_timer *)));
	if (grown == NULL)
		return FSK_NOMEM;
	loop->timers = grown;
	loop->timer_room = room;
	return FSK_OK;
}

enum fsk_err
net_timer_set(struct net_loop *loop, struct net_timer *timer, int64_t after_ms)
{
	int64_t now = net_loop_now(loop);

	if (timer->place == 0) {
		if (make_room(loop) != FSK_OK)
			return FSK_NOMEM;
		timer->place = ++loop->timer_count;
	}
	if (after_ms < 0)
		after_ms = 0;
	timer->at_ms = after_ms > INT64_MAX - now ? INT64_MAX : now + after_ms;
	timer->turn = loop->turn++;
	settle(loop, timer, timer->place);
	return FSK_OK;
}

void
net_timer_end(struct net_loop *loop, struct net_timer *timer)
{
	size_t place = timer->place;
	struct net_timer *last;

	if (place == 0)
		return;
	timer->place = 0;
	last = loop->timers[loop->timer_count--];
	if (last != timer)
		settle(loop, last, place);
}

/* Calls what is due. What is set meanwhile waits for the next round, so that a
 * timer that sets itself for now does not keep all others waiting. */
static void
serve_timers(struct net_loop *loop)
{
	uint64_t turn = loop->turn;

	while (loop->timer_count > 0 && !loop->stop) {
		struct net_timer *timer = loop->timers[1];

		if (timer->at_ms > loop->now_ms || timer->turn >= turn)
			return;
		net_timer_end(loop, timer);
		timer->due(timer);
	}
}

/* Milliseconds until something is due; -1: nothing is. */
static int
next_due(const struct net_loop *loop)
{
	int64_t after;

	if (loop->timer_count == 0)
		return -1;
	after = loop->timers[1]->at_ms - loop->now_ms;
	if (after < 0)
		return 0;
	return after > INT_MAX ? INT_MAX : (int)after;
}

/* Signals and other threads. */

static void
take_wake(struct net_watch *watch, unsigned what)
{
	struct net_loop *loop = watch->context;
	uint64_t times;

	(void)what;
	/* The count goes back to 0 before the call, so that no wake is lost. */
	if (read(watch->fd, &times, sizeof(times)) == sizeof(times) && loop->woken != NULL)
		loop->woken(loop->woken_context);
}

void
net_loop_on_wake(struct net_loop *loop, void (*woken)(void *context), void *context)
{
	loop->woken = woken;
	loop->woken_context = context;
}

void
net_loop_wake(struct net_loop *loop)
{
	uint64_t once = 1;
	ssize_t wrote;

	do
		wrote = write(loop->waker.fd, &once, sizeof(once));
	while (wrote < 0 && errno == EINTR);
	/* It fails only when the count is full: then the loop is awake. */
}

static void
take_signals(struct net_watch *watch, unsigned what)
{
	struct net_loop *loop = watch->context;
	struct signalfd_siginfo info;

	(void)what;
	while (!loop->stop && read(watch->fd, &info, sizeof(info)) == sizeof(info))
		loop->signalled((int)info.ssi_signo, loop->signalled_context);
}

enum fsk_err
net_loop_signals(struct net_loop *loop, const int *signals,
                 void (*got)(int signal, void *context), void *context)
{
	sigset_t set;
	int error;

	sigemptyset(&set);
	for (; *signals != 0; signals++)
		sigaddset(&set, *signals);
	error = pthread_sigmask(SIG_BLOCK, &set, NULL);
	if (error != 0) {
		errno = error;
		return FSK_IO;
	}
	loop->signalled = got;
	loop->signalled_context = context;
	loop->signals = (struct net_watch){
	        .fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC),
	        .ready = take_signals,
	        .context = loop,
	};
	if (loop->signals.fd < 0)
		return FSK_IO;
	return net_watch_begin(loop, &loop->signals, NET_READ);
}

/* The loop itself. */

enum fsk_err
net_loop_new(struct net_loop **loop)
{
	struct net_loop *made = calloc(1, sizeof(*made));
	enum fsk_err err = FSK_IO;

	if (made == NULL)
		return FSK_NOMEM;
	made->epoll = epoll_create1(EPOLL_CLOEXEC);
	made->waker = (struct net_watch){
	        .fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC),
	        .ready = take_wake,
	        .context = made,
	};
	made->signals.fd = -1;
	if (made->epoll >= 0 && made->waker.fd >= 0)
		err = net_watch_begin(made, &made->waker, NET_READ);
	if (err != FSK_OK) {
		int error = errno;

		net_loop_free(made);
		errno = error;
		return err;
	}
	*loop = made;
	return FSK_OK;
}

void
net_loop_free(struct net_loop *loop)
{
	if (loop == NULL)
		return;
	if (loop->signals.fd >= 0)
		close(loop->signals.fd);
	if (loop->waker.fd >= 0)
		close(loop->waker.fd);
	if (loop->epoll >= 0)
		close(loop->epoll);
	free(loop->timers);
	free(loop);
}

enum fsk_err
net_loop_run(struct net_loop *loop)
{
	enum fsk_err err = FSK_OK;

	loop->stop = false;
	loop->now_ms = monotonic_ms();
	loop->running = true;
	while (!loop->stop) {
		int got = epoll_wait(loop->epoll, loop->events, EVENTS, next_due(loop));

		if (got < 0 && errno != EINTR) {
			err = FSK_IO;
			break;
		}
		loop->now_ms = monotonic_ms();
		loop->event = 0;
		loop->event_count = got > 0 ? got : 0;
		serve_events(loop);
		serve_timers(loop);
	}
	loop->running = false;
	return err;
}

void
net_loop_stop(struct net_loop *loop)
{
	loop->stop = true;
}
