/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Different addresses of a text, counted beside a set of what address_read() says of each
 * line: texts by chance, odd ones, pieces that are cut at any line, more than there is room
 * for. Linked with --wrap for malloc, calloc, realloc and aligned_alloc, which then fail on
 * the n-th call.
 */
#include "../memory.h"
#include "hosts.h"

#include "census/addresses.h"

#include <stdio.h>

/* What the count should be. */
struct known {
	struct census_address_counts counts;
	struct census_set *set;
};

static void
know(struct known *known, const char *text, size_t len)
{
	struct sighting_client client = {.prefix = 64};

	known->counts.lines++;
	while (len > 0 && strchr(" \t\r", text[0]) != NULL && *text != '\0') {
		text++;
		len--;
	}
	while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL && text[len - 1] != '\0')
		len--;
	if (len == 0)
		known->counts.empty++;
	else if (address_read((struct span){text, len}, &client.address) != FSK_OK)
		known->counts.wrong++;
	else
		assert_int_equal(census_set_add(known->set, &client), FSK_OK);
}

static struct known
know_all(const char *text, size_t len)
{
	struct known known = {.set = NULL};
	size_t start = 0;

	assert_int_equal(census_set_new(&known.set), FSK_OK);
	for (size_t i = 0; i <= len; i++) {
		if (i == len ? start < len : text[i] == '\n') {
			know(&known, text + start, i - start);
			start = i + 1;
		}
	}
	known.counts.v6 = census_set_count_v6(known.set);
	known.counts.v4 = census_set_count(known.set) - known.counts.v6;
	return known;
}

static struct census_addresses *
addresses_new(void)
{
	struct census_addresses *addresses;

	assert_int_equal(census_addresses_new(&addresses), FSK_OK);
	return addresses;
}

/* Gives ${text}, its last octet at the very end of what may be touched, and the first at
 * its beginning, from line to line in pieces of ${piece} octets or one line. */
static void
take_all(struct census_addresses *addresses, const char *text, size_t len, size_t piece)
{
	for (size_t at = 0; at < len;) {
		size_t end = len - at < piece ? len : at + piece;
		char *copy;

		while (end < len && text[end - 1] != '\n')
			end++;
		copy = malloc(end - at);
		assert_non_null(copy);
		memcpy(copy, text + at, end - at);
		assert_int_equal(census_addresses_take(addresses,
		                                       (struct span){copy, end - at}, NULL,
		                                       NULL),
		                 FSK_OK);
		free(copy);
		at = end;
	}
}

static void
assert_counts(const struct census_address_counts *a, const struct census_address_counts *b)
{
	assert_int_equal(a->lines, b->lines);
	assert_int_equal(a->empty, b->empty);
	assert_int_equal(a->wrong, b->wrong);
	assert_int_equal(a->v4, b->v4);
	assert_int_equal(a->v6, b->v6);
}

static enum fsk_err
check_has(const struct sighting_client *client, void *context)
{
	assert_true(census_set_has(context, client));
	return FSK_OK;
}

/* Takes ${text} in pieces; counts and gives what is known of it. */
static void
try(const char *text, size_t len, size_t piece, size_t room)
{
	static const uint8_t key[CENSUS_HLL_KEY] = {1};
	struct census_addresses *addresses = addresses_new();
	struct known known = know_all(text, len);
	struct census_address_counts counts;
	struct census_set *set;
	struct census_hll *hll;
	double estimate;

	if (room > 0)
		census_addresses_limit(addresses, room);
	take_all(addresses, text, len, piece);
	assert_int_equal(census_addresses_count(addresses, &counts), FSK_OK);
	assert_counts(&counts, &known.counts);
	assert_int_equal(census_set_new(&set), FSK_OK);
	assert_int_equal(census_hll_new(&hll), FSK_OK);
	assert_int_equal(census_addresses_give(addresses, set, key, hll), FSK_OK);
	assert_int_equal(census_set_count(set), census_set_count(known.set));
	assert_int_equal(census_set_each(set, check_has, known.set), FSK_OK);
	estimate = census_hll_estimate(hll);
	assert_true(estimate >= (double)census_set_count(set) * 0.965);
	assert_true(estimate <= (double)census_set_count(set) * 1.035);
	assert_int_equal(census_addresses_give(addresses, NULL, NULL, NULL), FSK_OK);
	census_hll_free(hll);
	census_set_free(set);
	census_set_free(known.set);
	census_addresses_free(addresses);
}

static void
try_text(const char *text)
{
	try(text, strlen(text), 1000, 0);
}

/* Lines that are addresses to nobody, or only to some; each in front of, among and behind
 * many that are plain, as the quick way must give up and begin again. */
