/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/report_line.h: when a host asked for which names, drawn as SVG for a page:
 * the axis is the time of the whole log in UTC, so that hosts can be compared;
 * one row a generator, one tick a name.
 */
#ifndef CMD_REPORT_LINE_H
#define CMD_REPORT_LINE_H

#include "cmd/report.h"

/* Writes the drawing of ${host} to ${out}. Colours are classes of the page:
 * axis, tick, passed. */
void report_line_write(FILE *out, const struct report *report,
                       const struct verdict_host *host);

#endif
