/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan/leases.h"

#include "base/size.h"
#include "scan/lease.h"

#include <stdlib.h>

/* Octets of a block of text. */
#define BLOCK 65536

struct kept {
	struct lease lease;
	size_t order;  /* in which they were read */
	size_t before; /* the last of the address in front of this one that ends
	                * later, from 1; 0: none */
};

/* Text that leases have copied; it never moves. */
struct block {
	struct block *next;
	size_t used;
	size_t size;
	char text[];
};

/* Sorted by address, then by the second from which they hold. */
struct leases {
	struct kept *kept;
	size_t count;
	size_t room;
	size_t order; /* of the next one */
	struct block *block;
};

enum fsk_err
leases_new(struct leases **leases)
{
	struct leases *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	*leases = made;
	return FSK_OK;
}

void
leases_free(struct leases *leases)
{
	if (leases == NULL)
		return;
	while (leases->block != NULL) {
		struct block *next = leases->block->next;

		free(leases->block);
		leases->block = next;
	}
	free(leases->kept);
	free(leases);
}

size_t
leases_count(const struct leases *leases)
{
	return leases->count;
}

/* Lets ${text} be a copy of itself. */
static enum fsk_err
keep(struct leases *leases, struct span *text)
{
	struct block *block = leases->block;

	if (text->len == 0) {
		*text = (struct span){"", 0};
		return FSK_OK;
	}
	if (block == NULL || block->size - block->used < text->len) {
		size_t size = text->len > BLOCK ? text->len : BLOCK;

		block = malloc(size_add(sizeof(*block), size));
		if (block == NULL)
			return FSK_NOMEM;
		block->next = leases->block;
		block->used = 0;
		block->size = size;
		leases->block = block;
	}
	memcpy(block->text + block->used, text->text, text->len);
	text->text = block->text + block->used;
	block->used += text->len;
	return FSK_OK;
}

enum fsk_err
leases_add(struct leases *leases, const struct lease *lease)
{
	struct kept kept = {.lease = *lease, .order = leases->order};

	if (leases->count == leases->room) {
		size_t room = size_add(size_mul(leases->room, 2), 64);
		struct kept *grown = realloc(leases->kept, size_mul(room, sizeof(*grown)));

		if (grown == NULL)
			return FSK_NOMEM;
		leases->kept = grown;
		leases->room = room;
	}
	if (keep(leases, &kept.lease.hardware) != FSK_OK ||
	    keep(leases, &kept.lease.name) != FSK_OK)
		return FSK_NOMEM;
	leases->kept[leases->count++] = kept;
	leases->order++;
	return FSK_OK;
}

void
leases_skip(struct lease_text *text, size_t line, size_t column, const char *why)
{
	if (text->skipped == 0)
		text->fault = (struct fault){line, column, why};
	text->skipped++;
}

bool
leases_line(struct span *text, struct span *line)
{
	const char *end;

	if (text->len == 0)
		return false;
	end = memchr(text->text, '\n', text->len);
	*line = *text;
	if (end != NULL)
		line->len = (size_t)(end - text->text);
	*text = span_from(*text, line->len + 1);
	if (line->len > 0 && line->text[line->len - 1] == '\r')
		line->len--;
	return true;
}

bool
leases_number(struct span text, int64_t most, int64_t *number)
{
	int64_t read = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (!ascii_digit(text.text[i]))
			return false;
		read = read * 10 + (text.text[i] - '0');
		if (read > most)
			return false;
	}
	if (text.len == 0)
		return false;
	*number = read;
	return true;
}

/* By address, by start, in the order in which they were read. Of those without a
 * start the ones that end first come last, since leases_find() goes backwards. */