static void
test_odd(void **state)
{
	static const char *const lines[] = {"",
	                                    " ",
	                                    "\r",
	                                    "1.2.3.4\r",
	                                    " 1.2.3.4",
	                                    "1.2.3.4 ",
	                                    "\t1.2.3.4 \r",
	                                    "01.2.3.4",
	                                    "1.02.3.4",
	                                    "1.2.003.4",
	                                    "1.2.3.00",
	                                    "0.0.0.0",
	                                    "1.2.3.04",
	                                    "255.255.255.255",
	                                    "256.1.1.1",
	                                    "1.256.1.1",
	                                    "1.1.1.256",
	                                    "1.1.300.1",
	                                    "999.999.999.999",
	                                    "1.2.3",
	                                    "1.2.3.",
	                                    ".1.2.3",
	                                    "1..2.3",
	                                    "1.2.3.4.5",
	                                    "1.2.3.4.",
	                                    "....",
	                                    "...",
	                                    "1.2.3.4a",
	                                    "a.2.3.4",
	                                    "1.2.3.4/32",
	                                    "1.2.3.4,",
	                                    "1,2.3.4",
	                                    "1.2.3/4",
	                                    "1.2:3.4",
	                                    "1.2.3.4:80",
	                                    "+1.2.3.4",
	                                    "-1.2.3.4",
	                                    "1.2.3.-4",
	                                    "1.2.3.4\v",
	                                    "0x1.2.3.4",
	                                    "1234.1.1.1",
	                                    "1.1.1.1234",
	                                    "12345678901234567890",
	                                    "\xb1.2.3.4",
	                                    "1.2.3.\xff",
	                                    "1.2.3.4\x80",
	                                    "1.2. 3.4",
	                                    "1.2.3. 4",
	                                    "1.2.3 .4",
	                                    "::",
	                                    "::1",
	                                    "2001:db8::1",
	                                    "2001:db8::2",
	                                    "2001:db8:0:1::",
	                                    "[2001:db8::1]",
	                                    "fe80::1%eth0",
	                                    "::ffff:9.8.7.6",
	                                    "::9.8.7.6",
	                                    "2001:db8::/64",
	                                    "g::1",
	                                    "192.000.002.001",
	                                    "1.2.3.4 # a",
	                                    "9.9.9.9\r\r",
	                                    "/.2.3.4",
	                                    "1.2.3./",
	                                    "1:.2.3.4",
	                                    "111.111.111.1111",
	                                    "111.111.111.11\r1",
	                                    "1111.11.111.111"};
	char text[4000];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		for (int place = 0; place < 5; place++) {
			size_t at = 0;

			for (int k = 0; k < 5; k++) {
				for (int n = 0; k < 4 && n < 3 * k; n++)
					at += (size_t)snprintf(text + at, sizeof(text) - at,
					                       "10.%d.%d.%d\n", k,
					                       k * n * 20, n);
				if (k == place)
					at += (size_t)snprintf(text + at, sizeof(text) - at,
					                       "%s\n", lines[i]);
			}
			try_text(text);
			/* And without the last LF. */
			text[at - 1] = '\0';
			try_text(text);
		}
	}
	try_text("");
	try_text("\n\n\n");
	try_text("1.2.3.4");
	try("1.2.3.4\0\n1.2\0.3.4\n\0\n1.2.3.4\n1.2.3.4\n1.2.3.4\n1.2.3.4\n1.2.3.4\n1.2.3."
	    "4\n",
	    64, 1000, 0);
}

/* All lengths of the four numbers, and all values of one. */
static void
test_shapes(void **state)
{
	static const unsigned values[] = {0, 7, 10, 99, 100, 255, 256, 300, 999};
	const size_t count = sizeof(values) / sizeof(*values);
	size_t room = 200000, at = 0;
	char *text = malloc(room);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < count * count * count * count; i++)
		at += (size_t)snprintf(text + at, room - at, "%u.%u.%u.%u\n",
		                       values[i % count], values[i / count % count],
		                       values[i / count / count % count],
		                       values[i / count / count / count]);
	try(text, at, room, 0);
	at = 0;
	for (unsigned i = 0; i < 4000; i++)
		at += (size_t)snprintf(text + at, room - at, "%u.%u.%u.%u\r\n",
		                       i % 4 == 0 ? i / 4 : 1, i % 4 == 1 ? i / 4 : 2,
		                       i % 4 == 2 ? i / 4 : 3, i % 4 == 3 ? i / 4 : 4);
	try(text, at, room, 0);
	free(text);
}

/* Lines by chance, mostly addresses; some with an octet changed. */
static size_t
write_text(char *text, size_t room, size_t lines, uint64_t seed, unsigned spoiled)
{
	size_t at = 0;

	for (size_t i = 0; i < lines; i++) {
		uint64_t chance = draw(&seed);
		uint32_t value = (uint32_t)(chance % (lines / 2));
		uint64_t mixed = value;
		size_t start = at;

		if (value % 2 == 0)
			value = (uint32_t)draw(&mixed);
		at += (size_t)snprintf(text + at, room - at, "%u.%u.%u.%u\n", value >> 24,
		                       value >> 16 & 255, value >> 8 & 255, value & 255);
		if (spoiled > 0 && (chance >> 40) % spoiled == 0)
			text[start + (chance >> 50) % (at - start)] =
			        "0123456789.: \r\nx"[chance >> 60];
	}
	return at;
}

