/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/guess.h: what lines tell of how to read them: the order of the numbers of
 * a date, and which column of a table holds what. A guess that could be made in
 * two ways is not made.
 */
#ifndef LOGS_GUESS_H
#define LOGS_GUESS_H

#include "logs/entry.h"

/* Learns the order of a date with slashes that ${line} begins with. Proven by a
 * number above 12 (or by a year in front), or because the other order would run
 * backwards from the date before, which ${before} remembers (zeroed at first;
 * NULL: do not look at that). AM and PM make MDY likely; else DMY is assumed. What
 * the user said, and what was proven, stays. */
void guess_order(struct span line, struct log_dialect *dialect, uint16_t before[3]);

/* Takes a time of any form of logs/stamp.h, also in brackets, from the front of
 * ${text}; a blank or the end must follow. Fills us and time of ${entry}, which
 * are undefined on false. */
bool guess_time(struct span *text, enum log_order order, struct log_entry *entry);

/* Whether ${line} names its columns, at least those of time, client and name; if
 * so, separator, place and width of ${dialect} are set after it. */
bool guess_header(struct span line, struct log_dialect *dialect);

/* Whether each column of ${line} can be told by its content, and time, client and
 * name are there exactly once; sets ${dialect} likewise. */
bool guess_columns(struct span line, struct log_dialect *dialect);

#endif
