/* SPDX-License-Identifier: BSD-2-Clause */
#include "census/others.h"

#include <stdlib.h>
#include <xxhash.h>

#define ROOM_FIRST 16

bool
census_others_is_single(const struct address *host)
{
	static const uint8_t named[7] = {0x01};

	return memcmp(host->octets, named, sizeof(named)) == 0 && host->octets[7] <= 1;
}

/* A slot of zeros is free. Single hosts begin with 01, and a network, whose last 64 bits
 * are 0, is kept with the last of them set, so that "::" is not mistaken for nothing. */
static struct address
keep(const struct address *host)
{
	struct address kept = *host;

	if (!census_others_is_single(host))
		kept.octets[15] = 1;
	return kept;
}

static bool
is_free(const struct address *slot)
{
	static const struct address nothing;

	return address_equal(slot, &nothing);
}

/* The slot that has ${kept}, or the free one where it belongs. */
static struct address *
find(const struct census_others *others, const struct address *kept)
{
	size_t at = (size_t)XXH3_64bits_withSeed(kept, sizeof(*kept), others->seed);

	for (;; at++) {
		struct address *slot = &others->slots[at & (others->room - 1)];

		if (is_free(slot) || address_equal(slot, kept))
			return slot;
	}
}

static enum fsk_err
grow(struct census_others *others)
{
	struct census_others larger = *others;

	larger.room = others->room == 0 ? ROOM_FIRST : others->room * 2;
	larger.slots = calloc(larger.room, sizeof(*larger.slots));
	if (larger.slots == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < others->room; i++) {
		if (!is_free(&others->slots[i]))
			*find(&larger, &others->slots[i]) = others->slots[i];
	}
	free(others->slots);
	*others = larger;
	return FSK_OK;
}

void
census_others_fini(struct census_others *others)
{
	free(others->slots);
}

enum fsk_err
census_others_add(struct census_others *others, const struct address *host)
{
	struct address kept = keep(host);
	struct address *slot;

	if (others->count >= others->room / 4 * 3) {
		enum fsk_err err = grow(others);

		if (err != FSK_OK)
			return err;
	}
	slot = find(others, &kept);
	if (is_free(slot)) {
		*slot = kept;
		others->count++;
		others->networks += !census_others_is_single(host);
	}
	return FSK_OK;
}

bool
census_others_has(const struct census_others *others, const struct address *host)
{
	struct address kept = keep(host);

	return others->room > 0 && !is_free(find(others, &kept));
}

bool
census_others_at(const struct census_others *others, size_t at, struct address *host)
{
	if (is_free(&others->slots[at]))
		return false;
	*host = others->slots[at];
	if (!census_others_is_single(host))
		host->octets[15] = 0;
	return true;
}
