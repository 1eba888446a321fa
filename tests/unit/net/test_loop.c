/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The loop: timers in their order, descriptors that others end, wakes from other
 * threads, signals.
 */
#include "net/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* A loop, and what happened in it. */
struct scene {
	struct net_loop *loop;
	int called[16];
	int calls;
	struct net_timer end; /* stops the loop */
};

static void
note(struct scene *scene, int what)
{
	if (scene->calls < 16)
		scene->called[scene->calls] = what;
	scene->calls++;
}

static void
stop(struct net_timer *timer)
{
	net_loop_stop(timer->context);
}

static void
begin(struct scene *scene)
{
	memset(scene, 0, sizeof(*scene));
	assert_int_equal(net_loop_new(&scene->loop), FSK_OK);
	scene->end = (struct net_timer){.due = stop, .context = scene->loop};
}

/* Runs for ${ms}. */
static void
run(struct scene *scene, int64_t ms)
{
	assert_int_equal(net_timer_set(scene->loop, &scene->end, ms), FSK_OK);
	assert_int_equal(net_loop_run(scene->loop), FSK_OK);
}

/* A timer with a number. */
struct numbered {
	struct net_timer timer;
	struct scene *scene;
	struct numbered *other;
	int number;
};

static void
due(struct net_timer *timer)
{
	struct numbered *numbered = timer->context;

	note(numbered->scene, numbered->number);
}

static void
number(struct scene *scene, struct numbered *timers, int count)
{
	memset(timers, 0, (size_t)count * sizeof(*timers));
	for (int i = 0; i < count; i++) {
		timers[i].timer = (struct net_timer){.due = due, .context = &timers[i]};
		timers[i].scene = scene;
		timers[i].number = i;
	}
}

static void
assert_called(const struct scene *scene, const int *wanted, int count)
{
	assert_int_equal(scene->calls, count);
	for (int i = 0; i < count; i++)
		assert_int_equal(scene->called[i], wanted[i]);
}

static void
test_timers_in_order(void **state)
{
	static const int64_t after[] = {9, 3, 3, -5, 6, 0};
	struct numbered timers[6];
	struct scene scene;

	(void)state;
	begin(&scene);
	number(&scene, timers, 6);
	for (int i = 0; i < 6; i++)
		assert_int_equal(net_timer_set(scene.loop, &timers[i].timer, after[i]),
		                 FSK_OK);
	run(&scene, 12);
	/* Less than 0 is 0, and what was set first is first. */
	assert_called(&scene, (int[]){3, 5, 1, 2, 4, 0}, 6);
	for (int i = 0; i < 6; i++)
		assert_int_equal(timers[i].timer.place, 0);
	net_loop_free(scene.loop);
}

static void
test_timer_is_not_early(void **state)
{
	struct scene scene;
	int64_t before;

	(void)state;
	begin(&scene);
	before = net_loop_now(scene.loop);
	run(&scene, 30);
	assert_in_range(net_loop_now(scene.loop) - before, 30, 5000);
	net_loop_free(scene.loop);
}

