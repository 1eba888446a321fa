/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed/image.h"

#include <stdlib.h>

void
feed_zone_text(const struct wire_zone *zone, struct fsk_name *name)
{
	size_t used = 0;

	for (size_t at = 0; zone->name[at] != 0; at += 1u + zone->name[at]) {
		if (used > 0)
			name->text[used++] = '.';
		memcpy(name->text + used, zone->name + at + 1, zone->name[at]);
		used += zone->name[at];
	}
	name->text[used] = '\0';
	name->len = (uint8_t)used;
}

enum fsk_err
feed_image_of(const struct fsk_name *zone, struct feed_list *list,
              struct feed_image **image)
{
	struct feed_image *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	if (feed_parents_of(list, &made->parents) != FSK_OK) {
		free(made);
		return FSK_NOMEM;
	}
	made->holders = 1;
	made->zone = *zone;
	made->list = *list;
	*list = (struct feed_list){.len = 0};
	*image = made;
	return FSK_OK;
}

enum fsk_err
feed_image_new(const struct feed_zone_setting *zone, const struct watch_roster *roster,
               struct feed_image **image)
{
	struct feed_list_writer writer = {.room = 0};
	struct watch_roster_cursor cursor;
	struct watch_entry entry;
	struct feed_list list;
	struct fsk_name name;
	size_t left_out = 0;
	enum fsk_err err = FSK_OK;

	watch_roster_begin(roster, &cursor);
	while (err == FSK_OK && watch_roster_next(&cursor, &entry)) {
		enum watch_state state = entry.ruling->state;

		if (state != WATCH_BLOCK && state != WATCH_LOG_ONLY)
			continue;
		if (!wire_zone_holds(&zone->zone, entry.name))
			left_out++;
		else
			err = feed_list_add(&writer, entry.name, state == WATCH_LOG_ONLY);
	}
	feed_list_end(&writer, &list);
	feed_zone_text(&zone->zone, &name);
	if (err == FSK_OK)
		err = feed_image_of(&name, &list, image);
	if (err == FSK_OK)
		(*image)->left_out = left_out;
	feed_list_fini(&list);
	return err;
}

struct feed_image *
feed_image_hold(struct feed_image *image)
{
	image->holders++;
	return image;
}

void
feed_image_free(struct feed_image *image)
{
	if (image == NULL || --image->holders > 0)
		return;
	feed_list_fini(&image->list);
	feed_parents_fini(&image->parents);
	free(image);
}
