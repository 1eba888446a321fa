/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/bind_line.h: one line of the query, rpz or security log of BIND 9.
 */
#ifndef LOGS_BIND_LINE_H
#define LOGS_BIND_LINE_H

#include "logs/entry.h"

/* Reads ${line} into ${entry}, as read() of logs/format.h does. */
enum log_kind bind_line_read(struct span line, struct log_scratch *scratch,
                             struct log_entry *entry);

#endif