static void
test_timer_moved_and_ended(void **state)
{
	struct numbered timers[3];
	struct scene scene;

	(void)state;
	begin(&scene);
	number(&scene, timers, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(net_timer_set(scene.loop, &timers[i].timer, 2), FSK_OK);
	assert_int_equal(net_timer_set(scene.loop, &timers[0].timer, 6), FSK_OK);
	net_timer_end(scene.loop, &timers[1].timer);
	net_timer_end(scene.loop, &timers[1].timer); /* twice does nothing */
	run(&scene, 9);
	assert_called(&scene, (int[]){2, 0}, 2);
	net_loop_free(scene.loop);
}

/* One that ends the other, which is due at the same moment, and sets itself. */
static void
due_and_end_other(struct net_timer *timer)
{
	struct numbered *numbered = timer->context;

	note(numbered->scene, numbered->number);
	net_timer_end(numbered->scene->loop, &numbered->other->timer);
	if (numbered->scene->calls < 3)
		assert_int_equal(net_timer_set(numbered->scene->loop, timer, 0), FSK_OK);
	else
		net_loop_stop(numbered->scene->loop);
}

static void
test_timer_ends_another(void **state)
{
	struct numbered timers[2];
	struct scene scene;

	(void)state;
	begin(&scene);
	number(&scene, timers, 2);
	timers[0].timer.due = due_and_end_other;
	timers[0].other = &timers[1];
	for (int i = 0; i < 2; i++)
		assert_int_equal(net_timer_set(scene.loop, &timers[i].timer, 1), FSK_OK);
	/* The third call ends it: an end by the clock comes before that on a slow machine.
	 */
	run(&scene, 60000);
	assert_called(&scene, (int[]){0, 0, 0}, 3);
	net_loop_free(scene.loop);
}

/* Of many timers, set, moved and ended as it comes, the heap calls the right ones
 * in the right order. */
#define MANY 500

static int64_t last_at;

static void
due_in_order(struct net_timer *timer)
{
	struct numbered *numbered = timer->context;

	assert_true(timer->at_ms >= last_at);
	assert_true(timer->at_ms <= net_loop_now(numbered->scene->loop));
	last_at = timer->at_ms;
	assert_int_equal(numbered->number, 1); /* it was to be called */
	numbered->number = 2;
}

static void
test_many_timers(void **state)
{
	static struct numbered timers[MANY];
	struct scene scene;
	unsigned chance = 1;

	(void)state;
	begin(&scene);
	number(&scene, timers, MANY);
	last_at = 0;
	for (int i = 0; i < MANY; i++) {
		timers[i].timer.due = due_in_order;
		timers[i].number = 0;
	}
	for (int i = 0; i < MANY * 10; i++) {
		struct numbered *picked;

		chance = chance * 1103515245u + 12345u;
		picked = &timers[(chance >> 16) % MANY];
		picked->number = (chance >> 8) % 3 != 0;
		if (picked->number == 0)
			net_timer_end(scene.loop, &picked->timer);
		else
			assert_int_equal(net_timer_set(scene.loop, &picked->timer,
			                               (int64_t)(chance >> 12) % 20),
			                 FSK_OK);
	}
	run(&scene, 60);
	for (int i = 0; i < MANY; i++)
		assert_true(timers[i].number != 1);
	net_loop_free(scene.loop);
}

/* A descriptor of a pair of sockets. */
struct end {
	struct net_watch watch;
	struct scene *scene;
	struct net_watch *other; /* to be ended by this one; NULL: none */
	bool close;              /* with its descriptor */
	int number;
	bool drain;
	unsigned what; /* of the last call */
};

static void
ready(struct net_watch *watch, unsigned what)
{
	struct end *end = watch->context;
	char octet;

	note(end->scene, end->number);
	end->what = what;
	if (end->drain)
		assert_int_equal(read(watch->fd, &octet, 1), 1);
	if (end->other != NULL && end->close)
		net_watch_close(end->scene->loop, end->other);
	else if (end->other != NULL)
		net_watch_end(end->scene->loop, end->other);
}

static void
pair(struct scene *scene, struct end ends[2])
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	for (int i = 0; i < 2; i++) {
		ends[i] = (struct end){
		        .watch = {.fd = fds[i], .ready = ready, .context = &ends[i]},
		        .scene = scene,
		        .number = i};
	}
}

static void
close_pair(struct end ends[2])
{
	close(ends[0].watch.fd);
	close(ends[1].watch.fd);
}

