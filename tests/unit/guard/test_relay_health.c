/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Upstreams that are slow, down, that come back; of several; others than before.
 */
#include "relay_scene.h"

#include <errno.h>
#include <sys/resource.h>

static struct scene scene;
static struct net_endpoint upstreams[GUARD_UPSTREAMS];

static bool
is_up(size_t n)
{
	struct guard_upstream_facts facts;

	assert_true(guard_relay_facts(scene.relay, n, &facts));
	assert_int_equal(facts.endpoint.port, upstreams[n].port);
	assert_true(address_equal(&facts.endpoint.address, &upstreams[n].address));
	return facts.up;
}

static void
ask_and_run(unsigned n, const char *name, bool stream)
{
	assert_true(ask(&scene, n, (uint16_t)n, name, stream));
	guard_relay_flush(scene.relay);
	run(&scene, n + 1, 0);
	assert_answered(&scene, n, (uint16_t)n, name);
}

/* Answers each second request, and to the first of two attempts. */
static void
answer_late(struct fake *fake, struct heard *heard)
{
	if (++fake->step % 2 == 0)
		answer_it(fake, &fake->heard[fake->heard_count - 2]);
	(void)heard;
}

static void
test_slow(void **state)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 1);

	(void)state;
	setting.attempt_ms = 20;
	begin_relay(&scene, &setting);
	scene.fakes[0]->script = answer_late;
	for (unsigned n = 0; n < 8; n++)
		ask_and_run(n, "slow.example", n >= 4);
	/* A test machine may be slow too: more attempts are no failure. */
	assert_true(COUNT(&scene, again) >= 8);
	assert_int_equal(COUNT(&scene, answered), 8);
	assert_int_equal(COUNT(&scene, given_up), 0);
	finish(&scene);
}

/* A closed port: the next one is asked at once, and the first no more until it is back. */
static void
test_refused(void **state)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 2);

	(void)state;
	begin_relay(&scene, &setting);
	fake_close(scene.fakes[0]);
	assert_true(is_up(0));
	for (unsigned n = 0; n < 10; n++)
		ask_and_run(n, "refused.example", false);
	assert_false(is_up(0));
	assert_true(is_up(1));
	assert_int_equal(scene.fakes[1]->heard_count, 10);
	/* Those that found out. */
	assert_int_equal(COUNT(&scene, again), 3);
	assert_int_equal(COUNT(&scene, given_up), 0);
	/* A copy of a request finds out that it is back; no client waits for it. */
	fake_open(scene.fakes[0], &upstreams[0]);
	for (unsigned n = 10; n < 400 && !is_up(0); n++) {
		ask_and_run(n, "back.example", false);
		run(&scene, 0, 10);
	}
	assert_true(is_up(0));
	assert_int_equal(scene.fakes[0]->heard_count, 1);
	assert_int_equal(COUNT(&scene, again), 3);
	ask_and_run((unsigned)scene.got_count, "first.example", false);
	assert_int_equal(scene.fakes[0]->heard_count, 2);
	finish(&scene);
}

static void
test_refused_streams(void **state)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 2);

	(void)state;
	begin_relay(&scene, &setting);
	fake_close(scene.fakes[0]);
	for (unsigned n = 0; n < 10; n++)
		ask_and_run(n, "refused.example", true);
	assert_int_equal(scene.fakes[1]->heard_count, 10);
	assert_int_equal(scene.fakes[1]->call_count, 1);
	assert_int_equal(COUNT(&scene, given_up), 0);
	/* UDP is judged by itself. */
	assert_true(is_up(0));
	finish(&scene);
}

static void
test_silent(void **state)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 3);

	(void)state;
	setting.attempt_ms = 20;
	begin_relay(&scene, &setting);
	scene.fakes[0]->script = keep_silent;
	scene.fakes[1]->script = keep_silent;
	for (unsigned n = 0; n < 10; n++)
		ask_and_run(n, "silent.example", n % 2 == 1);
	assert_false(is_up(0));
	assert_false(is_up(1));
	assert_true(is_up(2));
	/* It is not silent to each: no longer down with its first answer. */
	scene.fakes[1]->script = answer_it;
	for (unsigned n = 10; n < 400 && !is_up(1); n++) {
		ask_and_run(n, "again.example", false);
		run(&scene, 0, 10);
	}
	assert_true(is_up(1));
	finish(&scene);
}

/* Two that were not answered, and one that was: that is not down. */
static void
test_in_a_row(void **state)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 2);

	(void)state;
	setting.attempt_ms = 100;
	begin_relay(&scene, &setting);
	for (unsigned n = 0; n < 6; n++) {
		scene.fakes[0]->script = n % 3 == 2 ? answer_it : keep_silent;
		ask_and_run(n, "row.example", false);
	}
	assert_true(is_up(0));
	for (unsigned n = 6; n < 9; n++) {
		scene.fakes[0]->script = keep_silent;
		ask_and_run(n, "row.example", false);
	}
	assert_false(is_up(0));
	finish(&scene);
}

