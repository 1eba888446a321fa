/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/hll.h: different hosts, counted nearly, in at most 16 KiB: HyperLogLog (Flajolet,
 * Fusy, Gandouet, Meunier, 2007) with 2^14 registers, hashes of 64 bits, a sparse beginning
 * (Heule, Nunkesser, Hall, "HyperLogLog in Practice", EDBT 2013) and an estimator without a
 * table of bias (Ertl, "New cardinality estimation algorithms for HyperLogLog sketches",
 * 2017). Its relative standard error is 0.81 %. Sketches of parts merge into that of the
 * whole, whatever they have in common, if they were made with the same key.
 *
 * Hosts are hashed with SipHash-2-4 (Aumasson, Bernstein, "SipHash: a fast short-input
 * PRF", 2012), whose key is a secret of the partners: without it nobody can tell which hash
 * an address has, so that a sketch answers no question about one. Who has the key can hash
 * all 2^32 addresses: while a sketch is sparse he can tell of nearly each whether it is in
 * it.
 */
#ifndef CENSUS_HLL_H
#define CENSUS_HLL_H

#include <foresink/err.h>

#include "watch/sighting.h"

#define CENSUS_HLL_BITS 14
#define CENSUS_HLL_REGISTERS ((size_t)1 << CENSUS_HLL_BITS)
#define CENSUS_HLL_ERROR 0.0081 /* relative standard error */
#define CENSUS_HLL_KEY 16       /* octets */

struct census_hll;

FSK_MUST_USE enum fsk_err census_hll_new(struct census_hll **hll);
void census_hll_free(struct census_hll *hll);

/* The hash of ${client}, grouped as census_set_add() does, under ${key}. */
uint64_t census_hll_hash(const uint8_t key[CENSUS_HLL_KEY],
                         const struct sighting_client *client);

/* Adds a hash; FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_hll_add(struct census_hll *hll, uint64_t hash);
FSK_MUST_USE enum fsk_err census_hll_merge(struct census_hll *hll,
                                           const struct census_hll *other);

/* How many different ones were added; 0 for none. Its 95 % interval is 1.96 times
 * census_hll_error() of itself on either side: less than CENSUS_HLL_ERROR while sparse. */
double census_hll_estimate(const struct census_hll *hll);
double census_hll_error(const struct census_hll *hll);

/* Octets that census_hll_write() writes, at most CENSUS_HLL_MOST; writes them; reads them
 * from the beginning of ${octets} and tells how many they were in ${used}. FSK_CORRUPT,
 * FSK_NOMEM. */
#define CENSUS_HLL_MOST (CENSUS_HLL_REGISTERS + 16)
size_t census_hll_size(const struct census_hll *hll);
void census_hll_write(const struct census_hll *hll, uint8_t *out);
FSK_MUST_USE enum fsk_err census_hll_read(struct span octets, struct census_hll **hll,
                                          size_t *used);

#endif