static void
test_read_and_write(void **state)
{
	struct scene scene;
	struct end ends[2];

	(void)state;
	begin(&scene);
	pair(&scene, ends);
	ends[0].drain = true;
	assert_int_equal(net_watch_begin(scene.loop, &ends[0].watch, NET_READ), FSK_OK);
	run(&scene, 3);
	assert_int_equal(scene.calls, 0);
	assert_int_equal(write(ends[1].watch.fd, "xy", 2), 2);
	run(&scene, 5);
	assert_int_equal(scene.calls, 2); /* level-triggered: once an octet here */
	assert_int_equal(ends[0].what, NET_READ);

	scene.calls = 0;
	ends[0].drain = false;
	ends[0].other = &ends[0].watch; /* it ends itself */
	assert_int_equal(net_watch_change(scene.loop, &ends[0].watch, NET_READ | NET_WRITE),
	                 FSK_OK);
	run(&scene, 5);
	assert_int_equal(scene.calls, 1);
	assert_int_equal(ends[0].what, NET_WRITE);
	net_watch_end(scene.loop, &ends[0].watch); /* twice does nothing */
	close_pair(ends);
	net_loop_free(scene.loop);
}

/* Two are ready in one round; the first that is called ends the other. */
static void
test_watch_ends_another(void **state)
{
	struct scene scene;
	struct end ends[2];

	(void)state;
	begin(&scene);
	pair(&scene, ends);
	for (int i = 0; i < 2; i++) {
		ends[i].other = &ends[1 - i].watch;
		assert_int_equal(net_watch_begin(scene.loop, &ends[i].watch, NET_WRITE),
		                 FSK_OK);
	}
	run(&scene, 3);
	assert_true(scene.calls > 0);
	for (int i = 1; i < scene.calls && i < 16; i++)
		assert_int_equal(scene.called[i], scene.called[0]);
	close_pair(ends);
	net_loop_free(scene.loop);
}

/* The same with the descriptor; whoever gets its number then is told of. */
static void
test_watch_closes_another(void **state)
{
	struct scene scene;
	struct end ends[2], others[2];
	int closed;

	(void)state;
	begin(&scene);
	pair(&scene, ends);
	for (int i = 0; i < 2; i++) {
		ends[i].other = &ends[1 - i].watch;
		ends[i].close = true;
		assert_int_equal(net_watch_begin(scene.loop, &ends[i].watch, NET_WRITE),
		                 FSK_OK);
	}
	run(&scene, 0);
	assert_int_equal(scene.calls, 1);
	closed = scene.called[0] == 0 ? 1 : 0;
	assert_int_equal(ends[closed].watch.fd, -1);
	assert_int_equal(read(ends[1 - closed].watch.fd, &closed, 1), 0);

	pair(&scene, others);
	assert_int_equal(net_watch_begin(scene.loop, &others[0].watch, NET_READ), FSK_OK);
	net_watch_close(scene.loop, &others[0].watch);
	net_watch_close(scene.loop, &others[1].watch); /* never begun */
	net_watch_close(scene.loop, &ends[scene.called[0]].watch);
	pair(&scene, others);
	scene.calls = 0;
	others[1].number = 7;
	assert_int_equal(net_watch_begin(scene.loop, &others[1].watch, NET_READ), FSK_OK);
	assert_int_equal(write(others[0].watch.fd, "x", 1), 1);
	others[1].other = &others[1].watch;
	run(&scene, 3);
	assert_int_equal(scene.calls, 1);
	assert_int_equal(scene.called[0], 7);
	close_pair(others);
	net_loop_free(scene.loop);
}

static void
test_hang_up(void **state)
{
	struct scene scene;
	struct end ends[2];

	(void)state;
	begin(&scene);
	pair(&scene, ends);
	ends[0].other = &ends[0].watch;
	assert_int_equal(net_watch_begin(scene.loop, &ends[0].watch, 0), FSK_OK);
	close(ends[1].watch.fd);
	run(&scene, 3);
	assert_int_equal(scene.calls, 0); /* it waits for nothing */
	assert_int_equal(net_watch_change(scene.loop, &ends[0].watch, NET_READ), FSK_OK);
	run(&scene, 3);
	assert_int_equal(scene.calls, 1);
	assert_int_equal(ends[0].what, NET_READ | NET_WRITE);
	close(ends[0].watch.fd);
	net_loop_free(scene.loop);
}

