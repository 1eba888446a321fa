/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/draft.h"

#include "base/size.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Names tried for a draft; each that is taken belongs to one that is being
 * written, or that was killed. */
#define TRIES 100

/* Octets of the file's own name that the draft's has at most: what it adds must
 * fit into the system's NAME_MAX as well. */
#define STEM 200

/* Bytes of ".PID.N.tmp" and its NUL. */
#define ENDING 48

/* Symbolic links that lead to one another at most, as in Linux. */
#define LINKS 40

bool
draft_may_replace(const char *path)
{
	struct stat st;

	return stat(path, &st) != 0 || S_ISREG(st.st_mode);
}

/* The folder part of ${path}, with its slash: how many octets. */
static size_t
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

/* ${target}, which the symbolic link at ${path} says, as a path; for the caller
 * to free. NULL without memory. */
static char *
join(const char *path, const char *target)
{
	size_t folder = target[0] == '/' ? 0 : folder_of(path);
	char *joined = malloc(folder + strlen(target) + 1);

	if (joined == NULL)
		return NULL;
	memcpy(joined, path, folder);
	memcpy(joined + folder, target, strlen(target) + 1);
	return joined;
}

/* Stores in ${place}, for the caller to free, where ${path} leads, at which nothing
 * stands: a symbolic link may lead to a file that is yet to be. */
static enum fsk_err
follow(const char *path, char **place)
{
	char target[PATH_MAX];
	char *at = join("", path);

	for (unsigned i = 0; at != NULL && i < LINKS; i++) {
		ssize_t len = readlink(at, target, sizeof(target) - 1);
		char *next;

		if (len < 0) { /* no link */
			*place = at;
			return FSK_OK;
		}
		target[len] = '\0';
		next = join(at, target);
		free(at);
		at = next;
	}
	if (at == NULL)
		return FSK_NOMEM;
	free(at);
	errno = ELOOP;
	return FSK_IO;
}

/* Finds the place of ${draft}, and what stands there: ${old}, whose mode is 0
 * when nothing does. */
static enum fsk_err
find_place(struct draft *draft, const char *path, struct stat *old)
{
	if (stat(path, old) == 0) {
		if (!S_ISREG(old->st_mode)) {
			errno = S_ISDIR(old->st_mode) ? EISDIR : EINVAL;
			return FSK_IO;
		}
		draft->place = realpath(path, NULL);
		if (draft->place != NULL)
			return FSK_OK;
		return errno == ENOMEM ? FSK_NOMEM : FSK_IO;
	}
	if (errno != ENOENT || path[0] == '\0')
		return FSK_IO;
	old->st_mode = 0;
	return follow(path, &draft->place);
}

/* Creates the draft under a name that nobody has. It is never open to more
 * people than ${old}, not even while it is empty. */
static enum fsk_err
create(struct draft *draft, const struct stat *old)
{
	size_t folder = folder_of(draft->place);
	size_t stem = strnlen(draft->place + folder, STEM);
	size_t room = size_add(folder + stem, ENDING);
	mode_t mode = old->st_mode != 0 ? old->st_mode & 0777 : 0666;

	draft->name = malloc(room);
	if (draft->name == NULL)
		return FSK_NOMEM;
	memcpy(draft->name, draft->place, folder + stem);
	for (unsigned i = 0; i < TRIES; i++) {
		snprintf(draft->name + folder + stem, ENDING, ".%ld.%u.tmp", (long)getpid(),
		         i);
		draft->fd = open(draft->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
		if (draft->fd >= 0 || errno != EEXIST)
			break;
	}
	if (draft->fd < 0) {
		free(draft->name);
		draft->name = NULL;
		return FSK_IO;
	}
	/* The umask is for new files. A file system without modes refuses. */
	if (old->st_mode != 0)
		(void)fchmod(draft->fd, old->st_mode & 07777);
	return FSK_OK;
}

enum fsk_err
draft_init(struct draft *draft, const char *path)
{
	struct draft made = {.fd = -1};
	struct stat old;
	enum fsk_err err = find_place(&made, path, &old);

	if (err == FSK_OK)
		err = create(&made, &old);
	if (err != FSK_OK) {
		draft_fini(&made);
		return err;
	}
	*draft = made;
	return FSK_OK;
}

enum fsk_err
draft_reserve(const struct draft *draft, uint64_t bytes)
{
	int result;

	if (bytes > INT64_MAX || (uint64_t)(off_t)bytes != bytes) {
		errno = EFBIG;
		return FSK_IO;
	}
	do
		result = fallocate(draft->fd, 0, 0, (off_t)bytes);
	while (result != 0 && errno == EINTR);
	/* A file system that cannot promise it will tell when it is full. */
	if (result == 0 || (errno != ENOSPC && errno != EFBIG && errno != EDQUOT))
		return FSK_OK;
	return FSK_IO;
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
	size_t folder = folder_of(draft->name);
	int fd;

	draft->name[folder] = '\0';
	fd = open(folder > 0 ? draft->name : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
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
	if (closed != 0 || rename(draft->name, draft->place) != 0)
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

	if (draft == NULL)
		return;
	if (draft->name != NULL) {
		if (draft->fd >= 0)
			close(draft->fd);
		unlink(draft->name);
	}
	free(draft->name);
	free(draft->place);
	*draft = (struct draft){.fd = -1};
	errno = error_number;
}
