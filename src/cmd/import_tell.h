/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/import_tell.h: what an import has done, for people.
 */
#ifndef CMD_IMPORT_TELL_H
#define CMD_IMPORT_TELL_H

#include "cmd/command.h"
#include "cmd/import_file.h"

/* Contacts that were taken, of any kind. */
uint64_t import_taken(const struct import_counts *counts);

/* Writes ${counts} to stdout. ${zone} is that of times without one (NULL: UTC);
 * ${year_said}: the user named the year of times without one. */
enum status import_tell(const struct import_counts *counts, const char *zone,
                        bool year_said);

#endif
