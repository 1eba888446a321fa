/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict/crowd.h"

#include "base/size.h"
#include "watch/hash.h"

#include <stdlib.h>
#include <string.h>

static uint64_t
hash(const struct crowd *crowd, const char *text, uint32_t generator)
{
	return clean_mix(watch_hash(crowd->key, text, strlen(text)) ^ generator);
}

/* The cell of ${name}, or the free one in which it would stand. */
static uint32_t *
find(const struct crowd *crowd, const struct verdict_name *name)
{
	uint32_t generator = name->match.generator;

	for (uint64_t at = hash(crowd, name->text, generator);; at++) {
		uint32_t *cell = cells_at(&crowd->cells, at);

		if (*cell == CELLS_FREE ||
		    (crowd->names[*cell].generator == generator &&
		     strcmp(crowd->names[*cell].text, name->text) == 0))
			return cell;
	}
}

static enum fsk_err
reserve(struct crowd *crowd)
{
	enum fsk_err err;

	if (crowd->count == crowd->room) {
		size_t room = size_add(size_add(crowd->room, crowd->room / 8), 16);
		struct verdict_collision *names =
		        realloc(crowd->names, size_mul(room, sizeof(*names)));

		if (names == NULL)
			return FSK_NOMEM;
		crowd->names = names;
		crowd->room = room;
	}
	if (cells_fit(&crowd->cells, crowd->count + 1))
		return FSK_OK;
	err = cells_grow(&crowd->cells, crowd->count + 1);
	if (err != FSK_OK)
		return err;
	for (size_t i = 0; i < crowd->count; i++)
		cells_put(&crowd->cells,
		          hash(crowd, crowd->names[i].text, crowd->names[i].generator),
		          (uint32_t)i);
	return FSK_OK;
}

enum fsk_err
crowd_add(struct crowd *crowd, const struct verdict_name *name, bool alone)
{
	enum fsk_err err = reserve(crowd);
	uint32_t *cell;

	if (err != FSK_OK)
		return err;
	cell = find(crowd, name);
	if (*cell == CELLS_FREE) {
		*cell = (uint32_t)crowd->count;
		crowd->names[crowd->count++] = (struct verdict_collision){
		        .text = name->text, .generator = name->match.generator};
	}
	crowd->names[*cell].hosts++;
	crowd->names[*cell].alone += alone;
	return FSK_OK;
}

bool
crowd_collides(const struct crowd *crowd, const struct verdict_name *name)
{
	const struct verdict_collision *found = &crowd->names[*find(crowd, name)];

	return crowd_is_collision(found->hosts, found->alone);
}

/* Most hosts first, then by generator and name. */
static int
compare(const void *left, const void *right)
{
	const struct verdict_collision *a = left, *b = right;

	if (a->hosts != b->hosts)
		return a->hosts > b->hosts ? -1 : 1;
	if (a->generator != b->generator)
		return a->generator < b->generator ? -1 : 1;
	return strcmp(a->text, b->text);
}

void
crowd_settle(struct crowd *crowd)
{
	size_t kept = 0;

	for (size_t i = 0; i < crowd->count; i++) {
		if (crowd_is_collision(crowd->names[i].hosts, crowd->names[i].alone))
			crowd->names[kept++] = crowd->names[i];
	}
	crowd->count = kept;
	if (kept > 0)
		qsort(crowd->names, kept, sizeof(*crowd->names), compare);
}

void
crowd_fini(struct crowd *crowd)
{
	free(crowd->names);
	cells_fini(&crowd->cells);
	*crowd = (struct crowd){.count = 0};
}
