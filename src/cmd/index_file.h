/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/index_file.h: where the index file is, if the user does not say, and how
 * one that cannot be used is told.
 */
#ifndef CMD_INDEX_FILE_H
#define CMD_INDEX_FILE_H

#include "cmd/command.h"
#include "watch/archive.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* Writes to ${path} the value of FORESINK_INDEX, or else
 * "${XDG_CACHE_HOME:-$HOME/.cache}/foresink/forecast.index". False when none
 * of the three is set or the path does not fit ${size} bytes. */
bool index_file_usual(char *path, size_t size);

/* Makes the folders that lead to ${path}. False with errno. */
bool index_file_make_folders(const char *path);

/* Opens ${named} (NULL: the file at the usual place, if there is one, whose path
 * is written to ${usual}) and stores it in ${archive}, or NULL where there is
 * none. One that is refused is an error when it was named; else it is said, and
 * the work goes on without. */
enum status index_file_open(const char *named, char usual[PATH_MAX],
                            struct watch_archive **archive);

/* Says that ${path} failed with ${err}, for the reason ${why} if that is not
 * NULL, and gives the status for it. FSK_STOPPED is not said: the signal ends
 * the process. */
enum status index_file_refuse(const char *path, enum fsk_err err, const char *why);

#endif
