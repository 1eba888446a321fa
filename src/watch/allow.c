/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/allow.h"

#include "base/address.h"
#include "base/ascii.h"
#include "base/size.h"
#include "watch/hash.h"
#include "wire/name.h"

#include <stdlib.h>

/* Each name stands in text behind an octet with its length; place has where, open
 * addressing by hash. No name is taken out again, so nothing marks a hole. */
struct watch_allow {
	unsigned char *text;
	size_t used;   /* octets of text */
	size_t *place; /* in text, from 1; 0: free */
	size_t mask;   /* places - 1 */
	size_t count;
};

/* Digits of pi, as good as any. */
#define KEY UINT64_C(0xa4093822299f31d0)

enum fsk_err
watch_allow_new(struct watch_allow **allow)
{
	struct watch_allow *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	made->place = calloc(1, sizeof(*made->place));
	if (made->place == NULL) {
		free(made);
		return FSK_NOMEM;
	}
	*allow = made;
	return FSK_OK;
}

void
watch_allow_free(struct watch_allow *allow)
{
	if (allow == NULL)
		return;
	free(allow->text);
	free(allow->place);
	free(allow);
}

size_t
watch_allow_count(const struct watch_allow *allow)
{
	return allow->count;
}

/* The place of ${name} (lower case), or the free one where it belongs. */
static size_t *
find(const struct watch_allow *allow, struct span name)
{
	size_t at = (size_t)watch_hash(KEY, name.text, name.len) & allow->mask;

	for (; allow->place[at] != 0; at = (at + 1) & allow->mask) {
		const unsigned char *there = allow->text + allow->place[at] - 1;

		if (*there == name.len && memcmp(there + 1, name.text, name.len) == 0)
			break;
	}
	return &allow->place[at];
}

bool
watch_allow_has(const struct watch_allow *allow, struct span name)
{
	char lower[FSK_NAME_MAX];

	if (name.len > sizeof(lower))
		return false;
	for (size_t i = 0; i < name.len; i++)
		lower[i] = ascii_to_lower(name.text[i]);
	name.text = lower;
	for (;;) {
		const char *dot = memchr(name.text, '.', name.len);

		if (dot == NULL)
			return false; /* no entry has a single label */
		if (*find(allow, name) != 0)
			return true;
		name = span_from(name, (size_t)(dot - name.text) + 1);
	}
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* What a line says: an entry or, with why, that it is none. */
struct line {
	struct fsk_name name; /* of no length: the line is empty */
	size_t column;        /* of the fault, from 1 */
	const char *why;
};

/* Whether ${name} is that of a site, else why not, in ${line}. */
static void
judge(struct line *line, struct span name)
{
	struct address address;

	line->column = 1;
	if (address_read(name, &address) == FSK_OK)
		line->why = "an address is not a name";
	else if (wire_name_labels(&line->name) == 1)
		line->why = "a single label would allow every name below it";
	for (size_t i = 0; i < line->name.len && line->why == NULL; i++) {
		char c = line->name.text[i];

		line->column = i + 1;
		if (c == '*')
			line->why = "'*' stands only in front of a name, as in \"*.\"";
		else if (!ascii_alpha(c) && !ascii_digit(c) && strchr("-_.", c) == NULL)
			line->why = "an octet that no site has in its name";
	}
}

/* Reads ${text}, one line without its end. */
static struct line
read_line(struct span text)
{
	struct line line = {.name = {.len = 0}, .why = NULL};
	struct fault fault = {.why = NULL};
	struct span name = text;
	const char *comment = text.len > 0 ? memchr(text.text, '#', text.len) : NULL;

	if (comment != NULL)
		name.len = (size_t)(comment - text.text);
	else if (name.len > 0 && name.text[name.len - 1] == '\r')
		name.len--;
	while (name.len > 0 && is_blank(*name.text))
		name = span_from(name, 1);
	while (name.len > 0 && is_blank(name.text[name.len - 1]))
		name.len--;
	if (name.len == 0)
		return line;
	if (name.len > 2 && memcmp(name.text, "*.", 2) == 0)
		name = span_from(name, 2);
	if (wire_name_read(name, &line.name, &fault) == FSK_OK) {
		judge(&line, name);
	} else {
		line.column = fault.column;
		line.why = fault.why;
	}
	line.column += (size_t)(name.text - text.text);
	return line;
}

/* Takes the next line off ${text}, without its LF; false at the end. */
static bool
take_line(struct span *text, struct span *line)
{
	const char *end;

	if (text->len == 0)
		return false;
	end = memchr(text->text, '\n', text->len);
	*line = *text;
	if (end != NULL)
		line->len = (size_t)(end - text->text);
	*text = span_from(*text, line->len + 1);
	return true;
}

/* Counts the entries of ${text} and their octets with that of the length. */
static enum fsk_err
check(struct span text, size_t *entries, size_t *octets, struct fault *fault)
{
	struct span line;

	for (size_t number = 1; take_line(&text, &line); number++) {
		struct line read = read_line(line);

		if (read.why != NULL) {
			if (fault != NULL)
				*fault = (struct fault){number, read.column, read.why};
			return FSK_SYNTAX;
		}
		*entries += read.name.len > 0;
		*octets += read.name.len > 0 ? read.name.len + 1u : 0;
	}
	return FSK_OK;
}

/* Makes room for ${entries} more, of ${octets} in all. */
static bool
reserve(struct watch_allow *allow, size_t entries, size_t octets)
{
	struct watch_allow grown = *allow;
	size_t wanted = size_mul(size_add(allow->count, entries), 2);
	unsigned char *text =
	        realloc(allow->text, size_add(size_add(allow->used, octets), 1));

	if (text == NULL)
		return false;
	allow->text = text;
	grown.text = text;
	/* Half of the places stay free, so that a search ends, and soon. */
	while (grown.mask < wanted && grown.mask < SIZE_MAX / 2)
		grown.mask = 2 * grown.mask + 1;
	if (grown.mask == allow->mask)
		return true;
	grown.place = calloc(size_add(grown.mask, 1), sizeof(*grown.place));
	if (grown.place == NULL)
		return false;
	for (size_t at = 0; at < allow->used; at += text[at] + 1u)
		*find(&grown, (struct span){(const char *)text + at + 1, text[at]}) =
		        at + 1;
	free(allow->place);
	*allow = grown;
	return true;
}

/* Adds ${name}, for which there is room. */
static void
add(struct watch_allow *allow, const struct fsk_name *name)
{
	size_t *place = find(allow, (struct span){name->text, name->len});

	if (*place != 0)
		return;
	*place = allow->used + 1;
	allow->text[allow->used] = name->len;
	memcpy(allow->text + allow->used + 1, name->text, name->len);
	allow->used += name->len + 1u;
	allow->count++;
}

enum fsk_err
watch_allow_read(struct watch_allow *allow, struct span text, struct fault *fault)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t entries = 0, octets = 0;
	struct span line;
	enum fsk_err err;

	if (text.len >= 3 && memcmp(text.text, mark, 3) == 0)
		text = span_from(text, 3);
	err = check(text, &entries, &octets, fault);
	if (err != FSK_OK)
		return err;
	if (!reserve(allow, entries, octets))
		return FSK_NOMEM;
	while (take_line(&text, &line)) {
		struct line read = read_line(line);

		if (read.name.len > 0)
			add(allow, &read.name);
	}
	return FSK_OK;
}
