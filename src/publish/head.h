/* SPDX-License-Identifier: BSD-2-Clause
 *
 * publish/head.h: the comment with which a list says what it is:
 *
 *	# foresink 0.1.0
 *	# serial 2026112200
 *	# window 2026-11-21T00:00:00Z 2026-11-29T23:59:59Z
 *	# made 2026-11-22T00:00:05Z
 *	# block 12345
 *	# log-only 2
 */
#ifndef PUBLISH_HEAD_H
#define PUBLISH_HEAD_H

#include "publish/format.h"

/* Writes the comment, each line behind ${mark} ("# "): how many names ${list} wants to
 * be blocked, and, if the format is for these as well (${logged}), only logged. */
void publish_head_write(const struct publish_list *list, struct publish_file *file,
                        const char *mark, bool logged);

#endif
