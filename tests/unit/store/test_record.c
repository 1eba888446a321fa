/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Records: every field comes back as it went, at both of its bounds; what is too long is
 * cut and marked; what is cut, altered or of a later version is never read as something
 * else than its octets say, and never beyond them.
 */
#include "ground.h"

#include "dga/catalog.h"
#include "watch/fingerprint.h"

static char octets[8192]; /* every value of an octet, over and over */

struct bound {
	size_t place; /* of a text in a sighting */
	size_t most;
};
static const struct bound bounds[] = {
        {offsetof(struct sighting, name), STORE_NAME_MOST},
        {offsetof(struct sighting, method), STORE_METHOD_MOST},
        {offsetof(struct sighting, target), STORE_TARGET_MOST},
        {offsetof(struct sighting, agent), STORE_AGENT_MOST},
        {offsetof(struct sighting, machine), STORE_TEXT_MOST},
        {offsetof(struct sighting, host), STORE_HOST_MOST},
        {offsetof(struct sighting, version), STORE_TEXT_MOST},
        {offsetof(struct sighting, referrer), STORE_TEXT_MOST},
        {offsetof(struct sighting, via), STORE_TEXT_MOST},
        {offsetof(struct sighting, forwarded), STORE_TEXT_MOST},
        {offsetof(struct sighting, sni), STORE_TEXT_MOST},
        {offsetof(struct sighting, first), STORE_FIRST_MOST},
        {offsetof(struct sighting, shape), STORE_TEXT_MOST},
        {offsetof(struct sighting, sensor), STORE_TEXT_MOST},
};
#define BOUNDS (sizeof(bounds) / sizeof(bounds[0]))

static struct span *
text_at(struct sighting *sighting, size_t n)
{
	return (struct span *)(void *)((char *)sighting + bounds[n].place);
}

/* A sighting without anything. */
static struct sighting
nothing(void)
{
	return (struct sighting){.match.generator = SIGHTING_NO_GENERATOR,
	                         .counter = SIGHTING_NO_COUNTER};
}

/* One with all that a record can hold, as long as it can be. */
static struct sighting
everything(void)
{
	struct sighting s = nothing();

	memset(&s.address, 0xfe, sizeof(s.address));
	memset(&s.client.address, 0xfc, sizeof(s.client.address));
	memset(&s.to, 0xfd, sizeof(s.to));
	s.client.prefix = 128;
	s.us = INT64_MAX;
	s.port = s.to_port = s.qtype = UINT16_MAX;
	s.kind = SIGHTING_RAW;
	s.transport = SIGHTING_QUIC;
	s.by = SIGHTING_BY_GUESS;
	s.match = (struct fsk_match){
	        .period = {INT64_MIN, INT64_MAX},
	        .generator = (uint32_t)dga_generator_count() - 1,
	        .index = UINT32_MAX,
	        .offset = UINT32_MAX,
	};
	s.counter = INT64_MAX;
	s.more = UINT32_MAX;
	s.fingerprint = watch_fingerprint_at(0)->name;
	for (size_t i = 0; i < BOUNDS; i++)
		*text_at(&s, i) = (struct span){octets + i, bounds[i].most};
	s.forecast = (struct span){octets + 99, STORE_NAME_MOST};
	return s;
}

/* Writes ${s}, into an allocation of its size so that reading beyond it shows, and reads it
 * again; the octets are for the caller to free. */
static uint8_t *
round_trip(const struct sighting *s, struct sighting *read, struct store_said *said,
           size_t *len)
{
	static uint8_t out[STORE_RECORD_MOST];
	uint8_t *record;

	*len = store_record_write(s, out);
	assert_in_range(*len, 1, STORE_RECORD_MOST);
	record = malloc(*len);
	memcpy(record, out, *len);
	assert_int_equal(store_record_read(record, *len, read, said), FSK_OK);
	return record;
}

static void
assert_comes_back(const struct sighting *s, bool cut)
{
	struct sighting read;
	struct store_said said;
	size_t len;
	uint8_t *record = round_trip(s, &read, &said, &len);

	ground_assert_same(s, &read);
	assert_int_equal(said.cut, cut);
	free(record);
}

static void
test_all_comes_back(void **state)
{
	struct sighting s = nothing();

	(void)state;
	assert_comes_back(&s, false);
	s = everything();
	assert_comes_back(&s, false);
	s = ground_question(7);
	assert_comes_back(&s, false);
	s.us = INT64_MIN;
	s.match.offset = 5;
	s.forecast = span_from(s.name, 5);
	assert_comes_back(&s, false);
	s.forecast = span_of("another.net"); /* none that follows */
	assert_comes_back(&s, false);
	s.match.offset = 100;
	s.forecast = span_of("");
	assert_comes_back(&s, false);
}

