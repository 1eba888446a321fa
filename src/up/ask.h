/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/ask.h: the other side of the control socket (up/control.h): asks the daemon. It waits,
 * some seconds at most.
 */
#ifndef UP_ASK_H
#define UP_ASK_H

#include <foresink/err.h>

#include <jansson.h>

/* Where the daemon is asked if nobody says where. */
#define UP_ASK_PATH "/run/foresink/control"

#define UP_ASK_WHY 256 /* octets of the longest reason with its NUL */

/* Asks the daemon at socket ${path} what ${request} says, and calls ${take} with each
 * object of the answer. FSK_MISMATCH with the daemon's reason in ${why}: it is refused;
 * FSK_IO with errno (ENOENT, ECONNREFUSED: no daemon; ETIMEDOUT); FSK_CORRUPT: the
 * answer is none, or cut; FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_ask(const char *path, const json_t *request,
                                 void (*take)(const json_t *line, void *context),
                                 void *context, char why[UP_ASK_WHY]);

#endif
