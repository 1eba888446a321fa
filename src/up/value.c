/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/value.h"

#include "base/ascii.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
take(struct span *rest, struct span *word, bool commas)
{
	size_t start = 0;
	size_t end;

	while (start < rest->len &&
	       (is_blank(rest->text[start]) || (commas && rest->text[start] == ',')))
		start++;
	end = start;
	while (end < rest->len && !is_blank(rest->text[end]) &&
	       !(commas && rest->text[end] == ','))
		end++;
	*word = (struct span){rest->text + start, end - start};
	*rest = span_from(*rest, end);
	return word->len > 0;
}

bool
up_value_word(struct span *rest, struct span *word)
{
	return take(rest, word, true);
}

bool
up_value_part(struct span *rest, struct span *part)
{
	return take(rest, part, false);
}

bool
up_value_number(struct span text, uint64_t least, uint64_t most, uint64_t *number)
{
	uint64_t value = 0;

	if (text.len == 0)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint64_t digit;

		if (!ascii_digit(text.text[i]))
			return false;
		digit = (uint64_t)(text.text[i] - '0');
		if (value > (most - (digit <= most ? digit : most)) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (value < least || value > most)
		return false;
	*number = value;
	return true;
}

const char *
up_value_unsigned(struct span text, unsigned least, unsigned most, unsigned *number)
{
	uint64_t got;

	if (!up_value_number(text, least, most, &got))
		return least == 1 ? "not a number from 1 on, or too large"
		                  : "not a number, or too large";
	*number = (unsigned)got;
	return NULL;
}

bool
up_value_yes(struct span text, bool *yes)
{
	static const char *const words[] = {"no", "yes"};
	size_t which;

	if (!up_value_choice(text, words, 2, &which))
		return false;
	*yes = which == 1;
	return true;
}

bool
up_value_path(struct span text)
{
	return text.len > 1 && text.text[0] == '/';
}

bool
up_value_choice(struct span text, const char *const *words, size_t count, size_t *which)
{
	for (size_t i = 0; i < count; i++) {
		if (span_equal(text, span_of(words[i]))) {
			*which = i;
			return true;
		}
	}
	return false;
}
