/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/unit/sinkhole/dns_answer.h: the answers of dns_scene.h, read octet by octet.
 */
#ifndef TEST_SINKHOLE_DNS_ANSWER_H
#define TEST_SINKHOLE_DNS_ANSWER_H

#include "dns_scene.h"

/* A record of the answer. */
struct record {
	char owner[300];
	unsigned type, class, ttl, len;
	size_t data; /* octet */
};

/* Reads the name at octet ${at} as text; where it ends. Pointers lead back only. */
static inline size_t
read_name(size_t at, char text[300])
{
	size_t end = 0, used = 0, least = at;

	while (out[at] != 0) {
		if (out[at] >= 0xc0) {
			end = end == 0 ? at + 2 : end;
			at = get16(out + at) & 0x3fff;
			assert_true(at < least);
			least = at;
			continue;
		}
		assert_true(out[at] < 64 && at + out[at] < len && used + out[at] < 255);
		memcpy(text + used, out + at + 1, out[at]);
		used += out[at];
		at += out[at] + 1u;
		text[used++] = '.';
	}
	text[used == 0 ? 0 : used - 1] = '\0';
	return end == 0 ? at + 1 : end;
}

static inline size_t
read_record(size_t at, struct record *record)
{
	at = read_name(at, record->owner);
	assert_true(at + 10 <= len);
	record->type = get16(out + at);
	record->class = get16(out + at + 2);
	record->ttl = get16(out + at + 4) << 16 | get16(out + at + 6);
	record->len = get16(out + at + 8);
	record->data = at + 10;
	assert_true(record->data + record->len <= len);
	return record->data + record->len;
}

/* The ${n}th record behind the question, from 0. */
static inline struct record
record_at(unsigned n)
{
	struct record record;
	char name[300];
	size_t at = read_name(12, name) + 4;

	for (unsigned i = 0; i <= n; i++)
		at = read_record(at, &record);
	return record;
}

/* Checks the header: flags and rcode, and the counts of answer, authority, additional; and
 * that all octets are accounted for. */
static inline void
is_answer(unsigned flags, unsigned answers, unsigned authority, unsigned additional)
{
	struct record record;
	char name[300];
	size_t at;

	assert_int_equal(get16(out), 0x1234);
	assert_int_equal(get16(out + 2), flags);
	assert_int_equal(get16(out + 4), 1);
	assert_int_equal(get16(out + 6), answers);
	assert_int_equal(get16(out + 8), authority);
	assert_int_equal(get16(out + 10), additional);
	at = read_name(12, name) + 4;
	assert_memory_equal(out + 12, asked + 12, at - 12);
	for (unsigned i = 0; i < answers + authority + additional; i++)
		at = read_record(at, &record);
	assert_int_equal(at, len);
}

/* Flags of answers: response to who wants recursion; AA; TC. */
#define PLAIN 0x8100u
#define AUTHORITY 0x8500u
#define SHORT 0x8700u

#endif
