/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/facts.h: what a family's descriptor says, written out: as JSON, as text
 * for people, or as a section of foresink-families(7). All three come from the
 * same descriptor, so they cannot drift from the code or from one another.
 */
#ifndef CMD_FACTS_H
#define CMD_FACTS_H

#include "cmd/output.h"
#include "dga/catalog.h"

/* Longest text that facts_period() writes, with its NUL. */
#define FACTS_PERIOD_SIZE 48

/* Writes how long the lists of ${family} hold: "1 day", "3 to 5 days", "512 s",
 * "for ever"; measured over the years 2023 to 2026. */
void facts_period(const struct dga_family *family, char text[FACTS_PERIOD_SIZE]);

/* "alive", "orphan" or "dead". */
const char *facts_life(const struct dga_family *family);

/* How many names the longest list of ${family} has. */
uint32_t facts_names(const struct dga_family *family);

/* Writes ${family} in full: for people, as one JSON object on a line, or as a
 * section of an mdoc(7) page. */
void facts_write_text(struct output *output, const struct dga_family *family);
void facts_write_json(struct output *output, const struct dga_family *family);
void facts_write_mdoc(struct output *output, const struct dga_family *family);

#endif
