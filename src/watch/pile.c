/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/pile.h"

#include "base/size.h"

#include <stdlib.h>

/* Where the search for a suffix of ${len} octets begins. The first letter, the
 * last and one between tell most country codes with and without "co" and "com"
 * apart; to heed more would cost more than a second step does. */
static size_t
suffix_start(const char *text, size_t len)
{
	return (size_t)(uint8_t)text[len > 1] + 27 * (size_t)(uint8_t)text[len - 1] +
	       7 * (size_t)(uint8_t)text[len / 2] + len;
}

/* The cell of ${suffixes} that holds the suffix ${text}, or the free one in
 * which it would stand. len > 0. */
static size_t
suffix_cell(const struct watch_suffixes *suffixes, const char *text, size_t len)
{
	size_t cell = suffix_start(text, len) % sizeof(suffixes->number);

	for (;;) {
		uint8_t number = suffixes->number[cell];

		if (number == WATCH_NO_SUFFIX ||
		    watch_suffix_is(suffixes->variant, number, (struct span){text, len}))
			return cell;
		cell = (cell + 1) % sizeof(suffixes->number);
	}
}

void
watch_suffixes_init(struct watch_suffixes *suffixes, const struct dga_variant *variant)
{
	suffixes->variant = variant;
	memset(suffixes->number, WATCH_NO_SUFFIX, sizeof(suffixes->number));
	for (uint8_t i = 0; i < variant->suffix_count; i++) {
		const struct dga_suffix *suffix = &variant->suffixes[i];
		size_t cell;

		if (suffix->len == 0)
			continue;
		cell = suffix_cell(suffixes, suffix->text, suffix->len);
		/* Of those that stand twice the first. */
		if (suffixes->number[cell] == WATCH_NO_SUFFIX)
			suffixes->number[cell] = i;
	}
}

enum fsk_err
watch_pile_init(struct watch_pile *pile, uint32_t names, size_t bytes)
{
	struct watch_pile made = {.room = size_add(bytes, 1)};

	made.text = malloc(made.room);
	made.bucket = malloc(size_mul(size_add(names, 1), sizeof(*made.bucket)));
	if (made.text == NULL || made.bucket == NULL) {
		watch_pile_fini(&made);
		return FSK_NOMEM;
	}
	*pile = made;
	return FSK_OK;
}

void
watch_pile_fini(struct watch_pile *pile)
{
	if (pile == NULL)
		return;
	free(pile->text);
	free(pile->bucket);
	*pile = (struct watch_pile){.used = 0};
}

/* Sees that ${pile} has room for ${more} bytes. */
static enum fsk_err
reserve(struct watch_pile *pile, size_t more)
{
	size_t need = size_add(pile->used, more);
	size_t room = size_add(need, pile->room / 8);
	unsigned char *text;

	if (need <= pile->room)
		return FSK_OK;
	text = realloc(pile->text, room);
	if (text == NULL)
		return FSK_NOMEM;
	pile->text = text;
	pile->room = room;
	return FSK_OK;
}

/* Writes the ${len} octets of ${name} at ${out} and returns where they end.
 * The longest suffix of the table is the one at the first dot that has one; a
 * name without any is all label. */
static unsigned char *
encode(unsigned char *out, const char *name, size_t len,
       const struct watch_suffixes *suffixes)
{
	uint8_t number = WATCH_NO_SUFFIX;
	size_t label = suffixes->variant->label_min; /* no suffix begins before it */

	for (; label < len; label++) {
		if (name[label] != '.')
			continue;
		number = suffixes->number[suffix_cell(suffixes, name + label, len - label)];
		if (number != WATCH_NO_SUFFIX)
			break;
	}
	if (number == WATCH_NO_SUFFIX)
		label = len;
	*out++ = (unsigned char)label;
	memcpy(out, name, label);
	out += label;
	*out++ = number;
	return out;
}

enum fsk_err
watch_pile_add(struct watch_pile *pile, const struct dga_list *list,
               const struct watch_suffixes *suffixes)
{
	const char *name = list->text;
	unsigned char *out;
	/* A name takes two octets beside its label here, and its LF and what the
	 * suffix has there. */
	enum fsk_err err = reserve(pile, size_add(list->bytes, list->count));

	if (err != FSK_OK)
		return err;
	out = pile->text + pile->used;
	for (uint32_t i = 0; i < list->count; i++) {
		out = encode(out, name, list->len[i], suffixes);
		name += list->len[i] + 1;
	}
	pile->used = (size_t)(out - pile->text);
	pile->count += list->count;
	return FSK_OK;
}