static void
test_random(void **state)
{
	const size_t room = 2000000;
	char *text = malloc(room);

	(void)state;
	assert_non_null(text);
	for (uint64_t seed = 0; seed < 300; seed++) {
		size_t len = write_text(text, room, 10 + seed, seed, 3);

		try(text, len, 10 + seed * 3, 0);
	}
	try(text, write_text(text, room, 20000, 5, 50), 65536, 0);
	try(text, write_text(text, room, 100000, 6, 0), 1000000, 0);
	free(text);
}

/* So little room that what came twice is thrown away time and again; and so many different
 * ones in one part that they are kept as bits. */
static void
test_room(void **state)
{
	const size_t room = 4000000;
	const uint32_t lines = 60000;
	char *text = malloc(room);
	size_t at = 0;

	(void)state;
	assert_non_null(text);
	try(text, write_text(text, room, 50000, 7, 0), 65536, 1024);
	try(text, write_text(text, room, 50000, 8, 0), 65536, 200 << 10);
	for (uint32_t i = 0; i < 2 * lines; i++) {
		uint32_t value = i % lines * 17 + 7;

		at += (size_t)snprintf(text + at, room - at, "10.%u.%u.%u\n",
		                       value >> 16 & 15, value >> 8 & 255, value & 255);
	}
	try(text, at, 65536, 150 << 10);
	free(text);
}

struct told {
	uint64_t lines[8];
	char texts[8][16];
	size_t count;
};

static void
tell(uint64_t line, struct span text, void *context)
{
	struct told *told = context;

	assert_true(told->count < 8 && text.len < 16);
	told->lines[told->count] = line;
	memcpy(told->texts[told->count], text.text, text.len);
	told->texts[told->count++][text.len] = '\0';
}

static void
test_wrong(void **state)
{
	static const char first[] = "a\n1.2.3.4\n\n b \n",
	                  second[] = "c\nd\n1.1.1.1\ne\nf\ng";
	struct census_addresses *addresses = addresses_new();
	struct census_address_counts counts;
	struct told told = {.count = 0};

	(void)state;
	assert_int_equal(census_addresses_take(addresses, span_of(first), tell, &told),
	                 FSK_OK);
	assert_int_equal(census_addresses_take(addresses, span_of(second), tell, &told),
	                 FSK_OK);
	assert_int_equal(census_addresses_count(addresses, &counts), FSK_OK);
	assert_int_equal(told.count, 5);
	assert_int_equal(told.lines[0], 1);
	assert_int_equal(told.lines[1], 4);
	assert_string_equal(told.texts[1], "b");
	assert_int_equal(told.lines[4], 8);
	assert_string_equal(told.texts[4], "e");
	assert_int_equal(counts.lines, 10);
	assert_int_equal(counts.wrong, 7);
	assert_int_equal(counts.empty, 1);
	assert_int_equal(counts.v4, 2);
	census_addresses_free(addresses);
	census_addresses_free(NULL);
}

static enum fsk_err
do_all(const char *text, size_t len, uint64_t *count)
{
	static const uint8_t key[CENSUS_HLL_KEY] = {1};
	struct census_addresses *addresses = NULL;
	struct census_address_counts counts;
	struct census_set *set = NULL;
	struct census_hll *hll = NULL;
	enum fsk_err err = census_addresses_new(&addresses);

	if (err == FSK_OK) {
		census_addresses_limit(addresses, 150 << 10);
		err = census_addresses_take(addresses, (struct span){text, len}, NULL,
		                            NULL);
	}
	if (err == FSK_OK)
		err = census_addresses_count(addresses, &counts);
	if (err == FSK_OK)
		err = census_set_new(&set);
	if (err == FSK_OK)
		err = census_hll_new(&hll);
	if (err == FSK_OK)
		err = census_addresses_give(addresses, set, key, hll);
	if (err == FSK_OK)
		*count = census_set_count(set);
	census_hll_free(hll);
	census_set_free(set);
	census_addresses_free(addresses);
	return err;
}

static void
test_memory(void **state)
{
	const size_t room = 1000000;
	char *text = malloc(room);
	size_t at = 0;
	uint64_t count = 0;
	enum fsk_err err;
	long n = 0;

	(void)state;
	assert_non_null(text);
	for (uint32_t i = 0; i < 40000; i++)
		at += (size_t)snprintf(text + at, room - at, "10.%u.%u.%u\n", i % 16,
		                       i >> 8, i & 255);
	for (uint32_t i = 0; i < 30; i++)
		at += (size_t)snprintf(text + at, room - at, "2001:db8:%x::\n", i);
	do {
		memory_left = n++;
		err = do_all(text, at, &count);
		memory_left = -1;
		assert_true(err == FSK_OK || err == FSK_NOMEM);
	} while (err == FSK_NOMEM);
	assert_true(n > 10);
	assert_int_equal(count, 40030);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_odd),    cmocka_unit_test(test_shapes),
	        cmocka_unit_test(test_random), cmocka_unit_test(test_room),
	        cmocka_unit_test(test_wrong),  cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
