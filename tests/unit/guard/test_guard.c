/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The guard as a whole: what is blocked and what is relayed by each way in, lists that are
 * swapped under load, policies and upstreams that change, passes, and what it cannot begin
 * with.
 */
#include "front.h"

static int unanswered = -1; /* a socket by which one question waits in vain */

static int
set_up(void **state)
{
	uint8_t question[400];
	size_t len;

	(void)state;
	begin_guard(64, 64);
	unanswered = reach(SOCK_DGRAM, NULL, 0);
	len = write_framed(question, "x.never", 7);
	send_all(unanswered, question + 2, len - 2);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	if (unanswered >= 0)
		close(unanswered);
	end_guard();
	return 0;
}

/* The text of a name below the bot's. */
static const char *
below_bot(char text[FSK_NAME_MAX + 8])
{
	snprintf(text, FSK_NAME_MAX + 8, "Www.%s", bot.text);
	return text;
}

static void
test_ways(void **state)
{
	unsigned asked = upstream.asked;
	char name[FSK_NAME_MAX + 8];

	(void)state;
	below_bot(name);
	for (size_t n = 0; n < 2; n++) {
		int datagrams = reach(SOCK_DGRAM, NULL, n),
		    stream = reach(SOCK_STREAM, NULL, n);

		assert_int_equal(ask_over(datagrams, false, name), 3);
		assert_int_equal(ask_over(stream, true, name), 3);
		assert_int_equal(ask_over(datagrams, false, "Www.Example.COM"), 0);
		assert_int_equal(ask_over(stream, true, "Www.Example.COM"), 0);
		assert_int_equal(ask_over(stream, true, bot.text), 3);
		close(datagrams);
		close(stream);
	}
	assert_true(upstream.asked >= asked + 4);
	assert_int_equal(upstream.leaked, 0);
	assert_int_equal(count().answered[GUARD_NXDOMAIN], 6);
	assert_true(count().relayed >= 4);
	assert_int_equal(count().tcp, 6);
}

static void
test_strangers(void **state)
{
	struct guard_setting other = setting;
	int datagrams = reach(SOCK_DGRAM, "127.0.0.1", 0);
	int stream = reach(SOCK_STREAM, "127.0.0.1", 0);
	uint8_t out[16];

	(void)state;
	other.policy.client_count = 0;
	assert_int_equal(guard_change(guard, &other), FSK_OK);
	assert_int_equal(ask_over(datagrams, false, "example.com"), 5);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(ask_over(stream, true, "example.com"), 5);
	assert_false(read_all(stream, out, 1)); /* who goes on is turned away */
	assert_int_equal(guard_change(guard, &setting), FSK_OK);
	assert_int_equal(ask_over(datagrams, false, "example.com"), 0);
	close(datagrams);
	close(stream);
}

/* Asks on until it is told to stop; counts what was not as it must be. */
static struct {
	_Atomic bool stop;
	_Atomic unsigned asked, wrong;
} load;

static void *
ask_on(void *context)
{
	int fd = *(const int *)context;
	uint8_t out[1500], question[400];
	char name[FSK_NAME_MAX + 8];
	size_t len = write_framed(question, below_bot(name), 1);

	while (!load.stop) {
		struct pollfd wanted = {.fd = fd, .events = POLLIN};

		if (send(fd, question + 2, len - 2, MSG_NOSIGNAL) != (ssize_t)len - 2 ||
		    poll(&wanted, 1, SOON_MS) != 1 || recv(fd, out, sizeof(out), 0) < 12 ||
		    (out[3] & 0xf) != 3)
			load.wrong++;
		load.asked++;
	}
	return NULL;
}

static void
test_swap(void **state)
{
	pthread_t threads[2];
	int fds[2] = {reach(SOCK_DGRAM, NULL, 0), reach(SOCK_DGRAM, NULL, 1)};
	unsigned before = 0;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_on, &fds[i]), 0);
	for (uint32_t i = 2; i < 40; i++) {
		assert_int_equal(guard_swap(guard, make_lists(i)), FSK_OK);
		/* Each is asked of: they are no quicker than those who ask. */
		while (load.asked < before + 10 && load.wrong == 0)
			usleep(100);
		before = load.asked;
		if (i % 8 == 0)
			assert_int_equal(guard_change(guard, &setting), FSK_OK);
	}
	load.stop = true;
	for (size_t i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		close(fds[i]);
	}
	assert_int_equal(load.wrong, 0);
	assert_true(load.asked >= 380);
	assert_int_equal(upstream.leaked, 0);
	assert_int_equal(guard_facts(guard).serial, 39);
	assert_int_equal(guard_facts(guard).names, 250);
}

static void
test_change(void **state)
{
	enum guard_action *actions = calloc(dga_generator_count(), sizeof(*actions));
	struct guard_setting other = setting;
	int fd = reach(SOCK_DGRAM, NULL, 0);

	(void)state;
	actions[generator] = GUARD_NODATA;
	other.policy.actions = actions;
	assert_int_equal(guard_change(guard, &other), FSK_OK);
	free(actions);
	assert_int_equal(ask_over(fd, false, bot.text), 0);
	assert_int_equal(count().answered[GUARD_NODATA], 1);
	other = setting;
	other.listen_count = 1;
	assert_int_equal(guard_change(guard, &other), FSK_RANGE);
	other = setting;
	other.workers = 3;
	assert_int_equal(guard_change(guard, &other), FSK_RANGE);
	other = setting;
	other.upstream_count = 0;
	assert_int_not_equal(guard_change(guard, &other), FSK_OK);
	assert_int_equal(ask_over(fd, false, bot.text), 0); /* as it was */
	assert_int_equal(guard_change(guard, &setting), FSK_OK);
	assert_int_equal(ask_over(fd, false, bot.text), 3);
	assert_int_equal(ask_over(fd, false, "still.example"), 0);
	close(fd);
}

