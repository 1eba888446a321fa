/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict/cells.h: the table of a hash set whose things lie in an array of their
 * own: it holds their numbers, open addressing, never more than three quarters
 * full. Who owns the array knows how to hash and to compare:
 *
 *	for (at = hash; *cells_at(cells, at) != CELLS_FREE; at++)
 *		if (the thing with that number is the one)
 *			break;
 */
#ifndef VERDICT_CELLS_H
#define VERDICT_CELLS_H

#include <foresink/err.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CELLS_FREE UINT32_MAX

struct cells {
	uint32_t *number;
	size_t count; /* cells: 0, or a power of two */
};

/* The cell at ${at}, which begins again behind the last. */
static inline uint32_t *
cells_at(const struct cells *cells, uint64_t at)
{
	return cells->number + (at & (cells->count - 1));
}

/* Whether ${cells} can hold ${things}. */
static inline bool
cells_fit(const struct cells *cells, size_t things)
{
	return things <= cells->count / 4 * 3;
}

/* Puts ${number}, which is not in it, in ${cells}, whose room suffices. */
static inline void
cells_put(const struct cells *cells, uint64_t hash, uint32_t number)
{
	while (*cells_at(cells, hash) != CELLS_FREE)
		hash++;
	*cells_at(cells, hash) = number;
}

/* Makes ${cells} anew, all free, with room for ${things}; the owner puts the
 * numbers in. FSK_NOMEM, and then ${cells} is as it was. */
FSK_MUST_USE enum fsk_err cells_grow(struct cells *cells, size_t things);

/* Frees all cells of ${cells} without a change of their number. */
void cells_empty(struct cells *cells);

/* Frees what ${cells} holds; a zeroed one is allowed. */
void cells_fini(struct cells *cells);

#endif
