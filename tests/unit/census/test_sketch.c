/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Files of sketches: what several nodes tell is what one would that saw all; what is read
 * is what was written; what is cut, altered, out of order or of another key is refused, and
 * it is said why. Linked with --wrap for malloc, calloc and realloc, which then fail on the
 * n-th call.
 */
#include "../memory.h"
#include "hosts.h"

#include "census/sketch.h"

#include <xxhash.h>

/* Where a file has what (census/sketch.h). */
#define AT_VERSION 8
#define AT_PRECISION 10
#define AT_MARK 12
#define AT_NODES 28
#define AT_ENTRIES 32
#define AT_FIRST 36
#define SUM 16

static const uint8_t secret[CENSUS_HLL_KEY] = "sixteen octets!";

static struct census_sketch *
sketch_new(const char *node)
{
	struct census_sketch *sketch;

	assert_int_equal(census_sketch_new(secret, node, &sketch), FSK_OK);
	return sketch;
}

static struct census_sketch_key
key_of(int64_t from, int64_t seconds, const char *generator, const char *country)
{
	struct census_sketch_key key;

	/* What is behind a text is not looked at. */
	memset(&key, 0x55, sizeof(key));
	key.from = from;
	key.seconds = seconds;
	memcpy(key.generator, generator, strnlen(generator, 63) + 1);
	memcpy(key.country, country, strnlen(country, 2) + 1);
	return key;
}

/* Adds the hosts ${first} to ${last} to the hours and the day, all and by country. */
static enum fsk_err
fill(struct census_sketch *sketch, uint32_t first, uint32_t last)
{
	enum fsk_err err = FSK_OK;

	for (uint32_t i = first; err == FSK_OK && i < last; i++) {
		struct sighting_client client = host_v4(i * 2654435761u);
		struct census_sketch_key hour =
		        key_of(1234396800 + i % 24 * 3600, 3600, "conficker/b", "");
		struct census_sketch_key day =
		        key_of(1234396800, 86400, "conficker/b", i % 3 == 0 ? "DE" : "BR");

		err = census_sketch_add(sketch, &hour, &client);
		if (err == FSK_OK)
			err = census_sketch_add(sketch, &day, &client);
	}
	return err;
}

static struct span
written(const struct census_sketch *sketch)
{
	uint8_t *octets;
	size_t len;

	assert_int_equal(census_sketch_write(sketch, &octets, &len), FSK_OK);
	return (struct span){(const char *)octets, len};
}

static void
drop(struct span file)
{
	union {
		const char *text;
		void *octets;
	} it = {file.text};

	free(it.octets);
}

static void
assert_same(const struct census_sketch *a, const struct census_sketch *b)
{
	struct span left = written(a), right = written(b);

	assert_true(span_equal(left, right));
	drop(left);
	drop(right);
}

/* The same octets at their very end of what may be touched. */
static struct census_sketch *
read_copy(struct span file, enum fsk_err want, const char *why)
{
	char *copy = malloc(file.len + 1);
	struct census_sketch *sketch = NULL;
	struct fault fault = {.why = NULL};
	enum fsk_err err;

	assert_non_null(copy);
	memcpy(copy + 1, file.text, file.len);
	err = census_sketch_read((struct span){copy + 1, file.len}, &sketch, &fault);
	free(copy);
	assert_int_equal(err, want);
	assert_int_equal(sketch != NULL, err == FSK_OK);
	if (err == FSK_OK)
		assert_null(fault.why);
	else if (why != NULL)
		assert_string_equal(fault.why, why);
	else
		assert_non_null(fault.why);
	return sketch;
}

/* Octets of a file that are others, and what is said of it then. */
struct change {
	size_t at;
	const char *octets;
	size_t len;
	enum fsk_err want;
	const char *why;
};

