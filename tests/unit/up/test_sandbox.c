/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The sandbox: what an intruder would do next fails, and what serving takes works.
 * Each trial is a process of its own, since there is no way back.
 */
#include "up/calls.h"
#include "up/landlock.h"
#include "up/privileges.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* How a trial ends: the number of the first claim that did not hold, or one of these. */
#define GOOD 0
#define NO_KERNEL 99 /* it has none */
#define KILLED 128   /* and the signal */

#define CLAIM(number, claim)                                                               \
	do {                                                                               \
		if (!(claim))                                                              \
			_exit(number);                                                     \
	} while (0)

static int
try(void (*trial)(const char *folder), const char *folder)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		trial(folder);
		_exit(GOOD);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : KILLED + WTERMSIG(status);
}

/* The filter of calls. */

static void
limit(unsigned more)
{
	enum fsk_err err = up_calls_limit(more);

	if (err == FSK_VERSION)
		_exit(NO_KERNEL);
	CLAIM(98, err == FSK_OK);
}

static void
run_program(const char *folder)
{
	char *words[] = {NULL};

	(void)folder;
	limit(0);
	execve("/bin/true", words, words);
}

static void
trace(const char *folder)
{
	(void)folder;
	limit(0);
	(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void *
thread(void *context)
{
	*(int *)context = 1;
	return NULL;
}

/* Sockets, processes and memory; and threads. */
static void
call(const char *folder)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	                         .sin_port = htons(9),
	                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int early = socket(AF_INET, SOCK_STREAM, 0);
	pthread_t other;
	int ran = 0;
	int datagrams = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	(void)folder;
	limit(0);
	CLAIM(1, connect(early, (struct sockaddr *)&to, sizeof(to)) == -1);
	CLAIM(2, errno == ENOSYS);
	CLAIM(3, socket(AF_INET, SOCK_STREAM, 0) == -1);
	CLAIM(4, socket(AF_UNIX, SOCK_DGRAM, 0) == -1);
	CLAIM(5, socket(AF_NETLINK, SOCK_RAW, 0) == -1);
	CLAIM(6, socket(AF_PACKET, SOCK_DGRAM, 0) == -1);
	CLAIM(7, socket(AF_INET, SOCK_DGRAM, 0) == -1 &&
	                 bind(early, (struct sockaddr *)&to, sizeof(to)) == -1);
	CLAIM(8, sendto(datagrams, "x", 1, 0, (struct sockaddr *)&to, sizeof(to)) == 1);
	CLAIM(9, mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
	              0) == MAP_FAILED);
	CLAIM(10, fork() == -1);
	CLAIM(11, kill(getppid(), 0) == -1);
	CLAIM(12, pthread_create(&other, NULL, thread, &ran) == 0);
	CLAIM(13, pthread_join(other, NULL) == 0 && ran == 1);
	CLAIM(14, setuid(0) == -1);
}

/* With what some roles and alerts need besides. */
static void
call_internet(const char *folder)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 any = {.sin6_family = AF_INET6};
	int pair[2], fd;

	(void)folder;
	limit(UP_CALLS_INTERNET);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	CLAIM(1, fd >= 0 && bind(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
	to.sin_port = htons(9);
	CLAIM(2, connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
	fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CLAIM(3, fd >= 0 || errno == EAFNOSUPPORT);
	CLAIM(4, fd < 0 || bind(fd, (struct sockaddr *)&any, sizeof(any)) == 0);
	CLAIM(5, socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) == -1 && errno == ENOSYS);
	CLAIM(6, socket(AF_UNIX, SOCK_STREAM, 0) == -1 && errno == ENOSYS);
	CLAIM(7, socket(AF_NETLINK, SOCK_RAW, 0) == -1 && errno == ENOSYS);
	CLAIM(8, socket(AF_PACKET, SOCK_DGRAM, 0) == -1 && errno == ENOSYS);
	CLAIM(9, socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1 && errno == ENOSYS);
	CLAIM(10, fork() == -1);
}

static void
call_local(const char *folder)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX, .sun_path = "/no/such"};
	int fd;

	(void)folder;
	limit(UP_CALLS_LOCAL);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	CLAIM(1, fd >= 0);
	CLAIM(2, connect(fd, (struct sockaddr *)&to, sizeof(to)) == -1 && errno == ENOENT);
	CLAIM(3, bind(fd, (struct sockaddr *)&to, sizeof(to)) == -1 && errno == ENOSYS);
	CLAIM(4, socket(AF_INET, SOCK_DGRAM, 0) == -1 && errno == ENOSYS);
}

