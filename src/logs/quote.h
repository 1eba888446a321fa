/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/quote.h: where a text in double quotes ends in which the octet behind a
 * backslash never ends it: JSON, the logs of Apache and nginx, C++'s std::quoted().
 */
#ifndef LOGS_QUOTE_H
#define LOGS_QUOTE_H

#include "logs/lane.h"

static inline lane
quote_or_backslash(lane octets)
{
	return (lane)(octets == '"') | (lane)(octets == '\\');
}

/* The quote that ends the text at ${at}, which is behind its first quote, in ${line};
 * NULL when there is none. ${seen} is of lanes_look() with quote_or_backslash() at ${at}
 * or in front of it. Sets ${escaped} if there is a backslash. */
static inline __attribute__((always_inline)) const char *
quote_end(struct span line, struct lanes *seen, const char *at, bool *escaped)
{
	const char *end = line.text + line.len;

	for (;;) {
		at = lanes_next(line, seen, at, quote_or_backslash);
		if (at == end)
			return NULL;
		if (__builtin_expect(*at == '"', 1))
			return at;
		*escaped = true;
		if (end - at < 2)
			return NULL;
		at += 2;
	}
}

/* Takes "..." off the front of ${text}; ${inside} is what stands between the quotes. */
static inline bool
quote_take(struct span *text, struct span *inside)
{
	struct span rest = span_from(*text, 1);
	struct lanes seen;
	const char *end;
	bool escaped;

	if (text->len == 0 || *text->text != '"')
		return false;
	seen = lanes_look(rest, rest.text, quote_or_backslash);
	end = quote_end(rest, &seen, rest.text, &escaped);
	if (end == NULL)
		return false;
	*inside = (struct span){rest.text, (size_t)(end - rest.text)};
	*text = span_from(rest, inside->len + 1);
	return true;
}

#endif
