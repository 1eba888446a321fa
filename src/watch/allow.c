/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A file is read whole into a pile of its own; only when nothing is wrong with it is
 * it added to the others, for which all room is made before.
 */
#include "watch/allow.h"

#include "base/ascii.h"
#include "base/date.h"
#include "base/size.h"
#include "watch/allow_line.h"
#include "watch/names.h"

#include <stdlib.h>

#define NONE UINT32_MAX /* no link */

/* An entry below some name. */
struct link {
	uint32_t entry;
	uint32_t next; /* among the links of the same name; NONE: the last */
};

/* The entries below one name, in the order of the files. */
struct above {
	int64_t latest; /* end of the one that lasts longest */
	uint32_t first; /* among the links */
	uint32_t last;
};

struct watch_allow {
	char **texts; /* of what was read, one a file: names and reasons */
	size_t text_count;
	struct watch_allowed *entries;
	size_t count;
	size_t unreasoned;
	struct watch_names names; /* their numbers are entries */
	struct above *aboves;
	size_t above_count;
	struct watch_names parents; /* their numbers are aboves */
	struct link *links;
	size_t link_count;
};

/* The entries of one file. */
struct pile {
	char *text; /* the file's name, then name and reason of each entry */
	size_t used, room;
	struct watch_allowed *entries; /* their spans have no text yet */
	size_t count, entry_room;
	size_t octets; /* of all names */
	size_t labels; /* of all names */
	size_t parent_octets;
};

/* Digits of pi, as good as any. */
#define KEY UINT64_C(0xa4093822299f31d0)

enum fsk_err
watch_allow_new(struct watch_allow **allow)
{
	struct watch_allow *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	made->names.key = KEY;
	made->parents.key = KEY;
	*allow = made;
	return FSK_OK;
}

void
watch_allow_free(struct watch_allow *allow)
{
	if (allow == NULL)
		return;
	for (size_t i = 0; i < allow->text_count; i++)
		free(allow->texts[i]);
	free(allow->texts);
	free(allow->entries);
	free(allow->aboves);
	free(allow->links);
	watch_names_fini(&allow->names);
	watch_names_fini(&allow->parents);
	free(allow);
}

size_t
watch_allow_count(const struct watch_allow *allow)
{
	return allow->count;
}

size_t
watch_allow_unreasoned(const struct watch_allow *allow)
{
	return allow->unreasoned;
}

/* Writes ${name} in lower case to ${lower}; false when no name is that long. */
static bool
to_lower(struct span *name, char lower[FSK_NAME_MAX])
{
	if (name->len > FSK_NAME_MAX)
		return false;
	for (size_t i = 0; i < name->len; i++)
		lower[i] = ascii_to_lower(name->text[i]);
	name->text = lower;
	return true;
}

/* Takes the first label off ${name}; false when it has no other. */
static bool
rise(struct span *name)
{
	const char *dot = name->len > 0 ? memchr(name->text, '.', name->len) : NULL;

	if (dot == NULL)
		return false;
	*name = span_from(*name, (size_t)(dot - name->text) + 1);
	return true;
}

bool
watch_allow_find(const struct watch_allow *allow, struct span name, int64_t instant,
                 struct watch_allowed *entry)
{
	char lower[FSK_NAME_MAX];
	struct watch_named found;

	if (!to_lower(&name, lower))
		return false;
	do {
		if (!watch_names_find(&allow->names, name, &found) ||
		    allow->entries[found.number].until < instant)
			continue;
		if (entry != NULL)
			*entry = allow->entries[found.number];
		return true;
	} while (rise(&name));
	return false;
}

bool
watch_allow_below(const struct watch_allow *allow, struct span name, int64_t instant,
                  struct watch_allowed *entry)
{
	char lower[FSK_NAME_MAX];
	struct watch_named found;
	const struct above *above;

