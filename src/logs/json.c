/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/json.h"

#include "base/ascii.h"
#include "logs/quote.h"
#include "logs/text.h"
#include "logs/utf8.h"

static const char cut_string[] = "a JSON string without its end";
static const char cut_object[] = "a JSON object without its end";

/* A line as it is being read. */
struct walk {
	struct span line;
	const char *end;
	struct lanes quotes; /* seen last */
	struct json_value *values;
	size_t count;
	const struct json_table *level[JSON_LEVELS];
	bool listed[JSON_LEVELS]; /* the object is the first element of an array */
	unsigned depth;
	bool done;             /* the outermost object is read */
	struct log_key *guess; /* what the next key may be */
	struct log_key *guess_end;
	const char *why;
};

/* Square brackets and braces differ in one bit. */
static inline lane
quote_or_bracket(lane octets)
{
	lane folded = octets | 0x20;

	return (lane)(octets == '"') | (lane)(folded == '{') | (lane)(folded == '}');
}

static inline __attribute__((always_inline)) const char *
blanks(const char *at, const char *end)
{
	while (at < end && (unsigned char)*at <= ' ' &&
	       (*at == ' ' || *at == '\t' || *at == '\r'))
		at++;
	return at;
}

/* Passes over an array or object to behind its end; ${at} is behind what opened
 * it, which was a square bracket when ${square}. */
static __attribute__((noinline)) const char *
pass_nested(struct span line, const char *at, bool square, const char **why)
{
	const char *end = line.text + line.len;
	struct lanes brackets = lanes_look(line, at, quote_or_bracket);
	struct lanes quotes = lanes_look(line, at, quote_or_backslash);
	uint64_t squares = square; /* one bit a level */
	unsigned depth = 1;
	bool ignored;

	for (; depth > 0; at++) {
		at = lanes_next(line, &brackets, at, quote_or_bracket);
		if (at == end) {
			*why = cut_object;
			return NULL;
		}
		if (*at == '"') {
			at = quote_end(line, &quotes, at + 1, &ignored);
			if (at == NULL) {
				*why = cut_string;
				return NULL;
			}
		} else if (*at == '{' || *at == '[') {
			if (++depth > JSON_DEPTH) {
				*why = "JSON that is nested too deep";
				return NULL;
			}
			squares = squares << 1 | (*at == '[');
		} else if ((*at == ']') != (squares & 1)) {
			*why = "JSON with brackets that do not match";
			return NULL;
		} else {
			squares >>= 1;
			depth--;
		}
	}
	return at;
}

/* Whether the ${len} octets at ${name}, which lie in ${line}, are ${wanted}; they
 * are as many. */
static inline __attribute__((always_inline)) bool
same_name(struct span line, const char *name, const char *wanted, size_t len)
{
	uint64_t same;

	if (__builtin_expect(len > 16 || line.text + line.len - name < 16, 0))
		return memcmp(name, wanted, len) == 0;
	same = lane_mask((lane)(lane_load(name) == lane_load(wanted)));
	return (~same & ((1U << len) - 1)) == 0;
}

/* The key of ${table} that is called by the ${len} octets at ${name}, or NULL. */
static inline __attribute__((always_inline)) const struct json_key *
look_up(struct span line, const struct json_table *table, const char *name, size_t len)
{
	unsigned char wanted = (unsigned char)len;
	const char *lens = (const char *)table->lens;
	uint64_t fit = lane_mask((lane)(lane_load(lens) == wanted)) |
	               lane_mask((lane)(lane_load(lens + 16) == wanted)) << 16;

	if (fit == 0 || len - 1 >= JSON_NAME - 1)
		return NULL;
	for (; fit != 0; fit &= fit - 1) {
		const struct json_key *key = &table->keys[__builtin_ctzll(fit)];

		if (same_name(line, name, key->name, len))
			return key;
	}
	return NULL;
}

static inline __attribute__((always_inline)) void
store(struct walk *walk, const struct json_key *key, struct json_value value)
{
	if (key != NULL && key->slot < walk->count &&
	    walk->values[key->slot].kind == JSON_NONE)
		walk->values[key->slot] = value;
}

static inline __attribute__((always_inline)) const char *
take_string(struct walk *walk, const char *at, const struct json_key *key)
{
	struct json_value value = {.kind = JSON_STRING};
	const char *end = quote_end(walk->line, &walk->quotes, ++at, &value.escaped);

	if (end == NULL) {
		walk->why = cut_string;
		return NULL;
	}
	value.raw = (struct span){at, (size_t)(end - at)};
	store(walk, key, value);
	return end + 1;
}

