/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/pseudonym.h"

#include "base/date.h"

#include <endian.h>
#include <sodium.h>

/* Octets in front of what is made of the client. */
#define PREFIX 8

static const uint8_t prefix[PREFIX] = {0x01, [7] = 0x01};

void
store_day_key(const uint8_t secret[STORE_SECRET], int64_t us, struct store_day_key *key)
{
	uint64_t day;

	key->day = date_day_of(date_second_of(us));
	day = htole64((uint64_t)key->day);
	crypto_generichash(key->key, sizeof(key->key), (const uint8_t *)&day, sizeof(day),
	                   secret, STORE_SECRET);
}

int64_t
store_secret_mark(const uint8_t secret[STORE_SECRET])
{
	static const char label[] = "foresink store: which secret";
	uint8_t hash[crypto_generichash_BYTES_MIN];
	uint64_t mark;

	crypto_generichash(hash, sizeof(hash), (const uint8_t *)label, sizeof(label) - 1,
	                   secret, STORE_SECRET);
	memcpy(&mark, hash, sizeof(mark));
	return (int64_t)(le64toh(mark) >> 1) | 1;
}

bool
store_is_pseudonym(const struct address *address)
{
	return memcmp(address->octets, prefix, PREFIX) == 0;
}

/* The name of ${client}, a host or a network. */
static struct address
name_of(const struct store_day_key *key, const struct sighting_client *client)
{
	uint8_t said[sizeof(client->address.octets) + 1];
	uint8_t hash[crypto_generichash_BYTES_MIN];
	struct address name;

	memcpy(said, client->address.octets, sizeof(client->address.octets));
	said[sizeof(said) - 1] = client->prefix;
	crypto_generichash(hash, sizeof(hash), said, sizeof(said), key->key,
	                   sizeof(key->key));
	memcpy(name.octets, prefix, PREFIX);
	memcpy(name.octets + PREFIX, hash, sizeof(name.octets) - PREFIX);
	return name;
}

void
store_pseudonymise(const struct store_day_key *key, struct sighting *sighting)
{
	static const struct span nothing = {"", 0};

	if (!store_is_pseudonym(&sighting->client.address))
		sighting->client.address = name_of(key, &sighting->client);
	sighting->client.prefix = 128;
	sighting->address = sighting->client.address;
	sighting->port = 0;
	sighting->machine = nothing;
	sighting->referrer = nothing;
	sighting->via = nothing;
	sighting->forwarded = nothing;
	sighting->first = nothing;
}
