/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish/walk.h"

#include "base/ascii.h"

/* Octets of the longest label (RFC 1035 section 2.3.4). */
#define LABEL_MAX 63

/* What an octet is; of a name all of its octets together. */
enum {
	OCTET_PLAIN = 0, /* may stand everywhere */
	OCTET_DOT = 1,
	OCTET_ODD = 2,  /* PUBLISH_ANY */
	OCTET_WRONG = 4 /* no name that could be written down has it */
};

static uint8_t
kind_of(char c)
{
	if (ascii_alpha(c) || ascii_digit(c) || c == '-' || c == '_')
		return OCTET_PLAIN;
	if (c == '.')
		return OCTET_DOT;
	return ascii_print(c) && c != ' ' && c != '*' ? OCTET_ODD : OCTET_WRONG;
}

static void
begin(struct publish_walk *walk)
{
	for (size_t i = 0; i < sizeof(walk->kinds); i++)
		walk->kinds[i] = kind_of((char)i);
	watch_roster_begin(walk->list->roster, &walk->cursor);
	walk->inside = true;
}

/* Whether a label of ${name} is too long. */
static bool
has_long_label(struct span name)
{
	size_t len = 0;

	for (size_t i = 0; i < name.len; i++) {
		len = name.text[i] == '.' ? 0 : len + 1;
		if (len > LABEL_MAX)
			return true;
	}
	return false;
}

/* What the octets of ${name} are. Without a branch for each: where the dots are is
 * different in every name. */
static unsigned
look_at(const uint8_t kinds[256], struct span name)
{
	unsigned all = 0;
	unsigned empty = 0; /* OCTET_DOT: a label is */
	unsigned last = OCTET_DOT;

	for (size_t i = 0; i < name.len; i++) {
		unsigned kind = kinds[(uint8_t)name.text[i]];

		all |= kind;
		empty |= kind & last;
		last = kind;
	}
	if (((empty | last) & OCTET_DOT) != 0)
		return OCTET_WRONG;
	return all;
}

/* Whether the format writes the name that ${walk} is at. */
static bool
can_write(struct publish_walk *walk)
{
	struct span name = walk->entry.name;
	unsigned all = look_at(walk->kinds, name);

	walk->odd = (all & OCTET_ODD) != 0;
	if ((all & OCTET_WRONG) != 0 || (walk->odd && walk->octets != PUBLISH_ANY))
		return false;
	return name.len <= (walk->most > 0 ? walk->most : FSK_NAME_MAX) &&
	       (name.len <= LABEL_MAX || !has_long_label(name));
}

bool
publish_walk_next(struct publish_walk *walk)
{
	if (!walk->inside)
		begin(walk);
	while (watch_roster_next(&walk->cursor, &walk->entry)) {
		enum watch_state state = walk->entry.ruling->state;

		if (state != WATCH_BLOCK && !(walk->logged && state == WATCH_LOG_ONLY))
			continue;
		if (can_write(walk)) {
			publish_named(walk->file);
			return true;
		}
		publish_left_out(walk->file);
	}
	return false;
}
