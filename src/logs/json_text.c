/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/json.h"

#include "base/ascii.h"
#include "logs/text.h"
#include "logs/utf8.h"

static int
hex_digit(char c)
{
	if (ascii_digit(c))
		return c - '0';
	c = ascii_to_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Takes ${count} hexadecimal digits. */
static bool
take_hex(struct span *text, unsigned count, uint32_t *number)
{
	uint32_t value = 0;

	if (text->len < count)
		return false;
	for (unsigned i = 0; i < count; i++) {
		int digit = hex_digit(text->text[i]);

		if (digit < 0)
			return false;
		value = value << 4 | (uint32_t)digit;
	}
	*text = span_from(*text, count);
	*number = value;
	return true;
}

/* Takes what stands behind "\u": four digits, and the other half of a pair of
 * surrogates (RFC 8259 section 7). */
static uint32_t
take_character(struct span *text)
{
	uint32_t high, low;
	struct span rest;

	if (!take_hex(text, 4, &high))
		return UTF8_REPLACEMENT;
	if (high < 0xd800 || high > 0xdfff)
		return high;
	rest = *text;
	if (high > 0xdbff || !text_word(&rest, "\\u") || !take_hex(&rest, 4, &low) ||
	    low < 0xdc00 || low > 0xdfff)
		return UTF8_REPLACEMENT;
	*text = rest;
	return 0x10000 + ((high - 0xd800) << 10 | (low - 0xdc00));
}

/* Takes an escape from behind its backslash and writes what it means. */
static size_t
take_escape(struct span *text, char out[4])
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	const char *letter;
	uint32_t octet;
	char c;

	if (text->len == 0)
		return utf8_write(UTF8_REPLACEMENT, out);
	c = *text->text;
	*text = span_from(*text, 1);
	if (c == 'u')
		return utf8_write(take_character(text), out);
	if (c == 'x' && take_hex(text, 2, &octet)) {
		*out = (char)octet;
		return 1;
	}
	letter = c != '\0' ? strchr(letters, c) : NULL;
	if (letter == NULL)
		return utf8_write(UTF8_REPLACEMENT, out);
	*out = meanings[letter - letters];
	return 1;
}

/* Writes ${rest} behind what ${scratch} has, its escapes solved. */
static bool
solve(struct span rest, struct log_scratch *scratch)
{
	struct span kept;

	while (rest.len > 0) {
		size_t len = text_find(rest, "\\");
		char solved[4];

		if (!text_keep(scratch, rest.text, len, &kept))
			return false;
		if (len == rest.len)
			return true;
		rest = span_from(rest, len + 1);
		len = take_escape(&rest, solved);
		if (!text_keep(scratch, solved, len, &kept))
			return false;
	}
	return true;
}

bool
json_text(const struct json_value *value, struct log_scratch *scratch, struct span *text)
{
	size_t start = scratch->used;

	*text = value->raw;
	if (value->kind == JSON_WORD)
		text->len = 0;
	if (!value->escaped)
		return true;
	if (!solve(value->raw, scratch)) {
		scratch->used = start;
		return false;
	}
	*text = (struct span){scratch->text + start, scratch->used - start};
	return true;
}
