/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scan/state.c: the marks lie in the order in which they are written, so that what
 * is written is what was read, byte for byte.
 */
#include "scan/state.h"

#include "base/ascii.h"
#include "base/size.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* What the file is, and the version of its form. */
#define TITLE "foresink-scan-state\t"
#define VERSION "1"

/* What the fields of a line are, in their order. */
#define FIELDS "#head-bytes\thead\ttail-bytes\ttail\toffset\tline\tseen\tformat"

/* Bytes of a line that are enough for the largest numbers. */
#define LINE_ROOM 144

#define SEEN_LAST INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

struct scan_state {
	struct scan_mark *marks;
	size_t count;
	size_t room;
};

enum fsk_err
scan_state_new(struct scan_state **state)
{
	struct scan_state *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	*state = made;
	return FSK_OK;
}

void
scan_state_free(struct scan_state *state)
{
	if (state == NULL)
		return;
	free(state->marks);
	free(state);
}

uint64_t
scan_state_digest(struct span bytes)
{
	return XXH3_64bits(bytes.text, bytes.len);
}

static int
order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Which of the places that ${a} and ${b} mark stands first; 0: they are the same. */
static int
compare(const struct scan_mark *a, const struct scan_mark *b)
{
	int result = order(a->head_len, b->head_len);

	if (result == 0)
		result = order(a->head, b->head);
	if (result == 0)
		result = order(a->tail_len, b->tail_len);
	if (result == 0)
		result = order(a->tail, b->tail);
	if (result == 0)
		result = order(a->offset, b->offset);
	return result != 0 ? result : strncmp(a->format, b->format, sizeof(a->format));
}

/* Where ${mark} stands in ${state}, or would. */
static size_t
place_of(const struct scan_state *state, const struct scan_mark *mark)
{
	size_t low = 0;
	size_t high = state->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&state->marks[middle], mark) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
holds(const struct scan_state *state, size_t place, const struct scan_mark *mark)
{
	return place < state->count && compare(&state->marks[place], mark) == 0;
}

static bool
is_format(struct span name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!ascii_lower(name.text[i]) && !ascii_digit(name.text[i]) &&
		    name.text[i] != '-')
			return false;
	return name.len > 0 && name.len < sizeof((struct scan_mark){0}.format);
}

/* What of ${mark}, whose format is right, contradicts the rest or the limits; NULL:
 * nothing. */
static const char *
contradiction(const struct scan_mark *mark)
{
	if (mark->head_len == 0)
		return "a mark without a head fits every file";
	if (mark->head_len > SCAN_STATE_HEAD)
		return "the head is longer than heads are";
	if (mark->tail_len > SCAN_STATE_TAIL)
		return "the tail is longer than tails are";
	if (mark->tail_len > mark->offset)
		return "the tail begins before the file";
	if (mark->tail_len == 0 && mark->tail != 0)
		return "an empty tail has no digest";
	if (mark->offset == 0)
		return "a mark at the start of a file marks nothing";
	if (mark->line == 0)
		return "lines are counted from 1";
	if (mark->seen < 0 || mark->seen > SEEN_LAST)
		return "the file was seen at no time that there is";
	return NULL;
}

static enum fsk_err
reserve(struct scan_state *state, size_t more)
{
	size_t need = size_add(state->count, more);
	struct scan_mark *marks;

	if (need <= state->room)
		return FSK_OK;
	if (need < size_mul(state->room, 2))
		need = size_mul(state->room, 2);
	marks = realloc(state->marks, size_mul(need, sizeof(*marks)));
	if (marks == NULL)
		return FSK_NOMEM;
	state->marks = marks;
	state->room = need;
	return FSK_OK;
}

/* Adds ${mark}, for which there is room. Of two of the same place the one that was
 * seen later is kept. */
