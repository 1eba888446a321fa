/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/index_info.h: what is in an index file, written out.
 */
#ifndef CMD_INDEX_INFO_H
#define CMD_INDEX_INFO_H

#include "cmd/output.h"
#include "watch/archive.h"

/* Writes ${info} of the index file ${path}: as lines for people, or as a JSON
 * object on one line. */
void index_info_write(struct output *output, const char *path,
                      const struct watch_archive_info *info, bool json);

#endif
