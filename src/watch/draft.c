/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/draft.h"

#include "base/size.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Names tried for a draft; each that is taken belongs to one that is being
 * written, or that was killed. */
#define TRIES 100

/* Bytes of ".PID.N.tmp" and its NUL. */
#define ENDING 48

/* A folder, a device or a pipe cannot be replaced, or must not be: a rename onto
 * /dev/null would. */
static enum fsk_err
check_place(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno == ENOENT ? FSK_OK : FSK_IO;
	if (S_ISREG(st.st_mode))
		return FSK_OK;
	errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	return FSK_IO;
}

/* Creates the draft under a name that nobody has. */
static enum fsk_err
create(struct draft *draft)
{
	size_t room = size_add(strlen(draft->path), ENDING);

	draft->name = malloc(room);
	if (draft->name == NULL)
		return FSK_NOMEM;
	for (unsigned i = 0; i < TRIES; i++) {
		snprintf(draft->name, room, "%s.%ld.%u.tmp", draft->path, (long)getpid(),
		         i);
		draft->fd = open(draft->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (draft->fd >= 0)
			return FSK_OK;
		if (errno != EEXIST)
			break;
	}
	free(draft->name);
	draft->name = NULL;
	return FSK_IO;
}

/* Asks for the room on the disk, so that a full one is told now and not after
 * the work. A file system that cannot promise it will tell when it is full. */
static enum fsk_err
reserve(const struct draft *draft, uint64_t bytes)
{
	int result;

	if (bytes > INT64_MAX || (uint64_t)(off_t)bytes != bytes) {
		errno = EFBIG;
		return FSK_IO;
	}
	do
		result = fallocate(draft->fd, 0, 0, (off_t)bytes);
	while (result != 0 && errno == EINTR);
	if (result == 0 || (errno != ENOSPC && errno != EFBIG && errno != EDQUOT))
		return FSK_OK;
	return FSK_IO;
}

enum fsk_err
draft_init(struct draft *draft, const char *path, uint64_t bytes)
{
	struct draft made = {.path = path, .fd = -1};
	enum fsk_err err = check_place(path);

	if (err == FSK_OK)
		err = create(&made);
	if (err == FSK_OK)
		err = reserve(&made, bytes);
	if (err != FSK_OK) {
		draft_fini(&made);
		return err;
	}
	*draft = made;
	return FSK_OK;
}

enum fsk_err
draft_write(const struct draft *draft, uint64_t at, const void *from, size_t bytes)
{
	const char *rest = from;
	off_t begin = (off_t)at;

	while (bytes > 0) {
		ssize_t written = pwrite(draft->fd, rest, bytes, (off_t)at);

		if (written < 0 && errno == EINTR)
			continue;
		if (written == 0)
			errno = ENOSPC; /* a write that does nothing would go on for ever */
		if (written <= 0)
			return FSK_IO;
		rest += written;
		at += (uint64_t)written;
		bytes -= (size_t)written;
	}
	/* Let the disk begin now, so that there is less to wait for at the end;
	 * failures are told there. */
	(void)sync_file_range(draft->fd, begin, (off_t)at - begin, SYNC_FILE_RANGE_WRITE);
	return FSK_OK;
}

/* Brings the new name in the folder to the disk. The file is whole and in its
 * place whether or not this can be done, so nothing is reported. */
static void
sync_folder(struct draft *draft)
{
	char *slash = strrchr(draft->name, '/');
	int fd;

	if (slash == draft->name)
		slash++;
	if (slash != NULL)
		*slash = '\0';
	fd = open(slash != NULL ? draft->name : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
}

enum fsk_err
draft_finish(struct draft *draft)
{
	int closed;

	if (fsync(draft->fd) != 0)
		return FSK_IO;
	/* Some file systems tell of a failed write only here. */
	closed = close(draft->fd);
	draft->fd = -1;
	if (closed != 0 || rename(draft->name, draft->path) != 0)
		return FSK_IO;
	sync_folder(draft);
	free(draft->name);
	draft->name = NULL;
	return FSK_OK;
}

void
draft_fini(struct draft *draft)
{
	int error_number = errno;

	if (draft->name == NULL)
		return;
	if (draft->fd >= 0)
		close(draft->fd);
	unlink(draft->name);
	free(draft->name);
	draft->name = NULL;
	errno = error_number;
}