static void
test_texts_at_their_bounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < BOUNDS; i++) {
		struct sighting s = nothing(), read;
		struct store_said said;
		size_t len;
		uint8_t *record;

		*text_at(&s, i) = (struct span){octets, 1};
		assert_comes_back(&s, false);
		text_at(&s, i)->len = bounds[i].most;
		assert_comes_back(&s, false);
		text_at(&s, i)->len = bounds[i].most + 1;
		record = round_trip(&s, &read, &said, &len);
		assert_true(said.cut);
		text_at(&s, i)->len = bounds[i].most;
		ground_assert_same(&s, &read);
		free(record);
	}
}

static void
test_kinds(void **state)
{
	struct sighting s = ground_question(1);

	(void)state;
	for (int kind = 0; kind < SIGHTING_KINDS; kind++) {
		for (int by = 0; by < SIGHTING_BYS; by++) {
			for (int t = SIGHTING_TRANSPORT_UNKNOWN; t <= SIGHTING_QUIC; t++) {
				s.kind = (enum sighting_kind)kind;
				s.by = (enum sighting_by)by;
				s.transport = (enum sighting_transport)t;
				assert_comes_back(&s, false);
			}
		}
	}
}

static void
test_clients(void **state)
{
	static const char *const texts[] = {"192.0.2.77", "2001:db8:1:2:3:4:5:6", "::"};
	struct sighting s = ground_question(1), read;
	struct store_said said;
	size_t len, whole;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		unsigned most = i == 0 ? 32 : 128;

		assert_int_equal(address_read(span_of(texts[i]), &s.address), FSK_OK);
		for (unsigned prefix = 0; prefix <= most; prefix++) {
			s.client.address = s.address;
			s.client.prefix = (uint8_t)prefix;
			address_mask(&s.client.address, prefix);
			assert_comes_back(&s, false);
		}
		free(round_trip(&s, &read, &said, &len));
		s.client = sighting_named(UINT64_C(0x1122334455667788));
		assert_comes_back(&s, false);
		free(round_trip(&s, &read, &said, &whole));
		assert_true(whole > len); /* what follows takes no room */
	}
	/* More bits than there are become all. */
	s = ground_question(1);
	s.client.prefix = 128;
	free(round_trip(&s, &read, &said, &len));
	assert_int_equal(read.client.prefix, 32);
}

static void
test_generators(void **state)
{
	struct store_recall recall = {0};
	struct sighting s = ground_question(1), read;
	struct store_said said;
	char name[DGA_GENERATOR_NAME_SIZE];
	uint8_t *record, *at;
	size_t len;

	(void)state;
	for (unsigned round = 0; round < 2; round++) {
		for (size_t i = 0; i < dga_generator_count(); i++) {
			struct dga_generator generator = dga_generator_at(i);

			dga_generator_name(&generator, name);
			s.match.generator = (uint32_t)i;
			record = round_trip(&s, &read, &said, &len);
			assert_int_equal(read.match.generator, i);
			ground_assert_span(said.generator, span_of(name));
			assert_int_equal(
			        store_record_recall((struct span){(char *)record, len},
			                            &read, &said, &recall),
			        FSK_OK);
			assert_int_equal(read.match.generator, i);
			/* One that this catalog does not have is still named. */
			at = memmem(record, len, name, strlen(name));
			*at = '?';
			for (struct store_recall *r = &recall;; r = NULL) {
				assert_int_equal(store_record_recall(
				                         (struct span){(char *)record, len},
				                         &read, &said, r),
				                 FSK_OK);
				assert_int_equal(read.match.generator,
				                 SIGHTING_NO_GENERATOR);
				assert_int_equal(said.generator.len, strlen(name));
				assert_int_equal(read.match.index, 17);
				if (r == NULL)
					break;
			}
			free(record);
		}
	}
	s.match.generator = (uint32_t)dga_generator_count();
	record = round_trip(&s, &read, &said, &len);
	assert_int_equal(read.match.generator, SIGHTING_NO_GENERATOR);
	assert_int_equal(said.generator.len, 0);
	free(record);
}

