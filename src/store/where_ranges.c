/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/where_ranges.h"

#include "base/ascii.h"
#include "base/size.h"

#include <stdlib.h>

#define LINE_MOST 4096                  /* octets of a line */
#define RANGES_MOST (UINT32_C(1) << 24) /* all that is routed is a million or so */
#define TEXT_SEEN 512                   /* octets of a file that are looked at */

struct range {
	struct address first, last;
	uint32_t network, line;
	char country[2];
};

struct where_ranges {
	struct range *items; /* of what is known of none there is none left */
	size_t count, room;
};

/* While it is read. */
struct reading {
	struct where_ranges *ranges;
	struct fault *fault;
	uint32_t line;
	size_t len; /* octets in the buffer */
	char buffer[1 << 16];
};

bool
where_ranges_may_be(struct span head)
{
	for (size_t i = 0; i < head.len && i < TEXT_SEEN; i++) {
		unsigned char c = (unsigned char)head.text[i];

		if (c < ' ' && c != '\t' && c != '\r' && c != '\n')
			return false;
	}
	return head.len > 0;
}

static enum fsk_err
refuse(struct reading *reading, size_t column, const char *why)
{
	*reading->fault =
	        (struct fault){.line = reading->line, .column = column, .why = why};
	return FSK_CORRUPT;
}

#define FIELDS 4 /* and a description */

/* Parts ${line} at its first tabs; false: there are too few. */
static bool
part(struct span line, struct span fields[FIELDS])
{
	for (size_t i = 0; i < FIELDS; i++) {
		const char *tab = memchr(line.text, '\t', line.len);

		if (tab == NULL)
			return false;
		fields[i] = (struct span){line.text, (size_t)(tab - line.text)};
		line = span_from(line, fields[i].len + 1);
	}
	return true;
}

static bool
read_number(struct span text, uint32_t *number)
{
	uint64_t value = 0;

	for (size_t i = 0; i < text.len && value <= UINT32_MAX; i++) {
		if (!ascii_digit(text.text[i]))
			return false;
		value = value * 10 + (uint64_t)(text.text[i] - '0');
	}
	*number = (uint32_t)value;
	return text.len > 0 && value <= UINT32_MAX;
}

static bool
read_country(struct span text, char country[2])
{
	static const char *const none[] = {"", "-", "None", "Unknown"};

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		if (span_equal(text, span_of(none[i])))
			return true;
	}
	if (text.len != 2 || !ascii_alpha(text.text[0]) || !ascii_alpha(text.text[1]))
		return false;
	country[0] = (char)(text.text[0] & ~0x20);
	country[1] = (char)(text.text[1] & ~0x20);
	return true;
}

static enum fsk_err
read_range(struct reading *reading, struct span line, struct range *range)
{
	struct span fields[FIELDS];
	const char *begin = line.text;

	*range = (struct range){.line = reading->line};
	if (!part(line, fields))
		return refuse(reading, 0,
		              "not first address, last address, number of the network, "
		              "country and description with tabs between them");
	if (address_read(fields[0], &range->first) != FSK_OK)
		return refuse(reading, 1, "not an address");
	if (address_read(fields[1], &range->last) != FSK_OK)
		return refuse(reading, (size_t)(fields[1].text - begin) + 1,
		              "not an address");
	if (address_is_v4(&range->first) != address_is_v4(&range->last) ||
	    memcmp(&range->first, &range->last, sizeof(range->first)) > 0)
		return refuse(reading, 1, "a range that ends before it begins");
	if (!read_number(fields[2], &range->network))
		return refuse(reading, (size_t)(fields[2].text - begin) + 1,
		              "not the number of a network");
	if (!read_country(fields[3], range->country))
		return refuse(reading, (size_t)(fields[3].text - begin) + 1,
		              "neither a country's two letters nor None");
	return FSK_OK;
}

static enum fsk_err
add(struct where_ranges *ranges, const struct range *range)
{
	if (ranges->count == ranges->room) {
		size_t room = ranges->room == 0 ? 1024 : ranges->room * 2;
		struct range *items =
		        realloc(ranges->items, size_mul(room, sizeof(*items)));

		if (items == NULL)
			return FSK_NOMEM;
		ranges->items = items;
		ranges->room = room;
	}
	ranges->items[ranges->count++] = *range;
	return FSK_OK;
}

