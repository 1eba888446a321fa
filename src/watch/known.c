/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Each list keeps its own names: so one that fails leaves nothing behind, a fact needs
 * no pointer to its list, and a search asks the few lists one after the other.
 */
#include "watch/known.h"

#include "base/ascii.h"
#include "base/date.h"
#include "base/size.h"
#include "watch/known_part.h"
#include "watch/site.h"

#include <stdlib.h>
#include <xxhash.h>

struct watch_known {
	struct known_part **parts;
	size_t count;
};

enum fsk_err
watch_known_new(struct watch_known **known)
{
	struct watch_known *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	*known = made;
	return FSK_OK;
}

static void
free_part(struct known_part *part)
{
	if (part == NULL)
		return;
	watch_names_fini(&part->names);
	free(part->file);
	free(part);
}

void
watch_known_free(struct watch_known *known)
{
	if (known == NULL)
		return;
	for (size_t i = 0; i < known->count; i++)
		free_part(known->parts[i]);
	free(known->parts);
	free(known);
}

/* The numbers of a part are such that the one that is told is the smallest: the best
 * rank; the first day, and any day before none. */
static uint32_t
pack(enum watch_known_kind kind, int32_t number)
{
	if (kind == WATCH_POPULAR)
		return (uint32_t)number;
	return number == WATCH_KNOWN_NO_DAY ? UINT32_MAX : (uint32_t)number ^ 0x80000000U;
}

static int32_t
unpack(enum watch_known_kind kind, uint32_t packed)
{
	if (kind == WATCH_POPULAR)
		return (int32_t)packed;
	return packed == UINT32_MAX ? WATCH_KNOWN_NO_DAY : (int32_t)(packed ^ 0x80000000U);
}

void
known_part_skip(struct known_part *part, struct fault fault)
{
	if (part->count.skipped++ == 0)
		part->count.first = fault;
}

int32_t
known_part_next_rank(const struct known_part *part)
{
	size_t rank = part->count.names + part->count.skipped + 1;

	return rank < INT32_MAX ? (int32_t)rank : INT32_MAX;
}

/* Adds the name that waits, if one does. */
static enum fsk_err
add_next(struct known_part *part)
{
	struct span name = {part->next.text, part->next.len};

	if (name.len == 0)
		return FSK_OK;
	part->next.len = 0;
	if (part->list.kind == WATCH_POPULAR)
		return watch_names_add_below(&part->names, name, part->next_number);
	return watch_names_add(&part->names, name, part->next_number);
}

/* A name waits until the one behind it is read: by then what it needs of the memory,
 * which is far, is near. */
enum fsk_err
known_part_take(struct known_part *part, struct span name, int32_t number,
                struct fault place)
{
	struct fsk_name site;
	struct fault fault;
	size_t cut = 0;
	enum fsk_err err;

	if (name.len > 2 && memcmp(name.text, "*.", 2) == 0)
		cut = 2;
	else if (name.len > 1 && *name.text == '.')
		cut = 1;
	err = watch_site_read(span_from(name, cut), &site, &fault);
	if (err == FSK_SYNTAX) {
		place.why = fault.why;
		if (place.line > 0)
			place.column += cut + fault.column - 1;
		known_part_skip(part, place);
		return FSK_OK;
	}
	if (err == FSK_OK)
		err = add_next(part);
	if (err != FSK_OK)
		return err;
	part->count.names++;
	part->next = site;
	part->next_number = pack(part->list.kind, number);
	watch_names_expect(&part->names, (struct span){site.text, site.len});
	return FSK_OK;
}

/* Reads ${text} into ${part}. */
static enum fsk_err
read_part(struct known_part *part, struct span text, struct fault *fault)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct span rest;
	enum fsk_err err;

	if (text.len >= 3 && memcmp(text.text, mark, 3) == 0)
		text = span_from(text, 3);
	for (rest = text; rest.len > 0 && ascii_space(*rest.text);)
		rest = span_from(rest, 1);
	/* Neither begins a name, nor does a rank. */
	if (rest.len > 0 && (*rest.text == '{' || *rest.text == '['))
		err = known_json_read(part, text, fault);
	else
		err = known_lines_read(part, text);
	if (err == FSK_OK)
		err = add_next(part);
	if (err == FSK_OK && part->count.names == 0 && part->count.skipped > 0) {
		*fault = part->count.first;
		return FSK_SYNTAX;
	}
	return err;
}

/* Makes a part for ${list}, without names. Its key comes from ${text}: whoever makes a
 * list cannot well choose names that all meet in one place. */
static struct known_part *
make_part(const struct watch_known_list *list, struct span text)
{
	struct known_part *part = calloc(1, sizeof(*part));

	if (part == NULL)
		return NULL;
	part->list = *list;
	part->names.key = XXH3_64bits(text.text, text.len);
	part->file = malloc(size_add(list->file.len, 1));
	if (part->file == NULL) {
		free_part(part);
		return NULL;
	}
	if (list->file.len > 0)
		memcpy(part->file, list->file.text, list->file.len);
	part->list.file.text = part->file;
	return part;
}

enum fsk_err
watch_known_read(struct watch_known *known, struct span text,
                 const struct watch_known_list *list, struct watch_known_count *count,
                 struct fault *fault)
{
	struct known_part *part = make_part(list, text);
	struct known_part **parts;
	struct fault unwanted;
	enum fsk_err err;

	if (part == NULL)
		return FSK_NOMEM;
	err = read_part(part, text, fault != NULL ? fault : &unwanted);
	if (err != FSK_OK)
		goto free_part;
	err = FSK_NOMEM;
	parts = realloc(known->parts, (known->count + 1) * sizeof(struct known_part *));
	if (parts == NULL)
		goto free_part;
	watch_names_settle(&part->names);
	known->parts = parts;
	known->parts[known->count++] = part;
	part->count.names = part->names.count;
	*count = part->count;
	return FSK_OK;

free_part:
	free_part(part);
	return err;
}

/* Since when what ${fact} says holds, as far as it tells. */
static int64_t
since(const struct watch_known_fact *fact)
{
	if (fact->list->kind == WATCH_REGISTERED && fact->number != WATCH_KNOWN_NO_DAY)
		return fact->number * DATE_DAY;
	return fact->list->taken;
}

bool
watch_known_find(const struct watch_known *known, enum watch_known_kind kind,
                 struct span name, struct watch_known_fact *fact)
{
	char lower[FSK_NAME_MAX];
	bool found = false;
	int64_t first = INT64_MAX; /* second of which one speaks */

	if (name.len > sizeof(lower))
		return false;
	for (size_t i = 0; i < name.len; i++)
		lower[i] = ascii_to_lower(name.text[i]);
	name.text = lower;
	for (size_t i = 0; i < known->count; i++) {
		const struct known_part *part = known->parts[i];
		struct watch_known_fact here;
		struct watch_named named;

		if (part->list.kind != kind ||
		    !watch_names_find(&part->names, name, &named))
			continue;
		here = (struct watch_known_fact){
		        .list = &part->list,
		        .name = named.name,
		        .number = unpack(kind, named.number),
		};
		if (found && since(&here) >= first)
			continue;
		first = since(&here);
		found = true;
		*fact = here;
	}
	return found;
}

void
watch_known_each(const struct watch_known *known, enum watch_known_kind kind,
                 bool (*take)(struct span name, void *context), void *context)
{
	for (size_t i = 0; i < known->count; i++) {
		const struct known_part *part = known->parts[i];
		struct span name = {NULL, 0};

		if (part->list.kind != kind)
			continue;
		while (watch_names_next(&part->names, &name))
			if (!take(name, context))
				return;
	}
}
