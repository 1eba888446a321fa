/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/notify.h"

#include "net/loop.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum fsk_err
up_notify_open(const char *name, int *fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t len = name != NULL ? strlen(name) : 0;
	socklen_t size;
	int opened;

	if (len == 0) {
		*fd = -1;
		return FSK_OK;
	}
	if ((name[0] != '/' && name[0] != '@') || len >= sizeof(address.sun_path))
		return FSK_RANGE;
	memcpy(address.sun_path, name, len);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	opened = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (opened < 0)
		return FSK_IO;
	/* Connected now: in the sandbox no new way can be opened. */
	if (connect(opened, (const struct sockaddr *)&address, size) != 0) {
		int error = errno;

		close(opened);
		errno = error;
		return FSK_IO;
	}
	*fd = opened;
	return FSK_OK;
}

void
up_notify(int fd, const char *what)
{
	if (fd >= 0)
		(void)send(fd, what, strlen(what), MSG_NOSIGNAL);
}

void
up_notify_reloading(int fd)
{
	char what[64];

	snprintf(what, sizeof(what), "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
	         net_monotonic_us());
	up_notify(fd, what);
}
