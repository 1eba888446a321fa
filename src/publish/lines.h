/* SPDX-License-Identifier: BSD-2-Clause
 *
 * publish/lines.h: lists with one blocked name a line, between two texts that are
 * always the same.
 */
#ifndef PUBLISH_LINES_H
#define PUBLISH_LINES_H

#include "publish/format.h"

struct publish_lines {
	const char *before; /* at most 64 bytes each */
	const char *after;  /* without the LF */
};

/* Writes the canary and the blocked names of ${list} that are PUBLISH_PLAIN, a line
 * each. */
void publish_lines_write(const struct publish_list *list, struct publish_file *file,
                         const struct publish_lines *lines);

#endif