/* Reads ${file} with ${change}, its sum right again. */
static struct census_sketch *
read_changed(struct span file, struct change change)
{
	char *copy = malloc(file.len);
	XXH128_canonical_t sum;
	struct census_sketch *sketch;

	assert_non_null(copy);
	memcpy(copy, file.text, file.len);
	memcpy(copy + change.at, change.octets, change.len);
	XXH128_canonicalFromHash(&sum, XXH3_128bits(copy, file.len - SUM));
	memcpy(copy + file.len - SUM, &sum, sizeof(sum));
	sketch = read_copy((struct span){copy, file.len}, change.want, change.why);
	free(copy);
	return sketch;
}

struct seen {
	struct census_sketch_key keys[200];
	double estimates[200];
	size_t count;
};

static enum fsk_err
see(const struct census_sketch_key *key, const struct census_hll *hll, void *context)
{
	struct seen *seen = context;

	assert_true(seen->count < 200);
	seen->keys[seen->count] = *key;
	seen->estimates[seen->count++] = census_hll_estimate(hll);
	return FSK_OK;
}

static void
test_order(void **state)
{
	static const struct {
		int64_t from, seconds;
		const char *generator, *country;
	} keys[] = {{-86400, 86400, "conficker/a", ""}, {0, 3600, "", ""},
	            {0, 3600, "conficker/a", ""},       {0, 3600, "conficker/a", "BR"},
	            {0, 3600, "conficker/a", "DE"},     {0, 3600, "conficker/b", ""},
	            {0, 86400, "conficker/a", ""},      {3600, 3600, "", "??"}};
	const size_t count = sizeof(keys) / sizeof(*keys);
	struct census_sketch *sketch = sketch_new("n");
	struct seen seen = {.count = 0};

	(void)state;
	for (size_t i = 0; i < count * 3; i++) {
		size_t k = i * 5 % count;
		struct census_sketch_key key = key_of(keys[k].from, keys[k].seconds,
		                                      keys[k].generator, keys[k].country);
		struct sighting_client client = host_v4((uint32_t)i + 1);

		assert_int_equal(census_sketch_add(sketch, &key, &client), FSK_OK);
	}
	assert_int_equal(census_sketch_each(sketch, see, &seen), FSK_OK);
	assert_int_equal(seen.count, count);
	for (size_t k = 0; k < count; k++) {
		assert_int_equal(seen.keys[k].from, keys[k].from);
		assert_int_equal(seen.keys[k].seconds, keys[k].seconds);
		assert_string_equal(seen.keys[k].generator, keys[k].generator);
		assert_string_equal(seen.keys[k].country, keys[k].country);
		assert_true(seen.estimates[k] > 2.999 && seen.estimates[k] < 3.001);
	}
	census_sketch_free(sketch);
	census_sketch_free(NULL);
}

