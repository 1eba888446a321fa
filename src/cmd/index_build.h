/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/index_build.h: builds an index file as its user asked.
 */
#ifndef CMD_INDEX_BUILD_H
#define CMD_INDEX_BUILD_H

#include "cmd/options.h"

/* Builds the index file ${path} for the families and the time of ${options}; by
 * default all families, from 2008-11-21 to four years ahead. Folders that lead
 * to the usual place are made. What went wrong is said. */
enum status index_build(const struct options *options, const char *path);

#endif
