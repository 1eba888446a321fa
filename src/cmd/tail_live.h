/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/tail_live.h: one run of `foresink tail', from what the user asked for to its end.
 */
#ifndef CMD_TAIL_LIVE_H
#define CMD_TAIL_LIVE_H

#include "cmd/command.h"
#include "cmd/store_want.h"

#include <stddef.h>

struct tail_ask {
	const char *folder;
	const char *country; /* a file; NULL: none */
	const struct store_want *want;
	size_t lines; /* the last ones, TAIL_RECENT_MOST at most */
	bool new;     /* of shapes that are not known only */
	bool once;
	bool json;
};

/* Shows what ${ask} asks for, until a signal comes or nobody reads any more. STATUS_DATA
 * for what is no store, STATUS_SYSTEM; said. */
enum status tail_live_run(const struct tail_ask *ask);

#endif
