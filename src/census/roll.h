/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/roll.h: hosts by number, from 0, in the order in which they came, and a record of
 * each for whoever numbers them. Hosts are told apart as census/set.h does: IPv4 addresses,
 * IPv6 by /64, pseudonyms and hosts that are known by name only as they are.
 */
#ifndef CENSUS_ROLL_H
#define CENSUS_ROLL_H

#include <foresink/err.h>

#include "census/array.h"
#include "watch/sighting.h"

/* How a record begins. */
struct census_enrolled {
	uint32_t key;       /* of an IPv4 host its address; else its place in wide */
	uint32_t wide : 1;  /* it is none of IPv4 */
	uint32_t more : 31; /* for the owner of the record */
};

struct census_roll {
	struct census_array records;
	struct census_array wide; /* struct address */
	uint32_t *slots; /* number + 1 in the lower bits of each, which is less than there
	                  * are slots; above it what of a hash has room there. 0: free */
	unsigned bits;   /* there are 1 << bits of them; 0: none */
	uint64_t seed;
};

/* Records have ${size} octets, a multiple of what they must be aligned to. */
void census_roll_init(struct census_roll *roll, size_t size);
void census_roll_fini(struct census_roll *roll);

/* The number of ${client}, which gets one if it has none: then its record is zeroed but for
 * its beginning, and ${number} what census_roll_count() was. FSK_NOMEM, FSK_RANGE (too
 * many). */
FSK_MUST_USE enum fsk_err census_roll_add(struct census_roll *roll,
                                          const struct sighting_client *client,
                                          uint32_t *number);

/* ${client} will be added soon: fetches what that will read, in two steps of which the
 * second needs what the first has fetched. It changes nothing. */
void census_roll_expect(const struct census_roll *roll,
                        const struct sighting_client *client, unsigned step);

/* Whether ${client} has a number, and which. */
bool census_roll_find(const struct census_roll *roll, const struct sighting_client *client,
                      uint32_t *number);

/* Host ${number} as it was given, without what it was not told apart by. */
struct sighting_client census_roll_client(const struct census_roll *roll, uint32_t number);

/* Whether host ${number} is a pseudonym of one day. */
bool census_roll_is_pseudonym(const struct census_roll *roll, uint32_t number);

/* In which of 1 << ${bits} parts of all hosts ${number} is: by a hash of the host alone. */
uint32_t census_roll_part(const struct census_roll *roll, uint32_t number, unsigned bits);

static inline uint32_t
census_roll_count(const struct census_roll *roll)
{
	return roll->records.count;
}

/* The record of host ${number}. */
static inline void *
census_roll_at(const struct census_roll *roll, uint32_t number)
{
	return census_array_at(&roll->records, number);
}

#endif
