/* SPDX-License-Identifier: BSD-2-Clause */
#include "census/roll.h"

#include "prng/wide.h"
#include "watch/room.h"

#include <stdlib.h>
#include <sys/random.h>

#define FIRST_BITS 6

/* Octets of an address by which hosts of a prefix are told apart: of the discard prefix
 * (RFC 6666) and the dummy prefix (RFC 9780) all. */
#define PREFIX 8
static const uint8_t named[PREFIX] = {0x01};
static const uint8_t pseudonym[PREFIX] = {0x01, [7] = 0x01};

/* What a host is told apart by. */
struct key {
	bool wide;
	uint32_t v4;
	struct address address; /* if it is wide */
	uint64_t hash;
};

void
census_roll_init(struct census_roll *roll, size_t size)
{
	*roll = (struct census_roll){.bits = 0};
	census_array_init(&roll->records, size);
	census_array_init(&roll->wide, sizeof(struct address));
	/* Who can choose addresses (of datagrams) must not know which of them meet in the
	 * table. Without luck the table's own address is the secret. */
	if (getrandom(&roll->seed, sizeof(roll->seed), GRND_NONBLOCK) != sizeof(roll->seed))
		roll->seed = (uintptr_t)roll;
}

void
census_roll_fini(struct census_roll *roll)
{
	if (roll == NULL)
		return;
	census_array_fini(&roll->records);
	census_array_fini(&roll->wide);
	free(roll->slots);
	roll->slots = NULL;
	roll->bits = 0;
}

/* ${word} under ${seed}: the halves of a product laid over each other, twice, with the
 * first digits of pi. */
static inline uint64_t
mix(uint64_t seed, uint64_t word)
{
	struct wide a = wide_product(word ^ UINT64_C(0x243f6a8885a308d3),
	                             seed ^ UINT64_C(0x13198a2e03707345));
	struct wide b = wide_product(a.hi ^ a.lo ^ seed, UINT64_C(0xa4093822299f31d1));

	return b.hi ^ b.lo;
}

static inline uint64_t
hash_v4(uint64_t seed, uint32_t address)
{
	return mix(seed, address);
}

static uint64_t
hash_wide(uint64_t seed, const struct address *address)
{
	uint64_t word[2];

	memcpy(word, address->octets, sizeof(word));
	return mix(mix(seed, word[0]), word[1]);
}

static inline struct key
key_of(uint64_t seed, const struct sighting_client *client)
{
	const uint8_t *octets = client->address.octets;
	struct key key = {.wide = !address_is_v4(&client->address)};

	if (!key.wide) {
		key.v4 = (uint32_t)octets[12] << 24 | (uint32_t)octets[13] << 16 |
		         (uint32_t)octets[14] << 8 | octets[15];
		key.hash = hash_v4(seed, key.v4);
		return key;
	}
	key.address = client->address;
	if (memcmp(octets, named, PREFIX) != 0 && memcmp(octets, pseudonym, PREFIX) != 0)
		memset(key.address.octets + PREFIX, 0, sizeof(key.address) - PREFIX);
	key.hash = hash_wide(seed, &key.address);
	return key;
}

static inline bool
is_host(const struct census_roll *roll, const struct census_enrolled *host,
        const struct key *key)
{
	if (host->wide != key->wide)
		return false;
	return key->wide ? address_equal(census_array_at(&roll->wide, host->key),
	                                 &key->address)
	                 : host->key == key->v4;
}

/* Of 1 << ${bits} slots: where ${hash} begins to look, the bits of a slot
 * that are a number, and what stands above them. */
static inline size_t
home_of(unsigned bits, uint64_t hash)
{
	return (size_t)(hash >> (64 - bits));
}

static inline uint32_t
mask_of(unsigned bits)
{
	return (uint32_t)(((uint64_t)1 << bits) - 1);
}

static inline uint32_t
tag_of(unsigned bits, uint64_t hash)
{
	return (uint32_t)(hash << bits >> 32) & ~mask_of(bits);
}

/* The first slot from ${slot} on that is free or has the tag of ${hash}. */
static inline size_t
slot_near(const struct census_roll *roll, size_t slot, uint64_t hash)
{
	uint32_t mask = mask_of(roll->bits), tag = tag_of(roll->bits, hash);

	while (roll->slots[slot] != 0 && (roll->slots[slot] & ~mask) != tag)
		slot = (slot + 1) & mask;
	return slot;
}

/* The slot of ${key}, or the free one in which it would stand. Records lie anywhere: they
 * are looked at where the tag is the same. */
static inline size_t
slot_of(const struct census_roll *roll, const struct key *key)
{
	uint32_t mask = mask_of(roll->bits);
	size_t slot = slot_near(roll, home_of(roll->bits, key->hash), key->hash);

	while (roll->slots[slot] != 0 &&
	       !is_host(roll, census_roll_at(roll, (roll->slots[slot] & mask) - 1), key))
		slot = slot_near(roll, (slot + 1) & mask, key->hash);
	return slot;
}

