/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/store_place.h"

#include "up/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of a path of the configuration, and what stands in that folder. */
#define PATH_SIZE 4096

/* Whether root, which gives up all capabilities, may do ${mode} by owner and bits alone. */
static bool
may_without(const char *path, int mode)
{
	struct stat facts;
	unsigned shift;

	if (stat(path, &facts) != 0)
		return false;
	shift = facts.st_uid == 0 ? 6 : facts.st_gid == getegid() ? 3 : 0;
	errno = EACCES;
	return (facts.st_mode >> shift & (unsigned)mode) == (unsigned)mode;
}

/* Whether who the daemon becomes may do ${mode} (access(2)) with ${path}; errno says why
 * not. The kernel is asked as that user, who goes with setfsuid(2) alone: it knows of lists
 * of access and of file systems that nobody writes into. */
static bool
may(const struct up_ids *ids, const char *path, int mode)
{
	bool changes = ids->wanted && up_privileges_can_change();
	uid_t uid = changes && ids->uid != (uid_t)-1 ? ids->uid : geteuid();
	gid_t gid = changes && ids->gid != (gid_t)-1 ? ids->gid : getegid();
	bool allowed;
	int error;

	setfsgid(gid);
	setfsuid(uid);
	allowed = faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0;
	error = errno;
	setfsuid(geteuid());
	setfsgid(getegid());
	errno = error;
	return allowed && (uid != 0 || may_without(path, mode));
}

static enum fsk_err
refuse(const struct up_config *config, const char *path, struct up_trouble *trouble)
{
	const char *folder = config->store.folder;
	bool inside = strlen(path) > strlen(folder);

	up_trouble_set(trouble, config->path, config->store.line,
	               "the store %s cannot be kept: %s%s%s", folder,
	               inside ? path + strlen(folder) + 1 : "", inside ? ": " : "",
	               strerror(errno));
	return FSK_IO;
}

/* Whether the folder, which is not there, can be made by who starts the daemon, and found
 * by who that becomes. */
static enum fsk_err
check_parent(const struct up_config *config, const struct up_ids *ids,
             struct up_trouble *trouble)
{
	const char *folder = config->store.folder;
	size_t len = (size_t)(strrchr(folder, '/') - folder);
	char *parent = strndup(folder, len > 0 ? len : 1);
	enum fsk_err err = FSK_OK;

	if (parent == NULL)
		return FSK_NOMEM;
	if (faccessat(AT_FDCWD, parent, W_OK | X_OK, AT_EACCESS) != 0 ||
	    !may(ids, parent, X_OK))
		err = refuse(config, folder, trouble);
	free(parent);
	return err;
}

/* Whether who the daemon becomes may read the files that say where addresses are. */
static enum fsk_err
check_where(const struct up_config *config, const struct up_ids *ids,
            struct up_trouble *trouble)
{
	const struct up_store *store = &config->store;
	const char *const paths[] = {store->country, store->network};
	const size_t lines[] = {store->country_line, store->network_line};

	for (size_t i = 0; i < UP_COUNT(paths); i++) {
		if (paths[i] == NULL || may(ids, paths[i], R_OK))
			continue;
		up_trouble_set(trouble, config->path, lines[i], "%s: %s", paths[i],
		               strerror(errno));
		return FSK_IO;
	}
	return FSK_OK;
}

/* Whether who the daemon becomes may write into the folder, or it can be made. */
static enum fsk_err
check_folder(const struct up_config *config, const struct up_ids *ids,
             struct up_trouble *trouble)
{
	static const struct {
		const char *name;
		int mode;
	} inside[] = {
	        {"journal", R_OK | W_OK | X_OK},
	        {"lock", R_OK | W_OK},
	        {"foresink.sqlite", R_OK | W_OK},
	};
	const char *folder = config->store.folder;
	struct stat facts;

	if (stat(folder, &facts) != 0)
		return errno == ENOENT ? check_parent(config, ids, trouble)
		                       : refuse(config, folder, trouble);
	if (!may(ids, folder, R_OK | W_OK | X_OK))
		return refuse(config, folder, trouble);
	for (size_t i = 0; i < UP_COUNT(inside); i++) {
		char path[PATH_SIZE];

		snprintf(path, sizeof(path), "%s/%s", folder, inside[i].name);
		if (!may(ids, path, inside[i].mode) && errno != ENOENT)
			return refuse(config, path, trouble);
	}
	return FSK_OK;
}

enum fsk_err
up_store_place_check(const struct up_config *config, const struct up_ids *ids,
                     struct up_trouble *trouble)
{
	enum fsk_err err;

	if (!up_store_wanted(config))
		return FSK_OK;
	err = check_folder(config, ids, trouble);
	return err == FSK_OK ? check_where(config, ids, trouble) : err;
}

/* Whether another process moves journals there. For the moment of the question it has the
 * lock itself, shared: nothing else tells of a lock of flock(2). */
static bool
is_held(const char *folder)
{
	char path[PATH_SIZE];
	bool held;
	int fd;

	snprintf(path, sizeof(path), "%s/lock", folder);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	held = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
	close(fd);
	return held;
}

void
up_store_place_warn(const struct up_config *config, bool idle,
                    void (*say)(const char *words, size_t line, void *context),
                    void *context)
{
	const struct up_store *store = &config->store;
	char words[PATH_SIZE + 100];
	struct stat facts;

	if (!up_store_wanted(config) || stat(store->folder, &facts) != 0)
		return;
	if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		snprintf(words, sizeof(words),
		         "%s has the mode %04o: others than its user may look into it, "
		         "and 0700 is wanted",
		         store->folder, (unsigned)(facts.st_mode & 07777));
		say(words, store->line, context);
	}
	if (idle && is_held(store->folder)) {
		snprintf(words, sizeof(words),
		         "another process writes into %s: beside it none starts",
		         store->folder);
		say(words, store->line, context);
	}
}
