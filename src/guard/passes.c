/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The passes stand in the order of their names, so that a name and its parents are found by
 * a search each.
 */
#include "guard/passes.h"

#include "base/date.h"
#include "base/size.h"
#include "watch/utf8.h"
#include "wire/name.h"

#include <stdio.h>
#include <stdlib.h>

struct guard_passes {
	size_t count;
	struct guard_pass passes[];
};

/* By length, then by octets: quicker than by letters, and no reader sees the order. */
static int
compare_names(const struct fsk_name *a, const char *name, size_t len)
{
	if (a->len != len)
		return a->len < len ? -1 : 1;
	return memcmp(a->text, name, len);
}

static int
compare_passes(const void *a, const void *b)
{
	const struct guard_pass *x = a;
	const struct guard_pass *y = b;
	int order = compare_names(&x->name, y->name.text, y->name.len);

	if (order != 0)
		return order;
	return x->until < y->until ? 1 : x->until > y->until ? -1 : 0;
}

/* A set without passes, with room for ${count}. */
static struct guard_passes *
make_set(size_t count)
{
	struct guard_passes *set =
	        calloc(1, size_add(sizeof(*set), size_mul(count, sizeof(set->passes[0]))));

	return set;
}

static void
put_in_order(struct guard_passes *set)
{
	qsort(set->passes, set->count, sizeof(set->passes[0]), compare_passes);
}

enum fsk_err
guard_passes_new(const struct guard_pass *passes, size_t count, int64_t now,
                 struct guard_passes **set)
{
	struct guard_passes *made;
	size_t lasting = 0;

	for (size_t i = 0; i < count; i++)
		lasting += passes[i].until >= now;
	if (lasting > GUARD_PASSES_MOST)
		return FSK_RANGE;
	made = make_set(lasting);
	if (made == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < count; i++)
		if (passes[i].until >= now)
			made->passes[made->count++] = passes[i];
	put_in_order(made);
	*set = made;
	return FSK_OK;
}

void
guard_passes_free(void *set)
{
	free(set);
}

size_t
guard_passes_count(const struct guard_passes *set)
{
	return set == NULL ? 0 : set->count;
}

const struct guard_pass *
guard_passes_at(const struct guard_passes *set, size_t n)
{
	return n < guard_passes_count(set) ? &set->passes[n] : NULL;
}

/* The first pass of the ${len} octets at ${name}; set->count when there is none. */
static size_t
first_of(const struct guard_passes *set, const char *name, size_t len)
{
	size_t low = 0;
	size_t high = set->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_names(&set->passes[middle].name, name, len) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < set->count && compare_names(&set->passes[low].name, name, len) != 0)
		return set->count;
	return low;
}

static bool
is_for(const struct guard_pass *pass, const struct address *client, int64_t now)
{
	return pass->until >= now &&
	       (!pass->has_client || guard_prefix_has(&pass->client, 1, client));
}

/* The longest pass of that very name for ${client}. */
static const struct guard_pass *
find_name(const struct guard_passes *set, const char *name, size_t len,
          const struct address *client, int64_t now)
{
	for (size_t i = first_of(set, name, len);
	     i < set->count && compare_names(&set->passes[i].name, name, len) == 0; i++)
		if (is_for(&set->passes[i], client, now))
			return &set->passes[i];
	return NULL;
}

const struct guard_pass *
guard_passes_find(const struct guard_passes *set, const char *name, size_t len,
                  const struct address *client, int64_t now)
{
	const struct guard_pass *longest = NULL;

	while (guard_passes_count(set) > 0 && len > 0) {
		const struct guard_pass *pass = find_name(set, name, len, client, now);
		const char *dot = memchr(name, '.', len);

		if (pass != NULL && (longest == NULL || pass->until > longest->until))
			longest = pass;
		if (dot == NULL)
			break;
		len -= (size_t)(dot - name) + 1;
		name = dot + 1;
	}
	return longest;
}

/* Lines. */

/* A line that is being read. */
struct line {
	struct span left;
	size_t column; /* of what is left, from 1 */
	const char *why;
};

/* Takes the next word, up to a blank or the end. */
static struct span
take_word(struct line *line)
{
	const char *blank = memchr(line->left.text, ' ', line->left.len);
	size_t len = blank == NULL ? line->left.len : (size_t)(blank - line->left.text);
	struct span word = {line->left.text, len};
	size_t taken = len + (blank != NULL);

	line->left = span_from(line->left, taken);
	line->column += taken;
	return word;
}

