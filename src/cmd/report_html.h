/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/report_html.h: the report as one page that needs nothing else: no script,
 * no picture, no font from outside; readable on a telephone, in the dark, and on
 * paper.
 */
#ifndef CMD_REPORT_HTML_H
#define CMD_REPORT_HTML_H

#include "cmd/output.h"
#include "cmd/report.h"

/* Writes the page, made at ${now} (seconds since 1970). */
void report_html_write(struct output *output, const struct report *report, int64_t now);

#endif
