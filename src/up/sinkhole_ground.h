/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/sinkhole_ground.h: what the role sinkhole serves, of what the configuration says: sets
 * of names with their addresses, lists that were read, forecasts of the window.
 */
#ifndef UP_SINKHOLE_GROUND_H
#define UP_SINKHOLE_GROUND_H

#include "sinkhole/ground.h"
#include "up/role.h"

/* Makes ${ground} of ${from}. FSK_SYNTAX with ${trouble} for what is wrong in a list, or
 * stands in two of them; FSK_UNKNOWN, FSK_NOMEM, FSK_STOPPED. */
FSK_MUST_USE enum fsk_err up_sinkhole_ground(const struct up_making *from,
                                             struct sinkhole_ground **ground,
                                             struct up_trouble *trouble);

#endif
