/* SPDX-License-Identifier: BSD-2-Clause */
#include "dga/cursor.h"

void
dga_cursor_begin(struct dga_cursor *cursor, const struct dga_generator *generator,
                 struct fsk_period period)
{
	cursor->generator = *generator;
	cursor->period = period;
	cursor->index = 0;
	generator->family->begin(cursor->state, generator->variant, period.first);
}

bool
dga_cursor_can_resume(const struct dga_generator *generator)
{
	return generator->family->resume != NULL;
}

void
dga_cursor_resume(struct dga_cursor *cursor, const struct dga_generator *generator,
                  struct fsk_period period, uint32_t index, uint64_t mark)
{
	cursor->generator = *generator;
	cursor->period = period;
	cursor->index = index;
	generator->family->resume(cursor->state, generator->variant, period.first, index,
	                          mark);
}

bool
dga_cursor_next(struct dga_cursor *cursor, struct fsk_name *name)
{
	if (cursor->index >= cursor->generator.variant->count)
		return false;
	cursor->generator.family->next(cursor->state, name);
	cursor->index++;
	return true;
}
