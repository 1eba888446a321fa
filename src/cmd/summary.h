/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/summary.h: a forecast counted rather than listed: names a day by family
 * and by suffix, and how many of them have short labels, which are the ones
 * most likely to be somebody's real name.
 */
#ifndef CMD_SUMMARY_H
#define CMD_SUMMARY_H

#include "cmd/filter.h"
#include "cmd/lists.h"
#include "cmd/output.h"

/* Letters of the longest label that counts as short. */
#define SUMMARY_SHORT 5

/* Counts the names that ${filter} takes of the lists of ${selection} over ${span}
 * and writes the result in ${format}: "json" and "csv" give one row a generator
 * and suffix, anything else two tables for people, by family and by suffix. A
 * name counts once for each UTC day of the span on which it holds, also for a
 * part of the day. FSK_NOMEM, FSK_STOPPED. */
FSK_MUST_USE enum fsk_err summary_write(struct output *output,
                                        const struct selection *selection,
                                        struct span_of_time span, struct filter *filter,
                                        const char *format);

#endif
