/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/likeness.h"

#include "base/ascii.h"
#include "watch/request.h"

#include <stdio.h>

/* Octets of the shape that method, path, query and version have at most: what varies more
 * than skeletons take out is cut, so that one who varies it stays in few groups. */
#define METHOD_MOST 16
#define PATH_MOST 64
#define QUERY_MOST 48
#define VERSION_MOST 12
#define HASH_SIZE 17 /* "~" and 16 digits */

#define FIRST_OCTETS 8 /* of what is no request */
#define WORD_HEX 7     /* octets: a longer word of hexadecimal digits is H */
#define WORD_LONG 11   /* a longer word of any kind is S */

/* A shape that is being written: the hash is of all of it, text of what has room. */
struct shape_text {
	char *text;
	size_t len;
	uint64_t hash;
	size_t end; /* of the part that is written: from there on nothing is put */
	bool cut;   /* it was reached */
};

/* FNV-1a (Fowler, Noll, Vo), 64 bits: octet by octet, as they are put. */
#define FNV_BASIS UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

static void
put_octet(struct shape_text *shape, char c)
{
	shape->hash = (shape->hash ^ (unsigned char)c) * FNV_PRIME;
	if (shape->len < WATCH_LIKENESS_SIZE - 1)
		shape->text[shape->len] = c;
	shape->len++;
}

/* Begins a part of ${most} octets; end_part() ends it. */
static void
begin_part(struct shape_text *shape, size_t most)
{
	shape->end = shape->len + most;
	shape->cut = false;
}

static void
end_part(struct shape_text *shape)
{
	if (shape->cut)
		put_octet(shape, '~');
	shape->end = SIZE_MAX;
	shape->cut = false;
}

/* Puts ${text}, of printable octets, if all of it has room in its part. */
static void
put(struct shape_text *shape, struct span text)
{
	if (shape->cut || text.len > shape->end - shape->len) {
		shape->cut = true;
		return;
	}
	for (size_t i = 0; i < text.len; i++)
		put_octet(shape, text.text[i]);
}

/* Puts ${c} as a shape may have it. */
static void
put_safe(struct shape_text *shape, char c)
{
	static const char digits[] = "0123456789abcdef";
	const char escaped[] = {'\\', 'x', digits[(unsigned char)c >> 4], digits[c & 15]};

	if (ascii_print(c) && c != '\\' && c != '"')
		put(shape, (struct span){&c, 1});
	else
		put(shape, (struct span){escaped, sizeof(escaped)});
}

static bool
is_word(char c)
{
	return ascii_alpha(c) || ascii_digit(c) || c == '%';
}

static bool
is_hex(char c)
{
	c = ascii_to_lower(c);
	return ascii_digit(c) || (c >= 'a' && c <= 'f');
}

/* Whether all octets of ${text} are ${such}. */
static bool
all_are(struct span text, bool (*such)(char))
{
	for (size_t i = 0; i < text.len; i++) {
		if (!such(text.text[i]))
			return false;
	}
	return true;
}

/* Puts the skeleton of ${word}, which is not empty. */
static void
put_word(struct shape_text *shape, struct span word)
{
	bool number = false;

	if (all_are(word, ascii_digit)) {
		put_safe(shape, 'N');
	} else if (word.len > WORD_HEX && all_are(word, is_hex)) {
		put_safe(shape, 'H');
	} else if (word.len > WORD_LONG) {
		put_safe(shape, 'S');
	} else {
		for (size_t i = 0; i < word.len; i++) {
			bool digit = ascii_digit(word.text[i]);

			if (!digit)
				put_safe(shape, word.text[i]);
			else if (!number)
				put_safe(shape, 'N');
			number = digit;
		}
	}
}

/* Puts the skeleton of ${text}; nothing of it is looked at when there is no room any more:
 * it may be long. */
static void
put_skeleton(struct shape_text *shape, struct span text)
{
	while (text.len > 0 && !shape->cut) {
		struct span word = {text.text, 0};

		while (word.len < text.len && is_word(text.text[word.len]))
			word.len++;
		if (word.len > 0)
			put_word(shape, word);
		else
			put_safe(shape, text.text[word.len++]);
		text = span_from(text, word.len);
	}
}

