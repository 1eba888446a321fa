/* SPDX-License-Identifier: BSD-2-Clause */
#include "alert/made.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define MODE 0640

int
alert_made_open(const char *path, int flags, const struct alert_owner *owner)
{
	int fd = open(path, flags | O_CREAT | O_EXCL, MODE);

	/* What was there is not given away: who may write in the folder could have put a
	 * link to a file that is not for him in its place. */
	if (fd < 0 && errno == EEXIST)
		return open(path, flags | O_CREAT, MODE);
	/* A file system without owners refuses; the daemon sees later who may write. */
	if (fd >= 0 && owner != NULL)
		(void)!fchown(fd, owner->uid, owner->gid);
	return fd;
}