/* Nobody is there; one that comes back is asked though it was down. */
static void
test_all_down(void **state)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 2);

	(void)state;
	setting.attempt_ms = 10;
	setting.total_ms = 60;
	begin_relay(&scene, &setting);
	fake_close(scene.fakes[0]);
	fake_close(scene.fakes[1]);
	/* Three refusals each, and they are down. */
	for (unsigned n = 0; n < 60; n++) {
		assert_true(ask(&scene, n, 1, n % 4 == 0 ? "a.example" : "b.example",
		                n % 2 == 0));
		guard_relay_flush(scene.relay);
		if (n % 20 == 19)
			run(&scene, n + 1, 0);
	}
	for (unsigned n = 0; n < 60; n++) {
		assert_int_equal(scene.got[n].times, 1);
		assert_true(scene.got[n].none);
	}
	assert_int_equal(COUNT(&scene, given_up), 60);
	assert_true(scene.done >= 1 && scene.done <= 60);
	assert_false(is_up(0));
	assert_false(is_up(1));
	/* One comes back: it is asked though it was down. */
	setting.attempt_ms = 5000;
	setting.total_ms = 15000;
	assert_int_equal(guard_relay_change(scene.relay, &setting), FSK_OK);
	fake_open(scene.fakes[1], &upstreams[1]);
	ask_and_run(60, "c.example", false);
	ask_and_run(61, "c.example", true);
	assert_true(is_up(1));
	finish(&scene);
}

/* Who says at once that nobody is there is not waited for. */
static void
test_refused_by_all(void **state)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 2);

	(void)state;
	setting.attempt_ms = setting.total_ms = 3 * PATIENCE_MS;
	setting.upstream_count = 1;
	begin_relay(&scene, &setting);
	fake_close(scene.fakes[0]);
	for (unsigned n = 0; n < 8; n++)
		assert_true(
		        ask(&scene, n, 1, n < 4 ? "a.example" : "b.example", n % 2 == 0));
	guard_relay_flush(scene.relay);
	run(&scene, 8, 0);
	for (unsigned n = 0; n < 8; n++)
		assert_true(scene.got[n].times == 1 && scene.got[n].none);
	assert_int_equal(COUNT(&scene, given_up), 8);
	/* Another may still answer: what it was asked is waited for. */
	setting.upstream_count = 2;
	setting.attempt_ms = 20;
	assert_int_equal(guard_relay_change(scene.relay, &setting), FSK_OK);
	scene.fakes[1]->script = answer_late;
	ask_and_run(8, "c.example", false);
	ask_and_run(9, "c.example", true);
	assert_int_equal(COUNT(&scene, given_up), 8);
	finish(&scene);
}

/* Before it is given up those are asked, too, that were down. */
static void
test_refused_by_the_last(void **state)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 2);

	(void)state;
	setting.attempt_ms = 20;
	begin_relay(&scene, &setting);
	scene.fakes[0]->script = keep_silent;
	for (unsigned n = 0; n < 8; n++)
		ask_and_run(n, "silent.example", n % 2 == 0);
	assert_false(is_up(0));
	assert_true(is_up(1));
	setting.attempt_ms = setting.total_ms = 3 * PATIENCE_MS;
	assert_int_equal(guard_relay_change(scene.relay, &setting), FSK_OK);
	scene.fakes[0]->script = answer_it;
	fake_close(scene.fakes[1]);
	ask_and_run(8, "a.example", false);
	ask_and_run(9, "b.example", true);
	finish(&scene);
}

/* One that was silent before it went away gives no more answers. */
static void
test_refused_at_last(void **state)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 1);

	(void)state;
	setting.attempt_ms = 50;
	setting.total_ms = 3 * PATIENCE_MS;
	begin_relay(&scene, &setting);
	scene.fakes[0]->script = keep_silent;
	assert_true(ask(&scene, 0, 1, "a.example", false));
	guard_relay_flush(scene.relay);
	run(&scene, 0, 10);
	fake_close(scene.fakes[0]);
	run(&scene, 1, 0);
	assert_true(scene.got[0].none);
	finish(&scene);
}

/* Without an answer at all. */
static void
test_given_up(void **state)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 1);

	(void)state;
	setting.attempt_ms = 5;
	setting.total_ms = 100;
	begin_relay(&scene, &setting);
	scene.fakes[0]->script = keep_silent;
	assert_true(ask(&scene, 0, 1, "a.example", false));
	assert_true(ask(&scene, 1, 1, "a.example", true));
	guard_relay_flush(scene.relay);
	run(&scene, 2, 0);
	assert_true(scene.got[0].none && scene.got[1].none);
	assert_true(scene.fakes[0]->heard_count > 4);
	/* What comes now is too late. */
	answer_it(scene.fakes[0], &scene.fakes[0]->heard[0]);
	run(&scene, 0, 20);
	assert_int_equal(scene.got[0].times, 1);
	finish(&scene);
}

