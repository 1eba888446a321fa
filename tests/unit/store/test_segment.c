/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Segments that are cut or altered: what is cut ends where it is cut, one bit that is
 * turned is found, and nothing is ever read that was not put.
 */
#include "journals.h"

/* Makes one segment of ${count} records, and gives its octets. */
static uint8_t *
make_segment(uint64_t count, size_t *len, char path[256])
{
	struct store_journal *journal = open_journal("worker", GROUND_US);
	uint8_t *octets = calloc(1, STORE_SEGMENT_LEAST);
	int fd;

	for (uint64_t i = 0; i < count; i++)
		put(journal, i);
	store_journal_free(journal);
	find_segments();
	assert_int_equal(found.count, 1);
	path_of(0, path);
	fd = open(path, O_RDONLY);
	*len = (size_t)read(fd, octets, STORE_SEGMENT_LEAST);
	assert_int_equal(*len, STORE_SEGMENT_LEAST);
	close(fd);
	return octets;
}

/* Where the records of ${octets} end, each of them in ${ends}. */
static size_t
ends_of(const uint8_t *octets, size_t *ends)
{
	size_t count = 0;

	for (size_t at = FORM_FIRST; form_tag(form_load(octets + at)) == FORM_RECORD;) {
		at += form_room(form_len(form_load(octets + at)));
		ends[count++] = at;
	}
	return count;
}

static void
test_torn_tail(void **state)
{
	size_t ends[512];
	char path[256];
	size_t len, records;
	uint8_t *octets = make_segment(350, &len, path);
	size_t last;

	(void)state;
	records = ends_of(octets, ends);
	assert_int_equal(records, 350);
	last = ends[records - 1] + FORM_WORD;
	for (size_t cut = last; cut-- > last - 4096;) {
		uint64_t whole = 0, first;
		struct store_segment *segment;
		struct span record;
		uint64_t offset = 0;
		enum fsk_err err;

		assert_int_equal(truncate(path, (off_t)cut), 0);
		while (whole < records) {
			size_t from = whole == 0 ? FORM_FIRST : ends[whole - 1];

			if (from + FORM_WORD + form_len(form_load(octets + from)) > cut)
				break;
			whole++;
		}
		assert_int_equal(store_segment_open(ground, "worker",
		                                    found.segments[0].number, &segment),
		                 FSK_OK);
		assert_true(store_segment_ended(segment));
		/* The others are as before: they are read now and then. */
		first = cut % 64 == 0 ? 0 : whole - 20;
		offset = first == 0 ? 0 : ends[first - 1];
		for (uint64_t i = first; i < whole; i++) {
			assert_int_equal(store_segment_next(segment, &offset, &record),
			                 FSK_OK);
			assert_int_equal(number_of(record), i);
		}
		err = store_segment_next(segment, &offset, &record);
		assert_true(err == FSK_END || err == FSK_CORRUPT);
		if (err == FSK_CORRUPT) {
			assert_true(store_segment_torn(segment, offset));
			assert_int_equal(store_segment_resume(segment, &offset), FSK_END);
		}
		store_segment_free(segment);
	}
	free(octets);
}

static void
test_cut_head(void **state)
{
	char path[256];
	size_t len;
	uint8_t *octets = make_segment(1, &len, path);
	struct store_segment *segment;
	struct form_head head;
	int fd = open(path, O_RDWR);

	(void)state;
	memcpy(&head, octets, sizeof(head));
	for (size_t i = 0; i < sizeof(head) - sizeof(head.spare); i++) {
		uint8_t other = octets[i] ^ 0x10;

		assert_int_equal(pwrite(fd, &other, 1, (off_t)i), 1);
		assert_int_equal(store_segment_open(ground, "worker",
		                                    found.segments[0].number, &segment),
		                 i >= 16 && i < 20 ? FSK_VERSION : FSK_CORRUPT);
		assert_int_equal(pwrite(fd, octets + i, 1, (off_t)i), 1);
	}
	for (size_t cut = FORM_FIRST; cut-- > 0;) {
		assert_int_equal(ftruncate(fd, (off_t)cut), 0);
		assert_int_equal(store_segment_open(ground, "worker",
		                                    found.segments[0].number, &segment),
		                 FSK_CORRUPT);
	}
	close(fd);
	/* One under another's number is none. */
	assert_int_equal(
	        store_segment_set_aside(ground, "worker", found.segments[0].number),
	        FSK_OK);
	assert_int_equal(ground_count("journal/worker", FORM_DAMAGED), 1);
	find_segments();
	assert_int_equal(found.count, 0);
	free(octets);
}