static void
insert(struct scan_state *state, const struct scan_mark *mark)
{
	size_t place = place_of(state, mark);

	if (holds(state, place, mark)) {
		if (state->marks[place].seen < mark->seen)
			state->marks[place] = *mark;
		return;
	}
	memmove(&state->marks[place + 1], &state->marks[place],
	        (state->count - place) * sizeof(*mark));
	state->marks[place] = *mark;
	state->count++;
}

enum fsk_err
scan_state_keep(struct scan_state *state, const struct scan_mark *mark,
                const struct scan_mark *replaces)
{
	struct scan_mark kept = *mark;
	struct scan_mark old = replaces != NULL ? *replaces : kept;
	size_t len = strnlen(kept.format, sizeof(kept.format));
	size_t place;
	enum fsk_err err;

	if (!is_format((struct span){kept.format, len}) || contradiction(&kept) != NULL)
		return FSK_RANGE;
	err = reserve(state, 1);
	if (err != FSK_OK)
		return err;
	place = place_of(state, &old);
	if (replaces != NULL && holds(state, place, &old)) {
		struct scan_mark *found = &state->marks[place];

		if (found->offset > kept.offset) {
			if (found->seen < kept.seen)
				found->seen = kept.seen;
			return FSK_OK;
		}
		state->count--;
		memmove(found, found + 1, (state->count - place) * sizeof(*found));
	}
	insert(state, &kept);
	return FSK_OK;
}

/* Whether ${a} is told before ${b}: it is further, or stands before it. */
static bool
precedes(const struct scan_mark *a, const struct scan_mark *b)
{
	return a->offset != b->offset ? a->offset > b->offset : a < b;
}

const struct scan_mark *
scan_state_find(const struct scan_state *state, struct span head, size_t n)
{
	const struct scan_mark *last = NULL; /* that was told */
	const struct scan_mark *best = NULL;

	for (size_t round = 0; round <= n; round++) {
		uint32_t len = 0; /* of which digest is one */
		uint64_t digest = 0;

		best = NULL;
		for (size_t i = 0; i < state->count; i++) {
			const struct scan_mark *mark = &state->marks[i];

			if (mark->head_len > head.len)
				break; /* nor does any behind it fit */
			if (mark->head_len != len) {
				len = mark->head_len;
				digest = scan_state_digest((struct span){head.text, len});
			}
			if (mark->head == digest &&
			    (last == NULL || precedes(last, mark)) &&
			    (best == NULL || precedes(mark, best)))
				best = mark;
		}
		if (best == NULL)
			return NULL;
		last = best;
	}
	return best;
}

/* A state file that is being read. */
struct reader {
	struct span rest; /* of the line */
	size_t len;       /* of the whole line */
	struct fault fault;
};

static enum fsk_err
fail(struct reader *reader, enum fsk_err err, const char *why)
{
	reader->fault.why = why;
	reader->fault.column = reader->len - reader->rest.len + 1;
	return err;
}

/* Takes the next line off ${text}. */
static enum fsk_err
next_line(struct reader *reader, struct span *text)
{
	const char *end = text->len > 0 ? memchr(text->text, '\n', text->len) : NULL;

	reader->fault.line++;
	reader->rest = *text;
	reader->len = text->len;
	/* A format whose end is missing would look like another one. */
	if (end == NULL)
		return fail(reader, FSK_SYNTAX, "the file is cut");
	reader->len = (size_t)(end - text->text);
	reader->rest.len = reader->len;
	*text = span_from(*text, reader->len + 1);
	if (reader->len > 0 && end[-1] == '\r')
		return fail(reader, FSK_SYNTAX,
		            "the line ends in CR LF: another program has written here");
	return FSK_OK;
}

/* Takes the next field, which ends at a tab or, when it ${is_last}, with the line. */
static enum fsk_err
next_field(struct reader *reader, bool is_last, struct span *field)
{
	struct span rest = reader->rest;
	const char *tab = rest.len > 0 ? memchr(rest.text, '\t', rest.len) : NULL;

	if (is_last && tab != NULL)
		return fail(reader, FSK_SYNTAX, "the line has more than 8 fields");
	if (!is_last && tab == NULL)
		return fail(reader, FSK_SYNTAX, "the line has less than 8 fields");
	*field = rest;
	if (tab != NULL)
		field->len = (size_t)(tab - rest.text);
	return FSK_OK;
}

