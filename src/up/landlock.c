/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What newer kernels have and the headers of Debian 12 do not
 * (Documentation/userspace-api/landlock.rst): the numbers never change. */
#define ACCESS_FS_TRUNCATE (1ULL << 14)  /* since ABI 3 */
#define ACCESS_FS_IOCTL_DEV (1ULL << 15) /* since ABI 5 */
#define ACCESS_NET_ALL 3ULL              /* TCP: bind, connect; since ABI 4 */
#define SCOPE_ALL 3ULL                   /* abstract sockets, signals; since ABI 6 */

#define NET_CONNECT 2ULL
#define RULE_NET 2

#define WRITE                                                                              \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |                      \
	 LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                   \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |                    \
	 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REFER | ACCESS_FS_TRUNCATE)

/* struct landlock_ruleset_attr, as ABI 6 has it. */
struct attributes {
	uint64_t fs, net, scoped;
};

/* struct landlock_net_port_attr, since ABI 4. */
struct port_rule {
	uint64_t allowed, port;
};

struct up_landlock {
	uint64_t fs, net; /* what this kernel can refuse */
	int fd;
};

/* What a kernel of ${abi} can refuse, and how much of the struct it knows. */
static size_t
attributes_of(long abi, struct attributes *attributes)
{
	*attributes = (struct attributes){.fs = LANDLOCK_ACCESS_FS_REFER - 1};
	if (abi >= 2)
		attributes->fs |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= 3)
		attributes->fs |= ACCESS_FS_TRUNCATE;
	if (abi >= 5)
		attributes->fs |= ACCESS_FS_IOCTL_DEV;
	if (abi >= 4)
		attributes->net = ACCESS_NET_ALL;
	if (abi >= 6)
		attributes->scoped = SCOPE_ALL;
	return abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
}

enum fsk_err
up_landlock_new(struct up_landlock **landlock)
{
	struct up_landlock *made;
	struct attributes attributes;
	size_t size;
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	                   LANDLOCK_CREATE_RULESET_VERSION);

	if (abi < 1)
		return FSK_VERSION;
	made = malloc(sizeof(*made));
	if (made == NULL)
		return FSK_NOMEM;
	size = attributes_of(abi, &attributes);
	made->fs = attributes.fs;
	made->net = attributes.net;
	made->fd = (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
	if (made->fd < 0) {
		free(made);
		return FSK_IO;
	}
	*landlock = made;
	return FSK_OK;
}

static uint64_t
access_of(unsigned uses)
{
	uint64_t access = 0;

	if ((uses & UP_LANDLOCK_READ) != 0)
		access |= LANDLOCK_ACCESS_FS_READ_FILE;
	if ((uses & UP_LANDLOCK_LIST) != 0)
		access |= LANDLOCK_ACCESS_FS_READ_DIR;
	if ((uses & UP_LANDLOCK_WRITE) != 0)
		access |= WRITE;
	if ((uses & UP_LANDLOCK_REMOVE) != 0)
		access |= LANDLOCK_ACCESS_FS_REMOVE_FILE;
	if ((uses & UP_LANDLOCK_APPEND) != 0)
		access |= LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
		          LANDLOCK_ACCESS_FS_MAKE_REG | ACCESS_FS_TRUNCATE;
	return access;
}

enum fsk_err
up_landlock_folder(struct up_landlock *landlock, const char *path, unsigned uses)
{
	struct landlock_path_beneath_attr rule = {
	        .allowed_access = access_of(uses) & landlock->fs,
	        .parent_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC),
	};
	long result;
	int error;

	if (rule.parent_fd < 0)
		return FSK_IO;
	result = syscall(SYS_landlock_add_rule, landlock->fd, LANDLOCK_RULE_PATH_BENEATH,
	                 &rule, 0);
	error = errno;
	close(rule.parent_fd);
	errno = error;
	return result == 0 ? FSK_OK : FSK_IO;
}

/* Allows the folder of ${path}, which is freed. */
static enum fsk_err
beside(struct up_landlock *landlock, char *path, unsigned uses)
{
	enum fsk_err err;
	int error;

	if (path == NULL)
		return errno == ENOMEM ? FSK_NOMEM : FSK_IO;
	err = up_landlock_folder(landlock, dirname(path), uses);
	error = errno;
	free(path);
	errno = error;
	return err;
}

enum fsk_err
up_landlock_beside(struct up_landlock *landlock, const char *path, unsigned uses)
{
	enum fsk_err err = beside(landlock, strdup(path), uses);
	char *real;

	if (err != FSK_OK)
		return err;
	real = realpath(path, NULL);
	if (real == NULL && errno == ENOENT)
		return FSK_OK;
	return beside(landlock, real, uses);
}

enum fsk_err
up_landlock_port(struct up_landlock *landlock, uint16_t port)
{
	struct port_rule rule = {NET_CONNECT, port};

	if (landlock->net == 0 ||
	    syscall(SYS_landlock_add_rule, landlock->fd, RULE_NET, &rule, 0) == 0)
		return FSK_OK;
	return FSK_IO;
}

enum fsk_err
up_landlock_enforce(struct up_landlock *landlock)
{
	return syscall(SYS_landlock_restrict_self, landlock->fd, 0) == 0 ? FSK_OK : FSK_IO;
}

void
up_landlock_free(struct up_landlock *landlock)
{
	if (landlock == NULL)
		return;
	close(landlock->fd);
	free(landlock);
}