static enum fsk_err
read_line(struct reading *reading, struct span line)
{
	struct range range;
	enum fsk_err e;

	reading->line++;
	if (line.len > 0 && line.text[line.len - 1] == '\r')
		line.len--;
	if (line.len == 0)
		return FSK_OK;
	if (reading->ranges->count == RANGES_MOST)
		return refuse(reading, 0, "more ranges than are read");
	e = read_range(reading, line, &range);
	return e == FSK_OK ? add(reading->ranges, &range) : e;
}

/* Reads the lines in the buffer that are whole; a part of one stays. */
static enum fsk_err
read_lines(struct reading *reading)
{
	struct span left = {reading->buffer, reading->len};
	enum fsk_err e = FSK_OK;

	while (e == FSK_OK && left.len > 0) {
		const char *end = memchr(left.text, '\n', left.len);
		size_t len;

		if (end == NULL)
			break;
		len = (size_t)(end - left.text);
		e = read_line(reading, (struct span){left.text, len});
		left = span_from(left, len + 1);
	}
	if (e != FSK_OK)
		return e;
	if (left.len > LINE_MOST) {
		reading->line++;
		return refuse(reading, 0, "a line that is too long");
	}
	memmove(reading->buffer, left.text, left.len);
	reading->len = left.len;
	return FSK_OK;
}

static enum fsk_err
read_all(struct reading *reading, struct log_source *source)
{
	enum fsk_err e = FSK_OK;

	while (e == FSK_OK) {
		size_t got = 0;

		e = log_source_read(source, reading->buffer + reading->len,
		                    sizeof(reading->buffer) - reading->len, &got);
		reading->len += got;
		if (e == FSK_OK)
			e = read_lines(reading);
		else if (e == FSK_CORRUPT)
			*reading->fault = (struct fault){.why = log_source_why(source)};
	}
	if (e != FSK_END)
		return e;
	return reading->len == 0
	               ? FSK_OK
	               : read_line(reading, (struct span){reading->buffer, reading->len});
}

static int
compare(const void *a, const void *b)
{
	const struct range *left = a, *right = b;
	int order = memcmp(&left->first, &right->first, sizeof(left->first));

	return order != 0 ? order : (left->line > right->line) - (left->line < right->line);
}

/* Puts them in order, in which the file mostly is, and sees that no address is in two. */
static enum fsk_err
settle(struct reading *reading)
{
	struct where_ranges *ranges = reading->ranges;
	bool sorted = true;
	size_t kept = 0;

	for (size_t i = 1; i < ranges->count && sorted; i++)
		sorted = compare(&ranges->items[i - 1], &ranges->items[i]) < 0;
	if (!sorted)
		qsort(ranges->items, ranges->count, sizeof(*ranges->items), compare);
	for (size_t i = 1; i < ranges->count; i++) {
		const struct range *before = &ranges->items[i - 1];
		const struct range *range = &ranges->items[i];

		if (memcmp(&before->last, &range->first, sizeof(before->last)) < 0)
			continue;
		reading->line = range->line > before->line ? range->line : before->line;
		return refuse(reading, 0, "a line before it has some of its addresses");
	}
	for (size_t i = 0; i < ranges->count; i++) {
		if (ranges->items[i].network != 0 || ranges->items[i].country[0] != '\0')
			ranges->items[kept++] = ranges->items[i];
	}
	ranges->count = kept;
	return FSK_OK;
}

enum fsk_err
where_ranges_read(struct log_source *source, struct where_ranges **ranges,
                  struct fault *fault)
{
	struct reading *reading = calloc(1, sizeof(*reading));
	enum fsk_err e = FSK_NOMEM;

	if (reading == NULL)
		return e;
	reading->fault = fault;
	reading->ranges = calloc(1, sizeof(*reading->ranges));
	if (reading->ranges != NULL)
		e = read_all(reading, source);
	if (e == FSK_OK)
		e = settle(reading);
	if (e == FSK_OK)
		*ranges = reading->ranges;
	else
		where_ranges_free(reading->ranges);
	free(reading);
	return e;
}

void
where_ranges_find(const struct where_ranges *ranges, const struct address *address,
                  struct store_where *where)
{
	size_t low = 0, high = ranges->count;
	const struct range *found;

	*where = (struct store_where){.network = 0};
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(&ranges->items[middle].first, address, sizeof(*address)) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return;
	found = &ranges->items[low - 1];
	if (memcmp(address, &found->last, sizeof(*address)) > 0)
		return;
	where->network = found->network;
	memcpy(where->country, found->country, sizeof(found->country));
}

void
where_ranges_free(struct where_ranges *ranges)
{
	if (ranges != NULL)
		free(ranges->items);
	free(ranges);
}
