/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/tail_past.h: the last sightings that a store has, without reading all of it.
 */
#ifndef CMD_TAIL_PAST_H
#define CMD_TAIL_PAST_H

#include "cmd/store_want.h"
#include "cmd/tail_recent.h"
#include "store/store.h"

/* Puts the last sightings of ${store} that ${want} wants into ${recent}, to as many as
 * that has room for: looks at ever longer times before the last sighting, and gives up when
 * that takes long. FSK_STOPPED when a signal came; else as store_read(). */
FSK_MUST_USE enum fsk_err tail_past_read(struct store *store, const struct store_want *want,
                                         const struct tail_look *look,
                                         struct tail_recent *recent);

#endif
