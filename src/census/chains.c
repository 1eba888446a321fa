/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Each value goes to one of the chains of its client, of which only the last value, the
 * tail, matters:
 *
 *   w > 0  to the chain with the greatest tail <= w; if there is none, to a new one;
 *   w = 0  to the chain with the greatest tail of all; if there is none, to a new one.
 *
 * No other way to deal them makes fewer chains. Let another way have the tails T, this one
 * S, both sorted, and S be made as long as T by tails "minus infinity" in front, which
 * stand for chains that were not begun. Then S never is the longer one, and no tail of S is
 * above the one of T at its place (S <= T). It is true in the beginning. Adding the same
 * tail to both keeps it, and so does making a tail of S smaller.
 *
 *   w > 0, T begins a chain: T + {w}. S puts w in the place of a smaller tail, which is
 *          less than adding it: S + {w}, with that tail made minus infinity.
 *   w > 0, T puts w in the place of t <= w. Of its tails b are <= w, of those of S
 *          a >= b, since S <= T; so there is one (it may be minus infinity: a chain that
 *          S begins while it is the shorter one). S puts w at place a, its first a - 1
 *          stay. T, sorted anew, has none smaller than before at its first b - 1 places,
 *          w at place b, and behind it the same as before, all above w. So S <= T before
 *          b; at b S has w or less; from there to a it has w or less, T more than w;
 *          behind a nothing changed.
 *   w = 0, T puts 0 in the place of any tail, or begins a chain with it: S loses its
 *          greatest tail and gets the smallest that there is; nothing lies lower.
 *
 * The bots themselves are one way to deal the values to chains: so they are not fewer.
 */
#include "census/chains.h"

#include "census/roll.h"

#include "base/size.h"

#include <stdlib.h>

/* Tails of a client that has few. */
#define FIRST 2

/* A client and its chains. Their tails above 0 lie in a ring, the greatest first: a new
 * chain's is always the smallest, since no other one is as small as its value, and a 0
 * takes away the greatest. Of the others only the number is kept. */
struct client {
	struct census_enrolled enrolled;
	uint32_t zeros;        /* chains with the tail 0 */
	uint32_t count, start; /* of the ring */
	uint32_t room;         /* a power of two, or 0 */
	size_t ring;           /* in the pool */
};

struct census_chains {
	struct census_roll roll;
	int64_t *pool;
	size_t pool_used, pool_room;
	uint64_t count, told;
};

enum fsk_err
census_chains_new(struct census_chains **chains)
{
	struct census_chains *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	census_roll_init(&made->roll, sizeof(struct client));
	*chains = made;
	return FSK_OK;
}

void
census_chains_free(struct census_chains *chains)
{
	if (chains == NULL)
		return;
	census_roll_fini(&chains->roll);
	free(chains->pool);
	free(chains);
}

static int64_t *
tail_at(const struct census_chains *chains, const struct client *client, uint32_t place)
{
	return &chains->pool[client->ring + ((client->start + place) & (client->room - 1))];
}

/* Room for ${more} numbers at the end of the pool. */
static enum fsk_err
widen(struct census_chains *chains, size_t more)
{
	size_t need = size_add(chains->pool_used, more);
	size_t room = chains->pool_room > 0 ? chains->pool_room : 64;
	int64_t *pool;

	if (need <= chains->pool_room)
		return FSK_OK;
	while (room < need)
		room = size_mul(room, 2);
	pool = realloc(chains->pool, size_mul(room, sizeof(*pool)));
	if (pool == NULL)
		return FSK_NOMEM;
	chains->pool = pool;
	chains->pool_room = room;
	return FSK_OK;
}

/* Room for one more tail. The old ring is left behind: all that are left are together
 * shorter than the one in use. */
static enum fsk_err
lengthen(struct census_chains *chains, struct client *client)
{
	uint32_t room = client->room > 0 ? 2 * client->room : FIRST;
	size_t ring = chains->pool_used;
	enum fsk_err err;

	if (client->count < client->room)
		return FSK_OK;
	if (room > UINT32_C(1) << 30)
		return FSK_RANGE;
	err = widen(chains, room);
	if (err != FSK_OK)
		return err;
	for (uint32_t i = 0; i < client->count; i++)
		chains->pool[ring + i] = *tail_at(chains, client, i);
	chains->pool_used += room;
	/* The first value above 0 is what the first ring is made for. */
	chains->told += client->room == 0;
	client->ring = ring;
	client->room = room;
	client->start = 0;
	return FSK_OK;
}

/* The place of the first of the tails that is not above ${value}, which is the greatest of
 * these; client->count: there is none. */
static uint32_t
find(const struct census_chains *chains, const struct client *client, int64_t value)
{
	uint32_t low = 0, high = client->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (*tail_at(chains, client, middle) <= value)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* A 0: the chain with the greatest tail goes on from 0. */
static void
add_zero(struct census_chains *chains, struct client *client)
{
	if (client->count > 0) {
		client->start = (client->start + 1) & (client->room - 1);
		client->count--;
		client->zeros++;
	} else if (client->zeros == 0) {
		client->zeros = 1;
		chains->count++;
	}
}

/* ${value}, above 0. */
static enum fsk_err
add_value(struct census_chains *chains, struct client *client, int64_t value)
{
	uint32_t place = find(chains, client, value);
	enum fsk_err err;

	if (place < client->count) {
		*tail_at(chains, client, place) = value;
		return FSK_OK;
	}
	err = lengthen(chains, client);
	if (err != FSK_OK)
		return err;
	*tail_at(chains, client, client->count++) = value;
	if (client->zeros > 0)
		client->zeros--;
	else
		chains->count++;
	return FSK_OK;
}

enum fsk_err
census_chains_add(struct census_chains *chains, const struct sighting_client *client,
                  int64_t counter)
{
	struct client *record;
	uint32_t number;
	enum fsk_err err;

	if (counter < 0)
		return FSK_OK;
	err = census_roll_add(&chains->roll, client, &number);
	if (err != FSK_OK)
		return err;
	record = census_roll_at(&chains->roll, number);
	if (counter > 0)
		return add_value(chains, record, counter);
	add_zero(chains, record);
	return FSK_OK;
}

uint64_t
census_chains_clients(const struct census_chains *chains)
{
	return census_roll_count(&chains->roll);
}

uint64_t
census_chains_told(const struct census_chains *chains)
{
	return chains->told;
}

uint64_t
census_chains_count(const struct census_chains *chains)
{
	return chains->count;
}
