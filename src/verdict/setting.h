/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict/setting.h: what verdicts must know of bots, from the catalog of families.
 */
#ifndef VERDICT_SETTING_H
#define VERDICT_SETTING_H

#include "verdict/verdict.h"

/* What is known of all generators that there are. */
struct verdict_setting verdict_setting(void);

#endif
