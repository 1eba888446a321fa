/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/allow_ask.h: asks the daemon, by its control socket, what `foresink allow' was asked
 * for, and prints what it answers.
 */
#ifndef CMD_ALLOW_ASK_H
#define CMD_ALLOW_ASK_H

#include "cmd/command.h"

#include <stdbool.h>
#include <stdint.h>

struct allow_ask {
	bool list, end; /* else: let it through */
	bool json;
	const char *name;   /* NULL for list */
	const char *client; /* NULL: all clients */
	uint64_t seconds;   /* for how long */
	const char *reason;
	const char *control; /* path of the socket; NULL: the usual one */
	const char *config;  /* or the configuration that names it; NULL: none */
};

/* STATUS_DONE; STATUS_DATA: the daemon refuses it, or the configuration is wrong;
 * STATUS_RETRY: there is no daemon; STATUS_SYSTEM, STATUS_USAGE. All are said. */
enum status allow_ask(struct allow_ask *ask);

#endif
