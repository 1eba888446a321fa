/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/columns.h: which column of a table means what, as the user says it.
 */
#ifndef CMD_COLUMNS_H
#define CMD_COLUMNS_H

#include "cmd/command.h"
#include "logs/entry.h"

#include <stddef.h>

/* Reads ${text}, "time,client,-,name", the roles of the columns in their order,
 * "-" for one that is passed over, into ${dialect}. STATUS_USAGE, and said, when
 * a role is unknown or named twice, or when there is no name. */
enum status columns_read(const char *text, struct log_dialect *dialect);

#endif
