/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/habits.h: how the bots of a family call, as far as it was published: how many
 * names they try is in the catalog (dga/family.h), how often is here.
 */
#ifndef CENSUS_HABITS_H
#define CENSUS_HABITS_H

#include "census/facts.h"
#include "dga/family.h"

/* The habits of ${variant} of ${family} (NULL: of all of them together, as far as they are
 * the same: what differs is 0). */
struct census_habits census_habits_of(const struct dga_family *family, const char *variant);

/* The same of bots of which the family alone is known, because they sent what none but they
 * send (watch/fingerprint.h): of those variants together that send such. */
struct census_habits census_habits_unsaid(const struct dga_family *family);

/* Makes of ${habits} those of bots some of which have them, and some ${other}: what differs
 * is not known, but the chance to call, which is then between the ends of both. */
void census_habits_join(struct census_habits *habits, const struct census_habits *other);

#endif
