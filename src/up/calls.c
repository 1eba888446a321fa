/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is not on the list fails with ENOSYS, "not on this kernel", and does not end the
 * process: the list is that of one C library and a few others, and the next version of
 * one may try a newer call first and take the older one then. To die of it at midnight
 * would take the protection away from all resolvers. Calls that no version would make,
 * and that an intruder needs, do end it at once.
 */
#include "up/calls.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const int allowed[] = {
        /* memory */
        SCMP_SYS(brk),
        SCMP_SYS(madvise),
        SCMP_SYS(mremap),
        SCMP_SYS(msync),
        SCMP_SYS(munmap),
        /* threads; membarrier is liburcu's */
        SCMP_SYS(exit),
        SCMP_SYS(exit_group),
        SCMP_SYS(futex),
        SCMP_SYS(get_robust_list),
        SCMP_SYS(getcpu),
        SCMP_SYS(getpid),
        SCMP_SYS(gettid),
        SCMP_SYS(membarrier),
        SCMP_SYS(rseq),
        SCMP_SYS(sched_getaffinity),
        SCMP_SYS(sched_yield),
        SCMP_SYS(set_robust_list),
        SCMP_SYS(tgkill),
        /* signals */
        SCMP_SYS(restart_syscall),
        SCMP_SYS(rt_sigaction),
        SCMP_SYS(rt_sigprocmask),
        SCMP_SYS(rt_sigreturn),
        SCMP_SYS(sigaltstack),
        /* time and chance */
        SCMP_SYS(clock_getres),
        SCMP_SYS(clock_gettime),
        SCMP_SYS(clock_nanosleep),
        SCMP_SYS(getrandom),
        SCMP_SYS(gettimeofday),
        SCMP_SYS(nanosleep),
        SCMP_SYS(time),
        /* the loop */
        SCMP_SYS(epoll_create1),
        SCMP_SYS(epoll_ctl),
        SCMP_SYS(epoll_pwait),
        SCMP_SYS(epoll_wait),
        SCMP_SYS(eventfd2),
        SCMP_SYS(poll),
        SCMP_SYS(ppoll),
        /* sockets: those that are open. Who asks others opens more, see add_sockets():
         * else there is no socket(), no bind() and no connect(), as what serves was
         * opened before, notifications leave by it, and what is sent says where to. */
        SCMP_SYS(accept),
        SCMP_SYS(accept4),
        SCMP_SYS(getpeername),
        SCMP_SYS(getsockname),
        SCMP_SYS(getsockopt),
        SCMP_SYS(recvfrom),
        SCMP_SYS(recvmmsg),
        SCMP_SYS(recvmsg),
        SCMP_SYS(sendfile),
        SCMP_SYS(sendmmsg),
        SCMP_SYS(sendmsg),
        SCMP_SYS(sendto),
        SCMP_SYS(setsockopt),
        SCMP_SYS(shutdown),
        /* files; which ones is Landlock's */
        SCMP_SYS(access),
        SCMP_SYS(close),
        SCMP_SYS(dup),
        SCMP_SYS(faccessat),
        SCMP_SYS(faccessat2),
        SCMP_SYS(fallocate),
        SCMP_SYS(fchmod),
        SCMP_SYS(fcntl),
        SCMP_SYS(fdatasync),
        SCMP_SYS(flock),
        SCMP_SYS(fstat),
        SCMP_SYS(fstatfs),
        SCMP_SYS(fsync),
        SCMP_SYS(ftruncate),
        SCMP_SYS(getcwd),
        SCMP_SYS(getdents64),
        SCMP_SYS(lseek),
        SCMP_SYS(lstat),
        SCMP_SYS(mkdir),
        SCMP_SYS(mkdirat),
        SCMP_SYS(newfstatat),
        SCMP_SYS(open),
        SCMP_SYS(openat),
        SCMP_SYS(pread64),
        SCMP_SYS(preadv),
        SCMP_SYS(pwrite64),
        SCMP_SYS(pwritev),
        SCMP_SYS(read),
        SCMP_SYS(readlink),
        SCMP_SYS(readlinkat),
        SCMP_SYS(readv),
        SCMP_SYS(rename),
        SCMP_SYS(renameat),
        SCMP_SYS(renameat2),
        SCMP_SYS(rmdir),
        SCMP_SYS(stat),
        SCMP_SYS(statx),
        SCMP_SYS(sync_file_range),
        SCMP_SYS(umask),
        SCMP_SYS(unlink),
        SCMP_SYS(unlinkat),
        SCMP_SYS(write),
        SCMP_SYS(writev),
        /* who and where we are */
        SCMP_SYS(getegid),
        SCMP_SYS(geteuid),
        SCMP_SYS(getgid),
        SCMP_SYS(getrusage),
        SCMP_SYS(getuid),
        SCMP_SYS(prlimit64),
        SCMP_SYS(sysinfo),
        SCMP_SYS(uname),
};

