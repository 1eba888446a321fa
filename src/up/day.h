/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/day.h: what the store says of a day that ended, in a few lines of the log: how many
 * called, who they were, and what they asked for that nobody knows yet.
 */
#ifndef UP_DAY_H
#define UP_DAY_H

#include "store/store.h"
#include "up/log.h"

/* Logs ${day}, whose first second it is, since 1970: an event "day", and one event "shape"
 * for each shape that is new since then, or grows, the largest first and 20 at most. From
 * any thread. */
void up_day_tell(struct store *store, int64_t day, const struct up_log *log);

#endif