static void
test_fingerprints(void **state)
{
	struct store_recall recall = {0};
	struct sighting s = ground_question(1), read;
	struct store_said said;
	static char long_name[STORE_TEXT_MOST + 2];
	uint8_t *record;
	size_t len;

	(void)state;
	for (unsigned round = 0; round < 2; round++) {
		for (size_t i = 0; i < watch_fingerprint_count(); i++) {
			s.fingerprint = watch_fingerprint_at(i)->name;
			record = round_trip(&s, &read, &said, &len);
			assert_ptr_equal(read.fingerprint, s.fingerprint);
			assert_int_equal(
			        store_record_recall((struct span){(char *)record, len},
			                            &read, NULL, &recall),
			        FSK_OK);
			assert_ptr_equal(read.fingerprint, s.fingerprint);
			free(record);
		}
	}
	memset(long_name, 'x', sizeof(long_name) - 1);
	s.fingerprint = long_name;
	for (unsigned round = 0; round < 2; round++) {
		record = round_trip(&s, &read, &said, &len);
		assert_null(read.fingerprint);
		assert_true(said.cut);
		assert_int_equal(said.fingerprint.len, STORE_TEXT_MOST);
		assert_int_equal(store_record_recall((struct span){(char *)record, len},
		                                     &read, &said, &recall),
		                 FSK_OK);
		assert_null(read.fingerprint);
		free(record);
	}
}

static void
test_small(void **state)
{
	struct sighting s = ground_question(1), read;
	struct dga_generator generator;
	struct store_said said;
	size_t len;

	(void)state;
	assert_int_equal(dga_generator_find(span_of("conficker/b"), &generator), FSK_OK);
	s.match.generator = (uint32_t)generator.number;
	free(round_trip(&s, &read, &said, &len));
	assert_in_range(len, 60, 100);
}

/* Every cut, and one octet more, of ${s}. */
static void
cut_everywhere(const struct sighting *s)
{
	struct sighting read;
	struct store_said said;
	size_t len;
	uint8_t *record = round_trip(s, &read, &said, &len);
	uint8_t *more = malloc(len + 1);

	for (size_t i = 0; i < len; i++) {
		uint8_t *cut = malloc(i > 0 ? i : 1);

		memcpy(cut, record, i);
		assert_int_equal(store_record_read(cut, i, &read, &said), FSK_CORRUPT);
		free(cut);
	}
	memcpy(more, record, len);
	more[len] = 0;
	assert_int_equal(store_record_read(more, len + 1, &read, &said), FSK_CORRUPT);
	free(more);
	free(record);
}

static void
test_cut(void **state)
{
	struct sighting s = nothing();

	(void)state;
	cut_everywhere(&s);
	s = everything();
	cut_everywhere(&s);
	s = ground_question(3);
	cut_everywhere(&s);
}

static void
test_altered(void **state)
{
	struct sighting s = everything(), read, before;
	struct store_said said;
	size_t len;
	uint8_t *record;

	(void)state;
	s.name.len = s.first.len = s.target.len = s.agent.len = s.forecast.len = 9;
	record = round_trip(&s, &read, &said, &len);
	memset(&before, 0x5a, sizeof(before));
	for (size_t i = 0; i < len * 8; i++) {
		enum fsk_err err;

		record[i / 8] ^= (uint8_t)(1U << i % 8);
		read = before;
		err = store_record_read(record, len, &read, &said);
		assert_true(err == FSK_OK || err == FSK_CORRUPT || err == FSK_VERSION);
		if (err != FSK_OK) /* nothing was written */
			assert_memory_equal(&read, &before, sizeof(read));
		record[i / 8] ^= (uint8_t)(1U << i % 8);
	}
	record[0] = 0;
	assert_int_equal(store_record_read(record, len, &read, &said), FSK_CORRUPT);
	record[0] = 2;
	assert_int_equal(store_record_read(record, len, &read, &said), FSK_VERSION);
	assert_int_equal(store_record_read(record, 1, &read, &said), FSK_VERSION);
	record[0] = 1;
	record[1] = 6 << 2; /* a way that none is */
	assert_int_equal(store_record_read(record, len, &read, &said), FSK_CORRUPT);
	record[1] = 6 << 5;
	assert_int_equal(store_record_read(record, len, &read, &said), FSK_CORRUPT);
	record[1] = 0;
	record[2] = 129;
	assert_int_equal(store_record_read(record, len, &read, &said), FSK_CORRUPT);
	record[2] = 128;
	assert_int_equal(store_record_read(record, len, &read, &said), FSK_OK);
	free(record);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_all_comes_back),
	        cmocka_unit_test(test_texts_at_their_bounds),
	        cmocka_unit_test(test_kinds),
	        cmocka_unit_test(test_clients),
	        cmocka_unit_test(test_generators),
	        cmocka_unit_test(test_fingerprints),
	        cmocka_unit_test(test_small),
	        cmocka_unit_test(test_cut),
	        cmocka_unit_test(test_altered),
	};

	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = (char)i;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
