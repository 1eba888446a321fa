/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/prefixes.h: how many connections each neighbourhood has now (a /24, of IPv6 a
 * /56, see net_neighbourhood()), and which, in a table that grows with their number. One of
 * a worker.
 */
#ifndef SINKHOLE_PREFIXES_H
#define SINKHOLE_PREFIXES_H

#include <foresink/err.h>

#include "base/address.h"

struct sinkhole_caller;

struct sinkhole_near {
	uint64_t prefix;
	struct sinkhole_caller *first; /* the crowd's: of their ring, or NULL */
	uint32_t count;                /* 0: the place is free */
};

/* Zeroed but for the key before first use. */
struct sinkhole_prefixes {
	uint64_t key; /* a secret: which places they have */
	struct sinkhole_near *places;
	size_t room; /* a power of 2 */
	size_t used;
};

/* Counts one more of the neighbourhood of ${address}; false: it has ${most} already, or
 * memory could not be had. */
FSK_MUST_USE bool sinkhole_prefixes_take(struct sinkhole_prefixes *prefixes,
                                         const struct address *address, unsigned most);

/* That of ${address}, until the table is changed; NULL: it has none. */
struct sinkhole_near *sinkhole_prefixes_find(const struct sinkhole_prefixes *prefixes,
                                             const struct address *address);

/* One less of ${near}. */
void sinkhole_prefixes_give(struct sinkhole_prefixes *prefixes, struct sinkhole_near *near);

void sinkhole_prefixes_fini(struct sinkhole_prefixes *prefixes);

#endif
