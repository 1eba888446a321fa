/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/zeek_table.h: the tables of Zeek, whose columns are named by a header in
 * front of them, and may come in any order. What the header says is kept in the
 * dialect: the separator, the place of each role, as its width the last column that
 * is wanted, behind which nothing is looked at, and in its variant which log it is. A
 * header may come again in mid-file, as files are put together; it counts from there on.
 */
#ifndef LOGS_ZEEK_TABLE_H
#define LOGS_ZEEK_TABLE_H

#include "logs/entry.h"

/* The variants of the dialect. */
enum zeek_table_log {
	ZEEK_TABLE_NONE, /* no header was there */
	ZEEK_TABLE_DNS,
	ZEEK_TABLE_HTTP,
	ZEEK_TABLE_OTHER /* a log in which nobody asks for names */
};

/* Learns from ${line} if it is part of a header, and returns whether it is. When a
 * log of DNS or HTTP lacks a column that it must have, ${dialect} says why. */
bool zeek_table_learn(struct span line, struct log_dialect *dialect);

/* Cuts ${line}, a row of a log of DNS or HTTP, and stores in ${columns} what stands
 * in the place of each role that such a log can have; empty: no such column, or "-",
 * which is nothing. Of a row of DNS that is to be read in ${brief} (logs/entry.h) only
 * time, client and name are stored. False when the line has fewer columns than the last
 * that is wanted. */
bool zeek_table_cut(const struct log_dialect *dialect, struct span line, bool brief,
                    struct span columns[LOG_ROLES]);

#endif