static void
test_refused(void **state)
{
	struct census_sketch *sketch = sketch_new("n"), *none = NULL;
	struct sighting_client client = host_v4(1);
	char endless[64], longest[65] = {0};
	const struct census_sketch_key wrong[] = {
	        key_of(0, 0, "a", ""),
	        key_of(0, -3600, "a", ""),
	        key_of(0, INT64_MAX, "a", ""),
	        key_of(INT64_MAX, 3600, "a", ""),
	        key_of(0, 3600, "a b", ""),
	        key_of(0, 3600, "\x1b[m", ""),
	        key_of(0, 3600, "a\xc3\xa4", ""),
	        key_of(0, 3600, "a", "D"),
	        key_of(0, 3600, "a", "DEU"),
	        key_of(0, 3600, "a", "D "),
	        key_of(0, 3600,
	               "0123456789012345678901234567890123456789"
	               "012345678901234567890123",
	               ""),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(census_sketch_add(sketch, &wrong[i], &client), FSK_SYNTAX);
	census_sketch_free(sketch);
	memset(endless, 'a', sizeof(endless));
	memcpy(longest, endless, 64);
	assert_int_equal(census_sketch_new(secret, longest, &none), FSK_SYNTAX);
	assert_int_equal(census_sketch_new(secret, "", &none), FSK_SYNTAX);
	assert_int_equal(census_sketch_new(secret, "a b", &none), FSK_SYNTAX);
	assert_int_equal(census_sketch_new(secret, "a\n", &none), FSK_SYNTAX);
	assert_null(none);
	longest[63] = '\0';
	census_sketch_free(sketch_new(longest));
}

static void
test_merge(void **state)
{
	struct census_sketch *a = sketch_new("alpha"), *b = sketch_new("beta");
	struct census_sketch *again = sketch_new("alpha"), *all = sketch_new("beta"), *read;
	struct span file;

	(void)state;
	assert_int_equal(fill(a, 0, 4000), FSK_OK);
	assert_int_equal(fill(b, 3000, 9000), FSK_OK);
	assert_int_equal(fill(again, 100, 200), FSK_OK);
	assert_int_equal(fill(all, 0, 9000), FSK_OK);
	file = written(b);
	read = read_copy(file, FSK_OK, NULL);
	assert_same(b, read);
	drop(file);
	assert_int_equal(census_sketch_merge(a, read), FSK_OK);
	assert_int_equal(census_sketch_merge(a, again), FSK_OK);
	assert_int_equal(census_sketch_merge(a, a), FSK_OK);
	assert_string_equal(census_sketch_nodes(a)[0], "alpha");
	assert_string_equal(census_sketch_nodes(a)[1], "beta");
	assert_null(census_sketch_nodes(a)[2]);
	assert_int_equal(census_sketch_merge(all, again), FSK_OK);
	assert_same(a, all);
	/* Nobody has the key of what was read, but may put others to it. */
	assert_int_equal(fill(read, 0, 1), FSK_MISMATCH);
	assert_int_equal(census_sketch_merge(read, a), FSK_OK);
	assert_same(read, all);
	census_sketch_free(a);
	census_sketch_free(b);
	census_sketch_free(again);
	census_sketch_free(all);
	census_sketch_free(read);
}

static void
test_other_key(void **state)
{
	static const uint8_t other[CENSUS_HLL_KEY] = "sixteen octets?";
	struct census_sketch *a = sketch_new("a"), *b;
	struct span file;

	(void)state;
	assert_int_equal(fill(a, 0, 1), FSK_OK);
	assert_int_equal(census_sketch_new(other, "b", &b), FSK_OK);
	assert_int_equal(census_sketch_merge(a, b), FSK_MISMATCH);
	assert_null(census_sketch_nodes(a)[1]);
	file = written(a);
	/* The key itself is not told. */
	for (size_t at = 0; at + sizeof(secret) <= file.len; at++)
		assert_memory_not_equal(file.text + at, secret, sizeof(secret));
	drop(file);
	census_sketch_free(a);
	census_sketch_free(b);
}

static void
test_nodes(void **state)
{
	static const char *const names[] = {"b", "a", "ab", "A", "b", "aa", "c", "a"};
	static const char *const sorted[] = {"A", "a", "aa", "ab", "b", "c"};
	struct census_sketch *all = sketch_new("c");

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct census_sketch *one = sketch_new(names[i]);

		assert_int_equal(census_sketch_merge(all, one), FSK_OK);
		census_sketch_free(one);
	}
	for (size_t i = 0; i < sizeof(sorted) / sizeof(*sorted); i++)
		assert_string_equal(census_sketch_nodes(all)[i], sorted[i]);
	assert_null(census_sketch_nodes(all)[6]);
	census_sketch_free(all);
}

static struct span
small_file(void)
{
	struct census_sketch *a = sketch_new("alpha"), *b = sketch_new("beta");
	struct span file;

	assert_int_equal(fill(a, 0, 30), FSK_OK);
	assert_int_equal(fill(b, 20, 40), FSK_OK);
	assert_int_equal(census_sketch_merge(a, b), FSK_OK);
	file = written(a);
	census_sketch_free(a);
	census_sketch_free(b);
	return file;
}