static int
compare(const void *left, const void *right)
{
	const struct kept *a = left;
	const struct kept *b = right;
	int by_address =
	        memcmp(&a->lease.address, &b->lease.address, sizeof(struct address));

	if (by_address != 0)
		return by_address;
	if (a->lease.from != b->lease.from)
		return a->lease.from < b->lease.from ? -1 : 1;
	if (a->lease.from == INT64_MIN && a->lease.to != b->lease.to)
		return a->lease.to > b->lease.to ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* Whether ${next} says anew what ${lease} said. */
static bool
replaces(const struct lease *next, const struct lease *lease)
{
	return address_equal(&next->address, &lease->address) &&
	       next->from == lease->from &&
	       (next->from != INT64_MIN || next->to == lease->to);
}

/* Sorts, and drops what was said anew. */
static void
sort(struct leases *leases)
{
	size_t count = 0;

	if (leases->count > 0)
		qsort(leases->kept, leases->count, sizeof(*leases->kept), compare);
	for (size_t i = 0; i < leases->count; i++) {
		if (count > 0 &&
		    replaces(&leases->kept[i].lease, &leases->kept[count - 1].lease))
			count--;
		leases->kept[count++] = leases->kept[i];
	}
	leases->count = count;
}

/* Notes for each lease where leases_find() goes on when it is over. */
static void
chain(struct leases *leases)
{
	for (size_t i = 0; i < leases->count; i++) {
		struct kept *kept = &leases->kept[i];
		size_t before = i;

		if (i > 0 && !address_equal(&kept->lease.address, &kept[-1].lease.address))
			before = 0;
		while (before > 0 && leases->kept[before - 1].lease.to <= kept->lease.to)
			before = leases->kept[before - 1].before;
		kept->before = before;
	}
}

const struct lease *
leases_find(const struct leases *leases, const struct address *address, int64_t instant)
{
	const struct kept wanted = {
	        .lease = {.address = *address, .from = instant, .to = INT64_MIN},
	        .order = SIZE_MAX};
	size_t first = 0, last = leases->count; /* the leases up to first are no later */

	while (first < last) {
		size_t middle = first + (last - first) / 2;

		if (compare(&leases->kept[middle], &wanted) <= 0)
			first = middle + 1;
		else
			last = middle;
	}
	if (first == 0 || !address_equal(&leases->kept[first - 1].lease.address, address))
		return NULL;
	for (; first > 0; first = leases->kept[first - 1].before) {
		if (leases->kept[first - 1].lease.to >= instant)
			return &leases->kept[first - 1].lease;
	}
	return NULL;
}

struct form {
	bool (*knows)(struct span line);
	enum fsk_err (*read)(struct lease_text *text);
};

/* The first line of ${text} that is neither empty nor a comment; 0: none. */
static size_t
find_first(struct span text)
{
	struct span line;

	for (size_t number = 1; leases_line(&text, &line); number++) {
		while (line.len > 0 && ascii_space(*line.text))
			line = span_from(line, 1);
		if (line.len > 0 && *line.text != '#')
			return number;
	}
	return 0;
}

/* The form of the first line of ${text} that shows one; NULL when none does. */
static const struct form *
find_form(struct span text)
{
	/* By how hard it is to have the look of one by chance. */
	static const struct form forms[] = {{lease_kea_knows, lease_kea_read},
	                                    {lease_dhcpd_knows, lease_dhcpd_read},
	                                    {lease_dnsmasq_knows, lease_dnsmasq_read}};
	struct span line;

	while (leases_line(&text, &line)) {
		for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
			if (forms[i].knows(line))
				return &forms[i];
		}
	}
	return NULL;
}

enum fsk_err
leases_read(struct leases *leases, struct span text, size_t *skipped, struct fault *fault)
{
	struct lease_text read = {.leases = leases, .text = text, .fault = {.why = NULL}};
	const struct form *form = find_form(text);
	size_t count = leases->count;
	size_t first = find_first(text);

	if (form == NULL && first > 0) {
		if (fault != NULL)
			*fault = (struct fault){
			        first, 0, "no lease file of dnsmasq, ISC dhcpd or Kea"};
		return FSK_SYNTAX;
	}
	if (form != NULL && form->read(&read) != FSK_OK) {
		leases->count = count;
		return FSK_NOMEM;
	}
	sort(leases);
	chain(leases);
	*skipped = read.skipped;
	if (fault != NULL)
		*fault = read.fault;
	return FSK_OK;
}
