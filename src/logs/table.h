/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/table.h: a line of a table whose columns are known.
 */
#ifndef LOGS_TABLE_H
#define LOGS_TABLE_H

#include "logs/entry.h"

/* Reads ${line} into ${entry}, which is zeroed, after separator, place, width and
 * order of ${dialect}. Blank lines, lines that begin with '#', a header line and
 * those without a name are aside; foreign is what has another width or a time or
 * client that cannot be read, and each line while the separator is not known. A
 * role that has no place is not read; without one for the time entries have none.
 * What had to be decoded is in ${scratch}, which is empty. */
enum log_kind table_read(const struct log_dialect *dialect, struct span line,
                         struct log_scratch *scratch, struct log_entry *entry);

#endif