/* Where in ${text} the first ${stop} is; its length when there is none. */
static size_t
find(struct span text, char stop)
{
	const char *at = text.len > 0 ? memchr(text.text, stop, text.len) : NULL;

	return at != NULL ? (size_t)(at - text.text) : text.len;
}

/* Puts the keys of ${query}, each with the '=' that it has. */
static void
put_keys(struct shape_text *shape, struct span query)
{
	char mark = '?';

	begin_part(shape, QUERY_MOST);
	while (mark != '\0' && !shape->cut) {
		struct span pair = {query.text, find(query, '&')};
		struct span key = {pair.text, find(pair, '=')};

		put_safe(shape, mark);
		put_skeleton(shape, key);
		if (key.len < pair.len)
			put_safe(shape, '=');
		mark = pair.len < query.len ? '&' : '\0';
		query = span_from(query, pair.len + 1);
	}
	end_part(shape);
}

static void
put_target(struct shape_text *shape, struct span target)
{
	struct span path =
	        watch_request_path(&(const struct watch_request){.target = target});
	size_t end = find(path, '?');

	if (path.text != target.text)
		put(shape, span_of("http://*"));
	begin_part(shape, PATH_MOST);
	put_skeleton(shape, (struct span){path.text, end});
	end_part(shape);
	if (end < path.len)
		put_keys(shape, span_from(path, end + 1));
}

/* Puts the names of ${fields} in their order. What goes on the line before begins with a
 * blank (RFC 9112 section 5.2), and what has no colon is none. */
static void
put_names(struct shape_text *shape, struct span fields)
{
	char mark = ' ';

	while (fields.len > 0) {
		struct span line = {fields.text, find(fields, '\n')};
		struct span name = {line.text, find(line, ':')};

		fields = span_from(fields, line.len + 1);
		if (name.len == line.len || name.len == 0 || ascii_space(*name.text))
			continue;
		while (ascii_space(name.text[name.len - 1]))
			name.len--;
		put_safe(shape, mark);
		for (size_t i = 0; i < name.len; i++)
			put_safe(shape, name.text[i]);
		mark = ',';
	}
}

static struct shape_text
begin_shape(char text[WATCH_LIKENESS_SIZE])
{
	return (struct shape_text){.text = text, .hash = FNV_BASIS, .end = SIZE_MAX};
}

/* Ends what was written, which may be longer than there is room for. */
static size_t
end_shape(struct shape_text *shape)
{
	if (shape->len < WATCH_LIKENESS_SIZE) {
		shape->text[shape->len] = '\0';
		return shape->len;
	}
	snprintf(shape->text + WATCH_LIKENESS_SIZE - 1 - HASH_SIZE, HASH_SIZE + 1,
	         "~%016llx", (unsigned long long)shape->hash);
	return WATCH_LIKENESS_SIZE - 1;
}

size_t
watch_likeness_of(const struct watch_likeness *request, char text[WATCH_LIKENESS_SIZE])
{
	struct shape_text shape = begin_shape(text);

	begin_part(&shape, METHOD_MOST);
	put_skeleton(&shape, request->method);
	end_part(&shape);
	put_safe(&shape, ' ');
	put_target(&shape, request->target);
	if (request->version.len > 0) {
		put_safe(&shape, ' ');
		begin_part(&shape, VERSION_MOST);
		for (size_t i = 0; i < request->version.len && !shape.cut; i++)
			put_safe(&shape, request->version.text[i]);
		end_part(&shape);
	}
	put_names(&shape, request->fields);
	return end_shape(&shape);
}

size_t
watch_likeness_raw(struct span octets, char text[WATCH_LIKENESS_SIZE])
{
	struct shape_text shape = begin_shape(text);
	unsigned long long least = 1;
	char number[64];

	put_octet(&shape, '"');
	for (size_t i = 0; i < octets.len && i < FIRST_OCTETS; i++)
		put_safe(&shape, octets.text[i]);
	put_octet(&shape, '"');
	while (least * 2 <= octets.len)
		least *= 2;
	if (octets.len == 0)
		snprintf(number, sizeof(number), " 0 octets");
	else if (octets.len == 1)
		snprintf(number, sizeof(number), " 1 octet");
	else
		snprintf(number, sizeof(number), " %llu to %llu octets", least,
		         least * 2 - 1);
	put(&shape, span_of(number));
	return end_shape(&shape);
}
