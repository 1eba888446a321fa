/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_span.h: of which days a census is, and which generators were met in them.
 */
#ifndef CMD_CENSUS_SPAN_H
#define CMD_CENSUS_SPAN_H

#include "cmd/census_make.h"

/* Sets from and to of the report by what was asked and seen: both 0 when nothing was. */
enum status census_span_find(struct census_work *work);

/* Adds up the contacts of each generator in the span. */
enum status census_span_meet(struct census_work *work);

/* The habits of those generators of ${family} that were met, as far as they are the same;
 * who these are is ${names}, kept among the texts. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_span_habits(struct census_work *work, struct span family,
                                             struct census_habits *habits,
                                             const char **names);

#endif
