/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/settling.h"

#include <stdlib.h>

#define LEAST 16

void
guard_settling_fini(struct guard_settling *settling)
{
	free(settling->cases);
	*settling = (struct guard_settling){.count = 0};
}

/* The place of number ${n}, counted from the one that came first. */
static struct guard_case *
place(const struct guard_settling *settling, size_t n)
{
	return &settling->cases[(settling->first + n) & (settling->room - 1)];
}

static bool
grow(struct guard_settling *settling)
{
	struct guard_settling made = {.room = LEAST, .count = settling->count};

	if (settling->room > 0)
		made.room = settling->room * 2;
	if (made.room > GUARD_SETTLING_MOST)
		return false;
	made.cases = calloc(made.room, sizeof(*made.cases));
	if (made.cases == NULL)
		return false;
	for (size_t i = 0; i < settling->count; i++)
		made.cases[i] = *place(settling, i);
	free(settling->cases);
	*settling = made;
	return true;
}

bool
guard_settling_put(struct guard_settling *settling, const struct guard_case *some)
{
	if (settling->count == settling->room && !grow(settling))
		return false;
	*place(settling, settling->count++) = *some;
	return true;
}

const struct guard_case *
guard_settling_first(const struct guard_settling *settling)
{
	return settling->count > 0 ? place(settling, 0) : NULL;
}

void
guard_settling_take(struct guard_settling *settling)
{
	settling->first++;
	settling->count--;
}
