/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/meaning.h: what a forecast name would mean in a log, in words for the
 * person who reads the log; and how a period stands to an instant.
 */
#ifndef CMD_MEANING_H
#define CMD_MEANING_H

#include "cmd/output.h"
#include "dga/catalog.h"

/* "past", "now" or "future": how ${period} stands to ${instant}. */
const char *meaning_of_time(struct fsk_period period, int64_t instant);

/* Writes a paragraph about ${family}: what it is, when it was seen, what a look-up
 * of one of its names says about a machine, and what it does not say. */
void meaning_write(struct output *output, const struct dga_family *family);

/* Writes ${text} in lines of at most 78 columns, each behind ${indent} blanks.
 * "\n\n" parts paragraphs. */
void meaning_wrap(struct output *output, const char *text, unsigned indent);

#endif
