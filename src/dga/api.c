/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dga/api.c: the public face of the generators, foresink/dga.h, over the
 * catalog and the cursor.
 */
#include "dga/cursor.h"

#include <stdlib.h>

struct fsk_cursor {
	struct dga_cursor cursor;
};

const char *
fsk_version(void)
{
	return FORESINK_VERSION;
}

size_t
fsk_generator_count(void)
{
	return dga_generator_count();
}

enum fsk_err
fsk_generator_find(const char *name, size_t *generator)
{
	struct dga_generator found;
	enum fsk_err err = dga_generator_find(span_of(name), &found);

	if (err == FSK_OK)
		*generator = found.number;
	return err;
}

const char *
fsk_generator_family(size_t generator)
{
	struct dga_generator g = dga_generator_at(generator);

	return g.family != NULL ? g.family->name : NULL;
}

const char *
fsk_generator_variant(size_t generator)
{
	struct dga_generator g = dga_generator_at(generator);

	return g.family != NULL ? g.variant->name : NULL;
}

uint32_t
fsk_generator_names(size_t generator)
{
	struct dga_generator g = dga_generator_at(generator);

	return g.family != NULL ? g.variant->count : 0;
}

enum fsk_err
fsk_generator_period(size_t generator, int64_t instant, struct fsk_period *period)
{
	struct dga_generator g = dga_generator_at(generator);
	struct fsk_period found;

	if (g.family == NULL)
		return FSK_UNKNOWN;
	if (!g.family->period(g.variant, instant, &found))
		return FSK_RANGE;
	*period = found;
	return FSK_OK;
}

enum fsk_err
fsk_generator_next_period(size_t generator, struct fsk_period *period)
{
	struct dga_generator g = dga_generator_at(generator);

	if (g.family == NULL)
		return FSK_UNKNOWN;
	return dga_period_next(&g, INT64_MAX, period);
}

enum fsk_err
fsk_cursor_open(size_t generator, int64_t instant, struct fsk_cursor **cursor)
{
	struct dga_generator g = dga_generator_at(generator);
	struct fsk_period period;
	struct fsk_cursor *made;
	enum fsk_err err;

	err = fsk_generator_period(generator, instant, &period);
	if (err != FSK_OK)
		return err;
	made = malloc(sizeof(*made));
	if (made == NULL)
		return FSK_NOMEM;
	dga_cursor_begin(&made->cursor, &g, period);
	*cursor = made;
	return FSK_OK;
}

struct fsk_period
fsk_cursor_period(const struct fsk_cursor *cursor)
{
	return cursor->cursor.period;
}

enum fsk_err
fsk_cursor_next(struct fsk_cursor *cursor, struct fsk_name *name, uint32_t *index)
{
	if (!dga_cursor_next(&cursor->cursor, name))
		return FSK_END;
	if (index != NULL)
		*index = cursor->cursor.index;
	return FSK_OK;
}

void
fsk_cursor_close(struct fsk_cursor *cursor)
{
	free(cursor);
}
