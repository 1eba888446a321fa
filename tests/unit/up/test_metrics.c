/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The page of metrics over HTTP: what is asked, who asks in pieces, who never ends, and
 * a page that is larger than the first room.
 */
#include "up/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

struct scene {
	struct net_loop *loop;
	struct up_metrics *metrics;
	struct net_endpoint bound;
	struct net_timer end;
	size_t lines; /* of the page */
};

static void
write_page(struct up_text *text, void *context)
{
	const struct scene *scene = context;

	for (size_t i = 0; i < scene->lines; i++)
		up_text_add(text, "foresink_line_%zu 1\n", i);
}

static void
stop(struct net_timer *timer)
{
	net_loop_stop(timer->context);
}

static void
begin(struct scene *scene)
{
	struct net_endpoint any;

	memset(scene, 0, sizeof(*scene));
	scene->lines = 2;
	assert_int_equal(net_endpoint_read(span_of("127.0.0.1:0"), 0, &any), FSK_OK);
	assert_int_equal(net_loop_new(&scene->loop), FSK_OK);
	scene->end = (struct net_timer){.due = stop, .context = scene->loop};
	assert_int_equal(
	        up_metrics_open(&any, write_page, scene, &scene->bound, &scene->metrics),
	        FSK_OK);
	assert_int_equal(up_metrics_serve(scene->metrics, scene->loop), FSK_OK);
}

static void
end(struct scene *scene)
{
	up_metrics_close(scene->metrics);
	net_loop_free(scene->loop);
}

static void
run(struct scene *scene, int64_t ms)
{
	assert_int_equal(net_timer_set(scene->loop, &scene->end, ms), FSK_OK);
	assert_int_equal(net_loop_run(scene->loop), FSK_OK);
}

static int
dial(const struct scene *scene)
{
	struct sockaddr_storage to;
	socklen_t len = net_endpoint_to(&scene->bound, &to);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)&to, len), 0);
	return fd;
}

/* Sends ${asked} in pieces of ${piece} octets; the answer is the caller's to free. */
static char *
ask(struct scene *scene, const char *asked, size_t piece)
{
	size_t room = 1 << 20;
	char *answer = calloc(1, room);
	int fd = dial(scene);
	size_t len = 0;

	assert_non_null(answer);
	for (const char *at = asked; *at != '\0';) {
		size_t left = strlen(at);
		size_t now = left < piece ? left : piece;

		assert_int_equal(send(fd, at, now, MSG_NOSIGNAL), now);
		at += now;
		run(scene, 2);
	}
	for (int i = 0; i < 50; i++) {
		ssize_t got = recv(fd, answer + len, room - 1 - len, MSG_DONTWAIT);

		if (got == 0)
			break;
		if (got > 0)
			len += (size_t)got;
		run(scene, 2);
	}
	close(fd);
	return answer;
}

static void
assert_answer(struct scene *scene, const char *asked, size_t piece, const char *status,
              const char *end_of_it)
{
	char *answer = ask(scene, asked, piece);

	assert_memory_equal(answer, status, strlen(status));
	assert_true(strlen(answer) > strlen(end_of_it));
	assert_string_equal(answer + strlen(answer) - strlen(end_of_it), end_of_it);
	free(answer);
}

#define HEAD " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
#define PAGE "\r\n\r\nforesink_line_0 1\nforesink_line_1 1\n"

static void
test_questions(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	assert_answer(&scene, "GET /metrics" HEAD, 1000, "HTTP/1.1 200 OK\r\n", PAGE);
	assert_answer(&scene, "GET /metrics" HEAD, 3, "HTTP/1.1 200 OK\r\n", PAGE);
	assert_answer(&scene, "HEAD /metrics" HEAD, 1000, "HTTP/1.1 200 OK\r\n",
	              "\r\n\r\n");
	assert_answer(&scene, "GET /" HEAD, 1000, "HTTP/1.1 404 ", "\r\n\r\n");
	assert_answer(&scene, "GET /metrics/../x" HEAD, 1000, "HTTP/1.1 404 ", "\r\n\r\n");
	assert_answer(&scene, "DELETE /metrics" HEAD, 1000, "HTTP/1.1 405 ", "\r\n\r\n");
	assert_answer(&scene,
	              "POST /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
	              "Content-Length: 2\r\n\r\nxx",
	              1000, "HTTP/1.1 405 ", "\r\n\r\n");
	end(&scene);
}

static void
test_large_page(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	scene.lines = 5000; /* over 100 KB */
	assert_answer(&scene, "GET /metrics" HEAD, 1000, "HTTP/1.1 200 OK\r\n",
	              "\nforesink_line_4999 1\n");
	end(&scene);
}

/* More that say nothing than there is room for: they keep others waiting until their
 * time is up or they go, and nobody is answered wrongly. */
static void
test_many_that_say_nothing(void **state)
{
	struct scene scene;
	int fds[20];

	(void)state;
	begin(&scene);
	for (int i = 0; i < 20; i++) {
		fds[i] = dial(&scene);
		run(&scene, 1);
	}
	for (int i = 0; i < 20; i++)
		close(fds[i]);
	run(&scene, 1100);
	assert_answer(&scene, "GET /metrics" HEAD, 1000, "HTTP/1.1 200 OK\r\n", PAGE);
	end(&scene);
}

static void
test_rubbish(void **state)
{
	static char giant[100000];
	struct scene scene;

	(void)state;
	begin(&scene);
	memset(giant, 'a', sizeof(giant) - 1);
	memcpy(giant, "GET /", 5);
	{
		int fd = dial(&scene);

		/* Longer than the memory of a connection: refused, and closed. */
		(void)!send(fd, giant, sizeof(giant) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
		run(&scene, 20);
		close(fd);
		fd = dial(&scene);
		assert_int_equal(send(fd, "\0\xff\r\n\r\n", 6, MSG_NOSIGNAL), 6);
		run(&scene, 20);
		close(fd);
	}
	assert_answer(&scene, "GET /metrics" HEAD, 1000, "HTTP/1.1 200 OK\r\n", PAGE);
	end(&scene);
}

/* Without descriptors, who waits to be accepted does not keep the loop turning: its time is
 * not spent, and he is answered once there is one. */
static void
test_exhausted(void **state)
{
	struct rlimit before, few;
	struct timespec from, to;
	struct scene scene;
	int fd, next;

	(void)state;
	begin(&scene);
	fd = dial(&scene);
	next = dup(fd);
	close(next);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = (rlim_t)next;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
	run(&scene, 500);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_in_range((to.tv_sec - from.tv_sec) * 1000 +
	                        (to.tv_nsec - from.tv_nsec) / 1000000,
	                0, 100);
	close(fd);
	run(&scene, 300);
	assert_answer(&scene, "GET /metrics" HEAD, 1000, "HTTP/1.1 200 OK\r\n", PAGE);
	end(&scene);
}

static void
test_in_use(void **state)
{
	struct up_metrics *second = NULL;
	struct net_endpoint bound;
	struct scene scene;

	(void)state;
	begin(&scene);
	assert_int_equal(up_metrics_open(&scene.bound, write_page, &scene, &bound, &second),
	                 FSK_IO);
	assert_null(second);
	up_metrics_close(NULL);
	end(&scene);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_questions),
	        cmocka_unit_test(test_large_page),
	        cmocka_unit_test(test_many_that_say_nothing),
	        cmocka_unit_test(test_rubbish),
	        cmocka_unit_test(test_exhausted),
	        cmocka_unit_test(test_in_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
