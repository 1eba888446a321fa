/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/sinkhole_metrics.h: what the role sinkhole counts, in the text form of Prometheus.
 */
#ifndef UP_SINKHOLE_METRICS_H
#define UP_SINKHOLE_METRICS_H

#include "sinkhole/sinkhole.h"
#include "up/text.h"

/* Writes what ${sinkhole} counts. */
void up_sinkhole_metrics(const struct sinkhole *sinkhole, struct up_text *text);

#endif
