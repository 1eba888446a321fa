/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/stamp.h: the times that logs write, read from the start of a text. Each
 * function takes what it knows off the front of ${text} and fills us and time of
 * ${entry} (logs/entry.h); on false nothing is changed. Seconds may have a
 * fraction of 1 to 9 digits after '.' or ','; what is finer than a microsecond
 * is cut. Dates that cannot be (31 February, 25 o'clock) are false; a leap
 * second (:60) is the last microsecond of its minute.
 */
#ifndef LOGS_STAMP_H
#define LOGS_STAMP_H

#include "logs/entry.h"

/* "1795290133", "1795290133.066": UTC. At most 12 digits before the point. */
bool stamp_epoch(struct span *text, struct log_entry *entry);

/* "2026-11-21T19:41:36.758", also with a blank for T. With "Z", "+02:00" or
 * "+0200" behind it: UTC, else local. */
bool stamp_iso(struct span *text, struct log_entry *entry);

/* "21-Nov-2026 19:41:34.066": local (BIND). */
bool stamp_bind(struct span *text, struct log_entry *entry);

/* "Nov 21 19:42:18", the day also with a blank or 0 in front: yearless (syslog,
 * RFC 3164). */
bool stamp_syslog(struct span *text, struct log_entry *entry);

/* "21/Nov/2026:19:43:45 +0000": UTC (web servers). */
bool stamp_web(struct span *text, struct log_entry *entry);

/* "4/21/2017 7:52:03 AM", "05/03/2019 16:05:31", "2019/12/5 13:03:50": local,
 * the numbers of the date in the order ${order} (LOG_ORDER_UNKNOWN: YMD when
 * four digits stand first, else MDY when AM or PM follows, else DMY). With dots,
 * "21.04.2017 07:52:03", the day is first whatever ${order} is. */
bool stamp_slash(struct span *text, enum log_order order, struct log_entry *entry);

/* Any of stamp_iso, stamp_bind, stamp_syslog: what daemons and syslog put in
 * front of their lines. */
bool stamp_any(struct span *text, struct log_entry *entry);

/* The same as the functions without "next", faster for the lines of one log, of which
 * most have the date of the line before, or its second: it is remembered in ${scratch}. */
bool stamp_epoch_next(struct span *text, struct log_scratch *scratch,
                      struct log_entry *entry);
bool stamp_iso_next(struct span *text, struct log_scratch *scratch,
                    struct log_entry *entry);
bool stamp_bind_next(struct span *text, struct log_scratch *scratch,
                     struct log_entry *entry);
bool stamp_syslog_next(struct span *text, struct log_scratch *scratch,
                       struct log_entry *entry);
bool stamp_web_next(struct span *text, struct log_scratch *scratch,
                    struct log_entry *entry);
bool stamp_any_next(struct span *text, struct log_scratch *scratch,
                    struct log_entry *entry);

#endif
