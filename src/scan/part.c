/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan/part.h"

#include "base/size.h"

#include <stdlib.h>

/* Texts of sightings, which outlive the line that they were read from. */
struct part_text {
	struct part_text *next;
	size_t used;
	size_t room;
	char text[];
};

#define TEXT_BLOCK ((size_t)16 << 10)

enum fsk_err
part_init(struct part *part)
{
	*part = (struct part){.buffer = aligned_alloc(PART_PAGE, 2 * PART_BYTES)};
	part_clear(part);
	return part->buffer != NULL ? FSK_OK : FSK_NOMEM;
}

void
part_clear(struct part *part)
{
	while (part->arena != NULL) {
		struct part_text *next = part->arena->next;

		free(part->arena);
		part->arena = next;
	}
	part->bytes = 0;
	part->after_long = false;
	part->last = false;
	part->why = NULL;
	part->error = 0;
	part->lines = 0;
	part->asked = 0;
	part->aside = 0;
	part->skipped = 0;
	part->timeless = 0;
	part->clientless = 0;
	part->nameless = 0;
	part->first_us = INT64_MAX;
	part->last_us = INT64_MIN;
	part->assumed_zone = false;
	part->assumed_year = false;
	part->skip_count = 0;
	part->sighting_count = 0;
	part->placebo_count = 0;
	part->day_count = 0;
	part->far_count = 0;
}

void
part_fini(struct part *part)
{
	if (part == NULL)
		return;
	part_clear(part);
	free(part->buffer);
	free(part->sightings);
	free(part->placebos);
	free(part->days);
	free(part->fars);
	*part = (struct part){.buffer = NULL};
}

void
part_skip(struct part *part, const char *why)
{
	if (part->skip_count < SCAN_SKIPS)
		part->skips[part->skip_count++] = (struct scan_skip){
		        .file = part->file,
		        .line = part->lines,
		        .why = why,
		};
	part->skipped++;
}

enum fsk_err
part_keep(struct part *part, struct span *text)
{
	struct part_text *block = part->arena;

	if (text->len == 0)
		return FSK_OK;
	if (block == NULL || block->room - block->used < text->len) {
		size_t room = text->len > TEXT_BLOCK ? text->len : TEXT_BLOCK;

		block = malloc(size_add(sizeof(*block), room));
		if (block == NULL)
			return FSK_NOMEM;
		block->next = part->arena;
		block->used = 0;
		block->room = room;
		part->arena = block;
	}
	memcpy(block->text + block->used, text->text, text->len);
	text->text = block->text + block->used;
	block->used += text->len;
	return FSK_OK;
}

void *
part_grow(void *array, size_t count, size_t *room, size_t size)
{
	size_t wanted = *room > 0 ? size_mul(*room, 2) : 64;
	void *grown;

	if (count < *room)
		return array;
	grown = reallocarray(array, wanted, size);
	if (grown != NULL)
		*room = wanted;
	return grown;
}

enum fsk_err
part_add_sighting(struct part *part, const struct sighting *sighting)
{
	struct sighting added = *sighting;
	struct span *texts[] = {&added.method, &added.target, &added.agent, &added.machine};
	struct sighting *grown = part_grow(part->sightings, part->sighting_count,
	                                   &part->sighting_room, sizeof(*grown));

	if (grown == NULL)
		return FSK_NOMEM;
	part->sightings = grown;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (part_keep(part, texts[i]) != FSK_OK)
			return FSK_NOMEM;
	}
	part->sightings[part->sighting_count++] = added;
	return FSK_OK;
}

enum fsk_err
part_add_far(struct part *part, const struct sighting *sighting)
{
	struct sighting added = *sighting;
	size_t below = added.name.len - added.forecast.len;
	struct sighting *grown =
	        part_grow(part->fars, part->far_count, &part->far_room, sizeof(*grown));

	if (grown == NULL)
		return FSK_NOMEM;
	part->fars = grown;
	if (part_keep(part, &added.name) != FSK_OK)
		return FSK_NOMEM;
	added.forecast = span_from(added.name, below);
	grown[part->far_count++] = added;
	return FSK_OK;
}
