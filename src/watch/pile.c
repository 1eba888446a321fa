/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/pile.h"

#include "base/size.h"
#include "watch/room.h"

#include <stdlib.h>

_Static_assert(WATCH_PILE_SLACK <= DGA_LIST_SLACK, "a list can be read as far");

/* The first ${len} octets of the eight at ${text}, and 0 for the others. 1..8. */
static inline uint64_t
octets(const char *text, size_t len)
{
	uint64_t word;

	memcpy(&word, text, sizeof(word));
	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
		return word & UINT64_MAX << (64 - 8 * len);
	return word & UINT64_MAX >> (64 - 8 * len);
}

/* The suffix of ${len} octets, 1..DGA_SUFFIX_MAX, at ${text}, of which DGA_SUFFIX_MAX
 * can be read. */
static inline struct watch_suffix
suffix_at(const char *text, size_t len)
{
	return (struct watch_suffix){
	        .first = octets(text, len < 8 ? len : 8),
	        .last = len > 8 ? octets(text + 7, len - 7) : 0,
	};
}

/* The cell of ${suffixes} that holds ${wanted}, or the free one in which it would
 * stand. */
static inline size_t
suffix_cell(const struct watch_suffixes *suffixes, struct watch_suffix wanted)
{
	size_t cell =
	        (size_t)((wanted.first ^ wanted.last << 1) * UINT64_C(0x9e3779b97f4a7c15) >>
	                 (64 - 9));

	for (;;) {
		uint8_t number = suffixes->number[cell];

		if (number == WATCH_NO_SUFFIX ||
		    (suffixes->suffix[number].first == wanted.first &&
		     suffixes->suffix[number].last == wanted.last))
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
		suffixes->suffix[i] = suffix_at(suffix->text, suffix->len);
		cell = suffix_cell(suffixes, suffixes->suffix[i]);
		/* Of those that stand twice the first. */
		if (suffixes->number[cell] == WATCH_NO_SUFFIX)
			suffixes->number[cell] = i;
	}
}

enum fsk_err
watch_pile_init(struct watch_pile *pile, uint32_t names, size_t bytes)
{
	struct watch_pile made = {.room = size_add(bytes, WATCH_PILE_SLACK)};

	made.text = watch_room_raw(made.room);
	made.bucket = watch_room_raw(size_mul(size_add(names, 1), sizeof(*made.bucket)));
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

enum fsk_err
watch_pile_reserve(struct watch_pile *pile, const struct dga_list *list)
{
	/* A name takes two octets beside its label here, and its LF and what the
	 * suffix has there. */
	size_t more = size_add(size_add(list->bytes, list->count), WATCH_PILE_SLACK);
	size_t need = size_add(pile->used, more);
	size_t room = size_add(need, pile->room / 8);
	unsigned char *text;

	if (need <= pile->room)
		return FSK_OK;
	text = watch_room_raw(room);
	if (text == NULL)
		return FSK_NOMEM;
	memcpy(text, pile->text, pile->used);
	free(pile->text);
	pile->text = text;
	pile->room = room;
	return FSK_OK;
}

/* The number of the suffix of ${name} from octet ${label} on. */
static inline uint8_t
suffix_of(const struct watch_suffixes *suffixes, const char *name, size_t len, size_t label)
{
	if (len - label > DGA_SUFFIX_MAX)
		return WATCH_NO_SUFFIX;
	return suffixes
	        ->number[suffix_cell(suffixes, suffix_at(name + label, len - label))];
}

size_t
watch_pile_add(struct watch_pile *pile, const char *name, size_t len, size_t dot,
               const struct watch_suffixes *suffixes)
{
	unsigned char *out = pile->text + pile->used;
	uint8_t number = WATCH_NO_SUFFIX;
	size_t start = pile->used;
	size_t label = dot;

	/* The longest suffix of the table is the one at the first dot that has one; none
	 * begins inside the shortest label. A name without any is all label. */
	for (; label < len; label++) {
		if (name[label] != '.' || label < suffixes->variant->label_min)
			continue;
		number = suffix_of(suffixes, name, len, label);
		if (number != WATCH_NO_SUFFIX)
			break;
	}
	*out++ = (unsigned char)label;
	if (label <= WATCH_PILE_SLACK)
		memcpy(out, name, WATCH_PILE_SLACK);
	else
		memcpy(out, name, label);
	out[label] = number;
	pile->used += label + 2;
	pile->count++;
	return start;
}
