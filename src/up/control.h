/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/control.h: the control socket: a stream of AF_UNIX at a path, in the thread of the
 * loop. Who may write to the socket's file (its owner, its group, root) may ask. A
 * connection is one request, an object of JSON with the key "verb", at most
 * UP_CONTROL_MOST octets up to a LF or the end; the answer are objects of JSON, one a
 * line, of which the last is {"ok":true}; or {"ok":false,"why":"..."} alone. Who is
 * slower than UP_CONTROL_MS on either way is dropped.
 */
#ifndef UP_CONTROL_H
#define UP_CONTROL_H

#include "net/loop.h"
#include "net/socket.h"
#include "up/verb.h"

#define UP_CONTROL_MOST 4096
#define UP_CONTROL_MS 2000
#define UP_CONTROL_CLIENTS 8 /* at a time; others wait */

struct up_control_setting {
	const char *path; /* at most 107 octets; copied */
	uid_t uid;        /* whose the socket is to be; (uid_t)-1: the present one's */
	gid_t gid;

	/* As the answer of struct up_verb, of all roles; ${request}'s now is 0. */
	const char *(*answer)(void *context, const char *verb, struct up_request *request,
	                      json_t *lines);
	void *context;
};

struct up_control;

/* Binds it, in place of a socket that nobody listens on any more, and answers in ${loop}.
 * FSK_IO with errno (EADDRINUSE: somebody does listen, or it is no socket), FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_control_open(const struct up_control_setting *setting,
                                          struct net_loop *loop,
                                          struct up_control **control);

/* Closes all, and removes the socket if it may; NULL is allowed. */
void up_control_close(struct up_control *control);

#endif