static void
test_upstream(void **state)
{
	struct guard_upstream_facts facts;

	(void)state;
	assert_true(guard_upstream(guard, 0, &facts));
	assert_true(facts.up);
	assert_int_equal(facts.endpoint.port, upstream.endpoint.port);
	assert_true(facts.asked > 0 && facts.answered > 0);
	assert_false(guard_upstream(guard, 1, &facts));
}

static void
test_passes(void **state)
{
	struct guard_pass pass = {.name = bot,
	                          .since = today,
	                          .until = today + DATE_DAY,
	                          .has_client = true,
	                          .reason = "a test"};
	struct fsk_name other = {.len = 3, .text = "a.b"};
	int fd = reach(SOCK_DGRAM, "127.0.0.9", 0), far = reach(SOCK_DGRAM, "127.0.7.9", 0);
	unsigned leaked = upstream.leaked;
	struct guard_passes *set;
	size_t ended = 7;

	(void)state;
	assert_int_equal(guard_prefix_read(span_of("127.0.0.9"), &pass.client), FSK_OK);
	assert_true(guard_has(guard, &bot));
	assert_false(guard_has(guard, &other));
	assert_int_equal(guard_allow(guard, &pass), FSK_OK);
	assert_true(guard_has(guard, &bot)); /* it is on its list all the same */
	assert_int_equal(guard_allow(guard, &pass), FSK_OK);
	assert_int_equal(guard_passes_count(guard_passes(guard)), 1);
	assert_int_equal(ask_over(fd, false, bot.text), 0);
	assert_int_equal(ask_over(far, false, bot.text), 3);
	assert_int_equal(upstream.leaked, leaked + 1);
	assert_int_equal(guard_end_pass(guard, &other, NULL, &ended), FSK_OK);
	assert_int_equal(ended, 0);
	pass.has_client = false;
	assert_int_equal(guard_allow(guard, &pass), FSK_OK);
	assert_int_equal(guard_passes_count(guard_passes(guard)), 2);
	assert_int_equal(ask_over(far, false, bot.text), 0);
	assert_int_equal(guard_end_pass(guard, &bot, &pass.client, &ended), FSK_OK);
	assert_int_equal(ended, 1);
	assert_int_equal(ask_over(fd, false, bot.text), 0);
	assert_int_equal(guard_end_pass(guard, &bot, NULL, &ended), FSK_OK);
	assert_int_equal(ended, 1);
	assert_int_equal(ask_over(fd, false, bot.text), 3);
	assert_int_equal(guard_passes_new(&pass, 1, today, &set), FSK_OK);
	guard_set_passes(guard, set);
	assert_int_equal(ask_over(fd, false, bot.text), 0);
	guard_set_passes(guard, NULL);
	assert_int_equal(ask_over(fd, false, bot.text), 3);
	upstream.leaked = leaked;
	close(fd);
	close(far);
}

static void
test_cannot(void **state)
{
	struct guard_setting other = setting;
	struct net_endpoint taken[2] = {listens[0], listens[0]};
	struct guard *made = NULL;
	size_t which = 7;
	int fd;

	(void)state;
	assert_int_equal(net_open_udp(&taken[1], &fd, &taken[1]), FSK_OK);
	other.listen = taken;
	assert_int_equal(guard_new(&other, &which, &made), FSK_IO);
	assert_int_equal(errno, EADDRINUSE);
	assert_int_equal(which, 1);
	assert_null(made);
	close(fd);
	other.workers = 0;
	assert_int_equal(guard_new(&other, &which, &made), FSK_RANGE);
	other.workers = GUARD_WORKERS + 1;
	assert_int_equal(guard_new(&other, &which, &made), FSK_RANGE);
	other.workers = 1;
	other.listen_count = GUARD_LISTENS + 1;
	assert_int_equal(guard_new(&other, &which, &made), FSK_RANGE);
	/* One that never serves is freed, too. */
	other.listen = listens;
	other.listen_count = 2;
	assert_int_equal(guard_new(&other, &which, &made), FSK_OK);
	assert_int_equal(guard_facts(made).names, 0);
	guard_free(made);
	guard_free(NULL);
}

static void
test_silence(void **state)
{
	struct pollfd wanted = {.fd = unanswered, .events = POLLIN};
	uint8_t out[512];

	(void)state;
	assert_int_equal(poll(&wanted, 1, 2 * SOON_MS), 1);
	assert_true(recv(unanswered, out, sizeof(out), 0) > 12);
	assert_int_equal(wire_id(out), 7);
	assert_int_equal(out[3] & 0xf, 2); /* SERVFAIL */
	assert_memory_equal(out + 12, "\1x\5never", 8);
	assert_int_equal(upstream.leaked, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_ways),     cmocka_unit_test(test_strangers),
	        cmocka_unit_test(test_swap),     cmocka_unit_test(test_change),
	        cmocka_unit_test(test_upstream), cmocka_unit_test(test_passes),
	        cmocka_unit_test(test_cannot),   cmocka_unit_test(test_silence),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
