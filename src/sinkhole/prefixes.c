/* SPDX-License-Identifier: BSD-2-Clause */
#include "sinkhole/prefixes.h"

#include "base/size.h"
#include "net/limiter.h"
#include "watch/hash.h"

#include <stdlib.h>

#define ROOM_LEAST 64

/* Octets of a neighbourhood: 3 of an IPv4 address behind the 12 that map it, 7 of an IPv6
 * address. */
#define V4_AT 12
#define V4_OCTETS 3
#define V6_OCTETS 7

/* A neighbourhood as one number, which no other has. */
static uint64_t
number_of(const struct address *address)
{
	struct address near = net_neighbourhood(address);
	bool v4 = address_is_v4(&near);
	const uint8_t *at = near.octets + (v4 ? V4_AT : 0);
	uint64_t number = v4;

	for (size_t i = 0; i < (v4 ? V4_OCTETS : V6_OCTETS); i++)
		number = number << 8 | at[i];
	/* An IPv6 one fills 56 bits; that of IPv4 has the bit above. */
	return v4 ? number | UINT64_C(1) << 63 : number;
}

static size_t
home_of(const struct sinkhole_prefixes *prefixes, uint64_t number)
{
	return (size_t)watch_hash_fold(number ^ prefixes->key,
	                               UINT64_C(0x9e3779b97f4a7c15) ^ prefixes->key) &
	       (prefixes->room - 1);
}

/* Where ${number} stands, or would. */
static struct sinkhole_near *
find(const struct sinkhole_prefixes *prefixes, uint64_t number)
{
	size_t at = home_of(prefixes, number);

	while (prefixes->places[at].count > 0 && prefixes->places[at].prefix != number)
		at = (at + 1) & (prefixes->room - 1);
	return &prefixes->places[at];
}

/* Sees that a quarter of the places is free at least. */
static bool
make_room(struct sinkhole_prefixes *prefixes)
{
	struct sinkhole_prefixes grown = {
	        .key = prefixes->key,
	        .room = prefixes->room == 0 ? ROOM_LEAST : size_mul(prefixes->room, 2),
	        .used = prefixes->used};

	if (prefixes->used < prefixes->room - prefixes->room / 4)
		return true;
	grown.places = calloc(grown.room, sizeof(*grown.places));
	if (grown.places == NULL)
		return false;
	for (size_t i = 0; i < prefixes->room; i++) {
		if (prefixes->places[i].count > 0)
			*find(&grown, prefixes->places[i].prefix) = prefixes->places[i];
	}
	free(prefixes->places);
	prefixes->places = grown.places;
	prefixes->room = grown.room;
	return true;
}

struct sinkhole_near *
sinkhole_prefixes_find(const struct sinkhole_prefixes *prefixes,
                       const struct address *address)
{
	struct sinkhole_near *near;

	if (prefixes->room == 0)
		return NULL;
	near = find(prefixes, number_of(address));
	return near->count > 0 ? near : NULL;
}

bool
sinkhole_prefixes_take(struct sinkhole_prefixes *prefixes, const struct address *address,
                       unsigned most)
{
	struct sinkhole_near *near = sinkhole_prefixes_find(prefixes, address);
	uint64_t number;

	if (near != NULL && near->count >= most)
		return false;
	if (near != NULL) {
		near->count++;
		return true;
	}
	if (most == 0 || !make_room(prefixes))
		return false;
	number = number_of(address);
	near = find(prefixes, number);
	*near = (struct sinkhole_near){.prefix = number, .count = 1};
	prefixes->used++;
	return true;
}

void
sinkhole_prefixes_give(struct sinkhole_prefixes *prefixes, struct sinkhole_near *near)
{
	struct sinkhole_near *places = prefixes->places;
	size_t mask = prefixes->room - 1, hole, at;

	if (--near->count > 0)
		return;
	prefixes->used--;
	/* What stands behind and belongs at the hole or before it moves up, so that no
	 * search ends too early. */
	hole = (size_t)(near - places);
	for (at = (hole + 1) & mask; places[at].count > 0; at = (at + 1) & mask) {
		size_t home = home_of(prefixes, places[at].prefix);

		if (((at - home) & mask) < ((at - hole) & mask))
			continue;
		places[hole] = places[at];
		places[at].count = 0;
		hole = at;
	}
}

void
sinkhole_prefixes_fini(struct sinkhole_prefixes *prefixes)
{
	free(prefixes->places);
	*prefixes = (struct sinkhole_prefixes){.key = prefixes->key};
}
