/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/tail_shapes.h"

#include "cmd/store_tell.h"

#include <stdlib.h>
#include <xxhash.h>

#define FIRST_PLACES ((size_t)256)

/* 64 bits of hash stand for the text: of a million shapes two share them once in 37
 * million runs. */
static uint64_t
mark_of(struct span text)
{
	return XXH3_64bits(text.text, text.len) | 1;
}

/* The place of ${mark}, or where it would be. */
static uint64_t *
place_of(const struct tail_shapes *shapes, uint64_t mark)
{
	size_t at = (size_t)(mark >> 1);

	while (shapes->marks[at & shapes->mask] != 0 &&
	       shapes->marks[at & shapes->mask] != mark)
		at++;
	return &shapes->marks[at & shapes->mask];
}

static enum fsk_err
grow(struct tail_shapes *shapes)
{
	const struct tail_shapes old = *shapes;
	uint64_t *marks;

	if (old.count * 2 < old.mask)
		return FSK_OK;
	marks = calloc((old.mask + 1) * 2, sizeof(*marks));
	if (marks == NULL)
		return FSK_NOMEM;
	shapes->marks = marks;
	shapes->mask = old.mask * 2 + 1;
	for (size_t i = 0; i <= old.mask; i++) {
		if (old.marks[i] != 0)
			*place_of(shapes, old.marks[i]) = old.marks[i];
	}
	free(old.marks);
	return FSK_OK;
}

static enum fsk_err
learn(const struct store_shape *shape, void *context)
{
	struct tail_shapes *shapes = context;
	uint64_t mark = mark_of(shape->text);
	enum fsk_err err = grow(shapes);

	if (err == FSK_OK && *place_of(shapes, mark) == 0) {
		*place_of(shapes, mark) = mark;
		shapes->count++;
	}
	return err;
}

enum fsk_err
tail_shapes_init(struct tail_shapes *shapes, struct store *store)
{
	*shapes = (struct tail_shapes){.mask = FIRST_PLACES - 1};
	shapes->marks = calloc(FIRST_PLACES, sizeof(*shapes->marks));
	if (shapes->marks == NULL)
		return FSK_NOMEM;
	return store != NULL ? store_shapes(store, INT64_MIN, learn, shapes) : FSK_OK;
}

void
tail_shapes_fini(struct tail_shapes *shapes)
{
	free(shapes->marks);
	shapes->marks = NULL;
}

bool
tail_shapes_misses(const struct tail_shapes *shapes, const struct sighting *sighting)
{
	return sighting->shape.len > 0 && *place_of(shapes, mark_of(sighting->shape)) == 0;
}

struct table {
	struct output *output;
	int64_t since_us;
	bool json;
	bool begun;
};

static enum fsk_err
write_shape(const struct store_shape *shape, void *context)
{
	struct table *table = context;

	if (!store_shape_is_new(shape, table->since_us))
		return FSK_OK;
	if (table->json) {
		store_tell_shape_json(table->output, shape);
		fputc('\n', table->output->file);
		return FSK_OK;
	}
	if (!table->begun)
		store_tell_shape_head(table->output->file);
	table->begun = true;
	store_tell_shape(table->output->file, shape);
	return FSK_OK;
}

enum fsk_err
tail_shapes_write(struct output *output, struct store *store, int64_t since_us, bool json)
{
	struct table table = {.output = output, .since_us = since_us, .json = json};
	enum fsk_err err = store_shapes(store, since_us, write_shape, &table);

	if (table.begun)
		fputc('\n', output->file);
	return err;
}