/* Reads all there is, over what is damaged; which records in ${seen}. */
static bool
read_over(bool seen[], size_t count)
{
	struct store_segment *segment;
	struct span record;
	uint64_t offset = 0;
	bool damaged = false;

	memset(seen, 0, count);
	assert_int_equal(
	        store_segment_open(ground, "worker", found.segments[0].number, &segment),
	        FSK_OK);
	assert_true(store_segment_ended(segment));
	for (;;) {
		enum fsk_err err = store_segment_next(segment, &offset, &record);

		if (err == FSK_OK) {
			uint64_t n = number_of(record);

			assert_in_range(n, 0, count - 1);
			assert_false(seen[n]);
			seen[n] = true;
		} else if (err == FSK_END) {
			break;
		} else {
			damaged = true;
			if (store_segment_resume(segment, &offset) == FSK_END)
				break;
		}
	}
	store_segment_free(segment);
	return damaged;
}

static void
test_turned_bits(void **state)
{
	enum { RECORDS = 60 };
	size_t ends[512];
	char path[256];
	size_t len;
	uint8_t *octets = make_segment(RECORDS, &len, path);
	bool seen[RECORDS];
	int fd = open(path, O_RDWR);

	(void)state;
	assert_int_equal(ends_of(octets, ends), RECORDS);
	for (size_t record = 0; record < RECORDS; record++) {
		size_t from = record == 0 ? FORM_FIRST : ends[record - 1];
		size_t used = FORM_WORD + form_len(form_load(octets + from));
		size_t step = record == 5 ? 1 : 61;

		for (size_t bit = record % 7; bit < used * 8; bit += step) {
			uint8_t other = octets[from + bit / 8] ^ (uint8_t)(1U << bit % 8);

			assert_int_equal(pwrite(fd, &other, 1, (off_t)(from + bit / 8)), 1);
			assert_true(read_over(seen, RECORDS));
			for (size_t i = 0; i < RECORDS; i++)
				assert_int_equal(seen[i], i != record);
			assert_int_equal(pwrite(fd, octets + from + bit / 8, 1,
			                        (off_t)(from + bit / 8)),
			                 1);
		}
	}
	close(fd);
	free(octets);
}

/* A word that is gone, in front of what was put after it: no writer leaves that. */
static void
test_lost_word(void **state)
{
	size_t ends[512];
	char path[256];
	size_t len;
	uint8_t *octets = make_segment(10, &len, path);
	struct store_segment *segment;
	uint8_t zeros[FORM_WORD] = {0};
	int fd = open(path, O_RDWR);

	(void)state;
	ends_of(octets, ends);
	assert_int_equal(
	        store_segment_open(ground, "worker", found.segments[0].number, &segment),
	        FSK_OK);
	/* Whole records and the end behind it, then the end alone. */
	for (unsigned i = 5; i < 9; i += 3) {
		assert_int_equal(pwrite(fd, zeros, FORM_WORD, (off_t)ends[i]), FORM_WORD);
		assert_false(store_segment_torn(segment, ends[i]));
	}
	store_segment_free(segment);
	close(fd);
	free(octets);
}

/* What a writer leaves who was killed before it stored the word. */
static void
test_half_a_record(void **state)
{
	size_t ends[512];
	char path[256];
	size_t len;
	uint8_t *octets = make_segment(10, &len, path);
	struct store_segment *segment;
	struct span record;
	uint64_t offset = 0;
	uint8_t zeros[FORM_WORD] = {0};
	int fd = open(path, O_RDWR);

	(void)state;
	ends_of(octets, ends);
	assert_int_equal(pwrite(fd, zeros, FORM_WORD, (off_t)ends[9]), FORM_WORD);
	assert_int_equal(pwrite(fd, zeros, FORM_WORD, (off_t)ends[8]), FORM_WORD);
	assert_int_equal(
	        store_segment_open(ground, "worker", found.segments[0].number, &segment),
	        FSK_OK);
	for (unsigned i = 0; i < 9; i++)
		assert_int_equal(store_segment_next(segment, &offset, &record), FSK_OK);
	assert_int_equal(store_segment_next(segment, &offset, &record), FSK_END);
	assert_true(store_segment_ended(segment));
	assert_int_equal(store_segment_next(segment, &offset, &record), FSK_CORRUPT);
	assert_true(store_segment_torn(segment, offset));
	assert_int_equal(store_segment_resume(segment, &offset), FSK_END);
	/* With something far behind it, it is more than that. */
	assert_int_equal(pwrite(fd, "x", 1, (off_t)ends[8] + 2 * STORE_RECORD_MOST), 1);
	assert_false(store_segment_torn(segment, ends[8]));
	store_segment_free(segment);
	close(fd);
	free(octets);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ground_make, ground_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(test_torn_tail), TEST(test_cut_head),      TEST(test_turned_bits),
	        TEST(test_lost_word), TEST(test_half_a_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
