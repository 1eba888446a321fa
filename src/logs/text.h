/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/text.h: taking lines apart. Each function works on the front of ${text}
 * and moves it on; on false ${text} is where it was. No allocation, nothing
 * outside the span is read.
 */
#ifndef LOGS_TEXT_H
#define LOGS_TEXT_H

#include "base/ascii.h"
#include "logs/entry.h"

/* Whether ${text} is the constant ${word}. */
#define TEXT_IS(text_, word)                                                               \
	((text_).len == sizeof(word) - 1 &&                                                \
	 memcmp((text_).text, "" word, sizeof(word) - 1) == 0)

/* Takes the constant ${word} off the front. */
static inline bool
text_word(struct span *text, const char *word)
{
	size_t len = strlen(word);

	if (text->len < len || memcmp(text->text, word, len) != 0)
		return false;
	*text = span_from(*text, len);
	return true;
}

/* Takes what stands in front of the first ${stop}, and the stop. */
static inline bool
text_until(struct span *text, char stop, struct span *taken)
{
	const char *at = text->len > 0 ? memchr(text->text, stop, text->len) : NULL;

	if (at == NULL)
		return false;
	*taken = (struct span){text->text, (size_t)(at - text->text)};
	*text = span_from(*text, taken->len + 1);
	return true;
}

/* Takes the next word: octets without blank, at least one, and one blank behind
 * it if there is one. */
static inline bool
text_token(struct span *text, struct span *taken)
{
	if (text_until(text, ' ', taken)) {
		if (taken->len > 0)
			return true;
		*text = (struct span){taken->text, text->len + 1};
		return false;
	}
	*taken = *text;
	*text = span_from(*text, text->len);
	return taken->len > 0;
}

/* Takes blanks; there may be none. */
static inline void
text_blanks(struct span *text)
{
	while (text->len > 0 && (*text->text == ' ' || *text->text == '\t'))
		*text = span_from(*text, 1);
}

/* Takes decimal digits, at least one, whose value is at most ${most}. */
bool text_number(struct span *text, uint64_t most, uint64_t *number);

/* Reads all of ${text} as a port; 0 when it is none. */
uint16_t text_port(struct span text);

/* Where ${word} begins in ${text}; text.len when it is not there. */
size_t text_find(struct span text, const char *word);

/* Reads "192.0.2.1" + ${mark} + "1234" (BIND's #, Unbound's @, a colon), or
 * "[2001:db8::1]:1234", into client and port of ${entry}. Without a port the
 * client is all of it. False when no client is left. */
bool text_client(struct span text, char mark, struct log_entry *entry);

/* Whether ${text} has the form of an address: digits and dots, or hexadecimal
 * digits, colons and dots; it may be none all the same. */
bool text_looks_like_address(struct span text);

/* The DNS type that ${text} names: "A", "AAAA", "TYPE65", "65"; 0: none known. */
uint16_t text_type(struct span text);

/* The transport that ${text} names, in any case: udp, tcp, dot, tls, doh, https,
 * doq, quic. */
enum log_transport text_transport(struct span text);

/* Keeps the ${len} octets at ${text} in ${scratch} and stores where in ${kept}.
 * False when there is no room. */
bool text_keep(struct log_scratch *scratch, const char *text, size_t len,
               struct span *kept);

/* The host of ${target}, which is a URL ("http://a.example:80/x") or the
 * "host:port" of CONNECT when ${connect}: without user, port and brackets.
 * Empty when there is none. */
struct span text_url_host(struct span target, bool connect);

#endif
