/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/role.h"

#include <unistd.h>

#define ROLE(name) extern const struct up_role up_role_##name;
#include "up/roles.def"
#undef ROLE

#define ROLE(name) &up_role_##name,
static const struct up_role *const roles[] = {
#include "up/roles.def"
};
#undef ROLE

_Static_assert(UP_COUNT(roles) <= UP_ROLE_MOST, "a role too many");

size_t
up_role_count(void)
{
	return UP_COUNT(roles);
}

const struct up_role *
up_role_at(size_t n)
{
	return n < UP_COUNT(roles) ? roles[n] : NULL;
}

bool
up_role_find(struct span name, size_t *number)
{
	for (size_t i = 0; i < UP_COUNT(roles); i++) {
		if (span_equal(span_of(roles[i]->name), name)) {
			*number = i;
			return true;
		}
	}
	return false;
}

unsigned
up_role_threads(const struct up_config *config)
{
	long processors;

	if (config->threads > 0)
		return config->threads;
	processors = sysconf(_SC_NPROCESSORS_ONLN);
	return processors > 1 ? (unsigned)processors : 1;
}

bool
up_role_go_on(uint64_t done, uint64_t whole, void *context)
{
	const atomic_bool *stop = context;

	(void)done;
	(void)whole;
	return !atomic_load(stop);
}
