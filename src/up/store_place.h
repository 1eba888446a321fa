/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/store_place.h: whether the store can be kept where the configuration has it, tried
 * without a change: by who only checks, and by who starts, before the lists are made.
 */
#ifndef UP_STORE_PLACE_H
#define UP_STORE_PLACE_H

#include "up/privileges.h"

/* Whether who the daemon becomes (${ids}) may write into the folder of the store and what
 * stands in it, or whether the folder can be made; and whether he may read the files of
 * countries and networks; if a store is wanted at all. FSK_IO with ${trouble}. Of the only
 * thread. */
FSK_MUST_USE enum fsk_err up_store_place_check(const struct up_config *config,
                                               const struct up_ids *ids,
                                               struct up_trouble *trouble);

/* Calls ${say} with words for people about a folder into which others may look and, with
 * ${idle}, when another process writes into it: who only checks may do so for a reload of
 * that very one. */
void up_store_place_warn(const struct up_config *config, bool idle,
                         void (*say)(const char *words, size_t line, void *context),
                         void *context);

#endif
