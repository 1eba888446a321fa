/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The dated index against a slow reference: all names of all lists, sorted. An
 * answer is right when it is the reference's, match by match and in order.
 *
 * Linked with --wrap for malloc, calloc, realloc and aligned_alloc: each call
 * can be made to fail.
 */
#include <foresink/watch.h>

#include "base/ascii.h"
#include "dga/catalog.h"
#include "watch/dated.h"
#include "watch/dots.h"
#include "wire/name.h"
#include "../memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define DAY INT64_C(86400)
#define FROM (INT64_C(17000) * DAY) /* 2016-07-18: most families have lists */
#define TO (FROM + 2 * DAY - 1)
#define MATCHES 512

/* One name of the reference. */
struct entry {
	char text[64]; /* lower case, NUL behind it */
	struct fsk_match match;
};

static struct entry *entries;
static size_t entry_count, entry_room;
static struct fsk_index *index_all;

/* By name; of one name by generator, period and index, which is the order in
 * which they were added. */
static int
compare(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int names = strcmp(a->text, b->text);

	if (names != 0)
		return names;
	if (a->match.generator != b->match.generator)
		return a->match.generator < b->match.generator ? -1 : 1;
	if (a->match.period.first != b->match.period.first)
		return a->match.period.first < b->match.period.first ? -1 : 1;
	return a->match.index < b->match.index ? -1 : a->match.index > b->match.index;
}

static void
add_list(const struct dga_generator *generator, struct fsk_period period)
{
	struct fsk_cursor *cursor;
	struct fsk_name name;
	uint32_t index;
	int64_t instant = period.first < FROM ? FROM : period.first;

	/* By half as much again: each list for itself would move all those before it. */
	if (entry_count + generator->variant->count > entry_room) {
		entry_room = (entry_count + generator->variant->count) * 3 / 2;
		entries = realloc(entries, entry_room * sizeof(*entries));
		assert_non_null(entries);
	}
	assert_int_equal(fsk_cursor_open(generator->number, instant, &cursor), FSK_OK);
	while (fsk_cursor_next(cursor, &name, &index) == FSK_OK) {
		struct entry *entry = &entries[entry_count++];

		assert_true(name.len < sizeof(entry->text));
		for (size_t i = 0; i <= name.len; i++)
			entry->text[i] = ascii_to_lower(name.text[i]);
		entry->match = (struct fsk_match){
		        .period = period,
		        .generator = (uint32_t)generator->number,
		        .index = index,
		};
	}
	fsk_cursor_close(cursor);
}

static int
make_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < dga_generator_count(); i++) {
		struct dga_generator generator = dga_generator_at(i);
		struct fsk_period period;

		if (dga_period_first(&generator, FROM, TO, &period) != FSK_OK)
			continue;
		do
			add_list(&generator, period);
		while (dga_period_next(&generator, TO, &period) == FSK_OK);
	}
	qsort(entries, entry_count, sizeof(*entries), compare);
	return fsk_index_new(NULL, FSK_ALL_GENERATORS, FROM, TO, &index_all) != FSK_OK;
}

static int
free_all(void **state)
{
	(void)state;
	fsk_index_free(index_all);
	free(entries);
	return 0;
}

