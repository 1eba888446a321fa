/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/choice.h"

#include "dga/catalog.h"
#include "up/section.h"
#include "up/value.h"
#include "wire/name.h"

#include <string.h>

/* Octets of a canary domain: with "s", a serial and "*." in front of it, and a zone of 64
 * octets behind, it still is a domain name. */
#define CANARY_MOST 128

bool
up_choice_mark(bool *chosen, struct span word)
{
	char pattern[DGA_GENERATOR_NAME_SIZE];
	size_t all = dga_generator_count();
	bool any = false;

	if (word.len >= sizeof(pattern))
		return false;
	memcpy(pattern, word.text, word.len);
	pattern[word.len] = '\0';
	for (size_t i = 0; i < all; i++) {
		struct dga_generator generator = dga_generator_at(i);

		if (dga_generator_means(&generator, pattern))
			chosen[i] = any = true;
	}
	return any;
}

const char *
up_choice_family(struct up_choice *choice, struct up_arena *arena, struct span value)
{
	struct span word;

	if (choice->chosen == NULL)
		choice->chosen = up_arena_take(arena, dga_generator_count(), sizeof(bool));
	if (choice->chosen == NULL)
		return up_nomem;
	while (up_value_word(&value, &word)) {
		if (!up_choice_mark(choice->chosen, word))
			return "no such family or variant (`foresink families' lists them)";
	}
	return NULL;
}

const char *
up_choice_confidence(struct up_choice *choice, struct span value)
{
	if (!dga_confidence_find(value, &choice->least))
		return "the confidence is low, medium or high";
	choice->has_least = true;
	return NULL;
}

const char *
up_choice_tld(struct up_choice *choice, struct up_arena *arena, struct span value)
{
	struct span word;

	while (up_value_word(&value, &word)) {
		struct span *grown;
		struct fsk_name name;
		char *text;

		if (word.text[0] == '.')
			word = span_from(word, 1);
		if (wire_name_read(word, &name, NULL) != FSK_OK)
			return "not the end of a domain name";
		grown = up_arena_grow(arena, choice->suffixes, choice->suffix_count,
		                      sizeof(*grown));
		text = up_arena_text(arena, (struct span){name.text, name.len});
		if (grown == NULL || text == NULL)
			return up_nomem;
		choice->suffixes = grown;
		choice->suffixes[choice->suffix_count++] = (struct span){text, name.len};
	}
	return NULL;
}

/* The numbers of the generators that are chosen; all, when nothing is. */
static bool
list(struct up_choice *choice, struct up_arena *arena)
{
	size_t all = dga_generator_count();

	choice->generators = up_arena_take(arena, all, sizeof(*choice->generators));
	if (choice->generators == NULL)
		return false;
	choice->generator_count = 0;
	for (size_t i = 0; i < all; i++) {
		if (choice->chosen == NULL || choice->chosen[i])
			choice->generators[choice->generator_count++] = i;
	}
	return true;
}

const char *
up_choice_canary(struct span *canary, struct up_arena *arena, struct span value)
{
	struct fsk_name name;
	char *text;

	if (span_equal(value, span_of("none"))) {
		*canary = (struct span){NULL, 0};
		return NULL;
	}
	if (wire_name_read(value, &name, NULL) != FSK_OK || name.len > CANARY_MOST)
		return "not a domain name of at most 128 octets, and not \"none\"";
	text = up_arena_text(arena, (struct span){name.text, name.len});
	if (text == NULL)
		return up_nomem;
	*canary = (struct span){text, name.len};
	return NULL;
}

bool
up_choice_complete(struct up_choice *choice, const struct up_choice *other,
                   struct up_arena *arena)
{
	if (other != NULL && choice->chosen == NULL)
		choice->chosen = other->chosen;
	if (other != NULL && !choice->has_least)
		choice->least = other->least;
	if (other != NULL && choice->suffix_count == 0) {
		choice->suffixes = other->suffixes;
		choice->suffix_count = other->suffix_count;
	}
	return list(choice, arena);
}

bool
up_choice_equal(const struct up_choice *a, const struct up_choice *b)
{
	if (a->generator_count != b->generator_count || a->least != b->least ||
	    a->suffix_count != b->suffix_count)
		return false;
	for (size_t i = 0; i < a->generator_count; i++) {
		if (a->generators[i] != b->generators[i])
			return false;
	}
	for (size_t i = 0; i < a->suffix_count; i++) {
		if (!span_equal(a->suffixes[i], b->suffixes[i]))
			return false;
	}
	return true;
}