/* Moves on behind ${field}. */
static void
pass(struct reader *reader, struct span field)
{
	reader->rest = span_from(reader->rest, field.len + 1);
}

/* Takes a decimal number of at most ${most}, without zeros in front. */
static enum fsk_err
take_number(struct reader *reader, uint64_t most, uint64_t *number)
{
	struct span field;
	uint64_t value = 0;
	enum fsk_err err = next_field(reader, false, &field);

	if (err != FSK_OK)
		return err;
	for (size_t i = 0; i < field.len; i++) {
		uint64_t digit = (uint64_t)(field.text[i] - '0');

		if (!ascii_digit(field.text[i]))
			return fail(reader, FSK_SYNTAX, "not a number");
		if (value > (most - digit) / 10)
			return fail(reader, FSK_SYNTAX, "the number is too large");
		value = value * 10 + digit;
	}
	if (field.len == 0 || (field.len > 1 && field.text[0] == '0'))
		return fail(reader, FSK_SYNTAX, "not a number");
	pass(reader, field);
	*number = value;
	return FSK_OK;
}

/* Takes a digest: 16 hexadecimal digits, small ones. */
static enum fsk_err
take_digest(struct reader *reader, uint64_t *digest)
{
	struct span field;
	uint64_t value = 0;
	enum fsk_err err = next_field(reader, false, &field);

	if (err != FSK_OK)
		return err;
	for (size_t i = 0; i < field.len && field.len == 16; i++) {
		char c = field.text[i];

		if (!ascii_digit(c) && (c < 'a' || c > 'f'))
			return fail(reader, FSK_SYNTAX, "not a digest");
		value = value << 4 | (uint64_t)(ascii_digit(c) ? c - '0' : c - 'a' + 10);
	}
	if (field.len != 16)
		return fail(reader, FSK_SYNTAX, "a digest has 16 digits");
	pass(reader, field);
	*digest = value;
	return FSK_OK;
}

static enum fsk_err
take_format(struct reader *reader, struct scan_mark *mark)
{
	struct span field;
	enum fsk_err err = next_field(reader, true, &field);

	if (err != FSK_OK)
		return err;
	if (!is_format(field))
		return fail(reader, FSK_SYNTAX, "not the name of a format");
	memcpy(mark->format, field.text, field.len);
	return FSK_OK;
}

/* Reads the line at hand into ${mark}, which is zeroed. */
static enum fsk_err
read_mark(struct reader *reader, struct scan_mark *mark)
{
	uint64_t head_len = 0;
	uint64_t tail_len = 0;
	uint64_t seen = 0;
	enum fsk_err err = take_number(reader, UINT32_MAX, &head_len);

	if (err == FSK_OK)
		err = take_digest(reader, &mark->head);
	if (err == FSK_OK)
		err = take_number(reader, UINT32_MAX, &tail_len);
	if (err == FSK_OK)
		err = take_digest(reader, &mark->tail);
	if (err == FSK_OK)
		err = take_number(reader, UINT64_MAX, &mark->offset);
	if (err == FSK_OK)
		err = take_number(reader, UINT64_MAX, &mark->line);
	if (err == FSK_OK)
		err = take_number(reader, INT64_MAX, &seen);
	if (err == FSK_OK)
		err = take_format(reader, mark);
	if (err != FSK_OK)
		return err;
	mark->head_len = (uint32_t)head_len;
	mark->tail_len = (uint32_t)tail_len;
	mark->seen = (int64_t)seen;
	if (contradiction(mark) != NULL) {
		err = fail(reader, FSK_SYNTAX, contradiction(mark));
		reader->fault.column = 0;
	}
	return err;
}

