/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Logs for the tests of logs/source.h: made, compressed, put into a file or a pipe, and
 * read in all ways.
 */
#ifndef TESTS_SOURCE_BYTES_H
#define TESTS_SOURCE_BYTES_H

#include "logs/source.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#define MIB ((size_t)1 << 20)

/* What gzip -c, xz -c and so on make of nothing. */
#define EMPTY_GZIP "\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0"
#define EMPTY_XZ                                                                           \
	"\xfd\x37zXZ\0\0\x04\xe6\xd6\xb4\x46\0\0\0\0\x1c\xdf\x44\x21\x1f\xb6\xf3\x7d\x01"  \
	"\0\0"                                                                             \
	"\0\0\x04YZ"
#define EMPTY_BZIP2 "BZh9\x17\x72\x45\x38\x50\x90\0\0\0\0"
#define EMPTY_ZSTD "\x28\xb5\x2f\xfd\x24\0\x01\0\0\x99\xe9\xd8\x51"
#define EMPTY_LZ4 "\x04\x22\x4d\x18\x64\x40\xa7\0\0\0\0\x05\x5d\xcc\x02"

#define LITERAL(text)                                                                      \
	{                                                                                  \
		(text), sizeof(text) - 1                                                   \
	}

static const struct kind {
	const char *name;
	struct span empty;
} kinds[] = {
        {"gzip", LITERAL(EMPTY_GZIP)},   {"xz", LITERAL(EMPTY_XZ)},
        {"bzip2", LITERAL(EMPTY_BZIP2)}, {"zstd", LITERAL(EMPTY_ZSTD)},
        {"lz4", LITERAL(EMPTY_LZ4)},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static char folder[64];
static char path[80];

static inline int
set_up(void **state)
{
	const char *where = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%.40s/source.XXXXXX",
	         where != NULL ? where : "/tmp");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/log", folder);
	return 0;
}

static inline int
tear_down(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

/* Bytes that grow. */
struct heap {
	char *text;
	size_t len;
	size_t room;
};

static inline void
add(struct heap *heap, struct span more)
{
	if (heap->room - heap->len < more.len) {
		heap->room = 2 * heap->room + more.len;
		heap->text = realloc(heap->text, heap->room);
		assert_non_null(heap->text);
	}
	if (more.len > 0)
		memcpy(heap->text + heap->len, more.text, more.len);
	heap->len += more.len;
}

static inline struct span
all_of(const struct heap *heap)
{
	return (struct span){heap->text, heap->len};
}

static inline void
drop(struct heap *heap)
{
	free(heap->text);
	*heap = (struct heap){NULL, 0, 0};
}

/* ${len} bytes of a log whose lines differ. */
static inline struct heap
log_of(size_t len)
{
	struct heap heap = {NULL, 0, 0};
	char line[80];

	for (uint32_t i = 1; heap.len < len; i++) {
		int written =
		        snprintf(line, sizeof(line), "%u client 192.0.2.%u query %08x\n", i,
		                 i % 251, i * 2654435761U);

		add(&heap, (struct span){line, (size_t)written});
	}
	heap.len = len;
	return heap;
}

/* Adds ${text}, compressed as ${kind}, to ${to}. */
static inline void
pack(struct heap *to, const char *kind, struct span text)
{
	size_t room = text.len + text.len / 8 + 4096;
	char *out = malloc(room);
	size_t len = 0;
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	assert_non_null(out);
	assert_int_equal(archive_write_set_format_raw(archive), ARCHIVE_OK);
	assert_int_equal(archive_write_add_filter_by_name(archive, kind), ARCHIVE_OK);
	assert_int_equal(archive_write_set_bytes_per_block(archive, 0), ARCHIVE_OK);
	assert_int_equal(archive_write_open_memory(archive, out, room, &len), ARCHIVE_OK);
	archive_entry_set_pathname(entry, "log");
	archive_entry_set_filetype(entry, AE_IFREG);
	assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(archive, text.text, text.len), text.len);
	assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
	archive_entry_free(entry);
	archive_write_free(archive);
	add(to, (struct span){out, len});
	free(out);
}

static inline void
put(struct span text, int flags)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.text, text.len), text.len);
	close(fd);
}

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
