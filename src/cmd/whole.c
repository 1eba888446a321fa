/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/whole.h"

#include "cmd/say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_BYTES ((size_t)64 << 10)

/* Reads all of ${fd} into ${text}. NULL, or the words for what is wrong. */
static const char *
read_all(int fd, char **text, size_t *len)
{
	size_t room = 0;
	size_t used = 0;
	char *bytes = NULL;

	for (;;) {
		ssize_t got;

		if (used == room) {
			size_t more = room == 0 ? FIRST_BYTES : room * 2;
			char *grown = room < WHOLE_MAX ? realloc(bytes, more) : NULL;

			if (grown == NULL) {
				free(bytes);
				return strerror(room < WHOLE_MAX ? ENOMEM : EFBIG);
			}
			bytes = grown;
			room = more;
		}
		got = read(fd, bytes + used, room - used);
		if (got == 0)
			break;
		if (got < 0 && (errno != EINTR || say_stopped())) {
			free(bytes);
			return strerror(errno);
		}
		used += got > 0 ? (size_t)got : 0;
	}
	*text = bytes;
	*len = used;
	return NULL;
}

enum status
whole_read(const char *path, bool may_lack, char **text, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const char *why;

	if (fd == -1 && errno == ENOENT && may_lack) {
		*text = NULL;
		*len = 0;
		return STATUS_DONE;
	}
	why = fd == -1 ? strerror(errno) : read_all(fd, text, len);
	if (fd != -1)
		close(fd);
	if (why == NULL)
		return STATUS_DONE;
	say("%s: %s", path, why);
	return STATUS_SYSTEM;
}