	if (!to_lower(&name, lower) || !watch_names_find(&allow->parents, name, &found))
		return false;
	above = &allow->aboves[found.number];
	if (above->latest < instant)
		return false;
	for (uint32_t at = above->first; entry != NULL; at = allow->links[at].next) {
		*entry = allow->entries[allow->links[at].entry];
		if (entry->until >= instant)
			break;
	}
	return true;
}

/* Makes ${*array} of ${count} elements of ${size} octets, one at least. */
static bool
enlarge(void **array, size_t count, size_t size)
{
	void *grown = realloc(*array, size_mul(count > 0 ? count : 1, size));

	if (grown != NULL)
		*array = grown;
	return grown != NULL;
}

/* Puts ${text} behind what is in ${pile}. */
static enum fsk_err
keep(struct pile *pile, struct span text)
{
	size_t wanted = size_add(pile->used, text.len);
	void *grown = pile->text;

	if (wanted > pile->room || grown == NULL) {
		if (!enlarge(&grown, size_mul(wanted, 2), 1))
			return FSK_NOMEM;
		pile->text = grown;
		pile->room = size_mul(wanted, 2);
	}
	if (text.len > 0)
		memcpy(pile->text + pile->used, text.text, text.len);
	pile->used = wanted;
	return FSK_OK;
}

/* Puts the entry of ${line}, which is the ${number}th, on ${pile}. */
static enum fsk_err
pile_up(struct pile *pile, const struct allow_line *line, size_t number)
{
	struct span name = {line->name.text, line->name.len};
	void *grown = pile->entries;
	enum fsk_err err;

	if (pile->count == pile->entry_room) {
		size_t room = size_mul(size_add(pile->count, 8), 2);

		if (!enlarge(&grown, room, sizeof(*pile->entries)))
			return FSK_NOMEM;
		pile->entries = grown;
		pile->entry_room = room;
	}
	err = keep(pile, name);
	if (err == FSK_OK)
		err = keep(pile, line->reason);
	if (err != FSK_OK)
		return err;
	pile->entries[pile->count++] = (struct watch_allowed){
	        .name = {.len = name.len},
	        .until = line->until,
	        .reason = {.len = line->reason.len},
	        .line = number,
	};
	pile->octets += name.len;
	while (rise(&name)) {
		pile->labels++;
		pile->parent_octets += name.len;
	}
	return FSK_OK;
}

/* Reads the lines of ${text} on ${pile}. */
static enum fsk_err
read_lines(struct pile *pile, struct span text, struct fault *fault)
{
	for (size_t number = 1; text.len > 0; number++) {
		const char *end = memchr(text.text, '\n', text.len);
		size_t len = end != NULL ? (size_t)(end - text.text) : text.len;
		struct allow_line line;
		enum fsk_err err;

		err = allow_line_read((struct span){text.text, len}, &line, fault);
		if (err == FSK_SYNTAX)
			fault->line = number;
		if (err == FSK_OK && line.name.len > 0)
			err = pile_up(pile, &line, number);
		if (err != FSK_OK)
			return err;
		text = span_from(text, len + 1);
	}
	return FSK_OK;
}

/* Makes room in ${allow} for all that is on ${pile}. */
static enum fsk_err
reserve(struct watch_allow *allow, const struct pile *pile)
{
	void *texts = allow->texts;
	void *entries = allow->entries;
	void *aboves = allow->aboves;
	void *links = allow->links;
	bool done;
	enum fsk_err err;

	done = enlarge(&texts, allow->text_count + 1, sizeof(*allow->texts)) &&
	       enlarge(&entries, size_add(allow->count, pile->count),
	               sizeof(*allow->entries)) &&
	       enlarge(&aboves, size_add(allow->above_count, pile->labels),
	               sizeof(*allow->aboves)) &&
	       enlarge(&links, size_add(allow->link_count, pile->labels),
	               sizeof(*allow->links));
	allow->texts = texts;
	allow->entries = entries;
	allow->aboves = aboves;
	allow->links = links;
	if (!done || size_add(allow->link_count, pile->labels) >= NONE)
		return FSK_NOMEM;
	err = watch_names_reserve(&allow->names, pile->count, pile->octets);
	return err != FSK_OK ? err
	                     : watch_names_reserve(&allow->parents, pile->labels,
	                                           pile->parent_octets);
}

