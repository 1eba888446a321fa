/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/index_file.h"

#include "cmd/say.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool
index_file_usual(char *path, size_t size)
{
	const char *named = getenv("FORESINK_INDEX");
	const char *cache = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	int len;

	if (named != NULL && *named != '\0')
		len = snprintf(path, size, "%s", named);
	else if (cache != NULL && *cache == '/')
		len = snprintf(path, size, "%s/foresink/forecast.index", cache);
	else if (home != NULL && *home != '\0')
		len = snprintf(path, size, "%s/.cache/foresink/forecast.index", home);
	else
		return false;
	return len > 0 && (size_t)len < size;
}

bool
index_file_make_folders(const char *path)
{
	char folder[PATH_MAX];
	size_t len = strlen(path);

	if (len >= sizeof(folder)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(folder, path, len + 1);
	for (char *slash = strchr(folder + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0777) != 0 && errno != EEXIST)
			return false;
		*slash = '/';
	}
	return true;
}

/* The words for ${err}: errno's for FSK_IO, else ${why} if it says more. */
static const char *
reason(enum fsk_err err, const char *why)
{
	if (err == FSK_IO)
		return strerror(errno);
	return why != NULL ? why : fsk_strerror(err);
}

enum status
index_file_refuse(const char *path, enum fsk_err err, const char *why)
{
	if (err == FSK_STOPPED)
		return STATUS_DONE;
	say("%s: %s", path, reason(err, why));
	return err == FSK_IO || err == FSK_NOMEM ? STATUS_SYSTEM : STATUS_DATA;
}

enum status
index_file_open(const char *named, char usual[PATH_MAX], struct watch_archive **archive)
{
	const char *why = NULL;
	enum fsk_err err;

	*archive = NULL;
	if (named == NULL && !index_file_usual(usual, PATH_MAX))
		return STATUS_DONE;
	err = watch_archive_open(named != NULL ? named : usual, archive, &why);
	if (err == FSK_OK)
		return STATUS_DONE;
	*archive = NULL;
	if (named != NULL)
		return index_file_refuse(named, err, why);
	if (err != FSK_IO || errno != ENOENT)
		say("%s: %s; going on without it (`foresink index build' makes it anew)",
		    usual, reason(err, why));
	return STATUS_DONE;
}
