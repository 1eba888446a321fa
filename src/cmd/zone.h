/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/zone.h: the time zone of logs that do not say theirs.
 */
#ifndef CMD_ZONE_H
#define CMD_ZONE_H

#include "cmd/command.h"

#include <stdbool.h>

/* Makes ${name} of the IANA time zone database ("Europe/Berlin") the zone of this
 * process (TZ). "UTC" needs no database; ${utc} says whether it is that. The
 * C library takes any nonsense for UTC, therefore the file of the zone is looked
 * at first. STATUS_USAGE, and said, when there is no such zone. Before there
 * are threads. */
enum status zone_set(const char *name, bool *utc);

#endif
