/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/calls.h: which system calls the daemon can make, by seccomp(2): those that serving
 * takes. No program can be started, no other process touched, and no socket opened but of
 * the kinds that its roles and its alerts need.
 */
#ifndef UP_CALLS_H
#define UP_CALLS_H

#include <foresink/err.h>

/* What some roles and alerts need besides; a set. */
enum up_calls {
	UP_CALLS_INTERNET = 1, /* streams and datagrams of IPv4 and IPv6 */
	UP_CALLS_LOCAL = 2,    /* the same on this machine (AF_UNIX) */
	UP_CALLS_FETCH = 4     /* what libcurl takes besides */
};

/* Puts the filter into force for this thread and those that it starts, for ever, with what
 * ${more} allows besides. FSK_VERSION: this kernel has no seccomp filters; FSK_IO with
 * errno; FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_calls_limit(unsigned more);

#endif
