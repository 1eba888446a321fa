/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/limiter.h"

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

struct net_limits {
	uint64_t key;
	_Alignas(LINE) struct place sets[SETS][WAYS];
};

enum fsk_err
net_limits_new(uint64_t key, struct net_limits **limits)
{
	struct net_limits *made = aligned_alloc(LINE, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	memset(made, 0, sizeof(*made));
	made->key = key;
	*limits = made;
	return FSK_OK;
}

void
net_limits_free(struct net_limits *limits)
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
find(struct net_limits *limits, uint64_t who, uint32_t second)
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

enum net_limit
net_limits_take(struct net_limits *limits, const struct address *client, unsigned rate,
                int64_t now)
{
	struct address near = net_neighbourhood(client);
	uint64_t who = XXH3_64bits_withSeed(&near, sizeof(near), limits->key);
	struct place *place;

	if (rate == 0)
		return NET_LIMIT_NONE;
	place = find(limits, who | 1U << 31, (uint32_t)now);
	if (place->count < UINT32_MAX)
		place->count++;
	if (place->count <= rate)
		return NET_LIMIT_NONE;
	return (place->count - rate) % 2 != 0 ? NET_LIMIT_SHORT : NET_LIMIT_DROP;
}

struct address
net_neighbourhood(const struct address *address)
{
	struct address masked = *address;

	address_mask(&masked, address_is_v4(address) ? 24 : 56);
	return masked;
}
