/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dga/cursor.h: one walk through one list, without the heap: the cursor holds
 * the generator's state itself. Made for reading a list from its start or from
 * a kept state; whole lists in bulk are dga/list.h's.
 */
#ifndef DGA_CURSOR_H
#define DGA_CURSOR_H

#include "dga/catalog.h"

struct dga_cursor {
	struct dga_generator generator;
	struct fsk_period period;
	uint32_t index; /* of the last name given, from 1; 0 before the first */
	_Alignas(16) unsigned char state[DGA_STATE_MAX];
};

/* Puts ${cursor} before the first name of the list of ${generator} for
 * ${period}, which must be one of its periods. */
void dga_cursor_begin(struct dga_cursor *cursor, const struct dga_generator *generator,
                      struct fsk_period period);

/* Whether lists of ${generator} can be entered in the middle. */
bool dga_cursor_can_resume(const struct dga_generator *generator);

/* Puts ${cursor} behind name ${index} of that list (0: before the first),
 * whose state ${mark} was kept by dga_list_make(). Only when
 * dga_cursor_can_resume(). */
void dga_cursor_resume(struct dga_cursor *cursor, const struct dga_generator *generator,
                       struct fsk_period period, uint32_t index, uint64_t mark);

/* Makes the next name and stores it in ${name}. False after the last one. */
bool dga_cursor_next(struct dga_cursor *cursor, struct fsk_name *name);

#endif
