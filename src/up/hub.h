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

/* Whether anybody is told: there are sinks, and a role that runs sees somebody. */
bool up_hub_wanted(const struct up_config *config);

struct up_hub_setting {
	const struct up_config *config;
	struct up_log *log; /* must outlive the hub */
	const char *version;
	const struct alert_owner *owner; /* as whom the daemon goes on; NULL: as now */
};

/* Opens the sinks of the configuration; ${hub} is NULL when there are none, or when no role
 * that runs sees anybody. FSK_IO and FSK_SYNTAX with ${trouble}, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_hub_open(const struct up_hub_setting *wanted,
                                      struct alert_hub **hub, struct up_trouble *trouble);

/* Writes the metrics of ${hub} (may be NULL), which was made of what ${config} says. */
void up_hub_metrics(const struct alert_hub *hub, const struct up_config *config,
                    struct up_text *text);

#endif
