/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/filter.h"

#include "watch/fingerprint.h"

/* Whether all of ${client} lies in ${network}. */
static bool
lies_in(const struct sighting_client *client, const struct store_network *network)
{
	struct address masked = client->address;

	if (address_is_v4(&client->address) != address_is_v4(&network->address) ||
	    client->prefix < network->prefix)
		return false;
	address_mask(&masked, network->prefix);
	return address_equal(&masked, &network->address);
}

static bool
lies_in_one(const struct store_filter *filter, const struct sighting_client *client)
{
	for (size_t i = 0; i < filter->network_count; i++)
		if (lies_in(client, &filter->networks[i]))
			return true;
	return filter->network_count == 0;
}

/* Whether a host is to be counted for ${sighting}. */
static bool
counts(const struct sighting *sighting)
{
	static const struct address none;
	const struct watch_fingerprint *fingerprint;

	if (sighting->kind == SIGHTING_DNS && !address_equal(&sighting->to, &none))
		return false;
	if (sighting->fingerprint == NULL)
		return true;
	fingerprint = watch_fingerprint_find(span_of(sighting->fingerprint));
	return fingerprint == NULL || fingerprint->sender == WATCH_BOT ||
	       fingerprint->sender == WATCH_ANYBODY;
}

bool
store_filter_wants(const struct store_filter *filter, const struct sighting *sighting)
{
	if (sighting->us < filter->from_us ||
	    (sighting->us >= filter->to_us && filter->to_us != INT64_MAX))
		return false;
	if (filter->kinds != 0 && (filter->kinds >> sighting->kind & 1) == 0)
		return false;
	if (filter->generators != NULL &&
	    (sighting->match.generator == SIGHTING_NO_GENERATOR ||
	     !filter->generators[sighting->match.generator]))
		return false;
	return lies_in_one(filter, &sighting->client) &&
	       (!filter->counted || counts(sighting));
}
