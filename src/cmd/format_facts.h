/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/format_facts.h: what is known of a format of logs, for people and for the
 * manual page, from its descriptor.
 */
#ifndef CMD_FORMAT_FACTS_H
#define CMD_FORMAT_FACTS_H

#include "cmd/output.h"
#include "logs/catalog.h"

/* What the times of ${format} do not tell, by its samples: "zone", "zone, year",
 * either "in some forms", or "-". */
const char *format_facts_lack(const struct log_format *format);

/* Writes all that is known of ${format}: as text, or as a section of
 * foresink-formats(7). */
void format_facts_text(struct output *output, const struct log_format *format);
void format_facts_mdoc(struct output *output, const struct log_format *format);

#endif
