/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/zone.h"

#include "base/ascii.h"
#include "cmd/say.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FOLDER "/usr/share/zoneinfo"
#define MAGIC "TZif" /* RFC 8536 section 3.1 */

/* Whether ${name} is a path that stays in the folder of the zones. */
static bool
stays(const char *name)
{
	if (*name == '\0' || *name == '/' || strstr(name, "..") != NULL)
		return false;
	for (; *name != '\0'; name++) {
		if (!ascii_alpha(*name) && !ascii_digit(*name) &&
		    strchr("/_+-", *name) == NULL)
			return false;
	}
	return true;
}

/* Whether ${path} is a file with a time zone. */
static bool
is_zone(const char *path)
{
	char head[sizeof(MAGIC) - 1];
	struct stat stat;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool good;

	if (fd == -1)
		return false;
	good = fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode) &&
	       read(fd, head, sizeof(head)) == (ssize_t)sizeof(head) &&
	       memcmp(head, MAGIC, sizeof(head)) == 0;
	close(fd);
	return good;
}

enum status
zone_set(const char *name, bool *utc)
{
	const char *folder = getenv("TZDIR");
	char path[PATH_MAX];
	int len;

	*utc = strcmp(name, "UTC") == 0;
	if (*utc)
		return STATUS_DONE;
	if (folder == NULL || *folder == '\0')
		folder = FOLDER;
	len = snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (!stays(name) || len < 0 || (size_t)len >= sizeof(path) || !is_zone(path)) {
		say("--tz %s: no such time zone below %s", name, folder);
		return STATUS_USAGE;
	}
	/* With the colon it is a file's name and nothing else (POSIX, "TZ"). */
	snprintf(path, sizeof(path), ":%s", name);
	if (setenv("TZ", path, 1) != 0) {
		say("out of memory");
		return STATUS_SYSTEM;
	}
	tzset();
	return STATUS_DONE;
}
