/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/calls.h: which system calls the daemon can make, by seccomp(2): those that serving
 * takes. No program can be started, no other process touched, no TCP connection begun.
 */
#ifndef UP_CALLS_H
#define UP_CALLS_H

#include <foresink/err.h>

/* Puts the filter into force for this thread and those that it starts, for ever.
 * FSK_VERSION: this kernel has no seccomp filters; FSK_IO with errno; FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_calls_limit(void);

#endif
