/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A constant database: what was put is found, as its description says that one is to be
 * searched, and nothing else is.
 */
#include "publish/cdb.h"
#include "written.h"

#include <errno.h>
#include <stdio.h>

static uint32_t
number_at(const struct written *written, uint64_t at)
{
	const unsigned char *octets = (const unsigned char *)written->text + at;

	assert_true(at + 4 <= written->facts.bytes);
	return (uint32_t)octets[0] | (uint32_t)octets[1] << 8 | (uint32_t)octets[2] << 16 |
	       (uint32_t)octets[3] << 24;
}

/* The value of ${key}, by the words of https://cr.yp.to/cdb/cdb.txt; its text is NULL
 * when there is none. */
static struct span
find(const struct written *written, struct span key)
{
	uint32_t hash = 5381, place, slots;

	for (size_t i = 0; i < key.len; i++)
		hash = ((hash << 5) + hash) ^ (unsigned char)key.text[i];
	place = number_at(written, hash % 256 * 8);
	slots = number_at(written, hash % 256 * 8 + 4);
	for (uint32_t i = 0; i < slots; i++) {
		uint64_t slot = place + (uint64_t)((hash / 256 + i) % slots) * 8;
		uint32_t record = number_at(written, slot + 4);
		struct span found, value;

		if (record == 0)
			break;
		if (number_at(written, slot) != hash)
			continue;
		found.len = number_at(written, record);
		value.len = number_at(written, record + 4);
		found.text = written->text + record + 8;
		value.text = found.text + found.len;
		assert_true(record + 8 + found.len + value.len <= written->facts.bytes);
		if (span_equal(found, key))
			return value;
	}
	return (struct span){NULL, 0};
}

static struct span
key_of(char text[32], unsigned n)
{
	snprintf(text, 32, "key%u", n);
	return span_of(text);
}

static struct written
make(unsigned count)
{
	struct publish_cdb cdb;
	struct written written;
	char text[32];
	int fd;
	struct publish_file *file = written_begin(&fd);

	assert_int_equal(publish_cdb_init(&cdb, count), FSK_OK);
	for (unsigned i = 0; i < count; i++) {
		struct span key = key_of(text, i);

		assert_int_equal(publish_cdb_plan(&cdb, key, span_from(key, 3)), FSK_OK);
	}
	assert_int_equal(publish_cdb_plan(&cdb, span_of("a"), span_of("b")), FSK_RANGE);
	publish_cdb_put_head(&cdb, file);
	for (unsigned i = 0; i < count; i++) {
		struct span key = key_of(text, i);

		publish_cdb_put(file, key, span_from(key, 3));
	}
	assert_int_equal(publish_cdb_put_tables(&cdb, file), FSK_OK);
	written = written_read(fd, file);
	publish_cdb_fini(&cdb);
	return written;
}

static void
what_was_put_is_found(void **state)
{
	static const unsigned counts[] = {0, 1, 2, 255, 10000};
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct written written = make(counts[i]);

		for (unsigned n = 0; n < counts[i]; n++) {
			struct span key = key_of(text, n);

			assert_true(span_equal(find(&written, key), span_from(key, 3)));
		}
		for (unsigned n = counts[i]; n < counts[i] + 1000; n++)
			assert_null(find(&written, key_of(text, n)).text);
		assert_null(find(&written, span_of("")).text);
		free(written.text);
	}
}

/* Places have 32 bits. */
static void
no_database_is_larger_than_its_places(void **state)
{
	static const char some[] = "a";
	struct publish_cdb cdb;

	(void)state;
	assert_int_equal(publish_cdb_init(&cdb, 3), FSK_OK);
	assert_int_equal(publish_cdb_plan(&cdb, span_of("k"),
	                                  (struct span){some, UINT32_MAX - 2048 - 8 - 1}),
	                 FSK_IO);
	assert_int_equal(errno, EFBIG);
	assert_int_equal(
	        publish_cdb_plan(&cdb, span_of("k"),
	                         (struct span){some, UINT32_MAX - 2048 - 8 - 1 - 16}),
	        FSK_OK);
	assert_int_equal(publish_cdb_plan(&cdb, span_of("l"), span_of("")), FSK_IO);
	publish_cdb_fini(&cdb);
	publish_cdb_fini(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_was_put_is_found),
	        cmocka_unit_test(no_database_is_larger_than_its_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
