/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/store_want.h: which sightings of a store the user asks for: rows for the tables of
 * options, and the filter that they make.
 */
#ifndef CMD_STORE_WANT_H
#define CMD_STORE_WANT_H

#include "cmd/options.h"
#include "store/filter.h"

enum store_want_key {
	STORE_WANT_NETWORK = OPTION_OWN,
	STORE_WANT_KIND,
	STORE_WANT_OWN /* a command's own keys begin here */
};

/* Rows for a table of struct argp_option, beside those of cmd/options.h. */
#define STORE_WANT_NETWORKS                                                                \
	{                                                                                  \
		"network", STORE_WANT_NETWORK, "CIDR", 0,                                  \
		        "only clients of this network, repeatable", 0                      \
	}
#define STORE_WANT_KINDS                                                                   \
	{                                                                                  \
		"kind", STORE_WANT_KIND, "KIND", 0,                                        \
		        "only dns, http, tls or raw, repeatable", 0                        \
	}

struct store_want {
	struct options common; /* families, from, to and the rest */
	struct store_network *networks;
	size_t network_count;
	unsigned kinds;
	bool *generators;
	struct store_filter filter; /* after store_want_settle() */
};

void store_want_init(struct store_want *want);
void store_want_fini(struct store_want *want);

/* Takes ${key} with ${arg} if it is one of those above or of cmd/options.h, else gives
 * ARGP_ERR_UNKNOWN. What is wrong is said and ends the process. */
error_t store_want_take(struct store_want *want, int key, char *arg);

/* Makes the filter. STATUS_USAGE and STATUS_SYSTEM, and said. */
enum status store_want_settle(struct store_want *want);

#endif
