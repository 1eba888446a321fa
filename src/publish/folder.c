/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish/folder.h"

#include "base/ascii.h"
#include "publish/check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define CURRENT "current"

/* Names that only an interrupted run leaves behind: one run at a time is at work, so
 * each is a constant, and nothing else is ever taken for ours. */
#define DRAFT PUBLISH_FOLDER_DRAFT    /* a publication that is being written */
#define LINK PUBLISH_FOLDER_LINK      /* the link that is to become the current one */
#define LOCK ".foresink-publish-lock" /* stays: who has it locked is at work */
#define OLD ".foresink-publish-old"   /* a publication that is being removed */

/* Octets of a serial as text, "2026112200", and of its NUL. */
#define SERIAL_SIZE 11

static void
write_serial(uint32_t serial, char text[SERIAL_SIZE])
{
	snprintf(text, SERIAL_SIZE, "%010" PRIu32, serial);
}

uint32_t
publish_folder_serial(const char *text)
{
	uint64_t serial = 0;

	if (strlen(text) != SERIAL_SIZE - 1)
		return 0;
	for (; *text != '\0'; text++) {
		if (!ascii_digit(*text))
			return 0;
		serial = serial * 10 + (uint64_t)(*text - '0');
	}
	return serial <= UINT32_MAX ? (uint32_t)serial : 0;
}

/* Closes ${fd} and keeps errno. */
static void
shut(int fd)
{
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
}

/* Makes the folder ${path} unless it stands, and sees that it stands after a power
 * failure, too. */
static enum fsk_err
make_folder(const char *path)
{
	int fd;

	if (mkdir(path, 0777) != 0)
		return errno == EEXIST ? FSK_OK : FSK_IO;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		int parent = openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (parent >= 0) { /* not everybody may read it */
			(void)fsync(parent);
			close(parent);
		}
		close(fd);
	}
	return FSK_OK;
}

/* Reads which publication is current. */
static enum fsk_err
read_current(struct publish_folder *folder, const char **why)
{
	char target[SERIAL_SIZE + 1];
	ssize_t len = readlinkat(folder->fd, CURRENT, target, sizeof(target) - 1);

	folder->current = 0;
	if (len < 0 && errno == ENOENT)
		return FSK_OK;
	if (len < 0 && errno != EINVAL)
		return FSK_IO;
	if (len >= 0) {
		target[len] = '\0';
		folder->current = publish_folder_serial(target);
	}
	if (folder->current != 0)
		return FSK_OK;
	*why = "`current' there is no link to a publication";
	return FSK_CORRUPT;
}

/* Whether a publication of ours stands under the name ${name}: a folder of the user may
 * have such a name as well. */
