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

#endif