bool
guard_pass_reason(struct span text)
{
	if (text.len == 0 || text.len > GUARD_PASS_REASON)
		return false;
	while (text.len > 0) {
		uint32_t point;
		size_t octets = utf8_read(text, &point);

		/* C0, DEL, C1, and the two that break a line. */
		if (octets == 0 || point < 0x20 || (point >= 0x7f && point < 0xa0) ||
		    point == 0x2028 || point == 0x2029)
			return false;
		text = span_from(text, octets);
	}
	return true;
}

/* Takes an instant, or a day, of which the last second counts if it is the ${last}. */
static bool
take_instant(struct line *line, bool last, int64_t *instant)
{
	int64_t length;

	line->why = last ? "the end is no instant" : "the begin is no instant";
	if (date_parse_instant(take_word(line), instant, &length, NULL) != FSK_OK)
		return false;
	*instant += last ? length - 1 : 0;
	return true;
}

static bool
take_client(struct line *line, struct guard_pass *pass)
{
	struct span word = take_word(line);

	line->why = "a client is a prefix of addresses, or \"-\"";
	pass->has_client = !span_equal(word, span_of("-"));
	return !pass->has_client || guard_prefix_read(word, &pass->client) == FSK_OK;
}

/* Reads ${line} into ${pass}; false with line->why, and the column of the word. */
static bool
read_pass(struct line *line, struct guard_pass *pass, size_t *column)
{
	*pass = (struct guard_pass){.until = 0};
	*column = line->column;
	line->why = "this is no domain name";
	if (wire_name_read(take_word(line), &pass->name, NULL) != FSK_OK)
		return false;
	*column = line->column;
	if (!take_instant(line, true, &pass->until))
		return false;
	*column = line->column;
	if (!take_instant(line, false, &pass->since))
		return false;
	*column = line->column;
	if (!take_client(line, pass))
		return false;
	*column = line->column;
	line->why = "the reason is missing, too long, or no text";
	if (!guard_pass_reason(line->left))
		return false;
	memcpy(pass->reason, line->left.text, line->left.len);
	return true;
}

/* Takes the next line off ${text}, without its end. */
static struct span
take_line(struct span *text)
{
	const char *end = memchr(text->text, '\n', text->len);
	size_t len = end == NULL ? text->len : (size_t)(end - text->text);
	struct span line = {text->text, len};

	*text = span_from(*text, len + 1);
	return line;
}

/* Reads the lines of ${text} into ${set}, which has room for all. */
static bool
read_lines(struct span text, int64_t now, struct guard_passes *set, struct fault *fault)
{
	for (size_t number = 1; text.len > 0; number++) {
		struct line line = {.left = take_line(&text), .column = 1};
		struct guard_pass pass;
		size_t column;

		if (line.left.len == 0)
			continue;
		if (!read_pass(&line, &pass, &column)) {
			*fault = (struct fault){number, column, line.why};
			return false;
		}
		if (pass.until < now)
			continue;
		if (set->count == GUARD_PASSES_MOST) {
			*fault = (struct fault){number, 0, "too many passes"};
			return false;
		}
		set->passes[set->count++] = pass;
	}
	return true;
}

enum fsk_err
guard_passes_read(struct span text, int64_t now, struct guard_passes **set,
                  struct fault *fault)
{
	struct fault unwanted;
	struct guard_passes *made;
	size_t lines = text.len > 0;

	for (size_t i = 0; i < text.len && lines < GUARD_PASSES_MOST; i++)
		lines += text.text[i] == '\n';
	made = make_set(lines);
	if (made == NULL)
		return FSK_NOMEM;
	if (!read_lines(text, now, made, fault != NULL ? fault : &unwanted)) {
		free(made);
		return FSK_SYNTAX;
	}
	put_in_order(made);
	*set = made;
	return FSK_OK;
}

/* Writes ${instant}, or the nearest that the calendar has. */
static void
write_instant(int64_t instant, char out[DATE_INSTANT_SIZE])
{
	if (instant < DATE_FIRST * DATE_DAY)
		instant = DATE_FIRST * DATE_DAY;
	if (instant > DATE_LAST * DATE_DAY + DATE_DAY - 1)
		instant = DATE_LAST * DATE_DAY + DATE_DAY - 1;
	date_write_instant(instant, out);
}

size_t
guard_pass_write(const struct guard_pass *pass, char line[GUARD_PASS_LINE])
{
	char until[DATE_INSTANT_SIZE];
	char since[DATE_INSTANT_SIZE];
	char client[GUARD_PREFIX_SIZE] = "-";

	write_instant(pass->until, until);
	write_instant(pass->since, since);
	if (pass->has_client)
		guard_prefix_write(&pass->client, client);
	return (size_t)snprintf(line, GUARD_PASS_LINE, "%.*s %s %s %s %s\n",
	                        (int)pass->name.len, pass->name.text, until, since, client,
	                        pass->reason);
}
