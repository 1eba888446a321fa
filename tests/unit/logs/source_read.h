/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the tests of sources share: reading a source in many ways, from files and
 * through a pipe.
 */
#ifndef TESTS_SOURCE_READ_H
#define TESTS_SOURCE_READ_H

#include "source_bytes.h"

static inline struct log_source *
open_source(const char *name)
{
	struct log_source *source = NULL;

	assert_int_equal(log_source_open(name, &source), FSK_OK);
	return source;
}

/* Adds what is left of ${source}, read by ${room}, to ${heap}; how it ended. */
static inline enum fsk_err
drain(struct log_source *source, size_t room, struct heap *heap)
{
	char *buffer = malloc(room);
	enum fsk_err err;
	size_t got = 0;

	assert_non_null(buffer);
	while ((err = log_source_read(source, buffer, room, &got)) == FSK_OK) {
		assert_in_range(got, 1, room);
		add(heap, (struct span){buffer, got});
	}
	assert_int_equal(log_source_offset(source), heap->len);
	free(buffer);
	return err;
}

/* Reads all that lies at ${path} into ${heap}; how it ended, and why. */
static inline enum fsk_err
read_file(struct heap *heap, const char **why)
{
	struct log_source *source = open_source(path);
	enum fsk_err err = drain(source, 65536, heap);
	size_t got;
	char byte;

	/* The end stays the end. */
	assert_int_equal(log_source_read(source, &byte, 1, &got), err);
	*why = log_source_why(source);
	assert_int_equal(*why != NULL, err == FSK_CORRUPT);
	log_source_close(source);
	return err;
}

/* Whether ${packed} reads as ${wanted}, up to its end, with head and without, and
 * however small the pieces are. */
static inline void
assert_reads(struct span packed, struct span wanted)
{
	static const size_t rooms[] = {7, 4096, 1 << 20};

	put(packed, O_TRUNC);
	for (size_t i = 0; i < 6; i++) {
		struct log_source *source = open_source(path);
		struct heap heap = {NULL, 0, 0};
		struct span head = {NULL, 0};

		if (i % 2 == 0) {
			assert_int_equal(log_source_head(source, &head), FSK_OK);
			assert_int_equal(head.len, wanted.len < LOG_SOURCE_HEAD
			                                   ? wanted.len
			                                   : LOG_SOURCE_HEAD);
			assert_true(span_equal(head, (struct span){wanted.text, head.len}));
			assert_int_equal(log_source_offset(source), 0);
		}
		assert_int_equal(drain(source, rooms[i / 2], &heap), FSK_END);
		assert_true(span_equal(all_of(&heap), wanted));
		assert_int_equal(log_source_done(source), packed.len);
		assert_int_equal(log_source_whole(source), packed.len);
		assert_null(log_source_why(source));
		if (head.len > 0) /* valid until the end */
			assert_memory_equal(head.text, wanted.text, head.len);
		log_source_close(source);
		drop(&heap);
	}
}

static inline void
assert_fails(struct span packed, struct span before, const char *reason)
{
	struct heap heap = {NULL, 0, 0};
	const char *why = NULL;

	put(packed, O_TRUNC);
	assert_int_equal(read_file(&heap, &why), FSK_CORRUPT);
	assert_non_null(strstr(why, reason));
	assert_true(span_equal(all_of(&heap), before));
	drop(&heap);
}

/* What a writer puts into a pipe, slowly if it must. */
struct writer {
	int fd;
	struct span text;
	size_t step;
	useconds_t pause;
};

static inline void *
write_all(void *context)
{
	const struct writer *writer = context;

	for (size_t at = 0; at < writer->text.len;) {
		size_t step = writer->text.len - at;
		ssize_t written;

		if (step > writer->step)
			step = writer->step;
		written = write(writer->fd, writer->text.text + at, step);
		if (written <= 0)
			break;
		at += (size_t)written;
		usleep(writer->pause);
	}
	close(writer->fd);
	return NULL;
}

/* Whether ${writer}'s bytes, through a pipe as standard input, read as ${wanted}. */
static inline void
assert_pipe(struct writer writer, bool with_head, bool is_nonblocking, struct span wanted)
{
	int saved = dup(STDIN_FILENO);
	int ends[2];
	pthread_t thread;
	struct log_source *source;
	struct heap heap = {NULL, 0, 0};
	struct span head;

	assert_int_equal(pipe(ends), 0);
	if (is_nonblocking)
		assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	writer.fd = ends[1];
	assert_int_equal(pthread_create(&thread, NULL, write_all, &writer), 0);
	source = open_source(NULL);
	assert_null(log_source_path(source));
	assert_int_equal(log_source_whole(source), 0);
	assert_int_equal(log_source_fd(source), STDIN_FILENO);
	if (with_head) {
		assert_int_equal(log_source_head(source, &head), FSK_OK);
		assert_int_equal(head.len, wanted.len < LOG_SOURCE_HEAD ? wanted.len
		                                                        : LOG_SOURCE_HEAD);
		assert_memory_equal(head.text, wanted.text, head.len);
	}
	assert_int_equal(drain(source, 65536, &heap), FSK_END);
	assert_true(span_equal(all_of(&heap), wanted));
	assert_int_equal(log_source_done(source), writer.text.len);
	if (!with_head) { /* too late */
		assert_int_equal(log_source_head(source, &head), FSK_OK);
		assert_int_equal(head.len, 0);
	}
	log_source_close(source);
	pthread_join(thread, NULL);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
	drop(&heap);
}

#endif
