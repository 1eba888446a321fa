/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed/mark.h"

#include "base/ascii.h"
#include "base/size.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENDING ".serial"
#define DIGITS 10
#define LINE (DIGITS + 1) /* with its LF */

char *
feed_mark_path(const char *state)
{
	size_t len = strlen(state);
	char *path = malloc(size_add(len, sizeof(ENDING)));

	if (path == NULL)
		return NULL;
	memcpy(path, state, len + 1);
	memcpy(path + len, ENDING, sizeof(ENDING));
	return path;
}

/* Writes ${serial} to the mark that ${flags} open or make. */
static enum fsk_err
write_mark(const char *path, int flags, uint32_t serial)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | flags, 0600);
	char line[LINE + 1];
	int error;
	bool done;

	if (fd < 0)
		return FSK_IO;
	snprintf(line, sizeof(line), "%010" PRIu32 "\n", serial);
	/* A disk that is full writes less, and says so at the next call only. */
	errno = ENOSPC;
	done = pwrite(fd, line, LINE, 0) == LINE && fdatasync(fd) == 0;
	error = errno;
	close(fd);
	errno = error;
	return done ? FSK_OK : FSK_IO;
}

enum fsk_err
feed_mark_make(const char *path)
{
	enum fsk_err err = write_mark(path, O_CREAT | O_EXCL, 0);

	return err != FSK_OK && errno == EEXIST ? FSK_OK : err;
}

enum fsk_err
feed_mark_write(const char *path, uint32_t serial)
{
	return write_mark(path, 0, serial);
}

uint32_t
feed_mark_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char line[LINE];
	uint64_t serial = 0;
	ssize_t got;

	if (fd < 0)
		return 0;
	got = pread(fd, line, LINE, 0);
	close(fd);
	if (got != LINE || line[DIGITS] != '\n')
		return 0;
	for (size_t i = 0; i < DIGITS; i++) {
		if (!ascii_digit(line[i]))
			return 0;
		serial = serial * 10 + (unsigned)(line[i] - '0');
	}
	return serial <= UINT32_MAX ? (uint32_t)serial : 0;
}