static void
test_bad_descriptor(void **state)
{
	struct net_watch watch = {.fd = -1, .ready = ready};
	struct scene scene;

	(void)state;
	begin(&scene);
	assert_int_equal(net_watch_begin(scene.loop, &watch, NET_READ), FSK_IO);
	assert_int_equal(errno, EBADF);
	net_watch_end(scene.loop, &watch);
	net_loop_free(scene.loop);
}

/* A timer that sets itself for now does not keep descriptors waiting. */
static void
due_again(struct net_timer *timer)
{
	struct numbered *numbered = timer->context;

	assert_int_equal(net_timer_set(numbered->scene->loop, timer, 0), FSK_OK);
}

static void
test_timer_starves_nobody(void **state)
{
	struct numbered timer;
	struct scene scene;
	struct end ends[2];

	(void)state;
	begin(&scene);
	pair(&scene, ends);
	number(&scene, &timer, 1);
	timer.timer.due = due_again;
	assert_int_equal(net_timer_set(scene.loop, &timer.timer, 0), FSK_OK);
	assert_int_equal(net_watch_begin(scene.loop, &ends[0].watch, NET_WRITE), FSK_OK);
	run(&scene, 3);
	assert_true(scene.calls > 0);
	close_pair(ends);
	net_loop_free(scene.loop);
}

static void
woken(void *context)
{
	struct scene *scene = context;

	note(scene, 1);
	net_loop_stop(scene->loop);
}

static void *
wake(void *context)
{
	struct scene *scene = context;

	for (int i = 0; i < 1000; i++)
		net_loop_wake(scene->loop);
	return NULL;
}

static void
test_wake_from_thread(void **state)
{
	struct scene scene;
	pthread_t threads[3];

	(void)state;
	begin(&scene);
	net_loop_on_wake(scene.loop, woken, &scene);
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, wake, &scene), 0);
	/* No timer is set: only a wake ends this run. */
	assert_int_equal(net_loop_run(scene.loop), FSK_OK);
	assert_int_equal(scene.calls, 1);
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	/* All that is left is told once, not 3000 times. */
	net_loop_wake(scene.loop);
	assert_int_equal(net_loop_run(scene.loop), FSK_OK);
	assert_int_equal(scene.calls, 2);
	run(&scene, 3);
	assert_int_equal(scene.calls, 2);
	net_loop_free(scene.loop);
}

static void
got_signal(int signal, void *context)
{
	note(context, signal);
}

static void
test_signals(void **state)
{
	struct scene scene;
	sigset_t before;

	(void)state;
	begin(&scene);
	assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &before), 0);
	assert_int_equal(net_loop_signals(scene.loop, (int[]){SIGHUP, SIGTERM, 0},
	                                  got_signal, &scene),
	                 FSK_OK);
	assert_int_equal(raise(SIGTERM), 0);
	assert_int_equal(raise(SIGHUP), 0);
	run(&scene, 5);
	assert_called(&scene, (int[]){SIGHUP, SIGTERM}, 2); /* by their numbers */
	net_loop_free(scene.loop);
	assert_int_equal(pthread_sigmask(SIG_SETMASK, &before, NULL), 0);
}

static void
test_free_nothing(void **state)
{
	(void)state;
	net_loop_free(NULL);
	assert_in_range(net_clock(), 1700000000, INT64_C(32503680000));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_timers_in_order),
	        cmocka_unit_test(test_timer_is_not_early),
	        cmocka_unit_test(test_timer_moved_and_ended),
	        cmocka_unit_test(test_timer_ends_another),
	        cmocka_unit_test(test_many_timers),
	        cmocka_unit_test(test_read_and_write),
	        cmocka_unit_test(test_watch_ends_another),
	        cmocka_unit_test(test_watch_closes_another),
	        cmocka_unit_test(test_hang_up),
	        cmocka_unit_test(test_bad_descriptor),
	        cmocka_unit_test(test_timer_starves_nobody),
	        cmocka_unit_test(test_wake_from_thread),
	        cmocka_unit_test(test_signals),
	        cmocka_unit_test(test_free_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
