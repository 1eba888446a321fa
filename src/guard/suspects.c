/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Open addressing in a table that is never more than half full. A cell is one word: the
 * hash without its last two bits, and the verdict in these. Who reads sees a whole word,
 * the old one or the new one, and nothing else has to hold between two words.
 */
#include "guard/suspects.h"

#include "base/size.h"

#include <stdatomic.h>
#include <stdlib.h>

#define WORD UINT64_C(3) /* the bits of the verdict */

struct guard_suspects {
	size_t most, count, mask;
	_Atomic uint64_t cell[]; /* 0: free */
};

enum fsk_err
guard_suspects_new(size_t most, struct guard_suspects **suspects)
{
	size_t cells = 16;
	struct guard_suspects *made;

	while (cells / 2 < most && cells < SIZE_MAX / 2)
		cells *= 2;
	made = malloc(size_add(sizeof(*made), size_mul(cells, sizeof(made->cell[0]))));
	if (made == NULL)
		return FSK_NOMEM;
	made->most = most;
	made->count = 0;
	made->mask = cells - 1;
	for (size_t i = 0; i < cells; i++)
		atomic_init(&made->cell[i], 0);
	*suspects = made;
	return FSK_OK;
}

void
guard_suspects_free(struct guard_suspects *suspects)
{
	free(suspects);
}

/* ${client} as it stands in a cell, with no verdict; never 0. */
static uint64_t
mark(uint64_t client)
{
	uint64_t bits = client & ~WORD;

	return bits != 0 ? bits : WORD + 1;
}

/* The number of the cell of ${client}, or of the free one in which it would stand; what
 * is there is stored in ${found}. */
static size_t
find(const struct guard_suspects *suspects, uint64_t client, uint64_t *found)
{
	uint64_t wanted = mark(client);
	size_t at = (size_t)(wanted >> 2);

	for (;; at++) {
		*found = atomic_load_explicit(&suspects->cell[at & suspects->mask],
		                              memory_order_relaxed);
		if (*found == 0 || (*found & ~WORD) == wanted)
			return at & suspects->mask;
	}
}

void
guard_suspects_set(struct guard_suspects *suspects, uint64_t client, enum verdict_word word)
{
	uint64_t found;
	size_t at = find(suspects, client, &found);

	if (found == 0) {
		if (word == VERDICT_CHANCE || suspects->count >= suspects->most)
			return;
		suspects->count++;
	}
	atomic_store_explicit(&suspects->cell[at], mark(client) | (uint64_t)word,
	                      memory_order_relaxed);
}

void
guard_suspects_clear(struct guard_suspects *suspects)
{
	for (size_t i = 0; i <= suspects->mask; i++)
		atomic_store_explicit(&suspects->cell[i], 0, memory_order_relaxed);
	suspects->count = 0;
}

enum verdict_word
guard_suspects_word(const struct guard_suspects *suspects, uint64_t client)
{
	uint64_t found;

	(void)find(suspects, client, &found);
	return (enum verdict_word)(found & WORD);
}
