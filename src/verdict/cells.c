/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict/cells.h"

#include "base/size.h"

#include <stdlib.h>
#include <string.h>

#define LEAST 16

enum fsk_err
cells_grow(struct cells *cells, size_t things)
{
	struct cells made = {.count = LEAST};

	if (things >= CELLS_FREE) /* it could not be numbered */
		return FSK_NOMEM;
	while (!cells_fit(&made, things))
		made.count = size_mul(made.count, 2);
	made.number = malloc(size_mul(made.count, sizeof(*made.number)));
	if (made.number == NULL)
		return FSK_NOMEM;
	cells_empty(&made);
	free(cells->number);
	*cells = made;
	return FSK_OK;
}

void
cells_empty(struct cells *cells)
{
	if (cells->count > 0) /* all octets of CELLS_FREE are the same */
		memset(cells->number, 0xff, cells->count * sizeof(*cells->number));
}

void
cells_fini(struct cells *cells)
{
	free(cells->number);
	*cells = (struct cells){.count = 0};
}