static uint64_t
hash_of(const struct census_roll *roll, uint64_t seed, uint32_t number)
{
	const struct census_enrolled *host = census_roll_at(roll, number);

	return host->wide ? hash_wide(seed, census_array_at(&roll->wide, host->key))
	                  : hash_v4(seed, host->key);
}

/* Doubles the slots when three of four are taken. */
static enum fsk_err
widen(struct census_roll *roll)
{
	uint32_t count = census_roll_count(roll);
	unsigned bits = roll->bits > 0 ? roll->bits + 1 : FIRST_BITS;
	uint32_t mask = mask_of(bits);
	uint32_t *slots;

	if (roll->bits > 0 && count < ((size_t)3 << roll->bits) / 4)
		return FSK_OK;
	if (bits > 32)
		return FSK_RANGE;
	slots = watch_room_new(sizeof(*slots) << bits);
	if (slots == NULL)
		return FSK_NOMEM;
	for (uint32_t n = 0; n < count; n++) {
		uint64_t hash = hash_of(roll, roll->seed, n);
		size_t slot = home_of(bits, hash);

		while (slots[slot] != 0)
			slot = (slot + 1) & mask;
		slots[slot] = tag_of(bits, hash) | (n + 1);
	}
	free(roll->slots);
	roll->slots = slots;
	roll->bits = bits;
	return FSK_OK;
}

/* A record for ${key}, at ${slot}. */
static enum fsk_err
put(struct census_roll *roll, const struct key *key, size_t slot)
{
	uint32_t number = census_roll_count(roll);
	struct census_enrolled *host;
	enum fsk_err err = census_array_grow(&roll->records);

	if (err == FSK_OK && key->wide)
		err = census_array_grow(&roll->wide);
	if (err != FSK_OK)
		return err;
	host = census_roll_at(roll, number);
	memset(host, 0, roll->records.size);
	host->key = key->v4;
	if (key->wide) {
		struct address *address;

		host->wide = 1;
		host->key = roll->wide.count++;
		address = census_array_at(&roll->wide, host->key);
		*address = key->address;
	}
	roll->records.count++;
	roll->slots[slot] = tag_of(roll->bits, key->hash) | (number + 1);
	return FSK_OK;
}

enum fsk_err
census_roll_add(struct census_roll *roll, const struct sighting_client *client,
                uint32_t *number)
{
	struct key key = key_of(roll->seed, client);
	enum fsk_err err = widen(roll);
	size_t slot;

	if (err != FSK_OK)
		return err;
	slot = slot_of(roll, &key);
	if (roll->slots[slot] == 0)
		err = put(roll, &key, slot);
	if (err == FSK_OK)
		*number = (roll->slots[slot] & mask_of(roll->bits)) - 1;
	return err;
}

void
census_roll_expect(const struct census_roll *roll, const struct sighting_client *client,
                   unsigned step)
{
	struct key key;
	uint32_t held;

	if (roll->bits == 0)
		return;
	key = key_of(roll->seed, client);
	if (step == 0) {
		__builtin_prefetch(&roll->slots[home_of(roll->bits, key.hash)]);
		return;
	}
	held = roll->slots[slot_near(roll, home_of(roll->bits, key.hash), key.hash)];
	if (held != 0)
		__builtin_prefetch(census_roll_at(roll, (held & mask_of(roll->bits)) - 1));
}

bool
census_roll_find(const struct census_roll *roll, const struct sighting_client *client,
                 uint32_t *number)
{
	struct key key;
	size_t slot;

	if (roll->bits == 0)
		return false;
	key = key_of(roll->seed, client);
	slot = slot_of(roll, &key);
	if (roll->slots[slot] == 0)
		return false;
	*number = (roll->slots[slot] & mask_of(roll->bits)) - 1;
	return true;
}

struct sighting_client
census_roll_client(const struct census_roll *roll, uint32_t number)
{
	const struct census_enrolled *host = census_roll_at(roll, number);
	struct sighting_client client = {.prefix = 32};

	if (!host->wide) {
		const uint8_t octets[4] = {(uint8_t)(host->key >> 24),
		                           (uint8_t)(host->key >> 16),
		                           (uint8_t)(host->key >> 8), (uint8_t)host->key};

		client.address = address_of_v4(octets);
		return client;
	}
	client.address = *(struct address *)census_array_at(&roll->wide, host->key);
	client.prefix = memcmp(client.address.octets, named, PREFIX) == 0 ||
	                                census_roll_is_pseudonym(roll, number)
	                        ? 128
	                        : 64;
	return client;
}

bool
census_roll_is_pseudonym(const struct census_roll *roll, uint32_t number)
{
	const struct census_enrolled *host = census_roll_at(roll, number);
	const struct address *address;

	if (!host->wide)
		return false;
	address = census_array_at(&roll->wide, host->key);
	return memcmp(address->octets, pseudonym, PREFIX) == 0;
}

uint32_t
census_roll_part(const struct census_roll *roll, uint32_t number, unsigned bits)
{
	return (uint32_t)(hash_of(roll, 0, number) >> (64 - bits));
}
