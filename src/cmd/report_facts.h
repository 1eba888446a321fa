/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/report_facts.h: the summary of a scan as a list of facts: what was read and
 * as what, what was assumed, what was lost, how much chance there is.
 */
#ifndef CMD_REPORT_FACTS_H
#define CMD_REPORT_FACTS_H

#include "cmd/report.h"

/* Octets of a fact's text with its NUL: a path of 4096 and its reason fit. */
#define REPORT_FACTS_SIZE 4608

/* Takes one fact: ${text}, which may hold foreign bytes, under ${label}, which is
 * "" when it goes on with the label before. */
typedef void report_facts_taker(const char *label, const char *text, void *context);

/* Hands all facts of ${report} to ${take} with ${context}. */
void report_facts(const struct report *report, report_facts_taker *take, void *context);

/* Whether ${file} gave anything, now or in an earlier run. One in which nobody asked
 * for anything, and of which more lines were not understood than were, is of another
 * format. */
bool report_facts_read(const struct scan_file *file);

/* Why ${file} was not read, or not to its end; NULL: all is well. */
const char *report_facts_lost(const struct scan_file *file);

/* Writes them to ${out} as text in two columns. */
void report_facts_write(const struct report *report, FILE *out);

#endif
