/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Folders in folders that are entered: more are no logs but a mistake. */
#define DEPTH_MOST 64

/* The slot of the file, or the empty one where it belongs. There is an empty one. */
static size_t *
slot_of(const struct files *files, uint64_t device, uint64_t inode)
{
	size_t mask = files->slot_count - 1;
	uint64_t hash = (inode ^ device << 32) * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)(hash >> 32) & mask;

	for (; files->slots[i] != 0; i = (i + 1) & mask) {
		const struct files_one *one = &files->file[files->slots[i] - 1];

		if (one->device == device && one->inode == inode)
			break;
	}
	return &files->slots[i];
}

/* Makes room for one more file: the slots are twice as many, and filled anew. */
static enum fsk_err
make_room(struct files *files)
{
	size_t room = files->room > 0 ? files->room * 2 : 16;
	struct files_one *grown;
	size_t *slots;

	if (files->count < files->room)
		return FSK_OK;
	grown = reallocarray(files->file, room, sizeof(*files->file));
	if (grown == NULL)
		return FSK_NOMEM;
	files->file = grown;
	slots = calloc(room, 2 * sizeof(*slots));
	if (slots == NULL)
		return FSK_NOMEM;
	free(files->slots);
	files->slots = slots;
	files->slot_count = room * 2;
	files->room = room;
	for (size_t i = 0; i < files->count; i++)
		*slot_of(files, grown[i].device, grown[i].inode) = i + 1;
	return FSK_OK;
}

/* Adds ${path}, which is copied, unless the same file is there already. */
static enum fsk_err
add_one(struct files *files, const char *path, const struct stat *status)
{
	struct files_one one = {.path = NULL};
	enum fsk_err err = make_room(files);
	size_t *slot;

	if (err != FSK_OK)
		return err;

	if (status != NULL) {
		one.device = (uint64_t)status->st_dev;
		one.inode = (uint64_t)status->st_ino;
		if (S_ISREG(status->st_mode))
			one.bytes = (uint64_t)status->st_size;
	}
	slot = slot_of(files, one.device, one.inode);
	if (*slot != 0)
		return FSK_OK;
	one.path = strdup(path);
	if (one.path == NULL)
		return FSK_NOMEM;
	*slot = files->count + 1;
	files->file[files->count++] = one;
	return FSK_OK;
}

static int
choose(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static enum fsk_err walk(struct files *files, const char *folder, unsigned depth);

/* Adds what is called ${name} in ${folder}. */
static enum fsk_err
add_entry(struct files *files, const char *folder, const char *name, unsigned depth)
{
	size_t len = strlen(folder);
	bool slash = len > 0 && folder[len - 1] == '/';
	struct stat status;
	enum fsk_err err = FSK_OK;
	char *path;

	if (asprintf(&path, "%s%s%s", folder, slash ? "" : "/", name) < 0)
		return FSK_NOMEM;
	if (lstat(path, &status) != 0)
		err = errno == ENOENT ? FSK_OK : FSK_IO; /* rotated away meanwhile */
	else if (S_ISDIR(status.st_mode))
		err = walk(files, path, depth + 1);
	else if (stat(path, &status) == 0 && S_ISREG(status.st_mode))
		err = add_one(files, path, &status);
	free(path);
	return err;
}

static enum fsk_err
walk(struct files *files, const char *folder, unsigned depth)
{
	struct dirent **entries;
	int count;
	enum fsk_err err = FSK_OK;
	int error = 0;

	if (depth > DEPTH_MOST) {
		errno = ELOOP;
		return FSK_IO;
	}
	count = scandir(folder, &entries, choose, by_name);
	if (count < 0)
		return errno == ENOMEM ? FSK_NOMEM : FSK_IO;
	for (int i = 0; i < count; i++) {
		enum fsk_err one = FSK_OK;

		if (err != FSK_NOMEM)
			one = add_entry(files, folder, entries[i]->d_name, depth);
		if (one != FSK_OK) {
			err = one;
			error = errno;
		}
		free(entries[i]);
	}
	free(entries);
	if (err == FSK_IO)
		errno = error;
	return err;
}

enum fsk_err
files_add(struct files *files, const char *path)
{
	struct stat status;

	if (strcmp(path, "-") == 0)
		return add_one(files, path, NULL);
	if (stat(path, &status) != 0)
		return FSK_IO;
	if (S_ISDIR(status.st_mode))
		return walk(files, path, 0);
	return add_one(files, path, &status);
}

void
files_fini(struct files *files)
{
	if (files == NULL)
		return;
	for (size_t i = 0; i < files->count; i++)
		free(files->file[i].path);
	free(files->file);
	free(files->slots);
	*files = (struct files){.file = NULL};
}
