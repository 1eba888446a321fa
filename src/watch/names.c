/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/names.h"

#include "base/fetch.h"
#include "base/size.h"
#include "watch/hash.h"

#include <stdlib.h>

#define AROUND (sizeof(uint32_t) + 2) /* octets of a record beside its name */
#define PLACES_LEAST 16
#define NAME_MOST 253

/* The first place, from that of ${hash} on, that is free or has ${name}. */
static struct watch_names_place *
find(const struct watch_names *names, uint32_t hash, struct span name)
{
	size_t mask = names->places - 1;
	size_t at = hash & mask;

	for (; names->place[at].text != 0; at = (at + 1) & mask) {
		const char *there = names->text + names->place[at].text;

		/* A NUL ends each name, and ${name} has none. */
		if (names->place[at].hash == hash &&
		    strncmp(there, name.text, name.len) == 0 && there[name.len] == '\0')
			break;
	}
	return &names->place[at];
}

static uint32_t
hash_of(const struct watch_names *names, struct span name)
{
	return (uint32_t)(watch_hash(names->key, name.text, name.len) >> 32);
}

/* Lets ${name} be found by its ${place}, at ${text}. */
static void
fill(struct watch_names *names, struct watch_names_place *place, uint32_t hash,
     uint32_t text)
{
	names->filled += place->text == 0;
	*place = (struct watch_names_place){.hash = hash, .text = text};
}

/* Where the number of the name stands of which ${name} is the end. */
static char *
number_of(const struct watch_names *names, uint32_t place, size_t len)
{
	return names->text + place + len + 1;
}

static uint32_t
read_number(const char *at)
{
	uint32_t number;

	memcpy(&number, at, sizeof(number));
	return number;
}

/* Whether a name begins at ${place}, rather than one of its parents. */
static bool
is_whole(const struct watch_names *names, uint32_t place)
{
	return names->text[place - 1] == '\0';
}

/* Sees that there is room for ${octets} more of text. */
static enum fsk_err
reserve_text(struct watch_names *names, size_t octets)
{
	size_t wanted = size_add(size_add(names->used, octets), 1);
	size_t room = names->room;
	char *text;

	if (wanted <= room)
		return FSK_OK;
	if (wanted > UINT32_MAX)
		return FSK_NOMEM;
	room = size_add(room, room / 2);
	room = room < wanted ? wanted : room;
	text = realloc(names->text, room);
	if (text == NULL)
		return FSK_NOMEM;
	if (names->used == 0) {
		text[0] = '\0';
		names->used = 1;
	}
	names->text = text;
	names->room = room;
	return FSK_OK;
}

/* Sees that ${count} more places can be filled and a quarter stays free, so that a
 * search ends, and soon. */
static enum fsk_err
reserve_places(struct watch_names *names, size_t count)
{
	struct watch_names grown = *names;
	size_t wanted = size_add(size_add(names->filled, count), 1);

	if (grown.places == 0)
		grown.places = PLACES_LEAST;
	while (grown.places / 4 * 3 < wanted && grown.places <= SIZE_MAX / 4)
		grown.places *= 2;
	if (grown.places == names->places)
		return FSK_OK;
	grown.place = calloc(grown.places, sizeof(*grown.place));
	if (grown.place == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < names->places; i++) {
		size_t at = names->place[i].hash & (grown.places - 1);

		if (names->place[i].text == 0)
			continue;
		while (grown.place[at].text != 0)
			at = (at + 1) & (grown.places - 1);
		grown.place[at] = names->place[i];
	}
	free(names->place);
	*names = grown;
	return FSK_OK;
}

enum fsk_err
watch_names_reserve(struct watch_names *names, size_t count, size_t octets)
{
	size_t text = size_add(octets, size_mul(count, AROUND));
	enum fsk_err err = reserve_text(names, text);

	return err != FSK_OK ? err : reserve_places(names, count);
}

