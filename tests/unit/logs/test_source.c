/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The bytes of logs: files that grow and shrink, pipes, standard input, and what is no
 * log at all. For what is compressed see test_source_packed.c. Linked with --wrap for
 * malloc, calloc and strdup, which then fail on the n-th call.
 */
#include "source_read.h"
#include "../memory.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>

/* Opens ${packed}, for which ${calls} allocations are made, and one for the head. */
static void
assert_needs(struct span packed, int calls)
{
	struct log_source *source = NULL;
	struct span head = {NULL, 4711};

	put(packed, O_TRUNC);
	for (int n = 0; n < calls; n++) {
		memory_left = n;
		assert_int_equal(log_source_open(path, &source), FSK_NOMEM);
		assert_null(source);
	}
	memory_left = calls;
	assert_int_equal(log_source_open(path, &source), FSK_OK);
	memory_left = 0;
	assert_int_equal(log_source_head(source, &head), FSK_NOMEM);
	assert_int_equal(head.len, 4711);
	memory_left = -1;
	assert_int_equal(log_source_head(source, &head), FSK_OK);
	assert_true(span_equal(head, span_of("text\n")));
	log_source_close(source);
}

static void
test_memory(void **state)
{
	struct heap packed = {NULL, 0, 0};

	(void)state;
	assert_needs(span_of("text\n"), 2);
	pack(&packed, "gzip", span_of("text\n"));
	assert_needs(all_of(&packed), 4);
	packed.len = 0;
	pack(&packed, "xz", span_of("text\n"));
	assert_needs(all_of(&packed), 4);
	drop(&packed);
}

static void
test_plain(void **state)
{
	static const size_t sizes[] = {0,
	                               1,
	                               2,
	                               15,
	                               16,
	                               17,
	                               300,
	                               LOG_SOURCE_HEAD - 1,
	                               LOG_SOURCE_HEAD,
	                               LOG_SOURCE_HEAD + 1,
	                               700000};
	struct heap log = log_of(700000);
	struct log_source *source;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		assert_reads((struct span){log.text, sizes[i]},
		             (struct span){log.text, sizes[i]});
	source = open_source(path);
	assert_true(log_source_is_plain(source));
	assert_string_equal(log_source_path(source), path);
	assert_true(log_source_fd(source) > 2);
	log_source_close(source);
	log_source_close(NULL);
	drop(&log);
}

/* Text that begins nearly as compressed data do. */
static void
test_plain_by_content(void **state)
{
	static const char *const texts[] = {
	        "\x1f",
	        "BZh9",
	        "BZh9 is the head of a file",
	        "BZh01AY&SY......",
	        "\3757zXY\n......",
	        "\x28\xb5/",
	        "\x04\"M",
	        "P*M is text........",
	        "PK\x03\x04............",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_reads(span_of(texts[i]), span_of(texts[i]));
}

static void
test_growth(void **state)
{
	struct heap log = log_of(600000);
	struct heap heap = {NULL, 0, 0};
	struct log_source *source;
	struct span head;
	struct span early;

	(void)state;
	put((struct span){log.text, 0}, O_TRUNC);
	source = open_source(path);
	assert_int_equal(log_source_head(source, &head), FSK_OK);
	assert_int_equal(head.len, 0);
	assert_int_equal(drain(source, 4096, &heap), FSK_END);
	put((struct span){log.text, 300}, O_APPEND);
	assert_int_equal(drain(source, 4096, &heap), FSK_END);
	assert_int_equal(heap.len, 300);
	assert_int_equal(log_source_head(source, &early), FSK_OK);
	assert_int_equal(early.len, 300);
	put((struct span){log.text + 300, 599700}, O_APPEND);
	assert_int_equal(log_source_head(source, &head), FSK_OK);
	assert_int_equal(head.len, LOG_SOURCE_HEAD);
	assert_memory_equal(head.text, log.text, head.len);
	assert_memory_equal(early.text, log.text, early.len);
	assert_int_equal(drain(source, 100000, &heap), FSK_END);
	assert_true(span_equal(all_of(&heap), all_of(&log)));
	assert_true(log_source_whole(source) == 0 || log_source_whole(source) == 600000);
	log_source_close(source);
	drop(&heap);
	drop(&log);
}

/* A log that is cut while it is read ends there. */
static void
test_shrinking(void **state)
{
	struct heap log = log_of(600000);
	struct log_source *source;
	struct span head;
	char *buffer = malloc(MIB);
	size_t got = 0;

	(void)state;
	put(all_of(&log), O_TRUNC);
	source = open_source(path);
	assert_int_equal(log_source_read(source, buffer, 1000, &got), FSK_OK);
	assert_int_equal(truncate(path, 1500), 0);
	assert_int_equal(log_source_read(source, buffer, MIB, &got), FSK_OK);
	assert_int_equal(got, 500);
	assert_int_equal(log_source_read(source, buffer, MIB, &got), FSK_END);
	assert_int_equal(log_source_head(source, &head), FSK_OK);
	assert_int_equal(head.len, 1500);
	assert_int_equal(log_source_read(source, buffer, 0, &got), FSK_RANGE);
	log_source_close(source);
	free(buffer);
	drop(&log);
}

static void
test_pipe(void **state)
{
	struct heap log = log_of(600000);
	struct writer writer = {.step = 65536};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		writer.text = all_of(&log);
		assert_pipe(writer, i & 1, i & 2, writer.text);
		writer.text.len = 5;
		assert_pipe(writer, i & 1, i & 2, writer.text);
		writer.text.len = 0;
		assert_pipe(writer, i & 1, i & 2, writer.text);
	}
	writer = (struct writer){.text = {log.text, 40}, .step = 1, .pause = 100};
	assert_pipe(writer, false, false, writer.text);
	for (size_t k = 0; k < KINDS; k++) {
		struct heap packed = {NULL, 0, 0};

		pack(&packed, kinds[k].name, (struct span){log.text, 300000});
		add(&packed, kinds[k].empty);
		pack(&packed, kinds[k].name, (struct span){log.text + 300000, 300000});
		writer = (struct writer){.text = all_of(&packed), .step = 1001};
		assert_pipe(writer, true, false, all_of(&log));
		assert_pipe(writer, false, true, all_of(&log));
		drop(&packed);
	}
	drop(&log);
}

