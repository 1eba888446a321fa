/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Lists of lines. Tranco's and Umbrella's have RANK,NAME; Majestic's has a header and
 * many columns; the others have one name a line, and of registered names perhaps the
 * day. Each line tells for itself which it is, but for Majestic's.
 */
#include "base/ascii.h"
#include "base/date.h"
#include "watch/known_part.h"

#include <strings.h>

#define ABSENT SIZE_MAX

/* Where Majestic's header puts what is wanted, from 0. */
struct columns {
	size_t rank;
	size_t name; /* ABSENT: there is no header */
};

/* A line that is read. */
struct row {
	struct span name;
	struct span number; /* rank or day; of no length: none */
	const char *line;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* ${text} without blanks around it, and without quotes around it as CSV has them. */
static struct span
trim(struct span text)
{
	while (text.len > 0 && is_blank(*text.text))
		text = span_from(text, 1);
	while (text.len > 0 && is_blank(text.text[text.len - 1]))
		text.len--;
	if (text.len > 1 && *text.text == '"' && text.text[text.len - 1] == '"')
		text = (struct span){text.text + 1, text.len - 2};
	return text;
}

/* ${text} without what stands behind '#' at its start or behind a blank, and without
 * CR and blanks around it. */
static struct span
strip(struct span text)
{
	const char *at = text.len > 0 ? memchr(text.text, '#', text.len) : NULL;

	while (at != NULL && at > text.text && !is_blank(at[-1]))
		at = memchr(at + 1, '#', text.len - (size_t)(at + 1 - text.text));
	if (at != NULL)
		text.len = (size_t)(at - text.text);
	else if (text.len > 0 && text.text[text.len - 1] == '\r')
		text.len--;
	while (text.len > 0 && is_blank(*text.text))
		text = span_from(text, 1);
	while (text.len > 0 && is_blank(text.text[text.len - 1]))
		text.len--;
	return text;
}

/* Takes the next field and the ${end} behind it off ${rest}. */
static struct span
take_field(struct span *rest, char end)
{
	const char *at = rest->len > 0 ? memchr(rest->text, end, rest->len) : NULL;
	struct span field = *rest;

	if (at != NULL)
		field.len = (size_t)(at - rest->text);
	*rest = span_from(*rest, field.len + 1);
	return trim(field);
}

/* The ${n}th field, from 0, of ${text}, parted by commas; of no length: none. */
static struct span
field_at(struct span text, size_t n)
{
	struct span field = take_field(&text, ',');

	for (; n > 0; n--)
		field = take_field(&text, ',');
	return field;
}

static bool
is_word(struct span text, const char *word)
{
	return text.len == strlen(word) && strncasecmp(text.text, word, text.len) == 0;
}

/* Whether ${text} is the header of Majestic's list; stores where its columns are. */
static bool
read_header(struct span text, struct columns *columns)
{
	struct columns read = {ABSENT, ABSENT};

	for (size_t n = 0; text.len > 0; n++) {
		struct span field = take_field(&text, ',');

		if (is_word(field, "GlobalRank"))
			read.rank = n;
		else if (is_word(field, "Domain"))
			read.name = n;
	}
	if (read.rank == ABSENT || read.name == ABSENT)
		return false;
	*columns = read;
	return true;
}

static bool
is_number(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!ascii_digit(text.text[i]))
			return false;
	}
	return text.len > 0;
}

/* Takes ${text}, a line of ${kind}, apart. */
static struct row
split(struct span text, enum watch_known_kind kind, const struct columns *columns)
{
	struct row row = {.line = text.text};
	struct span first;
	struct span rest = text;

	if (columns->name != ABSENT) {
		row.name = field_at(text, columns->name);
		if (kind == WATCH_POPULAR)
			row.number = field_at(text, columns->rank);
		return row;
	}
	first = take_field(&rest, ',');
	if (kind == WATCH_POPULAR) {
		bool ranked = is_number(first) && rest.len > 0;

		row.name = ranked ? trim(rest) : trim(text);
		row.number = ranked ? first : rest;
		row.number.len = ranked ? first.len : 0;
		return row;
	}
	if (first.len == text.len && memchr(text.text, '\t', text.len) != NULL) {
		rest = text;
		first = take_field(&rest, '\t');
	}
	row.name = first;
	row.number = trim(rest);
	return row;
}

/* Reads ${text} as a rank. */
static bool
read_rank(struct span text, int32_t *rank)
{
	uint64_t read = 0;

	if (!is_number(text))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		read = read * 10 + (uint64_t)(text.text[i] - '0');
		if (read > INT32_MAX)
			return false;
	}
	*rank = (int32_t)read;
	return true;
}

/* Reads the number of ${row}; ${part} tells what it is, and what stands for none. */
static bool
read_number(const struct known_part *part, const struct row *row, int32_t *number)
{
	int64_t instant;
	int64_t length;

	if (part->list.kind == WATCH_POPULAR) {
		*number = known_part_next_rank(part);
		return row->number.len == 0 || read_rank(row->number, number);
	}
	*number = WATCH_KNOWN_NO_DAY;
	if (row->number.len == 0)
		return true;
	if (date_parse_instant(row->number, &instant, &length, NULL) != FSK_OK)
		return false;
	*number = (int32_t)date_day_of(instant);
	return true;
}

/* Reads ${row}, which stands in line ${line}, that begins at ${start}, into ${part}. */
static enum fsk_err
read_row(struct known_part *part, const struct row *row, size_t line, const char *start)
{
	struct fault place = {.line = line, .why = NULL};
	const char *at = row->name.len > 0 ? row->name.text : row->line;
	int32_t number;

	if (!read_number(part, row, &number)) {
		place.column = (size_t)(row->number.text - start) + 1;
		place.why = part->list.kind == WATCH_POPULAR ? "no rank" : "no date";
		known_part_skip(part, place);
		return FSK_OK;
	}
	place.column = (size_t)(at - start) + 1;
	return known_part_take(part, row->name, number, place);
}

enum fsk_err
known_lines_read(struct known_part *part, struct span text)
{
	struct columns columns = {ABSENT, ABSENT};
	bool first = true; /* of the lines that say something */

	for (size_t number = 1; text.len > 0; number++) {
		const char *end = memchr(text.text, '\n', text.len);
		size_t len = end != NULL ? (size_t)(end - text.text) : text.len;
		struct span line = strip((struct span){text.text, len});

		if (line.len > 0 && !(first && read_header(line, &columns))) {
			struct row row = split(line, part->list.kind, &columns);
			enum fsk_err err = read_row(part, &row, number, text.text);

			if (err != FSK_OK)
				return err;
		}
		first = first && line.len == 0;
		text = span_from(text, len + 1);
	}
	return FSK_OK;
}
