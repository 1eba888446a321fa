/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/limits.h"

#include "guard/policy.h"

#include <stdlib.h>
#include <xxhash.h>

#define SETS 4096 /* a power of 2 */
#define WAYS 4    /* places of a set: a line of the cache */
#define LINE 64

/* A neighbourhood in a second. */
struct place {
	uint64_t who; /* hash; 0: free */
	uint32_t second;
	uint32_t count;
};

struct guard_limits {
	uint64_t key;
	_Alignas(LINE) struct place sets[SETS][WAYS];
};

enum fsk_err
guard_limits_new(uint64_t key, struct guard_limits **limits)
{
	struct guard_limits *made = aligned_alloc(LINE, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	memset(made, 0, sizeof(*made));
	made->key = key;
	*limits = made;
	return FSK_OK;
}

void
guard_limits_free(struct guard_limits *limits)
{
	free(limits);
}

/* Whether ${a} is of less worth than ${b}: of another second, or of fewer answers. */
static bool
is_less(const struct place *a, const struct place *b, uint32_t second)
{
	if ((a->second == second) != (b->second == second))
		return a->second != second;
	return a->count < b->count;
}

/* The place of ${who}, in this ${second}. */
static struct place *
find(struct guard_limits *limits, uint64_t who, uint32_t second)
{
	struct place *set = limits->sets[who % SETS];
	struct place *least = set;

	for (unsigned i = 0; i < WAYS; i++) {
		if (set[i].who == who) {
			least = &set[i];
			break;
		}
		if (is_less(&set[i], least, second))
			least = &set[i];
	}
	if (least->who != who || least->second != second)
		*least = (struct place){.who = who, .second = second};
	return least;
}

enum guard_limit
guard_limits_take(struct guard_limits *limits, const struct address *client, unsigned rate,
                  int64_t now)
{
	struct address near = guard_neighbourhood(client);
	uint64_t who = XXH3_64bits_withSeed(&near, sizeof(near), limits->key);
	struct place *place;

	if (rate == 0)
		return GUARD_LIMIT_NONE;
	place = find(limits, who | 1U << 31, (uint32_t)now);
	if (place->count < UINT32_MAX)
		place->count++;
	if (place->count <= rate)
		return GUARD_LIMIT_NONE;
	return (place->count - rate) % 2 != 0 ? GUARD_LIMIT_SHORT : GUARD_LIMIT_DROP;
}