/* Adds ${name} with ${number} to ${names}, where there is room. */
static void
enter(struct watch_names *names, struct span name, size_t number)
{
	enum fsk_err err = watch_names_add(names, name, (uint32_t)number);

	(void)err; /* FSK_OK: reserve() saw to it */
}

/* The entries below ${parent}: there are some, or will be. */
static struct above *
find_above(struct watch_allow *allow, struct span parent)
{
	struct watch_named found;

	if (watch_names_find(&allow->parents, parent, &found))
		return &allow->aboves[found.number];
	enter(&allow->parents, parent, allow->above_count);
	allow->aboves[allow->above_count] = (struct above){INT64_MIN, NONE, NONE};
	return &allow->aboves[allow->above_count++];
}

/* Lets every parent of ${name} know that it is allowed until ${until}; ${fresh}: by an
 * entry that is new, the last one. */
static void
tell_parents(struct watch_allow *allow, struct span name, int64_t until, bool fresh)
{
	while (rise(&name)) {
		struct above *above = find_above(allow, name);
		uint32_t at = (uint32_t)allow->link_count;

		if (above->latest < until)
			above->latest = until;
		if (!fresh)
			continue;
		allow->links[at] = (struct link){(uint32_t)(allow->count - 1), NONE};
		if (above->last == NONE)
			above->first = at;
		else
			allow->links[above->last].next = at;
		above->last = at;
		allow->link_count++;
	}
}

/* Whether ${entry} says more than ${old}, which has the same name. */
static bool
is_better(const struct watch_allowed *entry, const struct watch_allowed *old)
{
	if (entry->until != old->until)
		return entry->until > old->until;
	return old->reason.len == 0 && entry->reason.len > 0;
}

/* Adds ${entry}, for which there is room. */
static void
add(struct watch_allow *allow, const struct watch_allowed *entry)
{
	struct watch_named found;

	if (!watch_names_find(&allow->names, entry->name, &found)) {
		enter(&allow->names, entry->name, allow->count);
		allow->entries[allow->count++] = *entry;
		allow->unreasoned += entry->reason.len == 0;
		tell_parents(allow, entry->name, entry->until, true);
	} else if (is_better(entry, &allow->entries[found.number])) {
		struct watch_allowed *old = &allow->entries[found.number];

		allow->unreasoned -= old->reason.len == 0;
		allow->unreasoned += entry->reason.len == 0;
		*old = *entry;
		tell_parents(allow, entry->name, entry->until, false);
	}
}

/* Adds what is on ${pile}, whose text begins with ${file_len} octets that name the
 * file, and takes its text. */
static void
take(struct watch_allow *allow, struct pile *pile, size_t file_len)
{
	const char *at = pile->text + file_len;

	for (size_t i = 0; i < pile->count; i++) {
		struct watch_allowed *entry = &pile->entries[i];

		entry->file = (struct span){pile->text, file_len};
		entry->name.text = at;
		entry->reason.text = at + entry->name.len;
		at += entry->name.len + entry->reason.len;
		add(allow, entry);
	}
	allow->texts[allow->text_count++] = pile->text;
	pile->text = NULL;
}

enum fsk_err
watch_allow_read(struct watch_allow *allow, struct span text, struct span file,
                 struct fault *fault)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct pile pile = {.used = 0};
	struct fault unwanted;
	enum fsk_err err;

	if (text.len >= 3 && memcmp(text.text, mark, 3) == 0)
		text = span_from(text, 3);
	err = keep(&pile, file);
	if (err == FSK_OK)
		err = read_lines(&pile, text, fault != NULL ? fault : &unwanted);
	if (err == FSK_OK)
		err = reserve(allow, &pile);
	if (err == FSK_OK)
		take(allow, &pile, file.len);
	free(pile.text);
	free(pile.entries);
	return err;
}