static inline lane
plain(lane octets)
{
	return (lane)((lane)(octets - '0') <= 9) |
	       (lane)((lane)((octets | 0x20) - 'a') <= 'z' - 'a') | (lane)(octets == '.') |
	       (lane)(octets == '-') | (lane)(octets == '+');
}

/* Where the number or word at ${at} ends. */
static inline __attribute__((always_inline)) const char *
plain_end(const char *at, const char *end)
{
	while (end - at >= 16) {
		uint64_t others = lane_mask(plain(lane_load(at))) ^ 0xffff;

		if (others != 0)
			return at + __builtin_ctzll(others);
		at += 16;
	}
	while (at < end && (ascii_digit(*at) || ascii_alpha(*at) || *at == '.' ||
	                    *at == '-' || *at == '+'))
		at++;
	return at;
}

/* Takes a number or a word. */
static inline __attribute__((always_inline)) const char *
take_plain(struct walk *walk, const char *at, const struct json_key *key)
{
	const char *end = plain_end(at, walk->end);

	if (end == at) {
		walk->why = "a JSON key without a value";
		return NULL;
	}
	store(walk, key,
	      (struct json_value){.raw = {at, (size_t)(end - at)},
	                          .kind = ascii_alpha(*at) ? JSON_WORD : JSON_NUMBER});
	return end;
}

/* Takes what ${at} points at, a wanted array or object. When it is to be read,
 * the walk is one level deeper then, and behind the brace. */
static __attribute__((noinline)) const char *
take_nested(struct walk *walk, const char *at, const struct json_key *key)
{
	bool square = *at == '[';

	at++;
	if (square) {
		at = blanks(at, walk->end);
		if (at < walk->end && *at == '"') {
			at = take_string(walk, at, key);
			return at == NULL ? NULL
			                  : pass_nested(walk->line, at, true, &walk->why);
		}
	}
	if (key->inside == NULL || walk->depth + 1 == JSON_LEVELS ||
	    (square && (at == walk->end || *at != '{')))
		return pass_nested(walk->line, at, square, &walk->why);
	walk->depth++;
	walk->level[walk->depth] = key->inside;
	walk->listed[walk->depth] = square;
	return at + square;
}

/* From behind a key to its value, when there are blanks between them. */
static __attribute__((noinline)) const char *
pass_colon(struct walk *walk, const char *at)
{
	at = blanks(at, walk->end);
	if (at == walk->end || *at != ':') {
		walk->why = "a JSON key without a colon";
		return NULL;
	}
	at = blanks(at + 1, walk->end);
	if (at == walk->end) {
		walk->why = cut_object;
		return NULL;
	}
	return at;
}

/* Whether ${guess} stands at ${at}, with 32 octets of the line behind. */
static inline __attribute__((always_inline)) bool
stands(const struct log_key *guess, const char *at)
{
	uint64_t same = lane_mask((lane)(lane_load(at) == lane_load(guess->text))) |
	                lane_mask((lane)(lane_load(at + 16) == lane_load(guess->text + 16)))
	                        << 16;

	return (same & guess->mask) == guess->mask;
}

/* Takes a key, which ${at} points at, and the colon; returns where its value is. What
 * was found is kept in ${guess} unless that is NULL. */
static __attribute__((noinline)) const char *
take_key(struct walk *walk, const char *at, struct log_key *guess,
         const struct json_key **key)
{
	const struct json_table *table = walk->level[walk->depth];
	const char *start = at;
	const char *name = at + 1;
	bool escaped = false;
	size_t len;

	at = quote_end(walk->line, &walk->quotes, name, &escaped);
	if (at == NULL) {
		walk->why = cut_string;
		return NULL;
	}
	*key = look_up(walk->line, table, name, (size_t)(at - name));
	at = pass_colon(walk, at + 1);
	if (at == NULL || guess == NULL)
		return at;
	len = (size_t)(at - start);
	guess->table = NULL;
	if (len > sizeof(guess->text) || escaped)
		return at;
	memcpy(guess->text, start, len);
	guess->mask = (uint32_t)((UINT64_C(1) << len) - 1);
	guess->len = (uint8_t)len;
	guess->table = table;
	guess->key = *key;
	return at;
}

