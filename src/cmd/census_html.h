/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_html.h: a census as one page to send to somebody, who may not know what an
 * interval is: it needs nothing else (cmd/page.h), and no number stands in it without its
 * unit, window, sensors, method and interval.
 */
#ifndef CMD_CENSUS_HTML_H
#define CMD_CENSUS_HTML_H

#include "cmd/census_report.h"
#include "cmd/output.h"

/* Writes the page, made at ${now} (seconds since 1970). */
void census_html_write(struct output *output, const struct census_report *report,
                       int64_t now);

#endif
