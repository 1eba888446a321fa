/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan/client.h"

#include "verdict/clean.h"

#include <xxhash.h>

/* Whose address ${entry} gives: that of the client behind the client, or of the
 * client. */
static struct span
address_text(const struct log_entry *entry)
{
	return entry->behind.len > 0 ? entry->behind : entry->client;
}

bool
client_read(const struct log_entry *entry, unsigned v6_bits, struct sighting_client *client,
            struct address *address)
{
	unsigned bits = entry->behind.len > 0 ? entry->behind_bits : 0;
	bool v4;

	if (address_read(address_text(entry), address) != FSK_OK) {
		if (entry->machine.len == 0 || entry->client.len > 0)
			return false;
		*client = sighting_named(
		        XXH3_64bits(entry->machine.text, entry->machine.len));
		*address = client->address;
		return true;
	}
	v4 = address_is_v4(address);
	if (bits == 0 || bits > (v4 ? 32 : v6_bits))
		bits = v4 ? 32 : v6_bits;
	client->address = *address;
	client->prefix = (uint8_t)bits;
	address_mask(&client->address, bits);
	return true;
}

static inline uint64_t
load(const char *text, size_t len)
{
	uint64_t word = 0;

	memcpy(&word, text, len);
	return word;
}

/* Whether one of the octets of ${word} is a colon: the lowest octet that is one is
 * found without fail (Mycroft's test for a zero octet). */
static inline bool
has_colon(uint64_t word)
{
	uint64_t colons = word ^ UINT64_C(0x3a3a3a3a3a3a3a3a);

	return ((colons - UINT64_C(0x0101010101010101)) & ~colons &
	        UINT64_C(0x8080808080808080)) != 0;
}

/* Whether ${text} is as long as dotted IPv4 and has no colon, and then its hash. There is
 * one way to write an IPv4 address, and most lines need no more of their client. */
static inline bool
hash_v4(struct span text, uint64_t *hash)
{
	uint64_t first, last;

	if (text.len >= 8 && text.len <= 15) {
		first = load(text.text, 8);
		last = load(text.text + text.len - 8, 8);
	} else if (text.len == 7) {
		first = load(text.text, 4);
		last = load(text.text + 3, 4);
	} else {
		return false;
	}
	*hash = clean_mix(first ^ (last << 29 | last >> 35) ^ text.len);
	return !has_colon(first) && !has_colon(last);
}

uint64_t
client_hash(const struct sighting_client *client)
{
	char text[ADDRESS_SIZE];
	uint64_t hash;

	if (client->prefix == 32 && address_is_v4(&client->address)) {
		address_write(&client->address, text);
		if (hash_v4(span_of(text), &hash))
			return hash;
	}
	return clean_mix(
	        XXH3_64bits(client->address.octets, sizeof(client->address.octets)) +
	        client->prefix);
}

uint64_t
client_hash_entry(const struct log_entry *entry, unsigned v6_bits)
{
	struct sighting_client client;
	struct address address;
	uint64_t hash;

	if (entry->behind.len == 0 && hash_v4(entry->client, &hash))
		return hash;
	if (!client_read(entry, v6_bits, &client, &address))
		return 0;
	return client_hash(&client);
}

enum sighting_transport
client_transport(enum log_transport transport)
{
	switch (transport) {
	case LOG_TRANSPORT_UDP:
		return SIGHTING_UDP;
	case LOG_TRANSPORT_TCP:
	case LOG_TRANSPORT_HTTP:
		return SIGHTING_TCP;
	case LOG_TRANSPORT_TLS:
		return SIGHTING_TLS;
	case LOG_TRANSPORT_HTTPS:
		return SIGHTING_HTTPS;
	case LOG_TRANSPORT_QUIC:
		return SIGHTING_QUIC;
	case LOG_TRANSPORT_UNKNOWN:
		break;
	}
	return SIGHTING_TRANSPORT_UNKNOWN;
}