static void
test_cut(void **state)
{
	struct span file = small_file();
	struct census_sketch *empty = sketch_new("n");
	struct span nothing = written(empty);

	(void)state;
	for (size_t len = 0; len < file.len; len++) {
		const char *why = len < AT_VERSION       ? "this is no file of sketches"
		                  : len < AT_FIRST + SUM ? "it is cut"
		                                         : "it is cut or altered";

		assert_null(read_copy((struct span){file.text, len}, FSK_CORRUPT, why));
	}
	for (size_t at = AT_PRECISION; at < file.len; at++) {
		char *copy = malloc(file.len);

		assert_non_null(copy);
		memcpy(copy, file.text, file.len);
		copy[at] = (char)(copy[at] ^ 1 << at % 8);
		assert_null(read_copy((struct span){copy, file.len}, FSK_CORRUPT,
		                      "it is cut or altered"));
		free(copy);
	}
	/* No entries are none. */
	census_sketch_free(read_copy(nothing, FSK_OK, NULL));
	assert_int_equal(census_sketch_read((struct span){file.text, 9}, &empty, NULL),
	                 FSK_CORRUPT);
	census_sketch_free(empty);
	drop(file);
	drop(nothing);
}

/* The same octets cut at each place, with a sum that is right: whoever can write a file can
 * write that, too. */
static void
test_cut_with_sum(void **state)
{
	struct span file = small_file();

	(void)state;
	for (size_t len = AT_FIRST; len < file.len - SUM; len++) {
		char *copy = malloc(len + SUM);
		struct census_sketch *sketch = NULL;
		XXH128_canonical_t sum;

		assert_non_null(copy);
		memcpy(copy, file.text, len);
		XXH128_canonicalFromHash(&sum, XXH3_128bits(copy, len));
		memcpy(copy + len, &sum, sizeof(sum));
		assert_int_equal(
		        census_sketch_read((struct span){copy, len + SUM}, &sketch, NULL),
		        FSK_CORRUPT);
		assert_null(sketch);
		free(copy);
	}
	drop(file);
}

static void
refuse_all(struct span file, const struct change *changes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_null(read_changed(file, changes[i]));
}

static void
test_hostile_head(void **state)
{
	static const char name[] = "that is no name of a node";
	static const char order[] = "nodes are not in their order";
	static const struct change changes[] = {
	        {0, "FSKSKTCi", 8, FSK_CORRUPT, "this is no file of sketches"},
	        {AT_VERSION, "\2", 1, FSK_VERSION, "another version of the format"},
	        {AT_VERSION, "\0", 1, FSK_VERSION, "another version of the format"},
	        {AT_PRECISION, "\15", 1, FSK_VERSION, "sketches of another precision"},
	        {AT_NODES, "\0", 1, FSK_CORRUPT, "it is of no node"},
	        {AT_NODES, "\1", 1, FSK_CORRUPT, NULL},
	        {AT_NODES, "\xff\xff\xff\xff", 4, FSK_CORRUPT, NULL},
	        {AT_ENTRIES, "\1", 1, FSK_CORRUPT, "there is more than was said"},
	        {AT_ENTRIES, "\xff\xff\xff\xff", 4, FSK_CORRUPT,
	         "it ends among the entries"},
	        {AT_FIRST, "\0", 1, FSK_CORRUPT, name},
	        {AT_FIRST, "\xff", 1, FSK_CORRUPT, name},
	        {AT_FIRST + 1, "a\0", 2, FSK_CORRUPT, name},
	        {AT_FIRST + 1, "a\n", 2, FSK_CORRUPT, name},
	        {AT_FIRST + 1, "z", 1, FSK_CORRUPT, order},
	        {AT_FIRST, "\4beta\4beta", 10, FSK_CORRUPT, order},
	};
	struct span file = small_file();

	(void)state;
	refuse_all(file, changes, sizeof(changes) / sizeof(*changes));
	/* Another mark is no fault of the file. */
	census_sketch_free(
	        read_changed(file, (struct change){AT_MARK, "x", 1, FSK_OK, NULL}));
	drop(file);
}

/* The first entry stands behind alpha and beta: 8 octets and 8, "\013conficker/b", "\0", a
 * sketch of two hosts (4 octets, and 4 each). */