/* Takes a key, which ${at} points at, the colon and the value. */
static inline __attribute__((always_inline)) const char *
take_member(struct walk *walk, const char *at)
{
	struct log_key *guess = walk->guess < walk->guess_end ? walk->guess++ : NULL;
	const struct json_key *key;

	if (__builtin_expect(guess != NULL && walk->end - at > 32 &&
	                             guess->table == walk->level[walk->depth] &&
	                             stands(guess, at) && at[guess->len] > ' ',
	                     1)) {
		key = guess->key;
		at += guess->len;
	} else if ((at = take_key(walk, at, guess, &key)) == NULL) {
		return NULL;
	}
	if (*at == '"')
		return take_string(walk, at, key);
	if (*at != '{' && *at != '[')
		return take_plain(walk, at, key);
	if (key != NULL)
		return take_nested(walk, at, key);
	return pass_nested(walk->line, at + 1, *at == '[', &walk->why);
}

/* Takes the brace that ends an object, which ${at} points at, and what is left of
 * the array that it is in. */
static const char *
leave(struct walk *walk, const char *at)
{
	at++;
	walk->done = walk->depth == 0;
	if (walk->done)
		return at;
	if (walk->listed[walk->depth])
		at = pass_nested(walk->line, at, true, &walk->why);
	walk->depth--;
	return at;
}

/* From behind a value, or from behind the brace that opens an object when it is
 * ${opened}, to the next key that is to be read; behind the last brace when there
 * is none. */
static __attribute__((noinline)) const char *
next_key(struct walk *walk, const char *at, bool opened)
{
	bool comma = false;

	while (at != NULL && !walk->done) {
		at = blanks(at, walk->end);
		if (at == walk->end) {
			walk->why = cut_object;
			return NULL;
		}
		if (*at == '"' && (opened || comma))
			return at;
		if (*at == ',' && !opened && !comma) {
			comma = true;
			at++;
		} else if (*at == '}' && !comma) {
			opened = false;
			at = leave(walk, at);
		} else {
			walk->why = "a JSON object without a key or a comma";
			return NULL;
		}
	}
	return at;
}

/* Reads from behind the first brace to behind the last one. */
static const char *
take_object(struct walk *walk, const char *at)
{
	at = next_key(walk, at, true);
	while (at != NULL && !walk->done) {
		unsigned depth = walk->depth;

		at = take_member(walk, at);
		if (at == NULL)
			return NULL;
		if (__builtin_expect(walk->end - at > 2 && at[0] == ',' && at[1] == '"', 1))
			at++;
		else if (walk->end - at > 2 && at[0] == ',' && at[1] == ' ' && at[2] == '"')
			at += 2;
		else
			at = next_key(walk, at, walk->depth > depth);
	}
	return at;
}

/* Reads ${line}; ${walk} has its guesses. Returns NULL, or what is wrong. */
static inline __attribute__((always_inline)) const char *
read_line(struct walk *walk, struct span line, const struct json_table *table,
          struct json_value *values, size_t count)
{
	const char *end = line.text + line.len;
	const char *at = line.len > 0 ? memchr(line.text, '{', line.len) : NULL;

	for (size_t i = 0; i < count; i++)
		values[i] = (struct json_value){.raw = {line.text, 0}, .kind = JSON_NONE};
	if (at == NULL)
		return "no JSON";
	walk->line = line;
	walk->end = end;
	walk->quotes = lanes_look(line, at, quote_or_backslash);
	walk->values = values;
	walk->count = count;
	walk->level[0] = table;
	walk->depth = 0;
	walk->done = false;
	at = take_object(walk, at + 1);
	if (at == NULL)
		return walk->why;
	return blanks(at, end) == end ? NULL : "text behind a JSON object";
}

bool
json_read(struct span line, const struct json_table *table, struct json_value *values,
          size_t count, const char **why)
{
	struct walk walk;
	const char *wrong;

	walk.guess = walk.guess_end = NULL;
	wrong = read_line(&walk, line, table, values, count);
	if (wrong != NULL)
		*why = wrong;
	return wrong == NULL;
}

const char *
json_read_next(struct span line, const struct json_table *table,
               struct log_scratch *scratch, struct json_value *values, size_t count)
{
	struct walk walk;

	walk.guess = scratch->keys;
	walk.guess_end = scratch->keys + LOG_KEYS;
	return read_line(&walk, line, table, values, count);
}

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
