/* SPDX-License-Identifier: BSD-2-Clause
 *
 * census/addresses.h: how many different addresses are in a text that has one a line?
 * Exactly, of any number of lines, and fast: they are dealt by their first bits, so that
 * each part is counted in a bitmap that the processor keeps at hand. Takes 4 octets a line
 * up to 64 million lines; behind them about 4 a different address, and never more than
 * 768 MiB for IPv4.
 */
#ifndef CENSUS_ADDRESSES_H
#define CENSUS_ADDRESSES_H

#include "census/hll.h"
#include "census/set.h"

struct census_addresses;

FSK_MUST_USE enum fsk_err census_addresses_new(struct census_addresses **addresses);
void census_addresses_free(struct census_addresses *addresses);

/* How much memory IPv4 addresses may take until those that came twice are thrown away (256
 * MiB if it is not said); before the first is taken. */
void census_addresses_limit(struct census_addresses *addresses, size_t octets);

/* Takes ${text}, whole lines but for the last one of all, which may lack its LF: an address
 * each (IPv4, or IPv6, which counts by /64), with CR or blanks around it, or empty. A line
 * that is none is counted, and ${wrong} (may be NULL) told its number, from 1, and its
 * text, without blanks, of the first five. FSK_NOMEM: what it counts then is of no use. */
FSK_MUST_USE enum fsk_err
census_addresses_take(struct census_addresses *addresses, struct span text,
                      void (*wrong)(uint64_t line, struct span text, void *context),
                      void *context);

struct census_address_counts {
	uint64_t lines, empty, wrong;
	uint64_t v4, v6; /* different ones */
};

/* Counts; nothing can be taken after it. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_addresses_count(struct census_addresses *addresses,
                                                 struct census_address_counts *counts);

/* Adds the different ones to ${set} (may be NULL) and, hashed under ${key}, to ${hll} (may
 * be NULL, then ${key} may be, too); after census_addresses_count(). FSK_NOMEM. */
FSK_MUST_USE enum fsk_err census_addresses_give(const struct census_addresses *addresses,
                                                struct census_set *set,
                                                const uint8_t key[CENSUS_HLL_KEY],
                                                struct census_hll *hll);

#endif
