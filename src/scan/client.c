/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan/client.h"

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

uint64_t
client_hash(const struct sighting_client *client)
{
	char text[ADDRESS_SIZE];
	uint64_t hash;

	if (client->prefix == 32 && address_is_v4(&client->address)) {
		address_write(&client->address, text);
		if (client_hash_v4(span_of(text), &hash))
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

	if (entry->behind.len == 0 && client_hash_v4(entry->client, &hash))
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