static void
call_fetch(const char *folder)
{
	int pair[2], waits;

	(void)folder;
	limit(UP_CALLS_INTERNET | UP_CALLS_FETCH);
	CLAIM(1, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	CLAIM(2, ioctl(pair[0], FIONREAD, &waits) == 0 && waits == 0);
	CLAIM(3, ioctl(pair[0], SIOCGPGRP, &waits) == -1 && errno == ENOSYS);
	CLAIM(4, pipe2(pair, O_CLOEXEC) == 0);
	CLAIM(5, fork() == -1);
}

static void
test_more_calls(void **state)
{
	(void)state;
	if (try(call_internet, NULL) == NO_KERNEL)
		return;
	assert_int_equal(try(call_internet, NULL), GOOD);
	assert_int_equal(try(call_local, NULL), GOOD);
	assert_int_equal(try(call_fetch, NULL), GOOD);
}

static void
test_calls(void **state)
{
	int ended = try(call, NULL);

	(void)state;
	if (ended == NO_KERNEL)
		return;
	assert_int_equal(ended, GOOD);
	assert_int_equal(try(run_program, NULL), KILLED + SIGSYS);
	assert_int_equal(try(trace, NULL), KILLED + SIGSYS);
}

/* Files. */

static bool
can_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static const char *
below(const char *folder, const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
fence(const char *folder)
{
	struct up_landlock *landlock;
	enum fsk_err err = up_landlock_new(&landlock);
	char there[512];

	if (err == FSK_VERSION)
		_exit(NO_KERNEL);
	CLAIM(1, err == FSK_OK);
	CLAIM(2, up_landlock_folder(landlock, below(folder, "none"), UP_LANDLOCK_WRITE) ==
	                 FSK_IO);
	CLAIM(3, errno == ENOENT);
	CLAIM(4, up_landlock_folder(landlock, below(folder, "state"), UP_LANDLOCK_WRITE) ==
	                 FSK_OK);
	CLAIM(5, up_landlock_beside(landlock, below(folder, "etc/link"),
	                            UP_LANDLOCK_READ) == FSK_OK);
	CLAIM(8, up_landlock_beside(landlock, below(folder, "run/gone"),
	                            UP_LANDLOCK_REMOVE) == FSK_OK);
	CLAIM(9, up_landlock_beside(landlock, below(folder, "log/file"),
	                            UP_LANDLOCK_APPEND) == FSK_OK);
	CLAIM(6, prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CLAIM(7, up_landlock_enforce(landlock) == FSK_OK);
	up_landlock_free(landlock);

	CLAIM(10, !can_open("/etc/passwd", O_WRONLY));
	CLAIM(11, !can_open("/etc/passwd", O_RDONLY));
	CLAIM(12, !can_open(below(folder, "other/file"), O_RDONLY));
	CLAIM(13, can_open(below(folder, "etc/link"), O_RDONLY)); /* in lists */
	CLAIM(14, can_open(below(folder, "lists/file"), O_RDONLY));
	CLAIM(15, !can_open(below(folder, "lists/file"), O_WRONLY));
	CLAIM(16, !can_open(below(folder, "etc/new"), O_WRONLY | O_CREAT));
	CLAIM(17, can_open(below(folder, "state/new"), O_RDWR | O_CREAT));
	snprintf(there, sizeof(there), "%s/state/newer", folder);
	CLAIM(18, rename(below(folder, "state/new"), there) == 0);
	CLAIM(19, unlink(there) == 0);
	CLAIM(20, unlink(below(folder, "other/file")) == -1);
	CLAIM(21, !can_open(below(folder, "run/file"), O_RDONLY));
	CLAIM(22, !can_open(below(folder, "run/new"), O_WRONLY | O_CREAT));
	CLAIM(23, unlink(below(folder, "run/file")) == 0);
	/* Names are known; they are not looked for. */
	CLAIM(24, !can_open(below(folder, "etc"), O_RDONLY | O_DIRECTORY));
	/* What was told stays. */
	CLAIM(25, can_open(below(folder, "log/file"), O_RDWR | O_APPEND));
	CLAIM(26, can_open(below(folder, "log/new"), O_RDWR | O_APPEND | O_CREAT));
	CLAIM(27, unlink(below(folder, "log/file")) == -1);
	CLAIM(28, mkdir(below(folder, "log/folder"), 0700) == -1);
	snprintf(there, sizeof(there), "%s/state/file", folder);
	CLAIM(29, rename(below(folder, "log/file"), there) == -1);
}

static void
make_file(const char *folder, const char *name)
{
	int fd = open(below(folder, name), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	close(fd);
}

static void
test_files(void **state)
{
	static const char *const folders[] = {"state", "etc", "lists",
	                                      "other", "run", "log"};
	static const char *const made[] = {"etc/link", "lists/file", "other/file",
	                                   "log/file"};
	char folder[] = "/tmp/foresink-XXXXXX";
	int ended;

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(mkdir(below(folder, folders[i]), 0755), 0);
	make_file(folder, "lists/file");
	make_file(folder, "other/file");
	make_file(folder, "run/file");
	make_file(folder, "log/file");
	assert_int_equal(symlink("../lists/file", below(folder, "etc/link")), 0);
	ended = try(fence, folder);
	(void)unlink(below(folder, "log/new")); /* not there without Landlock */
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(unlink(below(folder, made[i])), 0);
	(void)unlink(below(folder, "run/file")); /* gone, where there is Landlock */
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(rmdir(below(folder, folders[i])), 0);
	assert_int_equal(rmdir(folder), 0);
	if (ended != NO_KERNEL)
		assert_int_equal(ended, GOOD);
	up_landlock_free(NULL);
}

/* TCP. */

static int
listen_somewhere(struct sockaddr_in *at)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(*at);

	*at = (struct sockaddr_in){.sin_family = AF_INET,
	                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)at, sizeof(*at)), 0);
	assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)at, &len), 0);
	return fd;
}

