/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Callers by TCP where descriptors or memory are short: who can be served is, and each is
 * accounted for. Linked with --wrap for sinkhole_keep, clock_gettime, malloc, calloc and
 * realloc.
 */
#include "../memory.h"
#include "callers.h"

#include <sys/resource.h>

/* Without descriptors, too: of our own connections the oldest goes, and where there is
 * none a descriptor was kept for that. */
static void
test_descriptors(void **state)
{
	struct rlimit before, none;
	int idle, fd, other, fill[2000];
	size_t filled = 0;

	(void)state;
	begin_front(100, 100, NULL);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = none.rlim_cur < 1000 ? none.rlim_cur : 1000;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	idle = call(&web);
	work();
	fd = call(&web);
	other = call(&web);
	while (filled < 2000 && (fill[filled] = dup(fd)) >= 0)
		filled++;
	assert_int_equal(errno, EMFILE);
	say(fd, GET, strlen(GET));
	say(other, GET, strlen(GET));
	await(3);
	assert_int_equal(count_of(&tally.evicted), 1);
	assert_int_equal(kept[0].kind, SIGHTING_RAW);
	while (filled > 0)
		close(fill[--filled]);
	assert_answered(fd);
	assert_answered(other);
	assert_silent(idle);

	/* Nobody is idle: the one that was kept serves. */
	fd = call(&web);
	while (filled < 2000 && (fill[filled] = dup(fd)) >= 0)
		filled++;
	say(fd, GET, strlen(GET));
	await(4);
	while (filled > 0)
		close(fill[--filled]);
	assert_answered(fd);
	assert_int_equal(count_of(&tally.evicted), 1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	end_front();
	assert_int_equal(kept_count, 4);
}

/* An idle connection has its place and no more; one with half a header a little. */
static void
test_memory(void **state)
{
	static char part[400] = "GET / HTTP/1.0\r\nX: ";
	int fds[64];
	uint64_t idle;

	(void)state;
	memset(part + 19, 'a', sizeof(part) - 19);
	begin_front(100, 100, NULL);
	for (size_t i = 0; i < 64; i++) {
		fds[i] = call(&web);
		work();
	}
	idle = count_of(&tally.bytes);
	assert_true(idle / 64 <= 256);
	for (size_t i = 0; i < 64; i++)
		say(fds[i], part, sizeof(part));
	work();
	assert_true(count_of(&tally.bytes) > idle + 64 * sizeof(part));
	assert_true(count_of(&tally.bytes) / 64 <= 1024);
	for (size_t i = 0; i < 64; i++)
		close(fds[i]);
	await(64);
	assert_true(count_of(&tally.bytes) <= idle);
	end_front();
}

/* Without memory each is kept as far as it came, or counted as refused. */
static void
test_no_memory(void **state)
{
	struct sinkhole_tcp_setting setting;
	struct sinkhole_tcp *made;
	size_t refused = 0, cut = 0, whole = 0;

	(void)state;
	begin_front(100, 100, NULL);
	setting = (struct sinkhole_tcp_setting){.post = &post, .most = 1};
	memory_left = 0;
	assert_int_equal(sinkhole_tcp_new(&setting, &made), FSK_NOMEM);
	memory_left = -1;
	end_front();
	for (long n = 0; n < 6; n++) {
		int fd;

		begin_front(100, 100, NULL);
		fd = call(&web);
		say(fd, GET, 30);
		memory_left = n;
		work();
		memory_left = -1;
		(void)!send(fd, &GET[30], strlen(GET) - 30, MSG_NOSIGNAL);
		work();
		close(fd);
		work();
		end_front();
		assert_int_equal(kept_count + count_of(&tally.rejected[SINKHOLE_CROWD]), 1);
		refused += kept_count == 0;
		cut += kept_count == 1 && kept[0].first.len == 30;
		whole += kept_count == 1 && kept[0].first.len == strlen(GET);
	}
	assert_int_equal(refused, 2); /* its neighbourhood, its place */
	assert_int_equal(cut, 1);     /* its octets */
	assert_int_equal(whole, 3);
}

/* The same of a connection of DNS. */
static void
test_no_memory_dns(void **state)
{
	(void)state;
	for (long n = 0; n < 6; n++) {
		int fd;

		begin_front(100, 100, NULL);
		fd = call(&dns);
		say(fd, "\0\x23\x12", 3);
		memory_left = n;
		work();
		memory_left = -1;
		close(fd);
		work();
		end_front();
		assert_int_equal(kept_count + count_of(&tally.rejected[SINKHOLE_CROWD]), 1);
		if (kept_count > 0)
			assert_int_equal(kept[0].first.len, 3);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_descriptors),
	        cmocka_unit_test(test_memory),
	        cmocka_unit_test(test_no_memory),
	        cmocka_unit_test(test_no_memory_dns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