/* Standard input may be a file in whose middle somebody stopped to read. */
static void
test_input_file(void **state)
{
	struct heap heap = {NULL, 0, 0};
	struct log_source *source;
	struct span head;
	int saved = dup(STDIN_FILENO);
	int fd;

	(void)state;
	put(span_of("title\nline 1\nline 2\n"), O_TRUNC);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(lseek(fd, 6, SEEK_SET), 6);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	close(fd);
	source = open_source(NULL);
	assert_int_equal(log_source_whole(source), 14);
	assert_int_equal(log_source_head(source, &head), FSK_OK);
	assert_true(span_equal(head, span_of("line 1\nline 2\n")));
	assert_int_equal(drain(source, 8, &heap), FSK_END);
	assert_true(span_equal(all_of(&heap), span_of("line 1\nline 2\n")));
	assert_int_equal(log_source_done(source), 14);
	put(span_of("line 3\n"), O_APPEND);
	assert_int_equal(drain(source, 8, &heap), FSK_END);
	assert_int_equal(heap.len, 21);
	log_source_close(source);
	assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0); /* it stays open */
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
	drop(&heap);
}

static void
test_fifo(void **state)
{
	struct writer writer = {
	        .text = LITERAL("line 1\nline 2\n"), .step = 5, .pause = 1000};
	struct heap heap = {NULL, 0, 0};
	struct log_source *source;
	pthread_t thread;

	(void)state;
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	writer.fd = open(path, O_RDWR | O_CLOEXEC); /* so that no end waits for the other */
	assert_int_equal(pthread_create(&thread, NULL, write_all, &writer), 0);
	source = open_source(path);
	assert_int_equal(drain(source, 100, &heap), FSK_END);
	assert_true(span_equal(all_of(&heap), writer.text));
	assert_int_equal(log_source_whole(source), 0);
	log_source_close(source);
	pthread_join(thread, NULL);
	unlink(path);
	drop(&heap);
}

static void
on_alarm(int number)
{
	(void)number;
}

