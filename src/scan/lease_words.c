/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan/lease_words.h"

#include "base/ascii.h"

/* Whether the character at the place is ${c}. */
static bool
is_at(const struct lease_words *words, char c)
{
	return words->at < words->text.len && words->text.text[words->at] == c;
}

static void
step(struct lease_words *words)
{
	if (is_at(words, '\n')) {
		words->line++;
		words->start = words->at + 1;
	}
	words->at++;
}

bool
lease_words_pass(struct lease_words *words)
{
	while (words->at < words->text.len) {
		if (is_at(words, '#')) {
			while (words->at < words->text.len && !is_at(words, '\n'))
				words->at++;
		} else if (!ascii_space(words->text.text[words->at])) {
			return true;
		} else {
			step(words);
		}
	}
	return false;
}

/* Takes a word: up to a blank or a mark, or a string up to its quote. One whose
 * quote is missing ends with its line, since dhcpd writes none over two. */
static struct span
take_word(struct lease_words *words)
{
	struct span word;

	if (!is_at(words, '"')) {
		size_t at = words->at;

		while (at < words->text.len && !ascii_space(words->text.text[at]) &&
		       (words->text.text[at] == '\0' ||
		        strchr("{};\"", words->text.text[at]) == NULL))
			at++;
		word = (struct span){words->text.text + words->at, at - words->at};
		words->at = at;
		return word;
	}
	word = span_from(words->text, ++words->at);
	while (words->at < words->text.len && !is_at(words, '"') && !is_at(words, '\n'))
		words->at += is_at(words, '\\') && words->text.len - words->at > 1 &&
		                             words->text.text[words->at + 1] != '\n'
		                     ? 2
		                     : 1;
	word.len = (size_t)(words->text.text + words->at - word.text);
	if (is_at(words, '"'))
		words->at++;
	return word;
}

bool
lease_words_start(struct span word)
{
	return span_equal(word, span_of("lease")) || span_equal(word, span_of("ia-na")) ||
	       span_equal(word, span_of("ia-ta")) || span_equal(word, span_of("ia-pd"));
}

/* Whether a block of leases begins at the place. dhcpd writes them, and nothing in
 * them, at the start of a line: one there ends whatever stands open, for a server
 * that was stopped while it wrote goes on behind what it had written. */
static bool
at_start(const struct lease_words *words)
{
	struct lease_words ahead = *words;

	return words->at == words->start && !is_at(words, '"') &&
	       lease_words_start(take_word(&ahead));
}

struct lease_statement
lease_words_take(struct lease_words *words, bool inside)
{
	struct lease_statement statement = {.line = 0, .ending = LEASE_CUT};

	for (size_t i = 0; i < LEASE_WORDS; i++)
		statement.word[i] = span_of("");
	while (lease_words_pass(words)) {
		char c = words->text.text[words->at];
		struct span word;

		if (statement.line == 0) {
			statement.line = words->line;
			statement.column = words->at - words->start + 1;
		}
		if (c == ';' || c == '{' || c == '}') {
			words->at++;
			statement.ending = c == ';'   ? LEASE_SEMICOLON
			                   : c == '{' ? LEASE_OPEN
			                              : LEASE_CLOSE;
			return statement;
		}
		if ((inside || statement.count > 0) && at_start(words))
			return statement;
		word = take_word(words);
		if (statement.count < LEASE_WORDS)
			statement.word[statement.count] = word;
		statement.count++;
	}
	return statement;
}

bool
lease_words_pass_block(struct lease_words *words)
{
	for (size_t depth = 1; depth > 0;) {
		struct lease_statement statement = lease_words_take(words, true);

		if (statement.ending == LEASE_CUT)
			return false;
		if (statement.ending == LEASE_OPEN)
			depth++;
		if (statement.ending == LEASE_CLOSE)
			depth--;
	}
	return true;
}

/* Takes the octet at the front of ${text}: itself, "\ooo", or "\c" for c. */
static char
take_octet(struct span *text)
{
	unsigned octet = 0;
	size_t digits = 0;
	char c = *text->text;

	*text = span_from(*text, 1);
	if (c != '\\' || text->len == 0)
		return c;
	for (; digits < 3 && digits < text->len; digits++) {
		if (text->text[digits] < '0' || text->text[digits] > '7')
			break;
		octet = octet * 8 + (unsigned)(text->text[digits] - '0');
	}
	c = digits > 0 ? (char)(unsigned char)(octet & 0xff) : *text->text;
	*text = span_from(*text, digits > 0 ? digits : 1);
	return c;
}

bool
lease_words_string(struct span text, struct lease_string *string)
{
	string->len = 0;
	while (text.len > 0) {
		if (string->len == LEASE_STRING_MAX)
			return false;
		string->text[string->len++] = take_octet(&text);
	}
	return true;
}
