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
	struct store_filter filter;  /* after store_want_settle(): of sums */
	struct store_filter reading; /* the same without families: of sightings, of which
	                              * store_want_family() is asked */
};

void store_want_init(struct store_want *want);
void store_want_fini(struct store_want *want);

/* Takes ${key} with ${arg} if it is one of those above or of cmd/options.h, else gives
 * ARGP_ERR_UNKNOWN. What is wrong is said and ends the process. */
error_t store_want_take(struct store_want *want, int key, char *arg);

/* Makes the filters. STATUS_USAGE and STATUS_SYSTEM, and said. */
enum status store_want_settle(struct store_want *want);

/* Whether ${sighting} is of a family that is wanted: by the list of its name; and if all
 * of the family is wanted also by its fingerprint, or by what another's report called it
 * ("said downadup", cmd/import_contact.h). Families have other names: dga/family.h. */
bool store_want_family(const struct store_want *want, const struct sighting *sighting);

#endif