/* Signals that interrupt a read do not show. */
static void
test_interrupted(void **state)
{
	struct sigaction action = {.sa_handler = on_alarm}; /* without SA_RESTART */
	struct itimerval often = {{0, 500}, {0, 500}};
	struct itimerval never = {{0, 0}, {0, 0}};
	struct sigaction old;
	struct heap log = log_of(3000);
	struct heap packed = {NULL, 0, 0};

	(void)state;
	pack(&packed, "xz", all_of(&log));
	assert_int_equal(sigaction(SIGALRM, &action, &old), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
	assert_pipe((struct writer){.text = all_of(&log), .step = 100, .pause = 1000}, true,
	            false, all_of(&log));
	assert_pipe((struct writer){.text = all_of(&log), .step = 100, .pause = 1000},
	            false, true, all_of(&log));
	assert_pipe((struct writer){.text = all_of(&packed), .step = 100, .pause = 1000},
	            true, false, all_of(&log));
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
	assert_int_equal(sigaction(SIGALRM, &old, NULL), 0);
	drop(&packed);
	drop(&log);
}

static void
assert_not_opened(const char *name, int error)
{
	struct log_source *source = NULL;

	errno = 0;
	assert_int_equal(log_source_open(name, &source), FSK_IO);
	assert_int_equal(errno, error);
	assert_null(source);
}

static void
test_refusals(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int saved = dup(STDIN_FILENO);
	int fd;

	(void)state;
	unlink(path);
	assert_not_opened(path, ENOENT);
	assert_not_opened("", ENOENT);
	assert_not_opened(folder, EISDIR);
	assert_not_opened("/dev/zero", EINVAL);
	assert_not_opened("/dev/null", EINVAL);
	assert_int_equal(symlink(path, path), 0);
	assert_not_opened(path, ELOOP);
	unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_not_opened(path, EINVAL);
	close(fd);
	unlink(path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	assert_not_opened(NULL, EISDIR);
	close(fd);
	close(STDIN_FILENO);
	assert_not_opened(NULL, EBADF);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
}

/* Nothing on standard input is nothing, and no mistake. */
static void
test_null_input(void **state)
{
	int saved = dup(STDIN_FILENO);
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct heap heap = {NULL, 0, 0};
	struct log_source *source;

	(void)state;
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	close(fd);
	source = open_source(NULL);
	assert_int_equal(drain(source, 8, &heap), FSK_END);
	assert_int_equal(heap.len, 0);
	log_source_close(source);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
}

/* Who waits for a pipe can be told to stop: before there is anybody who writes, before
 * the first byte, and in the middle; also of what is compressed. */
static void
test_stopped(void **state)
{
	struct heap packed = {NULL, 0, 0};
	struct log_source *source = NULL;
	struct span head = {NULL, 4711};
	char text[64];
	size_t got = 0;
	int stop[2];
	int fd;

	(void)state;
	pack(&packed, "gzip", span_of("text\n"));
	assert_int_equal(pipe(stop), 0);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_RDWR | O_CLOEXEC); /* so that it never ends */
	assert_int_equal(write(fd, "text\nmore than a magic needs\n", 30), 30);
	assert_int_equal(log_source_open_until(path, stop[0], &source), FSK_OK);
	assert_int_equal(write(stop[1], "", 1), 1);
	assert_int_equal(log_source_head(source, &head), FSK_OK);
	assert_int_equal(head.len, 30);
	assert_int_equal(log_source_read(source, text, sizeof(text), &got), FSK_OK);
	assert_int_equal(got, 30);
	assert_int_equal(log_source_read(source, text, sizeof(text), &got), FSK_STOPPED);
	log_source_close(source);
	source = NULL;
	assert_int_equal(log_source_open_until(path, stop[0], &source), FSK_STOPPED);
	close(fd);
	assert_int_equal(log_source_open_until(path, stop[0], &source), FSK_STOPPED);
	assert_null(source);
	/* A file never lets wait. */
	unlink(path);
	put(all_of(&packed), O_TRUNC);
	assert_int_equal(log_source_open_until(path, -1, &source), FSK_OK);
	assert_int_equal(log_source_read(source, text, sizeof(text), &got), FSK_OK);
	log_source_close(source);
	close(stop[0]);
	close(stop[1]);
	drop(&packed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_memory),           cmocka_unit_test(test_plain),
	        cmocka_unit_test(test_plain_by_content), cmocka_unit_test(test_growth),
	        cmocka_unit_test(test_shrinking),        cmocka_unit_test(test_pipe),
	        cmocka_unit_test(test_input_file),       cmocka_unit_test(test_fifo),
	        cmocka_unit_test(test_interrupted),      cmocka_unit_test(test_refusals),
	        cmocka_unit_test(test_null_input),       cmocka_unit_test(test_stopped),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
