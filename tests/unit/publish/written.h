/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a part of a publish format writes, in memory; all parts, one after the other.
 */
#ifndef TEST_PUBLISH_WRITTEN_H
#define TEST_PUBLISH_WRITTEN_H

#include "publish/catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

struct written {
	struct publish_file_facts facts;
	char *text; /* facts.bytes, and a NUL; freed by the caller */
};

static inline struct written
written_read(int fd, struct publish_file *file)
{
	struct written written;

	assert_int_equal(publish_file_finish(file, &written.facts), FSK_OK);
	publish_file_free(file);
	written.text = malloc(written.facts.bytes + 1);
	assert_non_null(written.text);
	assert_int_equal(pread(fd, written.text, written.facts.bytes, 0),
	                 (ssize_t)written.facts.bytes);
	written.text[written.facts.bytes] = '\0';
	close(fd);
	return written;
}

static inline struct publish_file *
written_begin(int *fd)
{
	struct publish_file *file;

	*fd = memfd_create("written", MFD_CLOEXEC);
	assert_true(*fd >= 0);
	assert_int_equal(publish_file_new(*fd, &file), FSK_OK);
	return file;
}

static inline struct written
written_part(const struct publish_list *list, const struct publish_part *part)
{
	int fd;
	struct publish_file *file = written_begin(&fd);

	assert_int_equal(part->write(list, file), FSK_OK);
	return written_read(fd, file);
}

/* Calls ${check} with each part of each format. */
static inline void
each_part(const struct publish_list *list,
          void (*check)(const struct publish_list *list,
                        const struct publish_format *format,
                        const struct publish_part *part))
{
	for (size_t i = 0; i < publish_format_count(); i++) {
		const struct publish_format *format = publish_format_at(i);

		for (size_t k = 0; k < PUBLISH_PARTS_MAX && format->parts[k].file != NULL;
		     k++)
			check(list, format, &format->parts[k]);
	}
}

static inline bool
has(const struct written *written, const char *text)
{
	return memmem(written->text, written->facts.bytes, text, strlen(text)) != NULL;
}

/* Parts that have no names: a rule, an empty zone. */
static inline bool
is_about_names(const struct publish_part *part)
{
	return strstr(part->file, ".rules") == NULL && strstr(part->file, "empty") == NULL;
}

#endif
