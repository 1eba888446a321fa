/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/tail_recent.h: the last lines of many, by time: what is shown before the live ones.
 */
#ifndef CMD_TAIL_RECENT_H
#define CMD_TAIL_RECENT_H

#include "cmd/tail_line.h"

#define TAIL_RECENT_MOST 100000

struct tail_kept {
	int64_t us;
	char *line;
	size_t len;
};

struct tail_recent {
	struct tail_kept *kept; /* the oldest first */
	size_t count, most;
};

/* Begins with room for ${most} lines. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err tail_recent_init(struct tail_recent *recent, size_t most);
void tail_recent_fini(struct tail_recent *recent);

/* Keeps the line of ${sighting}, unless there are enough later ones. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err tail_recent_add(struct tail_recent *recent,
                                          const struct tail_look *look,
                                          const struct sighting *sighting,
                                          const struct store_said *said);

/* Forgets all. */
void tail_recent_clear(struct tail_recent *recent);

/* Writes all, with their days as ${look} wants them. */
void tail_recent_write(const struct tail_recent *recent, struct tail_look *look,
                       struct output *output);

#endif
