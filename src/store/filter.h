/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/filter.h: which sightings are wanted: by time, family, network, kind. Pure.
 */
#ifndef STORE_FILTER_H
#define STORE_FILTER_H

#include "watch/fingerprint.h"
#include "watch/sighting.h"

struct store_network {
	struct address address;
	unsigned prefix; /* as address_read_prefix() */
};

struct store_filter {
	int64_t from_us, to_us; /* INT64_MIN, INT64_MAX: no bound; from included, to not */
	const bool *generators; /* by number; NULL: any, and none. What has no generator is
	                         * wanted with any of its fingerprint's family */
	const struct store_network *networks; /* one of them; of whom the client is */
	size_t network_count;                 /* 0: any */
	unsigned kinds;                       /* bit n: enum sighting_kind n; 0: any */
	bool counted; /* only what store_speaks_of_host() is true of */
};

/* Everything. */
#define STORE_FILTER_ALL                                                                   \
	{                                                                                  \
		.from_us = INT64_MIN, .to_us = INT64_MAX                                   \
	}

/* Whether who sent ${sighting} is to be counted as a host of a botnet; ${fingerprint} is
 * that of its request, NULL: none that is known. A bot's request is one's; so is a question
 * that a guard or a resolver's log saw (no address was called: who asks a sinkhole's server
 * is a resolver), and a request or hello that itself said a forecast name, unless it is a
 * crawler's, scanner's or researcher's. Anybody may open a connection, and send to it what
 * he likes. */
bool store_speaks_of_host(const struct sighting *sighting,
                          const struct watch_fingerprint *fingerprint);

/* Whether ${filter} wants a generator of ${family}. */
bool store_filter_wants_family(const struct store_filter *filter, struct span family);

/* Whether ${filter} wants ${sighting}. */
bool store_filter_wants(const struct store_filter *filter, const struct sighting *sighting);

#endif
