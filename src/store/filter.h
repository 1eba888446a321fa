/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/filter.h: which sightings are wanted: by time, family, network, kind. Pure.
 */
#ifndef STORE_FILTER_H
#define STORE_FILTER_H

#include "watch/sighting.h"

struct store_network {
	struct address address;
	unsigned prefix; /* as address_read_prefix() */
};

struct store_filter {
	int64_t from_us, to_us; /* INT64_MIN, INT64_MAX: no bound; from included, to not */
	const bool *generators; /* by number; NULL: any, and none */
	const struct store_network *networks; /* one of them; of whom the client is */
	size_t network_count;                 /* 0: any */
	unsigned kinds;                       /* bit n: enum sighting_kind n; 0: any */
	bool counted; /* only what speaks of hosts: no question to a sinkhole's server,
	               * whose source is a resolver (an address was called: to is there),
	               * and no crawler, scanner or researcher */
};

/* Everything. */
#define STORE_FILTER_ALL                                                                   \
	{                                                                                  \
		.from_us = INT64_MIN, .to_us = INT64_MAX                                   \
	}

/* Whether ${filter} wants ${sighting}. */
bool store_filter_wants(const struct store_filter *filter, const struct sighting *sighting);

#endif
