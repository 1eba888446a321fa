/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/seen.h"

#include "base/ascii.h"
#include "base/size.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#define FIRST_SLOTS 1024
#define FIRST_ROOM 16384
#define LINE 256 /* bytes that one name takes at most, its length included */

void
seen_init(struct seen *seen)
{
	*seen = (struct seen){.count = 0};
}

void
seen_fini(struct seen *seen)
{
	free(seen->names);
	free(seen->slots);
	seen_init(seen);
}

static size_t
hash(const char *name, size_t len)
{
	return (size_t)XXH3_64bits(name, len);
}

/* Makes room for one more name. */
static enum fsk_err
grow_names(struct seen *seen)
{
	size_t room = seen->room == 0 ? FIRST_ROOM : size_mul(seen->room, 2);
	char *names;

	if (seen->room - seen->bytes >= LINE)
		return FSK_OK;
	names = realloc(seen->names, room);
	if (names == NULL)
		return FSK_NOMEM;
	seen->names = names;
	seen->room = room;
	return FSK_OK;
}

/* Keeps the slots at most two thirds full. */
static enum fsk_err
grow_slots(struct seen *seen)
{
	size_t old = seen->slots == NULL ? 0 : seen->mask + 1;
	size_t count = old == 0 ? FIRST_SLOTS : size_mul(old, 2);
	size_t *slots;

	if (old != 0 && seen->count < old / 3 * 2)
		return FSK_OK;
	slots = calloc(count, sizeof(*slots));
	if (slots == NULL)
		return FSK_NOMEM;
	for (size_t at = 0; at < seen->bytes;
	     at += (size_t)(unsigned char)seen->names[at] + 1) {
		size_t len = (unsigned char)seen->names[at];
		size_t slot = hash(seen->names + at + 1, len) & (count - 1);

		while (slots[slot] != 0)
			slot = (slot + 1) & (count - 1);
		slots[slot] = at + 1;
	}
	free(seen->slots);
	seen->slots = slots;
	seen->mask = count - 1;
	return FSK_OK;
}

enum fsk_err
seen_add(struct seen *seen, struct span name, bool *is_new)
{
	char lower[LINE];
	size_t slot;

	if (grow_names(seen) != FSK_OK || grow_slots(seen) != FSK_OK)
		return FSK_NOMEM;
	lower[0] = (char)(unsigned char)name.len;
	for (size_t i = 0; i < name.len; i++)
		lower[i + 1] = ascii_to_lower(name.text[i]);
	for (slot = hash(lower + 1, name.len) & seen->mask; seen->slots[slot] != 0;
	     slot = (slot + 1) & seen->mask) {
		const char *there = seen->names + seen->slots[slot] - 1;

		if (memcmp(there, lower, name.len + 1) == 0) {
			*is_new = false;
			return FSK_OK;
		}
	}
	memcpy(seen->names + seen->bytes, lower, name.len + 1);
	seen->slots[slot] = seen->bytes + 1;
	seen->bytes += name.len + 1;
	seen->count++;
	*is_new = true;
	return FSK_OK;
}
