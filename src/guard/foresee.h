/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/foresee.h: what guard_handle() will read of memory for a message is fetched, while
 * others of the same batch are looked at. It decides nothing, and may be wrong; of a
 * message that is not as most are nothing is fetched.
 */
#ifndef GUARD_FORESEE_H
#define GUARD_FORESEE_H

#include "guard/ground.h"

/* Fetches for the ${len} octets of a message; guard_ground_fetch_more() fetches the rest.
 */
void guard_foresee(const struct guard_ground *ground, const uint8_t *octets, size_t len,
                   struct watch_look *look);

#endif
