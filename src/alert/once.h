/* SPDX-License-Identifier: BSD-2-Clause
 *
 * alert/once.h: was this client told of, with this family, on this day, and as what? A set
 * that holds one day (UTC) and begins anew with the next. Who was told of mildly may be
 * told of once more, gravely: a milder word must not silence the one that matters. Bounded:
 * when it is full, it answers "told already" for who is new, and counts, so that nobody
 * drowns. Of one thread.
 */
#ifndef ALERT_ONCE_H
#define ALERT_ONCE_H

#include "watch/sighting.h"

struct alert_once;

/* Room for ${most} pairs of client and family a day. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err alert_once_new(size_t most, struct alert_once **once);
void alert_once_free(struct alert_once *once);

/* Whether ${client} and family number ${family} come for the first time on the day of
 * ${us}, or for the first time gravely, if they are ${grave}; from then on they do not. */
bool alert_once_first(struct alert_once *once, const struct sighting_client *client,
                      uint32_t family, bool grave, int64_t us);
/* The same without taking note, and without a look at whether there is room, which
 * alert_once_first() tells. */
bool alert_once_is_first(const struct alert_once *once,
                         const struct sighting_client *client, uint32_t family, bool grave,
                         int64_t us);

/* How many were refused since the start because it was full. */
uint64_t alert_once_refused(const struct alert_once *once);

#endif
