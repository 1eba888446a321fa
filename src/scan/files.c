/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan/files.h"

#include <errno.h>
#include <fts.h>
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

/* Tells that ${path} cannot be read, for the reason in errno. */
static enum fsk_err
fail(const struct files *files, const char *path)
{
	int error = errno;

	if (files->failed != NULL)
		files->failed(path, error, files->context);
	errno = error;
	return FSK_IO;
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Adds what the walk has come to. */
static enum fsk_err
add_entry(struct files *files, FTS *walk, FTSENT *entry)
{
	struct stat status;

	switch (entry->fts_info) {
	case FTS_D:
		if (entry->fts_level <= DEPTH_MOST)
			return FSK_OK;
		fts_set(walk, entry, FTS_SKIP);
		errno = ELOOP;
		return fail(files, entry->fts_path);
	case FTS_F:
		return add_one(files, entry->fts_path, entry->fts_statp);
	case FTS_SL:
		if (stat(entry->fts_path, &status) == 0 && S_ISREG(status.st_mode))
			return add_one(files, entry->fts_path, &status);
		return FSK_OK;
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		errno = entry->fts_errno;
		if (errno == ENOENT)
			return FSK_OK; /* rotated away meanwhile */
		return fail(files, entry->fts_path);
	default:
		return FSK_OK;
	}
}

/* Adds the files in ${folder}; what cannot be read does not end the walk. */
static enum fsk_err
add_folder(struct files *files, const char *folder)
{
	char *path = strdup(folder);
	FTS *walk = path != NULL
	                    ? fts_open((char *const[]){path, NULL},
	                               FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name)
	                    : NULL;
	enum fsk_err err = FSK_OK;
	int error = 0;
	FTSENT *entry;

	free(path);
	if (walk == NULL)
		return errno == ENOMEM ? FSK_NOMEM : fail(files, folder);
	while (err != FSK_NOMEM && (errno = 0, entry = fts_read(walk)) != NULL) {
		enum fsk_err one = add_entry(files, walk, entry);

		if (one == FSK_OK)
			continue;
		err = one;
		error = errno;
	}
	if (err == FSK_OK && errno != 0) {
		err = errno == ENOMEM ? FSK_NOMEM : fail(files, folder);
		error = errno;
	}
	fts_close(walk);
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
		return fail(files, path);
	if (S_ISDIR(status.st_mode))
		return add_folder(files, path);
	return add_one(files, path, &status);
}

const char *
files_find(const struct files *files, uint64_t device, uint64_t inode)
{
	size_t number = files->count > 0 ? *slot_of(files, device, inode) : 0;

	return number > 0 ? files->file[number - 1].path : NULL;
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
