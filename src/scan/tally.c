/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan/tally.h"

#include "verdict/clean.h"

#include <stdbool.h>
#include <stdlib.h>

#define SLOTS_FIRST 64

/* Keeps the digests of days from those of pairs. */
#define DAY_SALT UINT64_C(0x6c62272e07bb0142)

enum fsk_err
tally_init(struct tally *tally, size_t generators)
{
	*tally = (struct tally){
	        .counts = calloc(generators + 1, sizeof(*tally->counts)),
	        .generators = generators,
	        .slots = calloc(SLOTS_FIRST, sizeof(*tally->slots)),
	        .mask = SLOTS_FIRST - 1,
	};
	if (tally->counts == NULL || tally->slots == NULL) {
		tally_fini(tally);
		return FSK_NOMEM;
	}
	return FSK_OK;
}

/* Puts ${digest}, not 0, in ${slots}; false when it is there already. */
static bool
put(uint64_t *slots, size_t mask, uint64_t digest)
{
	size_t slot = digest & mask;

	for (; slots[slot] != 0; slot = (slot + 1) & mask) {
		if (slots[slot] == digest)
			return false;
	}
	slots[slot] = digest;
	return true;
}

static enum fsk_err
grow(struct tally *tally)
{
	size_t mask = tally->mask * 2 + 1;
	uint64_t *slots = calloc(mask + 1, sizeof(*slots));

	if (slots == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i <= tally->mask; i++) {
		if (tally->slots[i] != 0)
			put(slots, mask, tally->slots[i]);
	}
	free(tally->slots);
	tally->slots = slots;
	tally->mask = mask;
	return FSK_OK;
}

/* Whether ${digest} comes for the first time. */
static enum fsk_err
note(struct tally *tally, uint64_t digest, bool *is_new)
{
	if (tally->used * 2 > tally->mask && grow(tally) != FSK_OK)
		return FSK_NOMEM;
	*is_new = put(tally->slots, tally->mask, digest | 1);
	tally->used += *is_new;
	return FSK_OK;
}

enum fsk_err
tally_add(struct tally *tally, uint64_t host, uint64_t name, uint32_t generator)
{
	uint64_t pair = clean_mix(host + clean_mix(name));
	bool pair_new = false;
	bool new = false;
	enum fsk_err err = note(tally, pair, &pair_new);

	if (err == FSK_OK)
		err = note(tally, clean_mix(pair + generator + 1), &new);
	if (err != FSK_OK)
		return err;
	tally->pairs += pair_new;
	tally->counts[generator] += new;
	return FSK_OK;
}

enum fsk_err
tally_add_day(struct tally *tally, int64_t day)
{
	bool new = false;
	enum fsk_err err =
	        note(tally, clean_mix(clean_mix((uint64_t)day) + DAY_SALT), &new);

	if (err == FSK_OK)
		tally->days += new;
	return err;
}

void
tally_fini(struct tally *tally)
{
	if (tally == NULL)
		return;
	free(tally->counts);
	free(tally->slots);
	*tally = (struct tally){.counts = NULL};
}
