/* SPDX-License-Identifier: BSD-2-Clause
 *
 * net/loop.h: one thread that waits for descriptors, timers, signals and other
 * threads, and calls who asked (epoll, timerfd-less timers in a heap, signalfd,
 * eventfd). Level-triggered. A loop belongs to the thread that runs it; only
 * net_loop_wake() may be called from others. Time is CLOCK_MONOTONIC, in
 * milliseconds; the calendar is asked by net_clock() and net_clock_us() only.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <foresink/err.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct net_loop;

#define NET_READ 1u
#define NET_WRITE 2u

/* A descriptor that is watched. Owned by the caller, at a fixed place while it is
 * watched; may be removed by its own call and by others. */
struct net_watch {
	int fd;
	void (*ready)(struct net_watch *watch,
	              unsigned what); /* NET_READ, NET_WRITE; an
	                               * error or a hang-up is both */
	void *context;
	unsigned what; /* the loop's: what it waits for */
};

/* A moment at which somebody wants to be called. Owned by the caller, zeroed before
 * first use, at a fixed place while it is set. */
struct net_timer {
	void (*due)(struct net_timer *timer);
	void *context;
	int64_t at_ms; /* the loop's */
	uint64_t turn; /* the loop's: of two for the same moment the one set first is first
	                */
	size_t place;  /* the loop's: from 1; 0: not set */
};

FSK_MUST_USE enum fsk_err net_loop_new(struct net_loop **loop);
void net_loop_free(struct net_loop *loop);

/* Watches ${watch}->fd for ${what}; net_watch_change() says anew for what (0: for
 * nothing, not even a hang-up). FSK_IO with errno, FSK_NOMEM. net_watch_end() forgets
 * it, and does nothing to one that is zeroed or has ended; the caller closes the
 * descriptor after that. */
FSK_MUST_USE enum fsk_err net_watch_begin(struct net_loop *loop, struct net_watch *watch,
                                          unsigned what);
FSK_MUST_USE enum fsk_err net_watch_change(struct net_loop *loop, struct net_watch *watch,
                                           unsigned what);
void net_watch_end(struct net_loop *loop, struct net_watch *watch);

/* Forgets ${watch}, begun or zeroed but for its descriptor, and closes that: one call of
 * the kernel instead of two. The descriptor must be the only one of its connection: one
 * that was made of it with dup() or fork() would be told of, to nobody who is there. */
void net_watch_close(struct net_loop *loop, struct net_watch *watch);

/* Calls ${timer} once, ${after_ms} from now (less than 0 is 0), and not before the next
 * round; a timer that is set is moved, which never fails. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err net_timer_set(struct net_loop *loop, struct net_timer *timer,
                                        int64_t after_ms);
void net_timer_end(struct net_loop *loop, struct net_timer *timer);

/* Blocks ${signals} (0 ends them) in the calling thread, which must be the first, before
 * others are started, and calls ${got} with each that comes. Once a loop; they stay
 * blocked when it is freed. FSK_IO with errno, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err net_loop_signals(struct net_loop *loop, const int *signals,
                                           void (*got)(int signal, void *context),
                                           void *context);

/* From any thread, any number of times: ${woken}, which is set once before, is
 * called in the loop's thread soon after; once for several calls in a row. */
void net_loop_on_wake(struct net_loop *loop, void (*woken)(void *context), void *context);
void net_loop_wake(struct net_loop *loop);

/* Runs until net_loop_stop() is called in it; may be run again. FSK_IO with errno. */
FSK_MUST_USE enum fsk_err net_loop_run(struct net_loop *loop);
void net_loop_stop(struct net_loop *loop);

/* Milliseconds of the monotonic clock when the present round began; of now, while it
 * does not run. */
int64_t net_loop_now(const struct net_loop *loop);

/* The calendar's second, UTC, and its microsecond since 1970. */
int64_t net_clock(void);
int64_t net_clock_us(void);

/* Microseconds of the monotonic clock, of now. */
int64_t net_monotonic_us(void);

#endif
