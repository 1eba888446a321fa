/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/lists.h"

/* Sets the periods of up to ${room} lists from ${period} on, which is moved to
 * the last of them. Returns how many were set. */
static size_t
set_periods(const struct dga_generator *generator, int64_t to, struct fsk_period *period,
            struct dga_list *lists, size_t room)
{
	size_t count = 0;

	do {
		lists[count++].period = *period;
	} while (count < room && dga_period_next(generator, to, period) == FSK_OK);
	return count;
}

/* Walks the lists of one generator from ${period} on, in ${lists}, which has
 * room for DGA_LIST_BATCH of them. */
static enum fsk_err
walk_batches(const struct dga_generator *generator, int64_t to, struct dga_list *lists,
             lists_taker *take, void *context)
{
	struct fsk_period period = lists[0].period;

	for (;;) {
		size_t count = set_periods(generator, to, &period, lists, DGA_LIST_BATCH);

		dga_list_make(generator->family, generator->variant, lists, count);
		for (size_t i = 0; i < count; i++) {
			if (!take(generator, &lists[i], context))
				return FSK_STOPPED;
		}
		period = lists[count - 1].period;
		if (dga_period_next(generator, to, &period) != FSK_OK)
			return FSK_OK;
	}
}

static enum fsk_err
walk_generator(const struct dga_generator *generator, struct span_of_time span,
               lists_taker *take, void *context)
{
	struct dga_list lists[DGA_LIST_BATCH] = {{.count = 0}};
	struct fsk_period first;
	enum fsk_err err = FSK_OK;

	if (dga_period_first(generator, span.from, span.to, &first) != FSK_OK)
		return FSK_OK;
	for (size_t i = 0; i < DGA_LIST_BATCH && err == FSK_OK; i++)
		err = dga_list_init(&lists[i], generator->variant, false);
	lists[0].period = first;
	if (err == FSK_OK)
		err = walk_batches(generator, span.to, lists, take, context);
	for (size_t i = 0; i < DGA_LIST_BATCH; i++)
		dga_list_fini(&lists[i]);
	return err;
}

enum fsk_err
lists_walk(const struct selection *selection, struct span_of_time span, lists_taker *take,
           void *context)
{
	for (size_t i = 0; i < selection->count; i++) {
		struct dga_generator generator = dga_generator_at(selection->generators[i]);
		enum fsk_err err = walk_generator(&generator, span, take, context);

		if (err != FSK_OK)
			return err;
	}
	return FSK_OK;
}