/* Writes ${name} and ${number} behind the others; there is room. */
static uint32_t
append(struct watch_names *names, struct span name, uint32_t number)
{
	uint32_t place = (uint32_t)names->used;
	char *at = names->text + place;

	memcpy(at, name.text, name.len);
	at += name.len;
	*at++ = '\0';
	memcpy(at, &number, sizeof(number));
	at += sizeof(number);
	*at++ = '\0';
	names->used = (size_t)(at - names->text);
	names->count++;
	return place;
}

/* Adds ${name}, for which there is room; ${number} becomes its number if it has a
 * smaller one. Returns where it stands. */
static uint32_t
put(struct watch_names *names, struct span name, uint32_t number)
{
	uint32_t hash = hash_of(names, name);
	struct watch_names_place *place = find(names, hash, name);

	if (place->text != 0 && is_whole(names, place->text)) {
		char *there = number_of(names, place->text, name.len);

		if (number < read_number(there))
			memcpy(there, &number, sizeof(number));
	} else {
		fill(names, place, hash, append(names, name, number));
	}
	return place->text;
}

enum fsk_err
watch_names_add(struct watch_names *names, struct span name, uint32_t number)
{
	enum fsk_err err = watch_names_reserve(names, 1, name.len);

	if (err == FSK_OK)
		put(names, name, number);
	return err;
}

void
watch_names_expect(const struct watch_names *names, struct span name)
{
	const char *dot;

	while (names->places > 0 && (dot = memchr(name.text, '.', name.len)) != NULL) {
		size_t at = hash_of(names, name) & (names->places - 1);

		fetch_write(&names->place[at]);
		name = span_from(name, (size_t)(dot - name.text) + 1);
	}
}

/* Lets ${parent}, the end of the name that has ${number}, be found at ${text}. */
static void
put_parent(struct watch_names *names, struct span parent, uint32_t text, uint32_t number)
{
	uint32_t hash = hash_of(names, parent);
	struct watch_names_place *place = find(names, hash, parent);

	if (place->text == 0 ||
	    (!is_whole(names, place->text) &&
	     read_number(number_of(names, place->text, parent.len)) > number))
		fill(names, place, hash, text);
}

enum fsk_err
watch_names_add_below(struct watch_names *names, struct span name, uint32_t number)
{
	enum fsk_err err = reserve_text(names, name.len + AROUND);
	const char *dot = memchr(name.text, '.', name.len);
	uint32_t start;

	if (err == FSK_OK)
		err = reserve_places(names, 1 + name.len / 2); /* labels, at most */
	if (err != FSK_OK)
		return err;
	start = put(names, name, number);
	while (dot != NULL) {
		size_t cut = (size_t)(dot - name.text) + 1;

		dot = memchr(dot + 1, '.', name.len - cut);
		if (dot != NULL)
			put_parent(names, span_from(name, cut), start + (uint32_t)cut,
			           number);
	}
	return FSK_OK;
}

bool
watch_names_find(const struct watch_names *names, struct span name,
                 struct watch_named *named)
{
	const struct watch_names_place *place;
	uint32_t start;

	if (names->filled == 0 || name.len == 0 || name.len > NAME_MOST ||
	    memchr(name.text, '\0', name.len) != NULL)
		return false;
	place = find(names, hash_of(names, name), name);
	if (place->text == 0)
		return false;
	for (start = place->text; !is_whole(names, start);)
		start--;
	*named = (struct watch_named){
	        .name = {names->text + start, place->text - start + name.len},
	        .number = read_number(number_of(names, place->text, name.len)),
	};
	return true;
}

bool
watch_names_next(const struct watch_names *names, struct span *name)
{
	size_t at = 1;

	if (name->len > 0)
		at = (size_t)(name->text - names->text) + name->len + AROUND;
	if (at >= names->used)
		return false;
	*name = span_of(names->text + at);
	return true;
}

void
watch_names_settle(struct watch_names *names)
{
	char *text = names->used > 0 ? realloc(names->text, names->used) : NULL;

	if (text == NULL)
		return; /* as it is, it is right too */
	names->text = text;
	names->room = names->used;
}

void
watch_names_fini(struct watch_names *names)
{
	if (names == NULL)
		return;
	free(names->text);
	free(names->place);
	*names = (struct watch_names){.key = names->key};
}