/* What only an intruder calls. */
static const int deadly[] = {
        SCMP_SYS(add_key),
        SCMP_SYS(bpf),
        SCMP_SYS(chroot),
        SCMP_SYS(execve),
        SCMP_SYS(execveat),
        SCMP_SYS(finit_module),
        SCMP_SYS(init_module),
        SCMP_SYS(kexec_load),
        SCMP_SYS(keyctl),
        SCMP_SYS(mount),
        SCMP_SYS(move_mount),
        SCMP_SYS(open_by_handle_at),
        SCMP_SYS(perf_event_open),
        SCMP_SYS(pidfd_getfd),
        SCMP_SYS(pivot_root),
        SCMP_SYS(process_vm_readv),
        SCMP_SYS(process_vm_writev),
        SCMP_SYS(ptrace),
        SCMP_SYS(reboot),
        SCMP_SYS(request_key),
        SCMP_SYS(setns),
        SCMP_SYS(umount2),
        SCMP_SYS(unshare),
        SCMP_SYS(userfaultfd),
};

static int
add_all(scmp_filter_ctx filter)
{
	int error = 0;

	for (size_t i = 0; i < COUNT(allowed) && error == 0; i++)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; i < COUNT(deadly) && error == 0; i++)
		error = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, deadly[i], 0);
	return error;
}

/* Memory that can be written is never code. */
static int
add_memory(scmp_filter_ctx filter)
{
	int error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
	                             SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));

	if (error == 0)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
		                         SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return error;
}

/* Threads, but no processes. The flags of clone3() lie in memory, where a filter cannot
 * see them; the C library takes clone() when there is no clone3(). */
static int
add_threads(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	                        SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
}

/* What stands beside the type in socket(2). */
#define TYPE_FLAGS ((unsigned)SOCK_CLOEXEC | (unsigned)SOCK_NONBLOCK)

/* Streams and datagrams of ${family}; no raw sockets. */
static int
add_family(scmp_filter_ctx filter, int call, int family)
{
	static const int types[] = {SOCK_STREAM, SOCK_DGRAM};
	int error = 0;

	for (size_t i = 0; i < COUNT(types) && error == 0; i++)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 2,
		                         SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)family, 0),
		                         SCMP_A1(SCMP_CMP_MASKED_EQ,
		                                 (scmp_datum_t)~TYPE_FLAGS,
		                                 (scmp_datum_t)types[i]));
	return error;
}

static int
add_sockets(scmp_filter_ctx filter, unsigned more)
{
	int error = 0;

	if (more == 0)
		return 0;
	error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(connect), 0);
	if (error == 0 && (more & UP_CALLS_INTERNET) != 0)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(bind), 0);
	if (error == 0 && (more & UP_CALLS_INTERNET) != 0)
		error = add_family(filter, SCMP_SYS(socket), AF_INET);
	if (error == 0 && (more & UP_CALLS_INTERNET) != 0)
		error = add_family(filter, SCMP_SYS(socket), AF_INET6);
	if (error == 0 && (more & UP_CALLS_LOCAL) != 0)
		error = add_family(filter, SCMP_SYS(socket), AF_UNIX);
	return error;
}

/* libcurl wakes its threads by a pair of sockets or a pipe; the C library's resolver asks
 * how long an answer is. */
static int
add_fetch(scmp_filter_ctx filter, unsigned more)
{
	static const unsigned long asks[] = {FIONREAD, FIONBIO};
	int error = 0;

	if ((more & UP_CALLS_FETCH) == 0)
		return 0;
	error = add_family(filter, SCMP_SYS(socketpair), AF_UNIX);
	if (error == 0)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(pipe2), 0);
	for (size_t i = 0; i < COUNT(asks) && error == 0; i++)
		error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
		                         SCMP_A1(SCMP_CMP_EQ, asks[i], 0));
	return error;
}

enum fsk_err
up_calls_limit(unsigned more)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int error;

	if (filter == NULL)
		return FSK_NOMEM;
	error = add_all(filter);
	if (error == 0)
		error = add_memory(filter);
	if (error == 0)
		error = add_threads(filter);
	if (error == 0)
		error = add_sockets(filter, more);
	if (error == 0)
		error = add_fetch(filter, more);
	if (error == 0)
		error = seccomp_load(filter);
	seccomp_release(filter);
	if (error == 0)
		return FSK_OK;
	if (error == -ENOMEM)
		return FSK_NOMEM;
	errno = -error;
	/* libseccomp gives ECANCELED for what the kernel refused, EINVAL and ENOSYS for
	 * what it does not have. */
	return error == -EINVAL || error == -ENOSYS ? FSK_VERSION : FSK_IO;
}
