/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A table with open addressing, half of it free at least, of places in one stretch of
 * memory where the names stand one after the other. Who asks for names that share a place
 * gains nothing: what is in the table is the user's, so that no run of taken places grows.
 */
#include "sinkhole/held.h"

#include "base/ascii.h"
#include "base/fetch.h"
#include "base/size.h"

#include <stdlib.h>
#include <xxhash.h>

#define SEED UINT64_C(0x73696e6b686f6c65) /* "sinkhole" in ASCII */
#define UNIT 4                            /* octets that places are counted in */
#define HEAD offsetof(struct sinkhole_entry, text)
#define PLACES_LEAST 16
#define MATCHES 32 /* of one name in one index, that are kept at most */

/* Where a name is that has these upper bits of its hash. */
struct place {
	uint32_t tag;
	uint32_t at; /* in units, from 1; 0: free */
};

struct sinkhole_list {
	struct place *places;
	size_t mask; /* of them, less one */
	uint8_t *texts;
	size_t used, room; /* octets of texts */
	size_t count;
	struct fsk_match *matches;
	size_t match_count, match_room;
	uint64_t lengths[4]; /* a bit for each length that a name has */
};

uint64_t
sinkhole_held_hash(const char *name, size_t len)
{
	return XXH3_64bits_withSeed(name, len, SEED);
}

static size_t
octets_of(size_t len)
{
	return (HEAD + len + UNIT) / UNIT * UNIT;
}

enum fsk_err
sinkhole_list_new(size_t count, size_t octets, struct sinkhole_list **list)
{
	struct sinkhole_list *made = calloc(1, sizeof(*made));
	size_t places = PLACES_LEAST;

	if (made == NULL)
		return FSK_NOMEM;
	while (places / 2 < count && places <= SIZE_MAX / 2)
		places *= 2;
	made->mask = places - 1;
	made->room = size_add(size_mul(size_add(count, 1), HEAD + UNIT), octets);
	made->places = calloc(places, sizeof(*made->places));
	/* What is beyond 32 bits of units has no place that can be told. */
	if (made->room / UNIT < UINT32_MAX)
		made->texts = malloc(made->room);
	if (made->places == NULL || made->texts == NULL) {
		sinkhole_list_free(made);
		return FSK_NOMEM;
	}
	*list = made;
	return FSK_OK;
}

void
sinkhole_list_free(struct sinkhole_list *list)
{
	if (list == NULL)
		return;
	free(list->places);
	free(list->texts);
	free(list->matches);
	free(list);
}

static struct sinkhole_entry *
entry_at(const struct sinkhole_list *list, size_t octet)
{
	return (struct sinkhole_entry *)(void *)(list->texts + octet);
}

static uint32_t
tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}

/* The place of the ${len} octets at ${name}, or the free one where it would be. */
static struct place *
seek(const struct sinkhole_list *list, uint64_t hash, const char *name, size_t len)
{
	for (size_t n = hash & list->mask;; n = (n + 1) & list->mask) {
		struct place *place = &list->places[n];
		const struct sinkhole_entry *entry;

		if (place->at == 0)
			return place;
		if (place->tag != tag_of(hash))
			continue;
		entry = entry_at(list, (place->at - (size_t)1) * UNIT);
		if (entry->len == len && memcmp(entry->text, name, len) == 0)
			return place;
	}
}

enum fsk_err
sinkhole_list_add(struct sinkhole_list *list, const struct fsk_name *name, uint8_t set)
{
	uint64_t hash = sinkhole_held_hash(name->text, name->len);
	struct place *place = seek(list, hash, name->text, name->len);
	struct sinkhole_entry *entry;

	if (place->at != 0) {
		entry = entry_at(list, (place->at - (size_t)1) * UNIT);
		return entry->set == set ? FSK_OK : FSK_RANGE;
	}
	*place = (struct place){tag_of(hash), (uint32_t)(list->used / UNIT) + 1};
	entry = entry_at(list, list->used);
	entry->match = 0;
	entry->match_count = 0;
	entry->set = set;
	entry->len = name->len;
	memcpy(entry->text, name->text, name->len);
	entry->text[name->len] = '\0';
	list->used += octets_of(name->len);
	list->lengths[name->len / 64] |= UINT64_C(1) << name->len % 64;
	list->count++;
	return FSK_OK;
}

