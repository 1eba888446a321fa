/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/set.h: different hosts, counted exactly: IPv4 addresses in compressed bitmaps
 * (CRoaring; Lemire et al., "Roaring Bitmaps", 2018), all others (IPv6 by /64, pseudonyms,
 * hosts that are known by name only) by their 128 bits. Hosts that are pseudonyms count as
 * they are: the same one has another name tomorrow. A network that stands for all of its
 * hosts counts as one.
 *
 * A set may be read by several threads while nobody changes it. What fails for want of
 * memory leaves what it has as it was, or, of several hosts, some of them added; CRoaring
 * says a word of its own then, on stderr.
 */
#ifndef CENSUS_SET_H
#define CENSUS_SET_H

#include <foresink/err.h>

#include "watch/sighting.h"

struct census_set;

FSK_MUST_USE enum fsk_err census_set_new(struct census_set **set);
void census_set_free(struct census_set *set);

/* By what a set knows ${client}: its IPv4 address, or the address of its /64 unless it is
 * of 100::/64 or of 100:0:0:1::/64. */
struct address census_set_host(const struct sighting_client *client);

/* Adds ${client}: an IPv6 host by its /64, unless it is of 100::/64 or of 100:0:0:1::/64,
 * where 64 bits say who it is. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_set_add(struct census_set *set,
                                         const struct sighting_client *client);

/* Adds the ${count} IPv4 addresses at ${values}, as numbers, which go up. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_set_add_v4(struct census_set *set, const uint32_t *values,
                                            size_t count);

/* Adds all of ${other}. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_set_merge(struct census_set *set,
                                           const struct census_set *other);

bool census_set_has(const struct census_set *set, const struct sighting_client *client);

/* How many are in it; of these IPv6; and how many are in both. */
uint64_t census_set_count(const struct census_set *set);
uint64_t census_set_count_v6(const struct census_set *set);
uint64_t census_set_common(const struct census_set *a, const struct census_set *b);

/* The same as census_set_common(), told apart by hash in ${groups} parts (at most 64): a
 * host is in the same part of every set. Adds to ${counts}. For a == b the set itself. */
void census_set_common_by_group(const struct census_set *a, const struct census_set *b,
                                unsigned groups, uint64_t *counts);

/* Calls ${tell} with each host, IPv4 first, by address. A result other than FSK_OK ends it
 * and is returned; FSK_NOMEM. */
enum fsk_err census_set_each(const struct census_set *set,
                             enum fsk_err (*tell)(const struct sighting_client *, void *),
                             void *context);

size_t census_set_bytes(const struct census_set *set);

#endif
