/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/content.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void
up_content_fini(struct up_content *content)
{
	if (content->octets != NULL)
		sodium_memzero(content->octets, content->room);
	free(content->octets);
}

/* Reads all that ${fd} gives, up to the room and not more. */
static enum fsk_err
read_all(int fd, struct up_content *content)
{
	while (content->len < content->room) {
		ssize_t got = read(fd, content->octets + content->len,
		                   content->room - content->len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return FSK_IO;
		if (got == 0)
			return FSK_OK;
		content->len += (size_t)got;
	}
	return FSK_RANGE;
}

enum fsk_err
up_content_read(const char *path, size_t most, struct up_content *content)
{
	/* Whoever names a pipe shall not make the daemon wait for its other end. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct up_content got = {.room = most + 1};
	enum fsk_err err = FSK_IO;
	struct stat facts;

	if (fd < 0)
		return FSK_IO;
	got.octets = malloc(got.room);
	if (got.octets == NULL)
		err = FSK_NOMEM;
	else if (fstat(fd, &facts) == 0)
		err = read_all(fd, &got);
	close(fd);
	if (err != FSK_OK) {
		int error = errno;

		up_content_fini(&got);
		errno = error;
		return err;
	}
	got.exposed = (facts.st_mode & S_IROTH) != 0;
	*content = got;
	return FSK_OK;
}
