/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_tables.h: the tables of a family, kept for those who tell them.
 */
#ifndef CMD_CENSUS_TABLES_H
#define CMD_CENSUS_TABLES_H

#include "cmd/census_report.h"
#include "cmd/census_texts.h"

/* Makes the table of ${part} that is by ${by}; its texts are kept in ${texts}. FSK_NOMEM.
 */
FSK_MUST_USE enum fsk_err census_table_make(struct census_part *part, enum census_by by,
                                            struct census_texts *texts);
void census_table_fini(struct census_table *table);

#endif