#define AT_ENTRY (AT_FIRST + 6 + 5)
#define AT_SKETCH (AT_ENTRY + 16 + 12 + 1)
#define AT_SECOND (AT_SKETCH + 4 + 8)

static void
test_hostile_entries(void **state)
{
	static const char key[] = "an entry is of no time, or has no name";
	static const char order[] = "entries are not in their order";
	static const char sketch[] = "an entry has no sketch";
	struct span file = small_file();
	/* Without time, with too much of it, later than the next; of texts with an end or a
	 * blank, or too long; then the sketch's form, precision and count; the same twice.
	 */
	const struct change changes[] = {
	        {AT_ENTRY + 8, "\0\0\0\0", 4, FSK_CORRUPT, key},
	        {AT_ENTRY + 15, "\x80", 1, FSK_CORRUPT, key},
	        {AT_ENTRY + 7, "\x7f", 1, FSK_CORRUPT, order},
	        {AT_ENTRY + 18, "\0", 1, FSK_CORRUPT, key},
	        {AT_ENTRY + 18, " ", 1, FSK_CORRUPT, key},
	        {AT_ENTRY + 16, "\x40", 1, FSK_CORRUPT, key},
	        {AT_ENTRY + 28, "\1", 1, FSK_CORRUPT, key},
	        {AT_SKETCH, "\2", 1, FSK_CORRUPT, sketch},
	        {AT_SKETCH + 1, "\15", 1, FSK_CORRUPT, sketch},
	        {AT_SKETCH + 3, "\xff", 1, FSK_CORRUPT, sketch},
	        {AT_SECOND, file.text + AT_ENTRY, 29, FSK_CORRUPT, order},
	};

	(void)state;
	refuse_all(file, changes, sizeof(changes) / sizeof(*changes));
	drop(file);
}

static enum fsk_err
stop(const struct census_sketch_key *key, const struct census_hll *hll, void *context)
{
	(void)key;
	(void)hll;
	++*(int *)context;
	return FSK_STOPPED;
}

static void
test_stop(void **state)
{
	struct census_sketch *sketch = sketch_new("n");
	int told = 0;

	(void)state;
	assert_int_equal(census_sketch_each(sketch, stop, &told), FSK_OK);
	assert_int_equal(fill(sketch, 0, 10), FSK_OK);
	assert_int_equal(census_sketch_each(sketch, stop, &told), FSK_STOPPED);
	assert_int_equal(told, 1);
	census_sketch_free(sketch);
}

static enum fsk_err
do_all(void)
{
	struct census_sketch *a = NULL, *b = NULL, *read = NULL;
	uint8_t *octets = NULL;
	size_t len = 0;
	enum fsk_err err = census_sketch_new(secret, "a", &a);

	if (err == FSK_OK)
		err = census_sketch_new(secret, "b", &b);
	if (err == FSK_OK)
		err = fill(a, 0, 50);
	if (err == FSK_OK)
		err = fill(b, 0, 300);
	if (err == FSK_OK)
		err = census_sketch_merge(a, b);
	if (err == FSK_OK)
		err = census_sketch_write(a, &octets, &len);
	if (err == FSK_OK)
		err = census_sketch_read((struct span){(const char *)octets, len}, &read,
		                         NULL);
	free(octets);
	census_sketch_free(a);
	census_sketch_free(b);
	census_sketch_free(read);
	return err;
}

static void
test_memory(void **state)
{
	enum fsk_err err;
	long n = 0;

	(void)state;
	do {
		memory_left = n++;
		err = do_all();
		memory_left = -1;
		assert_true(err == FSK_OK || err == FSK_NOMEM);
	} while (err == FSK_NOMEM);
	assert_true(n > 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_order),        cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_merge),        cmocka_unit_test(test_other_key),
	        cmocka_unit_test(test_nodes),        cmocka_unit_test(test_cut),
	        cmocka_unit_test(test_hostile_head), cmocka_unit_test(test_hostile_entries),
	        cmocka_unit_test(test_cut_with_sum), cmocka_unit_test(test_stop),
	        cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
