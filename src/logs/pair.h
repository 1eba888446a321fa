/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/pair.h: taking KEY="VALUE" pairs apart, as programs write them that quote
 * with C++'s std::quoted(). No allocation, nothing outside the text is read.
 */
#ifndef LOGS_PAIR_H
#define LOGS_PAIR_H

#include "logs/text.h"

/* How many backslashes ${text} ends in. */
static inline size_t
pair_escapes(struct span text)
{
	size_t n = 0;

	while (n < text.len && text.text[text.len - 1 - n] == '\\')
		n++;
	return n;
}

/* Takes KEY="VALUE". Within a value a '\' stands in front of '"' and '\'
 * (std::quoted in C++), so that no name can end its value and add a key. */
static inline bool
pair_next(struct span *rest, struct span *key, struct span *value)
{
	struct span part;

	if (!text_until(rest, '=', key) || !text_word(rest, "\""))
		return false;
	*value = *rest;
	do {
		if (!text_until(rest, '"', &part))
			return false;
	} while (pair_escapes(part) % 2 == 1);
	value->len = (size_t)(part.text + part.len - value->text);
	text_word(rest, " ");
	return true;
}

/* Solves the quoting of ${text}. What DNS itself escapes ("\." in a label) stays:
 * solved it would be another name. */
static inline bool
pair_solve(struct span *text, struct log_scratch *scratch)
{
	size_t start = scratch->used;
	struct span part;

	if (text->len == 0 || memchr(text->text, '\\', text->len) == NULL)
		return true;
	for (size_t i = 0; i < text->len; i++) {
		i += text->text[i] == '\\' && i + 1 < text->len;
		if (!text_keep(scratch, text->text + i, 1, &part))
			return false;
	}
	*text = (struct span){scratch->text + start, scratch->used - start};
	return true;
}

#endif
