/* SPDX-License-Identifier: BSD-2-Clause */
#include "census/sums.h"

#include <stdlib.h>

#define FIRST_BITS 4

void
census_sums_fini(struct census_sums *sums)
{
	if (sums == NULL)
		return;
	free(sums->cells);
	*sums = (struct census_sums){.count = 0};
}

/* The cell of ${what} among the 1 << ${bits} at ${cells}, or the free one in which it would
 * stand. The factor is 2^64 by the golden ratio, whose multiples lie far apart (Knuth, "The
 * Art of Computer Programming", volume 3, 6.4). */
static struct census_sum *
find(struct census_sum *cells, unsigned bits, uint32_t what)
{
	size_t mask = ((size_t)1 << bits) - 1;
	size_t place = (size_t)(what * UINT64_C(0x9e3779b97f4a7c15) >> (64 - bits));

	while (cells[place].addresses > 0 && cells[place].what != what)
		place = (place + 1) & mask;
	return &cells[place];
}

/* Doubles the cells when three of four are taken. */
static enum fsk_err
widen(struct census_sums *sums)
{
	unsigned bits = sums->bits > 0 ? sums->bits + 1 : FIRST_BITS;
	struct census_sum *cells;

	if (sums->bits > 0 && sums->count < ((size_t)3 << sums->bits) / 4)
		return FSK_OK;
	cells = calloc((size_t)1 << bits, sizeof(*cells));
	if (cells == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; sums->bits > 0 && i < (size_t)1 << sums->bits; i++) {
		if (sums->cells[i].addresses > 0)
			*find(cells, bits, sums->cells[i].what) = sums->cells[i];
	}
	free(sums->cells);
	sums->cells = cells;
	sums->bits = bits;
	return FSK_OK;
}

enum fsk_err
census_sums_add(struct census_sums *sums, uint32_t what, uint64_t contacts)
{
	enum fsk_err err = widen(sums);
	struct census_sum *sum;

	if (err != FSK_OK)
		return err;
	sum = find(sums->cells, sums->bits, what);
	sums->count += sum->addresses == 0;
	sum->what = what;
	sum->addresses++;
	sum->contacts += contacts;
	return FSK_OK;
}

static int
compare(const void *a, const void *b)
{
	const struct census_sum *one = a, *other = b;

	if (one->addresses != other->addresses)
		return one->addresses > other->addresses ? -1 : 1;
	if (one->contacts != other->contacts)
		return one->contacts > other->contacts ? -1 : 1;
	return (one->what > other->what) - (one->what < other->what);
}

enum fsk_err
census_sums_list(const struct census_sums *sums, struct census_sum **list)
{
	struct census_sum *made = NULL;
	size_t count = 0;

	if (sums->count > 0) {
		made = malloc(sums->count * sizeof(*made));
		if (made == NULL)
			return FSK_NOMEM;
		for (size_t i = 0; i < (size_t)1 << sums->bits; i++) {
			if (sums->cells[i].addresses > 0)
				made[count++] = sums->cells[i];
		}
		qsort(made, count, sizeof(*made), compare);
	}
	*list = made;
	return FSK_OK;
}
