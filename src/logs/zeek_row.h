/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/zeek_row.h: what a row of Zeek's dns.log or http.log says, be it of a table
 * or in JSON: its values are already cut out, and solved of their escapes.
 */
#ifndef LOGS_ZEEK_ROW_H
#define LOGS_ZEEK_ROW_H

#include "logs/zeek_table.h"

/* Reads the values ${columns}, by their roles, of a row of ${log}, DNS or HTTP,
 * into ${entry}, as the read() of a format does. */
enum log_kind zeek_row_read(const struct span columns[LOG_ROLES], enum zeek_table_log log,
                            struct log_scratch *scratch, struct log_entry *entry);

#endif
