/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/report.h: what `foresink up --check' says of a configuration that is good: what would
 * be served, where, who would be told, and what of it nobody would use.
 */
#ifndef UP_REPORT_H
#define UP_REPORT_H

#include "up/renewal.h"

/* Tells in lines for people what ${renewal}, which has ended well, would serve. */
void up_report(const struct up_renewal *renewal,
               void (*tell)(const char *line, void *context), void *context);

#endif
