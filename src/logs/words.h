/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/words.h: a line word by word, for formats whose lines come by the million:
 * 64 octets are looked at in one step (logs/lane.h), and a word costs a few
 * instructions. A word ends at one blank; two blanks make an empty word.
 */
#ifndef LOGS_WORDS_H
#define LOGS_WORDS_H

#include "logs/lane.h"

#include <stdbool.h>

struct words {
	struct span line;
	struct lanes seen;
	const char *at; /* where the next word begins; behind the end: there is none */
};

static inline lane
words_blank(lane octets)
{
	return (lane)(octets == ' ');
}

static inline struct words
words_of(struct span line)
{
	return (struct words){line, lanes_look(line, line.text, words_blank), line.text};
}

/* Takes the next word. */
static inline bool
words_next(struct words *words, struct span *word)
{
	const char *end = words->line.text + words->line.len;
	const char *blank;

	if (words->at > end)
		return false;
	blank = lanes_next(words->line, &words->seen, words->at, words_blank);
	*word = (struct span){words->at, (size_t)(blank - words->at)};
	words->at = blank + 1;
	return true;
}

/* Takes the next word if it is the ${len} octets of ${word}. */
static inline bool
words_take(struct words *words, const char *word, size_t len)
{
	struct words next = *words;
	struct span taken;

	if (!words_next(&next, &taken) || taken.len != len ||
	    memcmp(taken.text, word, len) != 0)
		return false;
	*words = next;
	return true;
}

#define WORDS_TAKE(words, word) words_take(words, "" word, sizeof(word) - 1)

/* What stands behind the words that were taken. */
static inline struct span
words_rest(const struct words *words)
{
	return span_from(words->line, (size_t)(words->at - words->line.text));
}

#endif
