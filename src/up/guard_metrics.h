/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/guard_metrics.h: what the role guard counts, in the text form of Prometheus.
 */
#ifndef UP_GUARD_METRICS_H
#define UP_GUARD_METRICS_H

#include "guard/guard.h"
#include "up/text.h"

/* Writes what ${guard} counts; ${now} is the calendar's second. */
void up_guard_metrics(const struct guard *guard, int64_t now, struct up_text *text);

#endif
