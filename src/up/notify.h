/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/notify.h: tells the service manager how the daemon stands: sd_notify(3), section
 * "Standalone Implementations", a datagram to the socket that $NOTIFY_SOCKET names.
 */
#ifndef UP_NOTIFY_H
#define UP_NOTIFY_H

#include <foresink/err.h>

/* Opens the way to ${name}, a path, or "@" and an abstract name; NULL or empty: nobody
 * is told, and ${fd} is -1. FSK_IO with errno, FSK_RANGE for another name. */
FSK_MUST_USE enum fsk_err up_notify_open(const char *name, int *fd);

/* Tells ${what}, lines of VARIABLE=VALUE. What cannot be told is lost. */
void up_notify(int fd, const char *what);

/* Tells that the configuration is read anew, since now. */
void up_notify_reloading(int fd);

#endif
