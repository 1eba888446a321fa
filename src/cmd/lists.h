/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/lists.h: hands over, one after another, all lists of some generators over
 * a span of time, in the order of generators and periods. Made in batches, so
 * that generators which interleave several periods are fast.
 */
#ifndef CMD_LISTS_H
#define CMD_LISTS_H

#include "cmd/options.h"
#include "dga/catalog.h"

/* Takes one ${list} of ${generator}; false ends the walk. */
typedef bool lists_taker(const struct dga_generator *generator, const struct dga_list *list,
                         void *context);

/* Hands each list of ${selection} that touches ${span} to ${take} with
 * ${context}. FSK_STOPPED when ${take} ended it, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err lists_walk(const struct selection *selection,
                                     struct span_of_time span, lists_taker *take,
                                     void *context);

#endif
