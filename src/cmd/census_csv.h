/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_csv.h: a census as CSV (RFC 4180, lines end in LF): the figures, a line each,
 * or the table that was asked for. The keys are an interface: foresink-census(1) lists
 * them.
 */
#ifndef CMD_CENSUS_CSV_H
#define CMD_CENSUS_CSV_H

#include "cmd/census_report.h"
#include "cmd/output.h"

/* Writes ${text}, which may be foreign, as a cell: what is not printable ASCII as \xHH, and
 * so the first octet of what a spreadsheet takes for a formula. */
void census_csv_text(struct output *output, const char *text);

void census_csv_write(struct output *output, const struct census_report *report);

#endif