static struct sockaddr_in known, unknown;

static void
fence_ports(const char *folder)
{
	struct up_landlock *landlock;
	enum fsk_err err = up_landlock_new(&landlock);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)folder;
	if (err == FSK_VERSION ||
	    syscall(SYS_landlock_create_ruleset, NULL, 0, 1) < 4) /* its version */
		_exit(NO_KERNEL);
	CLAIM(1, err == FSK_OK);
	CLAIM(2, up_landlock_port(landlock, ntohs(known.sin_port)) == FSK_OK);
	CLAIM(3, prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CLAIM(4, up_landlock_enforce(landlock) == FSK_OK);
	up_landlock_free(landlock);
	CLAIM(5, connect(fd, (struct sockaddr *)&unknown, sizeof(unknown)) == -1 &&
	                 errno == EACCES);
	CLAIM(6, connect(fd, (struct sockaddr *)&known, sizeof(known)) == 0);
}

static void
test_ports(void **state)
{
	int one = listen_somewhere(&known);
	int other = listen_somewhere(&unknown);
	int ended = try(fence_ports, NULL);

	(void)state;
	close(one);
	close(other);
	if (ended != NO_KERNEL)
		assert_int_equal(ended, GOOD);
}

/* Privileges. */

static void
drop_to_nobody(const char *folder)
{
	struct up_ids ids = {.wanted = true, .uid = 65534, .gid = 65534};

	(void)folder;
	CLAIM(1, up_privileges_drop(&ids) == FSK_OK);
	CLAIM(2, getuid() == 65534 && geteuid() == 65534 && getegid() == 65534);
	CLAIM(3, setuid(0) == -1 && seteuid(0) == -1 && setgid(0) == -1);
	CLAIM(4, !can_open("/etc/passwd", O_WRONLY));
	CLAIM(5, prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
}

static void
drop_nothing(const char *folder)
{
	struct up_ids ids = {.wanted = false};
	uid_t before = getuid();

	(void)folder;
	CLAIM(1, up_privileges_drop(&ids) == FSK_OK);
	CLAIM(2, getuid() == before);
	CLAIM(3, chroot("/") == -1 && errno == EPERM); /* root, without its powers */
	CLAIM(4, prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
}

static void
test_privileges(void **state)
{
	(void)state;
	if (up_privileges_can_change())
		assert_int_equal(try(drop_to_nobody, NULL), GOOD);
	assert_int_equal(try(drop_nothing, NULL), GOOD);
}

static void
test_find(void **state)
{
	struct up_config config = {.user = "root", .user_line = 3, .path = "x.conf"};
	struct up_trouble trouble;
	struct up_ids ids;

	(void)state;
	assert_int_equal(up_privileges_find(&config, &ids, &trouble), FSK_OK);
	assert_true(ids.wanted && ids.uid == 0 && ids.gid == 0);
	config.group = "no-such-group";
	assert_int_equal(up_privileges_find(&config, &ids, &trouble), FSK_UNKNOWN);
	assert_string_equal(trouble.file, "x.conf");
	assert_string_equal(trouble.why, "no group no-such-group");
	assert_int_equal(trouble.line, 3);
	config = (struct up_config){.path = "x.conf"};
	assert_int_equal(up_privileges_find(&config, &ids, NULL), FSK_OK);
	assert_false(ids.wanted);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_calls),      cmocka_unit_test(test_more_calls),
	        cmocka_unit_test(test_files),      cmocka_unit_test(test_ports),
	        cmocka_unit_test(test_privileges), cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
