/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/daemon.h: the life of `foresink up': read and check, make the first lists, bind,
 * give up what is not needed, serve; read anew at SIGHUP, make the lists of the new day
 * at midnight UTC, end at SIGTERM.
 */
#ifndef UP_DAEMON_H
#define UP_DAEMON_H

#include <foresink/err.h>

#include "up/trouble.h"

#include <stdbool.h>
#include <stdint.h>

struct up_setting {
	const char *path;    /* of the configuration */
	const char *version; /* of the program, for metrics */
	bool shifted;        /* the calendar starts at ${clock} instead of now */
	int64_t clock;       /* seconds since 1970 */
	const char *notify;  /* $NOTIFY_SOCKET; NULL: none */
	int log;             /* descriptor */
};

/* Serves until SIGTERM, SIGINT or SIGQUIT, in the first thread of the process. FSK_OK then;
 * FSK_SYNTAX and FSK_UNKNOWN for what is wrong in a file, FSK_IO for what the system
 * refused, both in ${trouble}; FSK_NOMEM, FSK_RANGE. Once it serves, nothing but the loop
 * itself can end it. */
FSK_MUST_USE enum fsk_err up_daemon_run(const struct up_setting *setting,
                                        struct up_trouble *trouble);

/* Reads and makes the same, binds nothing and serves nothing; ${tell} gets what would
 * be served, in lines. Errors as above. */
FSK_MUST_USE enum fsk_err up_daemon_check(const struct up_setting *setting,
                                          void (*tell)(const char *line, void *context),
                                          void *context, struct up_trouble *trouble);

#endif
