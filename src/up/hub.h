/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/hub.h: the daemon's one way to tell people (alert/alert.h), made of the sections
 * [alert NAME], and given to all roles that see who asks.
 */
#ifndef UP_HUB_H
#define UP_HUB_H

#include "alert/alert.h"
#include "up/config.h"
#include "up/log.h"
#include "up/text.h"
#include "up/trouble.h"

/* Opens the sinks of ${config}; ${hub} is NULL when there are none, or when no role that
 * runs sees anybody. ${log} must outlive it. FSK_IO and FSK_SYNTAX with ${trouble},
 * FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_hub_open(const struct up_config *config, struct up_log *log,
                                      const char *version, struct alert_hub **hub,
                                      struct up_trouble *trouble);

/* Writes the metrics of ${hub} (may be NULL), which was made of what ${config} says. */
void up_hub_metrics(const struct alert_hub *hub, const struct up_config *config,
                    struct up_text *text);

#endif
