/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/losses.h: how the log tells of contacts that cannot be kept: when that begins, once a
 * minute while it lasts, how many they were once some are kept again, and at the end how
 * many they were in all. Of one thread.
 */
#ifndef UP_LOSSES_H
#define UP_LOSSES_H

#include "up/log.h"

#include <stdbool.h>

struct up_losses {
	const char *role;
	uint64_t kept, lost; /* as they were at the last look */
	uint64_t before;     /* lost before it began */
	uint64_t said;       /* of lost */
	int64_t said_ms, lost_ms;
	bool losing;
};

/* Looks at what was kept and what was lost since the start, at ${now_ms}. */
void up_losses_look(struct up_losses *losses, const struct up_log *log, uint64_t kept,
                    uint64_t lost, int64_t now_ms);

/* Says at the end how many of all were ${lost}, if any. */
void up_losses_end(const struct up_losses *losses, const struct up_log *log, uint64_t lost);

#endif
