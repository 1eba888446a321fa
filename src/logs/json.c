/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/json.h"

#include "base/ascii.h"
#include "logs/quote.h"

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

/* Reads the string at ${at} into ${value}; returns where it ends. */
static inline __attribute__((always_inline)) const char *
take_string(struct walk *walk, const char *at, struct json_value *value)
{
	bool escaped = false;
	const char *end = quote_end(walk->line, &walk->quotes, ++at, &escaped);

	if (end == NULL) {
		walk->why = cut_string;
		return NULL;
	}
	*value = (struct json_value){{at, (size_t)(end - at)}, JSON_STRING, escaped};
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

/* Reads a number or a word. */
static inline __attribute__((always_inline)) const char *
take_plain(struct walk *walk, const char *at, struct json_value *value)
{
	const char *end = plain_end(at, walk->end);

	if (end == at) {
		walk->why = "a JSON key without a value";
		return NULL;
	}
	*value = (struct json_value){.raw = {at, (size_t)(end - at)},
	                             .kind = ascii_alpha(*at) ? JSON_WORD : JSON_NUMBER};
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
			struct json_value value;

			at = take_string(walk, at, &value);
			if (at == NULL)
				return NULL;
			store(walk, key, value);
			return pass_nested(walk->line, at, true, &walk->why);
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

static inline __attribute__((always_inline)) uint32_t
same_whole(const struct log_key *guess, const char *at)
{
	return (uint32_t)(lane_mask((lane)(lane_load(at) == lane_load(guess->text))) |
	                  lane_mask(
	                          (lane)(lane_load(at + 16) == lane_load(guess->text + 16)))
	                          << 16);
}

/* The same where fewer than 32 octets of the line are left. */
static __attribute__((noinline)) uint32_t
same_last(const struct log_key *guess, const char *at, size_t left)
{
	char copy[32] = {0};

	memcpy(copy, at, left);
	return same_whole(guess, copy) & ((UINT32_C(1) << left) - 1);
}

/* Which of the 32 octets at ${at} are those of ${guess}; none that is behind the line. */
static inline __attribute__((always_inline)) uint32_t
same_octets(const struct walk *walk, const struct log_key *guess, const char *at)
{
	size_t left = (size_t)(walk->end - at);

	return __builtin_expect(left < 32, 0) ? same_last(guess, at, left)
	                                      : same_whole(guess, at);
}

/* Passes over the members from ${at} on, which points at a key, that are those of the
 * line before, octet by octet, and are followed by another one: of most lines of a log
 * these are most. Stores their values; returns where the next key is, and in ${same}
 * which of its octets are those of walk->guess. */
static inline __attribute__((always_inline)) const char *
pass_same(struct walk *walk, const char *at, uint32_t *same)
{
	const struct json_table *table = walk->level[walk->depth];
	struct log_key *guess = walk->guess;

	*same = 0;
	for (; guess < walk->guess_end && guess->table == table; guess++) {
		*same = same_octets(walk, guess, at);
		if (guess->whole == 0 || (~*same & guess->whole) != 0)
			break;
		if (guess->key != NULL)
			store(walk, guess->key,
			      (struct json_value){
			              .raw = {at + guess->value_at, guess->value_len},
			              .kind = (enum json_kind)guess->kind});
		at += guess->next;
		*same = 0;
	}
	walk->guess = guess;
	return at;
}

/* Keeps in ${guess}, which has its key, the member from ${start} to ${at}, whose value is
 * ${value}, if it is short and another one follows. */
static inline __attribute__((always_inline)) void
keep_member(const struct walk *walk, struct log_key *guess, const char *start,
            const struct json_value *value, const char *at)
{
	size_t next = (size_t)(at - start) + 1;

	guess->whole = 0;
	if (next >= sizeof(guess->text) || walk->end - at < 2 || at[0] != ',' ||
	    at[1] != '"' || value->escaped || guess->table == NULL)
		return;
	if (__builtin_expect(walk->end - start >= (int)sizeof(guess->text), 1))
		memcpy(guess->text, start, sizeof(guess->text));
	else
		memcpy(guess->text, start, next + 1);
	guess->whole = (UINT32_C(2) << next) - 1;
	guess->next = (uint8_t)next;
	guess->value_at = (uint8_t)(value->raw.text - start);
	guess->value_len = (uint8_t)value->raw.len;
	guess->kind = (uint8_t)value->kind;
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
	guess->whole = 0;
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
	const struct json_key *key;
	struct json_value value;
	struct log_key *guess;
	const char *start;
	uint32_t same;

	start = at = pass_same(walk, at, &same);
	guess = walk->guess < walk->guess_end ? walk->guess++ : NULL;
	if (__builtin_expect(guess != NULL && same != 0 && (~same & guess->mask) == 0 &&
	                             walk->end - at > guess->len && at[guess->len] > ' ',
	                     1)) {
		key = guess->key;
		at += guess->len;
	} else if ((at = take_key(walk, at, guess, &key)) == NULL) {
		return NULL;
	}
	if (__builtin_expect(*at == '{' || *at == '[', 0)) {
		if (guess != NULL)
			guess->whole = 0;
		if (key != NULL)
			return take_nested(walk, at, key);
		return pass_nested(walk->line, at + 1, *at == '[', &walk->why);
	}
	at = *at == '"' ? take_string(walk, at, &value) : take_plain(walk, at, &value);
	if (at == NULL)
		return NULL;
	store(walk, key, value);
	if (guess != NULL)
		keep_member(walk, guess, start, &value, at);
	return at;
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
		else if (walk->depth == depth || at == walk->end || *at != '"')
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
