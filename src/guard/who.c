/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/who.h"

#include <stdio.h>
#include <xxhash.h>

#define HOST_V4 32
#define HOST_V6 64
#define MAC_OCTETS 6

/* "foresink" in ASCII, so that the numbers are not those of other programs. */
#define KEY UINT64_C(0x666f726573696e6b)

static void
set_host(struct guard_client *client, const struct address *address, unsigned bits)
{
	unsigned host = address_is_v4(address) ? HOST_V4 : HOST_V6;

	if (bits > host)
		bits = host;
	client->address = *address;
	client->client =
	        (struct sighting_client){.address = *address, .prefix = (uint8_t)bits};
	address_mask(&client->client.address, bits);
}

/* Takes the network that ${data} says. None is said by who does not want to (RFC 7871
 * section 7.1.2), and what is malformed says nothing. */
static void
take_subnet(struct span data, struct guard_client *client)
{
	struct address address;
	uint8_t bits;

	if (data.text == NULL || !wire_subnet_read(data, &address, &bits) || bits == 0)
		return;
	set_host(client, &address, bits);
	client->port = 0;
}

/* Takes the hardware's address: it tells machines apart whose addresses change. */
static void
take_mac(struct span data, struct guard_client *client)
{
	const unsigned char *octets = (const unsigned char *)data.text;
	int len;

	if (data.text == NULL || data.len != MAC_OCTETS)
		return;
	len = snprintf(client->machine, sizeof(client->machine),
	               "%02x:%02x:%02x:%02x:%02x:%02x", octets[0], octets[1], octets[2],
	               octets[3], octets[4], octets[5]);
	client->client = sighting_named(XXH3_64bits(client->machine, (size_t)len));
}

void
guard_who(const struct guard_policy_setting *policy, const struct net_endpoint *peer,
          const struct wire_proxy *proxy, const struct wire_query *query,
          struct guard_client *client)
{
	client->port = peer->port;
	client->machine[0] = '\0';
	set_host(client, &peer->address, UINT8_MAX);
	if (policy->who == 0 || policy->carrier_count == 0 ||
	    !guard_prefix_has(policy->carriers, policy->carrier_count, &peer->address))
		return;
	/* Whoever puts a header in front passes options on as clients write them, so that
	 * these are not its own word. */
	if ((policy->who & GUARD_WHO_PROXY) != 0 && proxy != NULL && !proxy->local) {
		set_host(client, &proxy->source, UINT8_MAX);
		client->port = proxy->source_port;
		return;
	}
	if ((policy->who & GUARD_WHO_SUBNET) != 0)
		take_subnet(query->subnet, client);
	if ((policy->who & GUARD_WHO_MAC) != 0)
		take_mac(query->mac, client);
}

uint64_t
guard_client_hash(const struct sighting_client *client)
{
	uint8_t octets[sizeof(client->address.octets) + 1];

	memcpy(octets, client->address.octets, sizeof(client->address.octets));
	octets[sizeof(octets) - 1] = client->prefix;
	return XXH3_64bits_withSeed(octets, sizeof(octets), KEY);
}
