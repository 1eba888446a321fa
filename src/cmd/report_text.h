/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/report_text.h: the report for people who read a terminal or a mail.
 */
#ifndef CMD_REPORT_TEXT_H
#define CMD_REPORT_TEXT_H

#include "cmd/output.h"
#include "cmd/report.h"

/* Writes the summary, the hosts, their names, requests and collisions. */
void report_text_write(struct output *output, const struct report *report);

/* Writes one line about ${host}, whose verdict has become worse. */
void report_text_rise(struct output *output, const struct report *report,
                      const struct verdict_host *host);

#endif
