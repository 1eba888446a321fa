/* SPDX-License-Identifier: BSD-2-Clause */
#include "census/pairs.h"

#include "base/size.h"

#include <stdlib.h>

#define WORD 64

/* Hosts of so many days are counted one by one. */
#define FEW 16

enum fsk_err
census_pairs_init(struct census_pairs *pairs, size_t days)
{
	size_t lists = size_mul(days, CENSUS_GROUPS);
	size_t cells = size_mul(lists, days);

	*pairs = (struct census_pairs){.days = days};
	pairs->again = calloc(size_add(cells, 1), sizeof(*pairs->again));
	pairs->waiting = calloc(size_add(lists, 1), sizeof(*pairs->waiting));
	return pairs->again != NULL && pairs->waiting != NULL ? FSK_OK : FSK_NOMEM;
}

void
census_pairs_fini(struct census_pairs *pairs)
{
	if (pairs == NULL)
		return;
	free(pairs->again);
	free(pairs->waiting);
	pairs->again = NULL;
	pairs->waiting = NULL;
}

/* Counts the hosts of ${group} that wait. */
static void
flush(struct census_pairs *pairs, uint32_t group)
{
	uint64_t *waiting = pairs->waiting + group * pairs->days;

	for (size_t i = 0; i < pairs->days; i++) {
		uint64_t *line = pairs->again + (group * pairs->days + i) * pairs->days;

		for (size_t j = i; waiting[i] != 0 && j < pairs->days; j++)
			line[j] += (uint64_t)__builtin_popcountll(waiting[i] & waiting[j]);
		waiting[i] = 0;
	}
	pairs->count[group] = 0;
}

void
census_pairs_add(struct census_pairs *pairs, uint32_t group, const uint16_t *days,
                 size_t count)
{
	uint64_t *again = pairs->again + group * pairs->days * pairs->days;
	uint64_t *waiting = pairs->waiting + group * pairs->days;

	if (count > FEW) {
		for (size_t i = 0; i < count; i++)
			waiting[days[i]] |= UINT64_C(1) << pairs->count[group];
		if (++pairs->count[group] == WORD)
			flush(pairs, group);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		for (size_t j = i; j < count; j++)
			again[days[i] * pairs->days + days[j]]++;
	}
}

uint64_t *
census_pairs_end(struct census_pairs *pairs)
{
	uint64_t *again = pairs->again;

	for (uint32_t group = 0; group < CENSUS_GROUPS; group++)
		flush(pairs, group);
	pairs->again = NULL;
	return again;
}
