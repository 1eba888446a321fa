/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The plan of the drills that are tested: five families.
 */
#ifndef CHOSEN_H
#define CHOSEN_H

#include "drill/plan.h"

#define NOW INT64_C(1795348800) /* 2026-11-22T12:00:00Z */

static struct drill_plan plan;

static inline unsigned
plan_names(void)
{
	unsigned count = 0;

	for (size_t i = 0; i < plan.count; i++)
		count += (unsigned)plan.families[i].count;
	return count;
}

static inline int
make_plan(void **state)
{
	static const char *const families[] = {"conficker", "newgoz", "chinad", "torpig",
	                                       "qakbot"};
	size_t numbers[256], count = 0;
	struct drill_plan_setting setting = {.generators = numbers, .now = NOW};

	(void)state;
	for (size_t i = 0; i < dga_generator_count(); i++)
		for (size_t k = 0; k < 5; k++)
			if (strcmp(dga_generator_at(i).family->name, families[k]) == 0)
				numbers[count++] = i;
	setting.generator_count = count;
	return drill_plan_init(&plan, &setting) != FSK_OK || plan.count != 5;
}

static inline int
free_plan(void **state)
{
	(void)state;
	drill_plan_fini(&plan);
	return 0;
}

#endif
