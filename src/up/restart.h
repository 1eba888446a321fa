/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/restart.h: what a running daemon cannot change, as it gave up what it would take.
 */
#ifndef UP_RESTART_H
#define UP_RESTART_H

#include "up/config.h"

/* Why ${next} cannot take the place of ${present} in a running daemon, with the line in
 * it that says so (0: none), in ${fault}; false when it can. */
bool up_restart_needed(const struct up_config *present, const struct up_config *next,
                       struct fault *fault);

#endif