/* Reads the lines in front of the marks. */
static enum fsk_err
read_title(struct reader *reader, struct span *text)
{
	struct span title = span_of(TITLE);
	bool is_ours =
	        text->len >= title.len && memcmp(text->text, title.text, title.len) == 0;
	enum fsk_err err = next_line(reader, text);

	if (!is_ours) {
		reader->rest.len = reader->len;
		return fail(reader, FSK_SYNTAX, "this is no state file of foresink scan");
	}
	if (err != FSK_OK)
		return err;
	reader->rest = span_from(reader->rest, title.len);
	if (!span_equal(reader->rest, span_of(VERSION)))
		return fail(reader, FSK_VERSION, "the state file is of another version");
	err = next_line(reader, text);
	if (err == FSK_OK && !span_equal(reader->rest, span_of(FIELDS)))
		err = fail(reader, FSK_SYNTAX, "the names of the fields are missing");
	return err;
}

/* Adds the marks of ${text} to ${state}, which is empty. They must rise, so that the
 * last one tells whether a mark stands twice. */
static enum fsk_err
read_all(struct scan_state *state, struct span text, struct reader *reader)
{
	enum fsk_err err = read_title(reader, &text);

	while (err == FSK_OK && text.len > 0) {
		struct scan_mark *mark;
		int rises = 1;

		err = next_line(reader, &text);
		if (err == FSK_OK)
			err = reserve(state, 1);
		if (err != FSK_OK)
			return err;
		mark = &state->marks[state->count];
		memset(mark, 0, sizeof(*mark));
		err = read_mark(reader, mark);
		if (err == FSK_OK && state->count > 0)
			rises = compare(mark, mark - 1);
		if (rises > 0) {
			state->count++;
			continue;
		}
		err = fail(reader, FSK_SYNTAX,
		           rises == 0 ? "the mark stands twice"
		                      : "the marks are not in their order");
		reader->fault.column = 0;
	}
	return err;
}

/* Adds the marks of ${from} to those of ${to}. */
static enum fsk_err
merge(struct scan_state *to, const struct scan_state *from)
{
	enum fsk_err err = reserve(to, from->count);

	for (size_t i = 0; err == FSK_OK && i < from->count; i++)
		insert(to, &from->marks[i]);
	return err;
}

enum fsk_err
scan_state_read(struct scan_state *state, struct span text, struct fault *fault)
{
	struct scan_state made = {.count = 0};
	struct reader reader = {.len = 0};
	enum fsk_err err = read_all(&made, text, &reader);

	if ((err == FSK_SYNTAX || err == FSK_VERSION) && fault != NULL)
		*fault = reader.fault;
	if (err == FSK_OK)
		err = merge(state, &made);
	free(made.marks);
	return err;
}

/* Writes ${mark} as a line at ${out} and returns how long it is. */
static size_t
write_mark(char out[LINE_ROOM], const struct scan_mark *mark)
{
	return (size_t)snprintf(out, LINE_ROOM,
	                        "%" PRIu32 "\t%016" PRIx64 "\t%" PRIu32 "\t%016" PRIx64
	                        "\t%" PRIu64 "\t%" PRIu64 "\t%" PRId64 "\t%s\n",
	                        mark->head_len, mark->head, mark->tail_len, mark->tail,
	                        mark->offset, mark->line, mark->seen, mark->format);
}

enum fsk_err
scan_state_write(const struct scan_state *state, int64_t oldest, char **text, size_t *len)
{
	static const char title[] = TITLE VERSION "\n" FIELDS "\n";
	size_t used = sizeof(title) - 1;
	char *out = malloc(size_add(sizeof(title), size_mul(state->count, LINE_ROOM)));

	if (out == NULL)
		return FSK_NOMEM;
	memcpy(out, title, sizeof(title));
	for (size_t i = 0; i < state->count; i++)
		if (state->marks[i].seen >= oldest)
			used += write_mark(out + used, &state->marks[i]);
	*text = out;
	*len = used;
	return FSK_OK;
}