/* Makes room for ${more} matches. */
static enum fsk_err
reserve(struct sinkhole_list *list, size_t more)
{
	struct fsk_match *grown;
	size_t room = list->match_room;

	if (list->match_count > UINT32_MAX - more)
		return FSK_NOMEM;
	if (room - list->match_count >= more)
		return FSK_OK;
	room = size_add(size_mul(room, 2), more);
	grown = realloc(list->matches, size_mul(room, sizeof(*grown)));
	if (grown == NULL)
		return FSK_NOMEM;
	list->matches = grown;
	list->match_room = room;
	return FSK_OK;
}

/* Adds the ${count} ${found} to what is known of ${entry}, all of it side by side. */
static enum fsk_err
keep(struct sinkhole_list *list, struct sinkhole_entry *entry,
     const struct fsk_match *found, size_t count)
{
	size_t had = entry->match_count, first;
	enum fsk_err err = reserve(list, had + count);

	if (err != FSK_OK)
		return err;
	first = list->match_count;
	if (had > 0)
		memcpy(list->matches + first, list->matches + entry->match,
		       had * sizeof(*found));
	memcpy(list->matches + first + had, found, count * sizeof(*found));
	list->match_count += had + count;
	entry->match = (uint32_t)first;
	entry->match_count = (uint8_t)(had + count);
	return FSK_OK;
}

enum fsk_err
sinkhole_list_match(struct sinkhole_list *list, const struct fsk_index *index)
{
	struct fsk_match found[MATCHES];
	enum fsk_err err = FSK_OK;

	for (size_t at = 0; at < list->used && err == FSK_OK;) {
		struct sinkhole_entry *entry = entry_at(list, at);
		size_t count =
		        fsk_index_find(index, entry->text, entry->len, found, MATCHES);
		size_t own = 0;

		count = count < MATCHES ? count : MATCHES;
		while (own < count && found[own].offset == 0)
			own++;
		if (own > 0 && entry->match_count + own <= UINT8_MAX)
			err = keep(list, entry, found, own);
		at += octets_of(entry->len);
	}
	return err;
}

static bool
has_length(const struct sinkhole_list *list, size_t len)
{
	return (list->lengths[len / 64] >> len % 64 & 1) != 0;
}

const struct sinkhole_entry *
sinkhole_list_find(const struct sinkhole_list *list, const struct fsk_name *name,
                   uint64_t *hash, size_t *offset)
{
	size_t at = 0;

	while (at < name->len) {
		size_t len = name->len - at;
		const char *dot;

		if (has_length(list, len)) {
			uint64_t of = sinkhole_held_hash(name->text + at, len);
			const struct place *place = seek(list, of, name->text + at, len);

			if (place->at != 0) {
				*hash = of;
				*offset = at;
				return entry_at(list, (place->at - (size_t)1) * UNIT);
			}
		}
		dot = memchr(name->text + at, '.', len);
		if (dot == NULL)
			break;
		at = (size_t)(dot - name->text) + 1;
	}
	return NULL;
}

void
sinkhole_list_fetch(const struct sinkhole_list *list, const char *name, size_t len)
{
	char lower[FSK_NAME_MAX];

	if (len > sizeof(lower) || !has_length(list, len))
		return;
	for (size_t i = 0; i < len; i++)
		lower[i] = ascii_to_lower(name[i]);
	fetch_read(&list->places[sinkhole_held_hash(lower, len) & list->mask]);
}

const struct fsk_match *
sinkhole_list_matches(const struct sinkhole_list *list, const struct sinkhole_entry *entry)
{
	return entry->match_count == 0 ? NULL : list->matches + entry->match;
}

const struct sinkhole_entry *
sinkhole_list_next(const struct sinkhole_list *list, const struct sinkhole_entry *entry)
{
	size_t at = 0;

	if (entry != NULL)
		at = (size_t)((const uint8_t *)entry - list->texts) + octets_of(entry->len);
	return at < list->used ? entry_at(list, at) : NULL;
}

size_t
sinkhole_list_count(const struct sinkhole_list *list)
{
	return list->count;
}

size_t
sinkhole_list_bytes(const struct sinkhole_list *list)
{
	return sizeof(*list) + (list->mask + 1) * sizeof(*list->places) + list->room +
	       list->match_room * sizeof(*list->matches);
}
