/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed/list.h"

#include "base/size.h"
#include "wire/name.h"

#include <stdlib.h>

#define FIXED 2         /* octets in front of what a name adds */
#define LOG_ONLY 0x80u  /* in the first of them */
#define SHARED 0x7fu    /* its other bits; a name that shares more shares this much */
#define FIRST_ROOM 4096 /* octets */

int
feed_name_compare(struct span a, struct span b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len == 0 ? 0 : memcmp(a.text, b.text, len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* Makes room for ${more} octets, and for one more place. */
static enum fsk_err
reserve(struct feed_list_writer *writer, size_t more)
{
	if (writer->list.octets == NULL || writer->room - writer->list.len < more) {
		size_t room = size_add(writer->room, writer->room / 2 + FIRST_ROOM);
		uint8_t *octets = realloc(writer->list.octets, room);

		if (octets == NULL)
			return FSK_NOMEM;
		writer->list.octets = octets;
		writer->room = room;
	}
	if (writer->list.places == NULL ||
	    writer->places_room <= writer->list.count / FEED_LIST_STRIDE) {
		size_t room = size_add(writer->places_room, writer->places_room / 2 + 8);
		size_t *places =
		        realloc(writer->list.places, size_mul(room, sizeof(*places)));

		if (places == NULL)
			return FSK_NOMEM;
		writer->list.places = places;
		writer->places_room = room;
	}
	return FSK_OK;
}

/* How many octets ${name} shares with the last one; none where it is to stand whole. */
static size_t
shared_with(const struct feed_list_writer *writer, struct span name)
{
	size_t most = name.len < writer->last.len ? name.len : writer->last.len;
	size_t shared = 0;

	if (writer->list.count % FEED_LIST_STRIDE == 0)
		return 0;
	if (most > SHARED)
		most = SHARED;
	while (shared < most && name.text[shared] == writer->last.text[shared])
		shared++;
	return shared;
}

enum fsk_err
feed_list_add(struct feed_list_writer *writer, struct span name, bool log_only)
{
	struct feed_list *list = &writer->list;
	struct span last = {writer->last.text, writer->last.len};
	size_t shared;

	if (name.len == 0 || name.len > FSK_NAME_MAX ||
	    (list->count > 0 && feed_name_compare(last, name) >= 0))
		return FSK_RANGE;
	if (reserve(writer, FIXED + name.len) != FSK_OK)
		return FSK_NOMEM;
	shared = shared_with(writer, name);
	if (list->count % FEED_LIST_STRIDE == 0)
		list->places[list->count / FEED_LIST_STRIDE] = list->len;
	list->octets[list->len++] = (uint8_t)(shared | (log_only ? LOG_ONLY : 0));
	list->octets[list->len++] = (uint8_t)(name.len - shared);
	memcpy(list->octets + list->len, name.text + shared, name.len - shared);
	list->len += name.len - shared;
	list->count++;
	memcpy(writer->last.text + shared, name.text + shared, name.len - shared);
	writer->last.len = (uint8_t)name.len;
	return FSK_OK;
}

void
feed_list_end(struct feed_list_writer *writer, struct feed_list *list)
{
	size_t places = (writer->list.count + FEED_LIST_STRIDE - 1) / FEED_LIST_STRIDE;
	void *smaller;

	*list = writer->list;
	*writer = (struct feed_list_writer){.room = 0};
	if (list->len == 0 || places == 0)
		return;
	/* A smaller block that cannot be had leaves the larger one. */
	smaller = realloc(list->octets, list->len);
	if (smaller != NULL)
		list->octets = smaller;
	smaller = realloc(list->places, places * sizeof(*list->places));
	if (smaller != NULL)
		list->places = smaller;
}

void
feed_list_writer_fini(struct feed_list_writer *writer)
{
	feed_list_fini(&writer->list);
}

void
feed_list_begin(const struct feed_list *list, struct feed_cursor *cursor)
{
	cursor->at = list->octets;
	cursor->end = list->len == 0 ? list->octets : list->octets + list->len;
	cursor->len = 0;
}

bool
feed_list_next(struct feed_cursor *cursor)
{
	size_t shared, added;

	if (cursor->at == cursor->end)
		return false;
	shared = cursor->at[0] & SHARED;
	added = cursor->at[1];
	cursor->log_only = (cursor->at[0] & LOG_ONLY) != 0;
	memcpy(cursor->text + shared, cursor->at + FIXED, added);
	cursor->len = (uint8_t)(shared + added);
	cursor->at += FIXED + added;
	return true;
}

/* The name that stands whole at the place numbered ${place}. */
static struct span
whole_name(const struct feed_list *list, size_t place)
{
	const uint8_t *at = list->octets + list->places[place];

	return (struct span){(const char *)at + FIXED, at[1]};
}

bool
feed_list_find(const struct feed_list *list, struct span name, bool *log_only)
{
	size_t low = 0;
	size_t high = (list->count + FEED_LIST_STRIDE - 1) / FEED_LIST_STRIDE;
	struct feed_cursor cursor;

	/* The last whole name that does not come after ${name} is below ${high}. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (feed_name_compare(whole_name(list, middle), name) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return false;
	feed_list_begin(list, &cursor);
	cursor.at += list->places[low - 1];
	for (size_t i = 0; i < FEED_LIST_STRIDE && feed_list_next(&cursor); i++) {
		int order = feed_name_compare(feed_cursor_name(&cursor), name);

		if (order == 0)
			*log_only = cursor.log_only;
		if (order >= 0)
			return order == 0;
	}
	return false;
}

/* Reads the name at ${at} of ${len} octets into ${last}, the one before it, and says in
 * ${used} how many octets it has. */
static bool
read_name(const uint8_t *at, size_t len, struct fsk_name *last, size_t *used)
{
	struct fsk_name name;
	size_t shared, added;

	if (len < FIXED)
		return false;
	shared = at[0] & SHARED;
	added = at[1];
	if (len - FIXED < added || shared > last->len || shared + added > FSK_NAME_MAX)
		return false;
	memcpy(last->text + shared, at + FIXED, added);
	last->len = (uint8_t)(shared + added);
	*used = FIXED + added;
	/* Read as a name it must be what it was: lower case, no final dot. */
	return wire_name_read((struct span){last->text, last->len}, &name, NULL) ==
	               FSK_OK &&
	       name.len == last->len && memcmp(name.text, last->text, name.len) == 0;
}

enum fsk_err
feed_list_take(uint8_t *octets, size_t len, size_t count, struct feed_list *list)
{
	struct feed_list_writer writer = {.room = 0};
	struct fsk_name name = {.len = 0};
	enum fsk_err err = FSK_OK;
	size_t at = 0;

	/* What is written anew must be the same octets: so all is proven that walks and
	 * searches rely on. */
	for (size_t i = 0; i < count && err == FSK_OK; i++) {
		size_t used = 0;

		err = FSK_CORRUPT;
		if (!read_name(octets + at, len - at, &name, &used))
			break;
		err = feed_list_add(&writer, (struct span){name.text, name.len},
		                    (octets[at] & LOG_ONLY) != 0);
		at += used;
		if (err == FSK_RANGE || (err == FSK_OK && writer.list.len != at))
			err = FSK_CORRUPT;
	}
	if (err == FSK_OK &&
	    (at != len || (len > 0 && memcmp(octets, writer.list.octets, len) != 0)))
		err = FSK_CORRUPT;
	if (err != FSK_OK) {
		feed_list_writer_fini(&writer);
		return err;
	}
	free(octets);
	feed_list_end(&writer, list);
	return FSK_OK;
}

size_t
feed_list_bytes(const struct feed_list *list)
{
	size_t places = (list->count + FEED_LIST_STRIDE - 1) / FEED_LIST_STRIDE;

	return list->len + places * sizeof(*list->places);
}

void
feed_list_fini(struct feed_list *list)
{
	if (list == NULL)
		return;
	free(list->octets);
	free(list->places);
	*list = (struct feed_list){.len = 0};
}
