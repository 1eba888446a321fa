/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Lines of the log: whatever stands in a field, a line is one line, and a field one
 * field.
 */
#include "up/log.h"
#include "up/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* Logs one event and stores its line behind the time in ${line}. */
static void
log_line(enum up_format format, const struct up_field *fields, char line[UP_LOG_LINE + 1])
{
	struct up_log log = {.format = format};
	int ends[2];
	ssize_t got;

	assert_int_equal(pipe(ends), 0);
	log.fd = ends[1];
	up_log(&log, UP_WARNING, "event", fields);
	got = read(ends[0], line, UP_LOG_LINE + 1);
	assert_in_range(got, 1, UP_LOG_LINE);
	line[got] = '\0';
	close(ends[0]);
	close(ends[1]);
}

static void
assert_line(enum up_format format, const struct up_field *fields, const char *wanted)
{
	static const char *const begins[] = {"time=", "{\"time\":\""};
	char line[UP_LOG_LINE + 1];
	const char *rest;

	log_line(format, fields, line);
	assert_memory_equal(line, begins[format], strlen(begins[format]));
	rest = line + strlen(begins[format]) + UP_LOG_TIME_SIZE - 1;
	assert_string_equal(rest, wanted);
}

#define BEGIN " level=warning event=event"
#define BEGIN_JSON "\",\"level\":\"warning\",\"event\":\"event\""

static void
test_lines(void **state)
{
	(void)state;
	assert_line(UP_LOGFMT, NULL, BEGIN "\n");
	assert_line(UP_JSON, NULL, BEGIN_JSON "}\n");
	assert_line(UP_LOGFMT, UP_FIELDS(UP_TEXT("a", "x.y/z"), UP_NUMBER("n", 42)),
	            BEGIN " a=x.y/z n=42\n");
	assert_line(UP_JSON, UP_FIELDS(UP_TEXT("a", "x.y/z"), UP_NUMBER("n", UINT64_MAX)),
	            BEGIN_JSON ",\"a\":\"x.y/z\",\"n\":18446744073709551615}\n");
	assert_line(UP_LOGFMT, UP_FIELDS(UP_TEXT("a", ""), UP_TEXT("b", "x y")),
	            BEGIN " a=\"\" b=\"x y\"\n");
	assert_line(UP_LOGFMT, UP_FIELDS(UP_TEXT("a", "x\" level=info\n\\ \xc3\xa4")),
	            BEGIN " a=\"x\\\" level=info\\x0a\\\\ \\xc3\\xa4\"\n");
	assert_line(UP_JSON, UP_FIELDS(UP_TEXT("a", "x\",\"b\":1\n\\ \xc3\xa4")),
	            BEGIN_JSON ",\"a\":\"x\\\",\\\"b\\\":1\\\\x0a\\\\ \\\\xc3\\\\xa4\"}\n");
}

/* About the longest line: a field is there as a whole or not at all. */
static void
test_long(void **state)
{
	static char text[2 * UP_LOG_LINE];
	char line[UP_LOG_LINE + 1];

	(void)state;
	for (enum up_format format = UP_LOGFMT; format <= UP_JSON; format++) {
		size_t longest = 0;
		bool dropped = false;

		for (size_t len = UP_LOG_LINE - 120; len < UP_LOG_LINE + 10; len++) {
			memset(text, 'a', len);
			text[len] = '\0';
			log_line(format, UP_FIELDS(UP_TEXT("t", text), UP_TEXT("n", "x y")),
			         line);
			/* What stands at the end is whole. */
			assert_non_null(strstr(line, format == UP_JSON ? "\"}\n" : "\n"));
			assert_true(strstr(line, "n=") == NULL ||
			            strstr(line, "n=\"x y\"\n") != NULL);
			/* Once it is gone it stays away. */
			assert_false(dropped && strstr(line, "aaaa") != NULL);
			dropped = strstr(line, "aaaa") == NULL;
			if (strlen(line) > longest)
				longest = strlen(line);
		}
		assert_true(dropped);
		assert_in_range(longest, UP_LOG_LINE - 20, UP_LOG_LINE);
	}
}

/* What ${fd} has, or 0. */
static ssize_t
read_some(int fd, char *out, size_t room)
{
	ssize_t got = read(fd, out, room);

	return got > 0 ? got : 0;
}

/* A log that nobody reads keeps nobody waiting, and tells later what it lost. */
static void
stall(int ends[2])
{
	static char octets[1 << 20];
	struct up_log_loss loss = {.total = 0};
	struct up_log log = {.fd = ends[1], .loss = &loss};
	ssize_t got, all = 0;

	alarm(20); /* who waits is ended */
	while (loss.total == 0)
		up_log(&log, UP_INFO, "event", NULL);
	for (unsigned i = 0; i < 41; i++)
		up_log(&log, UP_INFO, "event", NULL);
	assert_int_equal(loss.total, 42);
	while ((got = read_some(ends[0], octets + all, sizeof(octets) - (size_t)all - 1)) >
	       0)
		all += got;
	octets[all] = '\0';
	assert_null(strstr(octets, "log-lost"));
	up_log(&log, UP_INFO, "again", NULL);
	got = read_some(ends[0], octets, sizeof(octets) - 1);
	got += read_some(ends[0], octets + got, sizeof(octets) - 1 - (size_t)got);
	octets[got] = '\0';
	assert_non_null(strstr(octets, "level=warning event=log-lost lines=42\n"));
	assert_non_null(strstr(octets, "event=again\n"));
	assert_int_equal(loss.total, 42);
	assert_int_equal(loss.untold, 0);
	alarm(0);
	close(ends[0]);
	close(ends[1]);
}

static void
test_stalled(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	stall(ends);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	stall(ends);
}

static void
test_time(void **state)
{
	char text[UP_LOG_TIME_SIZE];

	(void)state;
	up_log_time(0, text);
	assert_string_equal(text, "1970-01-01T00:00:00.000000Z");
	up_log_time(-1, text);
	assert_string_equal(text, "1969-12-31T23:59:59.999999Z");
	up_log_time(INT64_C(1793491199999999), text);
	assert_string_equal(text, "2026-10-31T23:59:59.999999Z");
}

/* Text in a room of every size: never outside of it, and cut where it is full. */
static void
test_text(void **state)
{
	static const char whole[] = "n=12 \"\\\\x00\\\"\" ab";

	(void)state;
	for (size_t room = 1; room < sizeof(whole) + 3; room++) {
		char *octets = malloc(room);
		struct up_text text;

		assert_non_null(octets);
		up_text_begin(&text, octets, room);
		up_text_add(&text, "n=%d ", 12);
		up_text_quote(&text, (struct span){"\0\"", 2});
		up_text_add(&text, " %s", "a");
		up_text_add(&text, "b");
		assert_int_equal(text.cut, room < sizeof(whole));
		assert_int_equal(strlen(octets), text.len);
		assert_memory_equal(octets, whole, text.len);
		free(octets);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_lines),   cmocka_unit_test(test_long),
	        cmocka_unit_test(test_stalled), cmocka_unit_test(test_time),
	        cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
