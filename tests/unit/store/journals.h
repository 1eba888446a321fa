/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Journals of small segments, and all that a reader finds in them.
 */
#ifndef TEST_STORE_JOURNALS_H
#define TEST_STORE_JOURNALS_H

#include "ground.h"

#include "store/form.h"
#include "store/journal.h"

static inline struct store_journal *
open_journal(const char *worker, int64_t now_us)
{
	const struct store_journal_setting setting = {
	        .store = ground,
	        .worker = worker,
	        .segment = STORE_SEGMENT_LEAST,
	        .now_us = now_us,
	};
	struct store_journal *journal;

	assert_int_equal(store_journal_open(&setting, &journal), FSK_OK);
	return journal;
}

static inline void
put(struct store_journal *journal, uint64_t n)
{
	struct sighting s = ground_question(n);

	assert_int_equal(store_journal_put(journal, &s, GROUND_US), FSK_OK);
}

/* What a reader finds. */
struct found {
	struct {
		char worker[STORE_WORKER_SIZE];
		uint64_t number;
	} segments[512];
	size_t count;
	uint64_t records;
	uint32_t seen[1 << 16]; /* how often record n was there */
};
static struct found found;

static inline enum fsk_err
find(const char *worker, uint64_t number, void *context)
{
	(void)context;
	assert_in_range(found.count, 0, 511);
	snprintf(found.segments[found.count].worker,
	         sizeof(found.segments[found.count].worker), "%s", worker);
	found.segments[found.count++].number = number;
	return FSK_OK;
}

static inline void
find_segments(void)
{
	memset(&found, 0, sizeof(found));
	assert_int_equal(store_segments(ground, find, NULL), FSK_OK);
}

/* Which question ${record} is of; it is whole. */
static inline uint64_t
number_of(struct span record)
{
	struct sighting s, as_put;

	assert_int_equal(
	        store_record_read((const uint8_t *)record.text, record.len, &s, NULL),
	        FSK_OK);
	as_put = ground_question((uint64_t)(s.us - GROUND_US));
	ground_assert_same(&s, &as_put);
	return (uint64_t)(s.us - GROUND_US);
}

/* Reads segment ${n} to what ends it. */
static inline enum fsk_err
read_segment(size_t n)
{
	struct store_segment *segment;
	struct span record;
	uint64_t offset = 0;
	enum fsk_err err;

	assert_int_equal(store_segment_open(ground, found.segments[n].worker,
	                                    found.segments[n].number, &segment),
	                 FSK_OK);
	(void)store_segment_ended(segment);
	while ((err = store_segment_next(segment, &offset, &record)) == FSK_OK) {
		found.seen[number_of(record) % (1 << 16)]++;
		found.records++;
	}
	store_segment_free(segment);
	return err;
}

static inline void
read_all(enum fsk_err end)
{
	find_segments();
	for (size_t i = 0; i < found.count; i++) {
		enum fsk_err err = read_segment(i);

		assert_true(err == FSK_END || err == end);
	}
}

static inline void
assert_once(uint64_t from, uint64_t to)
{
	for (uint64_t i = from; i < to; i++)
		assert_int_equal(found.seen[i], 1);
}

static inline void
path_of(size_t n, char path[256])
{
	char name[FORM_NAME_SIZE];

	form_name(found.segments[n].number, FORM_SEGMENT, name);
	snprintf(path, 256, "%s/journal/%s/%s", ground, found.segments[n].worker, name);
}

#endif
