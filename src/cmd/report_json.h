/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/report_json.h: hosts and sightings for programs, one JSON object a line. The
 * keys are an interface: foresink-scan(1) lists them.
 */
#ifndef CMD_REPORT_JSON_H
#define CMD_REPORT_JSON_H

#include "cmd/output.h"
#include "cmd/report.h"

/* Writes ${host}. */
void report_json_host(struct output *output, const struct report *report,
                      const struct verdict_host *host);

/* Writes all hosts, the worst first. */
void report_json_write(struct output *output, const struct report *report);

/* Writes ${sighting}, which stands in the file ${path}. */
void report_json_sighting(struct output *output, const struct sighting *sighting,
                          const char *path);

#endif
