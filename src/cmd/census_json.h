/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_json.h: a census for programs: JSON, one object a line, of which the key
 * record says what it is. The keys are an interface: foresink-census(1) lists them.
 */
#ifndef CMD_CENSUS_JSON_H
#define CMD_CENSUS_JSON_H

#include "cmd/census_report.h"
#include "cmd/output.h"

void census_json_write(struct output *output, const struct census_report *report);

/* The method alone, for `foresink census methods --json'. */
void census_json_method(struct output *output, const struct census_method *method);

#endif
