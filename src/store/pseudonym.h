/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/pseudonym.h: clients under other names: the same client has the same name for a
 * day (UTC), another one the next, and nobody without the secret can say whose it is. A
 * name is an address of the dummy prefix 100:0:0:1::/64 (RFC 9780), which no host can
 * have, with 64 bits of BLAKE2b of the address and its prefix, keyed by BLAKE2b of the day,
 * keyed by the secret.
 */
#ifndef STORE_PSEUDONYM_H
#define STORE_PSEUDONYM_H

#include "watch/sighting.h"

#define STORE_SECRET 32 /* octets */

/* The key of the day that holds ${us}: kept by the caller while the day lasts. */
struct store_day_key {
	int64_t day; /* since 1970 */
	uint8_t key[32];
};
void store_day_key(const uint8_t secret[STORE_SECRET], int64_t us,
                   struct store_day_key *key);

/* A number by which a secret is told from another one; it says nothing else of it. Never 0.
 */
int64_t store_secret_mark(const uint8_t secret[STORE_SECRET]);

/* Takes from ${sighting} all that tells of its client: its address and, behind a proxy,
 * that which was forwarded; its port; its machine's name, its first octets and what it sent
 * of its own accord (Referer, Via) are emptied; the client and address become the
 * pseudonym, if they are none yet. */
void store_pseudonymise(const struct store_day_key *key, struct sighting *sighting);

/* Whether ${address} is such a name. */
bool store_is_pseudonym(const struct address *address);

#endif
