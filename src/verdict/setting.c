/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict/setting.h"

#include "dga/catalog.h"

static uint32_t
tries_of(uint32_t generator)
{
	struct dga_generator found = dga_generator_at(generator);
	uint32_t tries = found.family->tries;

	return tries < found.variant->count ? tries : found.variant->count;
}

static uint32_t
rounds_of(uint32_t generator)
{
	return dga_generator_at(generator).family->rounds;
}

static uint32_t
ahead_of(uint32_t generator)
{
	return dga_generator_at(generator).family->ahead;
}

static uint32_t
family_of(uint32_t generator)
{
	const struct dga_family *family = dga_generator_at(generator).family;
	uint32_t n = 0;

	while (dga_family_at(n) != family)
		n++;
	return n;
}

struct verdict_setting
verdict_setting(void)
{
	return (struct verdict_setting){
	        .generator_count = dga_generator_count(),
	        .tries = tries_of,
	        .rounds = rounds_of,
	        .ahead = ahead_of,
	        .family = family_of,
	};
}