static bool
is_publication(const struct publish_folder *folder, const char *name)
{
	char manifest[SERIAL_SIZE + sizeof(PUBLISH_MANIFEST)];

	if (publish_folder_serial(name) == 0)
		return false;
	snprintf(manifest, sizeof(manifest), "%.10s/%s", name, PUBLISH_MANIFEST);
	return faccessat(folder->fd, manifest, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Opens what ${fd} is for a walk through it. NULL with errno. */
static DIR *
open_walk(int fd, const char *name)
{
	int walk = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = walk >= 0 ? fdopendir(walk) : NULL;

	if (dir == NULL)
		shut(walk);
	return dir;
}

/* Finds publications other than the current one and ${previous}, up to ${most}, and
 * stores their serials in ${serials}; returns how many. Notes the highest of all. */
static size_t
find(const struct publish_folder *folder, uint32_t previous, uint32_t *serials, size_t most,
     uint32_t *highest)
{
	DIR *dir = open_walk(folder->fd, ".");
	const struct dirent *entry;
	size_t count = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		uint32_t serial = publish_folder_serial(entry->d_name);

		if (!is_publication(folder, entry->d_name))
			continue;
		*highest = serial > *highest ? serial : *highest;
		if (serial != folder->current && serial != previous && count < most)
			serials[count++] = serial;
	}
	if (dir != NULL)
		closedir(dir);
	return count;
}

/* Locks ${folder}. A file that nobody else can open is locked, not the folder: whoever may
 * read that, and all may, could hold its lock, and stop all publications. */
static enum fsk_err
lock(struct publish_folder *folder)
{
	folder->lock = openat(folder->fd, LOCK,
	                      O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	return folder->lock >= 0 && flock(folder->lock, LOCK_EX | LOCK_NB) == 0 ? FSK_OK
	                                                                        : FSK_IO;
}

enum fsk_err
publish_folder_open(struct publish_folder *folder, const char *path, const char **why)
{
	struct publish_folder made = {.fd = -1, .lock = -1, .draft = -1};
	enum fsk_err err = make_folder(path);

	if (err != FSK_OK)
		return err;
	made.fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (made.fd < 0)
		/* cppcheck-suppress memleak ; there is none */
		return FSK_IO;
	err = lock(&made);
	if (err == FSK_OK)
		err = read_current(&made, why);
	if (err != FSK_OK) {
		shut(made.lock);
		shut(made.fd);
		return err;
	}
	(void)find(&made, 0, NULL, 0, &made.highest);
	*folder = made;
	return FSK_OK;
}

enum fsk_err
publish_folder_current(const struct publish_folder *folder, int *fd)
{
	char name[SERIAL_SIZE];

	write_serial(folder->current, name);
	*fd = openat(folder->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return *fd >= 0 ? FSK_OK : FSK_IO;
}

/* Removes the folder ${name} with its files; a folder that somebody put there stays. */
static void
purge(const struct publish_folder *folder, const char *name)
{
	DIR *dir = open_walk(folder->fd, name);
	const struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			(void)unlinkat(dirfd(dir), entry->d_name, 0);
	}
	if (dir != NULL)
		closedir(dir);
	(void)unlinkat(folder->fd, name, AT_REMOVEDIR);
}

/* Removes publication ${serial}. It leaves its place first, so that half of it is never
 * to be found there. */
static void
retire(const struct publish_folder *folder, uint32_t serial)
{
	char name[SERIAL_SIZE];

	write_serial(serial, name);
	if (renameat(folder->fd, name, folder->fd, OLD) == 0)
		purge(folder, OLD);
}

/* Publications that are removed at a time. There are more only after as many runs that
 * were killed between two steps. */
#define RETIRED_MAX 64

bool
publish_folder_is_free(const struct publish_folder *folder, uint32_t serial)
{
	char name[SERIAL_SIZE];

	write_serial(serial, name);
	return faccessat(folder->fd, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0;
}

void
publish_folder_sweep(const struct publish_folder *folder)
{
	purge(folder, DRAFT);
	purge(folder, OLD);
	(void)unlinkat(folder->fd, LINK, 0);
}

void
publish_folder_clean(const struct publish_folder *folder, uint32_t previous)
{
	uint32_t serials[RETIRED_MAX];
	uint32_t highest = 0;
	size_t count;

	publish_folder_sweep(folder);
	if (folder->current == 0)
		return;
	count = find(folder, previous, serials, RETIRED_MAX, &highest);
	for (size_t i = 0; i < count; i++)
		retire(folder, serials[i]);
}

enum fsk_err
publish_folder_begin(struct publish_folder *folder)
{
	if (mkdirat(folder->fd, DRAFT, 0777) != 0)
		return FSK_IO;
	folder->draft =
	        openat(folder->fd, DRAFT, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return folder->draft >= 0 ? FSK_OK : FSK_IO;
}

enum fsk_err
publish_folder_create(const struct publish_folder *folder, const char *file, int *fd)
{
	*fd = openat(folder->draft, file,
	             O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	return *fd >= 0 ? FSK_OK : FSK_IO;
}

/* Lets the current link lead to ${name}: whoever opens it gets the old publication or
 * the new one. */
static bool
turn_link(const struct publish_folder *folder, const char *name)
{
	return symlinkat(name, folder->fd, LINK) == 0 &&
	       renameat(folder->fd, LINK, folder->fd, CURRENT) == 0;
}

enum fsk_err
publish_folder_install(struct publish_folder *folder, uint32_t serial)
{
	char name[SERIAL_SIZE];

	write_serial(serial, name);
	if (fsync(folder->draft) != 0 || renameat(folder->fd, DRAFT, folder->fd, name) != 0)
		return FSK_IO;
	/* The publication must be on the disk in its place before the link is. */
	if (fsync(folder->fd) != 0 || !turn_link(folder, name)) {
		int error = errno;

		retire(folder, serial);
		errno = error;
		return FSK_IO;
	}
	/* Whether or not this can be done, the new one is current. */
	(void)fsync(folder->fd);
	folder->current = serial;
	shut(folder->draft);
	folder->draft = -1;
	return FSK_OK;
}

void
publish_folder_close(struct publish_folder *folder)
{
	int error = errno;

	if (folder->draft >= 0) {
		close(folder->draft);
		purge(folder, DRAFT);
		(void)unlinkat(folder->fd, LINK, 0);
	}
	shut(folder->lock); /* others may begin */
	shut(folder->fd);
	*folder = (struct publish_folder){.fd = -1, .lock = -1, .draft = -1};
	errno = error;
}