/* Others are asked from now on; what is under way goes on. */
static void
test_change(void **state)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 3), other;
	struct guard_upstream_facts facts;
	struct net_endpoint late;

	(void)state;
	other = setting;
	setting.upstream_count = 2;
	begin_relay(&scene, &setting);
	scene.fakes[0]->script = keep_silent;
	assert_true(ask(&scene, 0, 1, "old.example", false));
	assert_true(ask(&scene, 1, 2, "old.example", true));
	guard_relay_flush(scene.relay);
	run(&scene, 0, 20);
	assert_int_equal(scene.fakes[0]->heard_count, 2);
	/* The second stays, and is the second once more. */
	upstreams[0] = upstreams[2];
	other.upstream_count = 2;
	assert_int_equal(guard_relay_change(scene.relay, &other), FSK_OK);
	assert_true(is_up(0) && is_up(1));
	assert_false(guard_relay_facts(scene.relay, 2, &facts));
	assert_true(ask(&scene, 2, 3, "new.example", false));
	assert_true(ask(&scene, 3, 4, "new.example", true));
	guard_relay_flush(scene.relay);
	run(&scene, 2, 0);
	assert_int_equal(scene.fakes[2]->heard_count, 2);
	assert_answered(&scene, 2, 3, "new.example");
	assert_answered(&scene, 3, 4, "new.example");
	answer_it(scene.fakes[0], &scene.fakes[0]->heard[0]);
	answer_it(scene.fakes[0], &scene.fakes[0]->heard[1]);
	run(&scene, 4, 0);
	assert_answered(&scene, 0, 1, "old.example");
	assert_answered(&scene, 1, 2, "old.example");
	/* When nothing is under way there its sockets close. */
	run(&scene, 0, 1100);
	run(&scene, 0, 1100);
	scene.fakes[0]->heard_count = 0;
	late = scene.fakes[0]->heard[0].peer;
	assert_int_equal(net_open_udp(&late, &scene.fakes[0]->heard[0].fd, NULL), FSK_OK);
	close(scene.fakes[0]->heard[0].fd);
	/* One that cannot be: nothing changes. */
	other.upstream_count = 0;
	assert_int_equal(guard_relay_change(scene.relay, &other), FSK_RANGE);
	assert_true(is_up(1));
	finish(&scene);
}

/* No descriptors are left: what there are serve on. */
static void
test_descriptors(void **state)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 1);
	struct guard_relay *none;
	struct rlimit old, few;
	int next = dup(0);

	(void)state;
	setting.attempt_ms = 20;
	setting.total_ms = 60;
	begin_relay(&scene, &setting);
	assert_true(next >= 0);
	close(next);
	next = dup(0);
	close(next);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	few = old;
	few.rlim_cur = (rlim_t)next;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_int_equal(guard_relay_new(&setting, scene.loop, &none), FSK_IO);
	assert_int_equal(errno, EMFILE);
	assert_true(ask(&scene, 0, 1, "a.example", true));
	assert_true(ask(&scene, 1, 1, "a.example", false));
	guard_relay_flush(scene.relay);
	run(&scene, 2, 0);
	assert_true(scene.got[0].none);
	assert_answered(&scene, 1, 1, "a.example");
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_true(is_up(0));
	assert_true(ask(&scene, 2, 1, "a.example", true));
	guard_relay_flush(scene.relay);
	run(&scene, 3, 0);
	assert_answered(&scene, 2, 1, "a.example");
	finish(&scene);
}

/* Ports end by use: thousands of requests see more than the first ones. */
static void
test_ports_change(void **state)
{
	static bool ports[65536];
	size_t count = 0, heard_count;
	unsigned asked = 0;

	(void)state;
	struct guard_relay_setting setting = begin(&scene, upstreams, 1);

	begin_relay(&scene, &setting);
	while (count <= GUARD_PORTS && asked < 600000) {
		for (unsigned n = 0; n < 64; n++, asked++) {
			char name[30];

			snprintf(name, sizeof(name), "%u.example", n);
			scene.got[n].times = 0;
			assert_true(ask(&scene, n, 1, name, false));
		}
		guard_relay_flush(scene.relay);
		run(&scene, asked, 0);
		heard_count = scene.fakes[0]->heard_count;
		for (size_t i = 0; i < heard_count; i++) {
			uint16_t port = scene.fakes[0]->heard[i].peer.port;

			count += !ports[port];
			ports[port] = true;
		}
		scene.fakes[0]->heard_count = 0;
	}
	assert_true(count > GUARD_PORTS);
	finish(&scene);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_slow),
	        cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_refused_streams),
	        cmocka_unit_test(test_silent),
	        cmocka_unit_test(test_in_a_row),
	        cmocka_unit_test(test_all_down),
	        cmocka_unit_test(test_refused_by_all),
	        cmocka_unit_test(test_refused_by_the_last),
	        cmocka_unit_test(test_refused_at_last),
	        cmocka_unit_test(test_given_up),
	        cmocka_unit_test(test_change),
	        cmocka_unit_test(test_descriptors),
	        cmocka_unit_test(test_ports_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