/* The first entry that is not before ${text}. */
static const struct entry *
first_of(const char *text)
{
	size_t low = 0, high = entry_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(entries[middle].text, text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return &entries[low];
}

/* What the reference says of the ${len} octets at ${text}. */
static size_t
expect(const char *text, size_t len, struct fsk_match *matches)
{
	struct fsk_name name;
	size_t count = 0;
	uint32_t whole;

	if (wire_name_read((struct span){text, len}, &name, NULL) != FSK_OK)
		return 0;
	whole = name.len;
	do {
		const struct entry *entry = first_of(name.text);

		for (; entry < entries + entry_count && strcmp(entry->text, name.text) == 0;
		     entry++) {
			assert_true(count < MATCHES);
			matches[count] = entry->match;
			matches[count++].offset = whole - name.len;
		}
	} while (wire_name_parent(&name, &name) && wire_name_labels(&name) > 1);
	return count;
}

/* Asks ${index} for the ${len} octets at ${text}, from memory that ends where
 * they do, and compares; returns how many matches there are. */
static size_t
check_in(const struct fsk_index *index, const char *text, size_t len)
{
	static struct fsk_match got[MATCHES], want[MATCHES];
	char *exact = malloc(len > 0 ? len : 1);
	size_t count = expect(text, len, want);

	assert_non_null(exact);
	memcpy(exact, text, len);
	assert_int_equal(fsk_index_find(index, exact, len, got, MATCHES), count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(got[i].period.first, want[i].period.first);
		assert_int_equal(got[i].period.last, want[i].period.last);
		assert_int_equal(got[i].generator, want[i].generator);
		assert_int_equal(got[i].index, want[i].index);
		assert_int_equal(got[i].offset, want[i].offset);
	}
	free(exact);
	return count;
}

static size_t
check(const char *text, size_t len)
{
	return check_in(index_all, text, len);
}

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t
draw(void)
{
	static uint64_t state = 4;
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static void
test_every_name(void **state)
{
	size_t repeated = 0;

	(void)state;
	assert_int_equal(fsk_index_names(index_all), entry_count);
	for (size_t i = 0; i < entry_count; i++)
		repeated += check(entries[i].text, strlen(entries[i].text)) > 1;
	assert_true(repeated > 0);
}

static void
test_one_letter_off(void **state)
{
	(void)state;
	for (size_t i = 0; i < entry_count; i += 3) {
		size_t len = strlen(entries[i].text);
		char text[sizeof(entries[i].text)];

		memcpy(text, entries[i].text, len);
		text[draw() % len] = (char)('a' + draw() % 26);
		check(text, len);
		check(entries[i].text, len - 1);
		check(entries[i].text + 1, len - 1);
	}
}

static void
test_parents_and_case(void **state)
{
	static const char *const fronts[] = {"", "x.", "a.b.", "www.mail.x-1_.", "xx"};

	(void)state;
	for (size_t i = 0; i < entry_count; i += 7) {
		for (size_t k = 0; k < DGA_COUNT(fronts); k++) {
			size_t front = strlen(fronts[k]);
			size_t len = front + strlen(entries[i].text);
			char text[128];

			memcpy(text, fronts[k], front);
			memcpy(text + front, entries[i].text, len - front);
			for (size_t at = i % 3; at < len; at += 2)
				text[at] = (char)(text[at] >= 'a' && text[at] <= 'z'
				                          ? text[at] - 32
				                          : text[at]);
			text[len] = '.';
			assert_true(check(text, len) > 0 || k == 4);
			assert_true(check(text, len + 1) > 0 || k == 4);
			text[len + 1] = '.';
			assert_int_equal(check(text, len + 2), 0);
		}
	}
}

/* Names of every length on both sides of every limit, made of labels of
 * ${label} octets in front of a name of the index. */
static void
try_lengths(const char *name, size_t label)
{
	for (size_t front = 1; front + strlen(name) <= 260; front++) {
		char text[300];
		size_t len = front + strlen(name);

		for (size_t i = 0; i < front; i++) /* counted from the name */
			text[front - 1 - i] = i % (label + 1) == 0 ? '.' : 'x';
		memcpy(text + front, name, len - front);
		text[len] = '.';
		if (check(text, len) > 0)
			assert_true(len <= FSK_NAME_MAX && (label <= 63 || front <= 64));
		check(text, len + 1);
	}
}

static void
test_limits(void **state)
{
	(void)state;
	for (size_t i = 0; i < entry_count; i += entry_count / 9) {
		try_lengths(entries[i].text, 1);
		try_lengths(entries[i].text, 10);
		try_lengths(entries[i].text, 62);
		try_lengths(entries[i].text, 63);
		try_lengths(entries[i].text, 64);
		try_lengths(entries[i].text, 200);
	}
}

/* Every octet at every place. */
static void
test_octets(void **state)
{
	(void)state;
	for (size_t i = 0; i < entry_count; i += entry_count / 9) {
		for (size_t front = 0; front < 70; front += 1 + front / 8) {
			char text[160];
			size_t len = front + strlen(entries[i].text);

			memset(text, 'x', front);
			if (front > 0)
				text[front - 1] = '.';
			if (front > 40)
				text[20] = '.';
			memcpy(text + front, entries[i].text, len - front);
			for (size_t at = 0; at < len; at++) {
				char held = text[at];

				for (unsigned octet = 0; octet < 256; octet++) {
					text[at] = (char)octet;
					check(text, len);
				}
				text[at] = held;
			}
		}
	}
}

static void
test_no_names(void **state)
{
	static const char *const none[] = {"",   ".",   "..",   "a",
	                                   "a.", "com", ".com", "a..com"};

	(void)state;
	assert_int_equal(fsk_index_find(index_all, NULL, 0, NULL, 0), 0);
	for (size_t i = 0; i < DGA_COUNT(none); i++)
		assert_int_equal(check(none[i], strlen(none[i])), 0);
}

/* The one pass says what the rule of the house says, for all short texts of a
 * few octets. */
static void
test_dots(void **state)
{
	static const char octets[] = {'.', 'a',  'Z',  '!',        '~',
	                              ' ', 0x7f, '\0', (char)0x80, '.'};

	(void)state;
	for (unsigned i = 0; i < 400000; i++) {
		char text[WATCH_DOTS_MAX];
		size_t len = draw() % (WATCH_DOTS_MAX + 1);
		uint64_t choice = draw(), dots = 0;
		struct fsk_name name;
		bool fits;

		for (size_t k = 0; k < len; k++)
			text[k] = 'm';
		for (unsigned k = 0; len > 0 && k < (choice & 7); k++)
			text[draw() % len] =
			        octets[draw() % (choice & 8 ? 5 : sizeof(octets))];
		if (len > 0 && text[len - 1] == '.')
			continue; /* a final dot is the caller's */
		fits = wire_name_read((struct span){text, len}, &name, NULL) == FSK_OK;
		assert_int_equal(watch_dots_read(text, len, &dots), fits);
		for (size_t k = 0; fits && k < 64; k++)
			assert_int_equal(dots >> k & 1, k < len && text[k] == '.');
	}
}

static void
test_clean(void **state)
{
	size_t found = 0;

	(void)state;
	for (unsigned i = 0; i < 1000000; i++) {
		char text[64];
		size_t len = 12 + draw() % 20;

		for (size_t k = 0; k < len; k++)
			text[k] = (char)('a' + draw() % 26);
		text[draw() % 4 + 1] = '.';
		text[len - 4] = '.';
		found += check(text, len) > 0;
	}
	assert_int_equal(found, 0);
}

static void
test_capacity(void **state)
{
	(void)state;
	for (size_t i = 0; i < entry_count; i++) {
		struct fsk_match matches[2] = {{.index = 0}, {.index = 77}};
		size_t len = strlen(entries[i].text);
		size_t count = check(entries[i].text, len);

		if (count < 2)
			continue;
		assert_int_equal(fsk_index_find(index_all, entries[i].text, len, NULL, 0),
		                 count);
		assert_int_equal(
		        fsk_index_find(index_all, entries[i].text, len, matches, 1), count);
		assert_true(matches[0].index > 0);
		assert_int_equal(matches[1].index, 77);
		return;
	}
	fail_msg("no name stands twice");
}

static void
test_refused(void **state)
{
	size_t unknown = dga_generator_count();
	struct fsk_index *index = NULL;
	struct dga_generator c;

	(void)state;
	assert_int_equal(fsk_index_new(NULL, FSK_ALL_GENERATORS, TO, FROM, &index),
	                 FSK_RANGE);
	assert_int_equal(fsk_index_new(NULL, 0, FROM, TO, &index), FSK_OK); /* of none */
	assert_int_equal(fsk_index_names(index), 0);
	fsk_index_free(index);
	index = NULL;
	assert_int_equal(fsk_index_new(&unknown, 1, FROM, TO, &index), FSK_UNKNOWN);
	assert_int_equal(fsk_index_new(NULL, 1, FROM, TO, &index), FSK_UNKNOWN);
	assert_int_equal(
	        fsk_index_new(NULL, FSK_ALL_GENERATORS, INT64_MIN, INT64_MAX, &index),
	        FSK_RANGE);
	if (dga_generator_find(span_of("conficker/c"), &c) == FSK_OK)
		assert_int_equal(fsk_index_new(&c.number, 1, INT64_MIN, INT64_MAX, &index),
		                 FSK_RANGE);
	assert_null(index);
	fsk_index_free(NULL);
}

static void
test_empty(void **state)
{
	struct fsk_match match;
	struct fsk_index *index;

	(void)state;
	assert_int_equal(fsk_index_new(&(size_t){0}, 0, FROM, TO, &index), FSK_OK);
	assert_int_equal(fsk_index_names(index), 0);
	assert_true(fsk_index_bytes(index) > 0);
	for (size_t i = 0; i < entry_count; i += 11)
		assert_int_equal(fsk_index_find(index, entries[i].text,
		                                strlen(entries[i].text), &match, 1),
		                 0);
	assert_int_equal(fsk_index_find(index, "a", 1, &match, 1), 0);
	fsk_index_free(index);
}

/* Behind the ends of the calendar there are only the lists that hold for
 * ever, and they are there. */
static void
test_ends_of_time(void **state)
{
	static const int64_t instants[] = {INT64_MIN, INT64_MIN / 2, INT64_MAX / 2,
	                                   INT64_MAX};
	size_t names = 0;

	(void)state;
	for (size_t i = 0; i < entry_count; i++)
		names += entries[i].match.period.last == INT64_MAX;
	for (size_t i = 0; i < DGA_COUNT(instants); i++) {
		struct fsk_index *index;

		assert_int_equal(fsk_index_new(NULL, FSK_ALL_GENERATORS, instants[i],
		                               instants[i], &index),
		                 FSK_OK);
		assert_int_equal(fsk_index_names(index), names);
		fsk_index_free(index);
	}
}

/* Numbers in any order, and twice, are the same index; so is another key. */
static void
test_same(void **state)
{
	size_t all = dga_generator_count();
	size_t *numbers = calloc(2 * all, sizeof(*numbers));
	struct watch_plan plan = {
	        .generator_count = all, .from = FROM, .to = TO, .threads = 1};
	struct fsk_index *mixed, *keyed;

	(void)state;
	assert_non_null(numbers);
	for (size_t i = 0; i < 2 * all; i++)
		numbers[i] = (2 * all - 1 - i) % all;
	assert_int_equal(fsk_index_new(numbers, 2 * all, FROM, TO, &mixed), FSK_OK);
	for (size_t i = 0; i < all; i++)
		numbers[i] = i;
	plan.generators = numbers;
	assert_int_equal(watch_dated_new(&plan, 1, &keyed), FSK_OK);
	assert_int_equal(fsk_index_names(mixed), entry_count);
	for (size_t i = 0; i < entry_count; i += 2) {
		check_in(mixed, entries[i].text, strlen(entries[i].text));
		check_in(keyed, entries[i].text, strlen(entries[i].text));
	}
	fsk_index_free(mixed);
	fsk_index_free(keyed);
	free(numbers);
}

/* At most 24 bytes a name with the text that proves it. */
static void
test_bytes(void **state)
{
	struct dga_generator c;
	struct fsk_index *index;

	(void)state;
	assert_int_equal(
	        fsk_index_new(NULL, FSK_ALL_GENERATORS, FROM, FROM + 7 * DAY - 1, &index),
	        FSK_OK);
	assert_true(fsk_index_bytes(index) <= 24 * fsk_index_names(index));
	fsk_index_free(index);
	if (dga_generator_find(span_of("conficker/c"), &c) != FSK_OK)
		return;
	assert_int_equal(fsk_index_new(&c.number, 1, FROM, FROM + 20 * DAY - 1, &index),
	                 FSK_OK);
	assert_true(fsk_index_bytes(index) <= 24 * fsk_index_names(index));
	fsk_index_free(index);
}

/* Whichever call of the allocator fails, it is said, and nothing is left
 * behind (the sanitizers look). */
static void
test_no_memory(void **state)
{
	static const size_t generators[] = {0, 1, 2};
	struct fsk_index *index = NULL;
	enum fsk_err err = FSK_NOMEM;
	long calls = 0;

	(void)state;
	for (; err != FSK_OK; calls++) {
		memory_left = calls;
		err = fsk_index_new(generators, 3, FROM, FROM, &index);
		memory_left = -1;
		assert_true(err == FSK_OK || err == FSK_NOMEM);
		assert_true((err == FSK_OK) == (index != NULL));
	}
	assert_true(calls > 8);
	fsk_index_free(index);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_every_name),
	        cmocka_unit_test(test_one_letter_off),
	        cmocka_unit_test(test_parents_and_case),
	        cmocka_unit_test(test_limits),
	        cmocka_unit_test(test_octets),
	        cmocka_unit_test(test_no_names),
	        cmocka_unit_test(test_dots),
	        cmocka_unit_test(test_clean),
	        cmocka_unit_test(test_capacity),
	        cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_empty),
	        cmocka_unit_test(test_ends_of_time),
	        cmocka_unit_test(test_same),
	        cmocka_unit_test(test_bytes),
	        cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
