/* SPDX-License-Identifier: BSD-2-Clause
 *
 * MISP's warninglists: {"list":["example.com", ...],"name":...,"type":...}, JSON (RFC
 * 8259), read in one pass without a tree: a tree of a million strings takes a hundred
 * megabytes and most of a second. Their order is that of the alphabet, so they say no
 * ranks. Words and numbers are passed over without a look at their spelling.
 */
#include "base/ascii.h"
#include "logs/utf8.h"
#include "watch/known_part.h"

#define DEPTH_MOST 64    /* brackets in brackets */
#define STRING_MOST 1024 /* octets of a string that could be a name or a key */

struct json {
	struct span text;
	size_t at;
	size_t line;
	size_t line_start;
	struct known_part *part;
	struct fault *fault;
};

/* A string without its escapes. */
struct string {
	char text[STRING_MOST + UTF8_SIZE];
	size_t len;
	bool too_long; /* cut, then */
};

static struct fault
here(const struct json *json, const char *why)
{
	return (struct fault){
	        .line = json->line,
	        .column = json->at - json->line_start + 1,
	        .why = why,
	};
}

static enum fsk_err
fail(const struct json *json, const char *why)
{
	*json->fault = here(json, why);
	return FSK_SYNTAX;
}

/* Passes over white space; the next octet, or NUL at the end. */
static char
peek(struct json *json)
{
	for (; json->at < json->text.len; json->at++) {
		char c = json->text.text[json->at];

		if (c == '\n') {
			json->line++;
			json->line_start = json->at + 1;
		} else if (c != ' ' && c != '\t' && c != '\r') {
			return c;
		}
	}
	return '\0';
}

/* Whether ${c} comes next; then it is passed over. */
static bool
take_octet(struct json *json, char c)
{
	if (peek(json) != c || json->at == json->text.len)
		return false;
	json->at++;
	return true;
}

/* Reads four digits of base 16; false when they are not there. */
static bool
read_hex(struct json *json, uint32_t *number)
{
	uint32_t read = 0;

	if (json->text.len - json->at < 4)
		return false;
	for (size_t i = 0; i < 4; i++) {
		char c = ascii_to_lower(json->text.text[json->at + i]);

		if (ascii_digit(c))
			read = read << 4 | (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			read = read << 4 | (uint32_t)(c - 'a' + 10);
		else
			return false;
	}
	json->at += 4;
	*number = read;
	return true;
}

/* Reads what stands behind "\u"; the upper half of a pair takes the lower with it. */
static bool
read_point(struct json *json, uint32_t *point)
{
	uint32_t low = 0;

	if (!read_hex(json, point))
		return false;
	if (*point < 0xd800 || *point > 0xdbff || json->text.len - json->at < 6 ||
	    memcmp(json->text.text + json->at, "\\u", 2) != 0)
		return true;
	json->at += 2;
	if (!read_hex(json, &low))
		return false;
	*point = low >= 0xdc00 && low <= 0xdfff
	                 ? 0x10000 + ((*point - 0xd800) << 10) + (low - 0xdc00)
	                 : UTF8_REPLACEMENT;
	return true;
}

/* Reads what stands behind a backslash into ${string}; false when it is no escape. */
static bool
read_escape(struct json *json, struct string *string)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meant[] = "\"\\/\b\f\n\r\t";
	const char *letter;
	uint32_t point;
	char c;

	if (json->at == json->text.len)
		return false;
	c = json->text.text[json->at++];
	if (c == 'u') {
		if (!read_point(json, &point))
			return false;
		string->len += utf8_write(point, string->text + string->len);
		return true;
	}
	letter = c != '\0' ? strchr(letters, c) : NULL;
	if (letter != NULL)
		string->text[string->len++] = meant[letter - letters];
	return letter != NULL;
}

/* Reads the string that begins here. */
static enum fsk_err
read_string(struct json *json, struct string *string)
{
	string->len = 0;
	string->too_long = false;
	if (!take_octet(json, '"'))
		return fail(json, "not JSON: a string is wanted here");
	while (json->at < json->text.len) {
		char c = json->text.text[json->at];

		if (c == '\n')
			break;
		json->at++;
		if (c == '"')
			return FSK_OK;
		if (c == '\\') {
			if (!read_escape(json, string))
				return fail(json, "not JSON: an escape that there is not");
		} else {
			string->text[string->len++] = c;
		}
		if (string->len > STRING_MOST) {
			string->len = STRING_MOST;
			string->too_long = true;
		}
	}
	return fail(json, "not JSON: a string without an end");
}

