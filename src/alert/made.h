/* SPDX-License-Identifier: BSD-2-Clause
 *
 * alert/made.h: files of alerts, which who starts the daemon makes, and who it becomes has
 * to open again.
 */
#ifndef ALERT_MADE_H
#define ALERT_MADE_H

#include "alert/alert.h"

/* As open(2) with ${flags}: a file that is not there is made, readable for its group, and
 * given to ${owner} (NULL: to nobody). -1 with errno. */
int alert_made_open(const char *path, int flags, const struct alert_owner *owner);

#endif
