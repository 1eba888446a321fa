/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/others.h: the hosts of a census/set.h that have no IPv4 address, by their 128
 * bits, in a hash table.
 */
#ifndef CENSUS_OTHERS_H
#define CENSUS_OTHERS_H

#include <foresink/err.h>

#include "base/address.h"

/* A zeroed one with a seed is empty. */
struct census_others {
	struct address *slots; /* all bits 0: free */
	size_t room;           /* a power of two, or 0 */
	size_t count;
	size_t networks; /* of these: those that are networks of IPv6, not single hosts */
	uint64_t seed;   /* of the hash: whoever can choose addresses must not know it */
};

void census_others_fini(struct census_others *others);

/* Adds ${host}, as census_set_host() makes it. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_others_add(struct census_others *others,
                                            const struct address *host);
bool census_others_has(const struct census_others *others, const struct address *host);

/* The host in slot ${at}, of which there are room; false: there is none. */
bool census_others_at(const struct census_others *others, size_t at, struct address *host);

/* Whether ${host} is a single one (100::/64 and 100:0:0:1::/64), no network. */
bool census_others_is_single(const struct address *host);

#endif