/* Passes over a number or a word. */
static enum fsk_err
pass_word(struct json *json)
{
	size_t start = json->at;

	for (; json->at < json->text.len; json->at++) {
		char c = json->text.text[json->at];

		if (!ascii_alpha(c) && !ascii_digit(c) && c != '-' && c != '+' && c != '.')
			break;
	}
	return json->at > start ? FSK_OK : fail(json, "not JSON: a value is wanted here");
}

/* Passes over the value that begins here, by its brackets and strings alone. */
static enum fsk_err
pass_value(struct json *json)
{
	struct string string;
	size_t depth = 0;
	enum fsk_err err;

	do {
		char c = peek(json);

		err = FSK_OK;
		if (c == '"') {
			err = read_string(json, &string);
		} else if (c == '[' || c == '{') {
			json->at++;
			if (++depth > DEPTH_MOST)
				err = fail(json, "too many brackets in brackets");
		} else if (depth > 0 && (c == ']' || c == '}')) {
			json->at++;
			depth--;
		} else if (depth > 0 && (c == ',' || c == ':')) {
			json->at++;
		} else {
			err = pass_word(json);
		}
	} while (err == FSK_OK && depth > 0);
	return err;
}

/* Takes the element that begins here. */
static enum fsk_err
take_element(struct json *json)
{
	int32_t none = json->part->list.kind == WATCH_POPULAR ? 0 : WATCH_KNOWN_NO_DAY;
	bool is_string = peek(json) == '"';
	struct fault place = here(json, "an element that is no string");
	struct string string;
	enum fsk_err err;

	if (!is_string) {
		known_part_skip(json->part, place);
		return pass_value(json);
	}
	err = read_string(json, &string);
	if (err != FSK_OK)
		return err;
	if (string.too_long) {
		place.why = "the name is longer than 253 octets";
		known_part_skip(json->part, place);
		return FSK_OK;
	}
	place.column++; /* the quote */
	return known_part_take(json->part, (struct span){string.text, string.len}, none,
	                       place);
}

/* Reads the array that begins here. */
static enum fsk_err
read_list(struct json *json)
{
	enum fsk_err err = FSK_OK;

	if (!take_octet(json, '['))
		return fail(json, "no warninglist: its list is no array");
	if (take_octet(json, ']'))
		return FSK_OK;
	do
		err = take_element(json);
	while (err == FSK_OK && take_octet(json, ','));
	if (err == FSK_OK && !take_octet(json, ']'))
		err = fail(json, "not JSON: an array without an end");
	return err;
}

static bool
is_word(const struct string *string, const char *word)
{
	return span_equal((struct span){string->text, string->len}, span_of(word));
}

/* Reads the type of the list that begins here. */
static enum fsk_err
read_type(struct json *json)
{
	struct string type;
	enum fsk_err err = read_string(json, &type);

	if (err == FSK_OK && !is_word(&type, "string") && !is_word(&type, "hostname"))
		err = fail(json, "a warninglist of a type that is no list of names");
	return err;
}

/* Reads the member that begins here; ${listed} is set if it is the list. */
static enum fsk_err
read_member(struct json *json, bool *listed)
{
	struct string key;
	enum fsk_err err = read_string(json, &key);

	if (err != FSK_OK)
		return err;
	if (!take_octet(json, ':'))
		return fail(json, "not JSON: ':' is wanted here");
	peek(json);
	if (is_word(&key, "type"))
		return read_type(json);
	if (!is_word(&key, "list"))
		return pass_value(json);
	*listed = true;
	return read_list(json);
}

enum fsk_err
known_json_read(struct known_part *part, struct span text, struct fault *fault)
{
	struct json json = {.text = text, .line = 1, .part = part, .fault = fault};
	bool listed = false;
	enum fsk_err err = FSK_OK;

	if (!take_octet(&json, '{'))
		return fail(&json, "no warninglist: it is no object");
	if (!take_octet(&json, '}')) {
		do
			err = read_member(&json, &listed);
		while (err == FSK_OK && take_octet(&json, ','));
		if (err == FSK_OK && !take_octet(&json, '}'))
			err = fail(&json, "not JSON: an object without an end");
	}
	peek(&json);
	if (err == FSK_OK && json.at < text.len)
		err = fail(&json, "not JSON: something stands behind its end");
	if (err == FSK_OK && !listed)
		err = fail(&json, "no warninglist: it has no array called list");
	return err;
}
