/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/filter.h"

#include <foresink/dga.h>

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

static bool
is_visitor(const struct watch_fingerprint *fingerprint)
{
	return fingerprint != NULL && (fingerprint->sender == WATCH_CRAWLER ||
	                               fingerprint->sender == WATCH_SCANNER ||
	                               fingerprint->sender == WATCH_RESEARCHER);
}

bool
store_speaks_of_host(const struct sighting *sighting,
                     const struct watch_fingerprint *fingerprint)
{
	static const struct address none;

	if (fingerprint != NULL && fingerprint->sender == WATCH_BOT)
		return true;
	if (sighting->kind == SIGHTING_DNS)
		return address_equal(&sighting->to, &none);
	return (sighting->kind == SIGHTING_HTTP || sighting->kind == SIGHTING_HELLO) &&
	       (sighting->by == SIGHTING_BY_NAME || sighting->by == SIGHTING_BY_SNI) &&
	       sighting->match.generator != SIGHTING_NO_GENERATOR &&
	       !is_visitor(fingerprint);
}

bool
store_filter_wants_family(const struct store_filter *filter, struct span family)
{
	size_t count = filter->generators == NULL ? 0 : fsk_generator_count();

	for (size_t i = 0; i < count; i++)
		if (filter->generators[i] &&
		    span_equal(span_of(fsk_generator_family(i)), family))
			return true;
	return filter->generators == NULL;
}

/* Whether the generator of ${sighting} is wanted, or its fingerprint's family. */
static bool
wants_generator(const struct store_filter *filter, const struct sighting *sighting,
                const struct watch_fingerprint *fingerprint)
{
	if (filter->generators == NULL)
		return true;
	if (sighting->match.generator != SIGHTING_NO_GENERATOR)
		return filter->generators[sighting->match.generator];
	return fingerprint != NULL && fingerprint->family != NULL &&
	       store_filter_wants_family(filter, span_of(fingerprint->family));
}

bool
store_filter_wants(const struct store_filter *filter, const struct sighting *sighting)
{
	const struct watch_fingerprint *fingerprint = NULL;

	if (sighting->us < filter->from_us ||
	    (sighting->us >= filter->to_us && filter->to_us != INT64_MAX))
		return false;
	if (filter->kinds != 0 && (filter->kinds >> sighting->kind & 1) == 0)
		return false;
	if (sighting->fingerprint != NULL &&
	    (filter->generators != NULL || filter->counted))
		fingerprint = watch_fingerprint_find(span_of(sighting->fingerprint));
	return wants_generator(filter, sighting, fingerprint) &&
	       lies_in_one(filter, &sighting->client) &&
	       (!filter->counted || store_speaks_of_host(sighting, fingerprint));
}
