/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/pair.h: taking KEY="VALUE" pairs apart, as programs write them that quote
 * with C++'s std::quoted(). No allocation, nothing outside the text is read.
 */
#ifndef LOGS_PAIR_H
#define LOGS_PAIR_H

#include "logs/quote.h"
#include "logs/text.h"

/* Pairs that are being taken. */
struct pairs {
	struct span text;
	struct lanes seen;
	const char *at; /* where the next pair begins */
};

static inline struct pairs
pairs_of(struct span text)
{
	return (struct pairs){text, lanes_look(text, text.text, quote_or_backslash),
	                      text.text};
}

/* Takes KEY="VALUE". Within a value a '\' stands in front of '"' and '\'
 * (std::quoted in C++), so that no name can end its value and add a key. */
static inline bool
pair_next(struct pairs *pairs, struct span *key, struct span *value)
{
	const char *end = pairs->text.text + pairs->text.len;
	const char *quote =
	        lanes_next(pairs->text, &pairs->seen, pairs->at, quote_or_backslash);
	bool escaped;

	if (quote == end || *quote != '"' || quote - pairs->at < 2 || quote[-1] != '=')
		return false;
	*key = (struct span){pairs->at, (size_t)(quote - pairs->at) - 1};
	value->text = quote + 1;
	quote = quote_end(pairs->text, &pairs->seen, quote + 1, &escaped);
	if (quote == NULL)
		return false;
	value->len = (size_t)(quote - value->text);
	pairs->at = quote + 1;
	if (pairs->at < end && *pairs->at == ' ')
		pairs->at++;
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
