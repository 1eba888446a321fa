/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_text.h: a census for people.
 */
#ifndef CMD_CENSUS_TEXT_H
#define CMD_CENSUS_TEXT_H

#include "cmd/census_report.h"
#include "cmd/output.h"

void census_text_write(struct output *output, const struct census_report *report);

#endif
