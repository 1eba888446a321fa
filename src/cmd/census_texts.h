/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_texts.h: short texts that come again and again (generators, countries,
 * sensors), each kept once, at one address as long as all of them are.
 */
#ifndef CMD_CENSUS_TEXTS_H
#define CMD_CENSUS_TEXTS_H

#include "base/span.h"

#include <foresink/err.h>

#define CENSUS_TEXTS_MOST 1000

/* Holds none when it is all zeros. */
struct census_texts {
	char **texts; /* in the order in which they came; NULL ends them */
	size_t count;
	size_t last; /* that was found last */
};

/* Stores in ${kept} the text that equals ${text}, with a NUL behind it; that of an
 * empty one is NULL. FSK_RANGE: there are CENSUS_TEXTS_MOST of others; FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_texts_keep(struct census_texts *texts, struct span text,
                                            struct span *kept);
void census_texts_fini(struct census_texts *texts);

#endif
