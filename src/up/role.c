/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/role.h"

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
