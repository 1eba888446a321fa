/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Requests as a server reads them: what is refused and how, messages cut at each octet,
 * lying counts, options at their limits, and what any octets at all may not break.
 */
#include "message_octets.h"
#include "wire/name.h"
#include "wire/octets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* Whether ${place} lies in the ${len} octets at ${octets}, or is nowhere. */
static bool
inside(struct span place, const uint8_t *octets, size_t len)
{
	const char *begin = (const char *)octets;

	return place.text == NULL ||
	       (place.text >= begin && place.text + place.len <= begin + len);
}

/* What holds of all that was read. */
static void
assert_sound(const struct wire_query *query, const uint8_t *octets, size_t len)
{
	assert_true(query->question_end <= len && query->question_end >= WIRE_HEADER);
	assert_true(query->has_question == (query->question_end > WIRE_HEADER));
	assert_true(query->has_question || !query->has_name);
	assert_int_equal(query->name.text[query->name.len], '\0');
	assert_true(query->udp_size >= 512);
	assert_true(inside(query->cookie, octets, len));
	assert_true(inside(query->subnet, octets, len));
	assert_true(inside(query->mac, octets, len));
	if (query->has_opt) {
		assert_true(query->opt_at >= query->question_end);
		assert_true(query->opt_at + WIRE_OPT_FIXED <= query->opt_end);
		assert_true(query->opt_end <= len);
	}
}

/* Reads a copy of exactly as many octets, so that any octet read behind is a fault; the
 * spans are then dead. */
static enum wire_reading
read_copy(const struct octets *octets, struct wire_query *query)
{
	uint8_t *copy = malloc(octets->len > 0 ? octets->len : 1);
	enum wire_reading reading;

	assert_non_null(copy);
	memcpy(copy, octets->at, octets->len);
	memset(query, 0xa5, sizeof(*query));
	reading = wire_query_read(copy, octets->len, query);
	if (reading != WIRE_DROP_IT)
		assert_sound(query, copy, octets->len);
	if (reading == WIRE_ANSWER)
		assert_true(query->has_question && query->refusal == WIRE_RCODE_NOERROR);
	free(copy);
	return reading;
}

static void
assert_refused(const struct octets *octets, enum wire_rcode rcode)
{
	struct wire_query query;

	assert_int_equal(read_copy(octets, &query), WIRE_REFUSE);
	assert_int_equal(query.refusal, rcode);
}

static void
assert_answered(const struct octets *octets, struct wire_query *query)
{
	assert_int_equal(read_copy(octets, query), WIRE_ANSWER);
}

static void
test_request(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_query query;

	(void)state;
	put_request(&octets);
	assert_int_equal(wire_query_read(octets.at, octets.len, &query), WIRE_ANSWER);
	assert_int_equal(query.id, 0xbeef);
	assert_int_equal(query.flags, 0x0130);
	assert_int_equal(query.opcode, WIRE_OPCODE_QUERY);
	assert_true(query.has_name);
	assert_string_equal(query.name.text, "jogli.com");
	assert_int_equal(query.name.len, 9);
	assert_int_equal(query.qtype, WIRE_TYPE_A);
	assert_int_equal(query.qclass, WIRE_CLASS_IN);
	assert_int_equal(query.question_end, 27);
	assert_true(query.has_opt && query.dnssec_ok && !query.extra);
	assert_int_equal(query.version, 0);
	assert_int_equal(query.udp_size, 1400);
	assert_int_equal(query.opt_at, 27);
	assert_int_equal(query.opt_end, octets.len);
	assert_true(span_equal(query.cookie, span_of("12345678")));
	assert_int_equal(query.subnet.len, 7);
	assert_true(span_equal(query.mac, (struct span){"\x52\x54\0\x12\x34\x56", 6}));
}

static void
test_cut(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_query query;
	size_t len;

	(void)state;
	put_request(&octets);
	len = octets.len;
	for (octets.len = 0; octets.len < len; octets.len++) {
		if (octets.len < WIRE_HEADER) {
			assert_int_equal(read_copy(&octets, &query), WIRE_DROP_IT);
			continue;
		}
		assert_refused(&octets, WIRE_RCODE_FORMERR);
		assert_int_equal(read_copy(&octets, &query), WIRE_REFUSE);
		assert_true(query.has_question == (octets.len >= 27));
		assert_false(query.has_opt);
	}
	put_number(&octets, 0, 1); /* and an octet too many */
	assert_refused(&octets, WIRE_RCODE_FORMERR);
}

static void
test_header(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_query query;

	(void)state;
	put_request(&octets);
	for (unsigned opcode = 0; opcode < 16; opcode++) {
		octets.at[2] = (unsigned char)(opcode << 3 | 1);
		if (opcode == 0) {
			assert_answered(&octets, &query);
			continue;
		}
		assert_refused(&octets, WIRE_RCODE_NOTIMP);
		assert_int_equal(read_copy(&octets, &query), WIRE_REFUSE);
		assert_int_equal(query.opcode, opcode);
		assert_true(query.has_question && query.has_opt);
		octets.at[2] |= 0x80; /* a response, whatever to */
		assert_int_equal(read_copy(&octets, &query), WIRE_DROP_IT);
	}
	octets.at[2] = 0x07; /* AA, TC, RD and all of the lower eight: nobody minds */
	octets.at[3] = 0xff;
	assert_answered(&octets, &query);
	assert_int_equal(query.flags, 0x07ff);
}

static void
test_questions(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_query query;

	(void)state;
	put_header(&octets, 0, (const uint16_t[4]){0});
	assert_refused(&octets, WIRE_RCODE_FORMERR); /* a header, and that is all */
	octets.at[11] = 1;
	put_opt_head(&octets, 0, 0);
	assert_int_equal(read_copy(&octets, &query), WIRE_REFUSE);
	assert_int_equal(query.refusal, WIRE_RCODE_FORMERR);
	assert_true(query.has_opt && !query.has_question); /* an OPT is owed */
	octets.len = 0;
	put_question(&octets, 0x0100, "a.example", 0);
	put_name(&octets, "b.example");
	put_number(&octets, 0x00010001, 4);
	octets.at[5] = 2;
	assert_int_equal(read_copy(&octets, &query), WIRE_REFUSE);
	assert_int_equal(query.refusal, WIRE_RCODE_FORMERR);
	assert_false(query.has_question);
	octets.at[4] = 0xff;
	octets.at[5] = 0xff;
	assert_refused(&octets, WIRE_RCODE_FORMERR);
}

static void
test_counts(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_query query;

	(void)state;
	put_question(&octets, 0x0100, "a.example", 0);
	assert_answered(&octets, &query);
	assert_int_equal(query.udp_size, 512);
	for (size_t at = 7; at < 12; at += 2) {
		octets.at[at] = 1;
		assert_refused(&octets, WIRE_RCODE_FORMERR);
		octets.at[at - 1] = octets.at[at] = 0xff;
		assert_refused(&octets, WIRE_RCODE_FORMERR);
		octets.at[at - 1] = octets.at[at] = 0;
	}
}

/* A question of labels of the lengths in ${labels}, up to a 0. */
static void
put_labels(struct octets *octets, const uint8_t *labels)
{
	static const uint16_t counts[4] = {1, 0, 0, 0};

	octets->len = 0;
	put_header(octets, 0x0100, counts);
	for (; *labels > 0; labels++) {
		put_number(octets, *labels, 1);
		for (uint8_t i = 0; i < *labels; i++)
			put(octets, "X", 1);
	}
	put(octets, "\0\0\1\0\1", 5);
}

static void
test_lengths(void **state)
{
	static const uint8_t most[] = {63, 63, 63, 61, 0}, long_[] = {63, 63, 63, 62, 0},
	                     label[] = {64, 0}, dots[] = {46, 46, 33, 0};
	struct octets octets;
	struct wire_query query;
	struct fsk_name name;

	(void)state;
	put_labels(&octets, most);
	assert_answered(&octets, &query);
	assert_int_equal(query.name.len, 253);
	assert_int_equal(
	        wire_name_read((struct span){query.name.text, query.name.len}, &name, NULL),
	        FSK_OK);
	assert_string_equal(name.text, query.name.text);
	put_labels(&octets, long_);
	assert_refused(&octets, WIRE_RCODE_FORMERR);
	put_labels(&octets, label);
	assert_refused(&octets, WIRE_RCODE_FORMERR);
	put_labels(&octets, dots); /* lengths that are "." and "!" as letters */
	assert_answered(&octets, &query);
	assert_int_equal(query.name.len, 127);
	put_labels(&octets, (const uint8_t[1]){0});
	assert_answered(&octets, &query);
	assert_true(query.has_name && query.name.len == 0); /* the root */
	for (uint8_t len = 1; len <= 63; len++) {
		put_labels(&octets, (const uint8_t[3]){len, 1, 0});
		assert_answered(&octets, &query);
		assert_int_equal(query.name.len, len + 2);
		assert_int_equal(query.name.text[len], '.');
		assert_int_equal(query.name.text[len - 1], 'x');
	}
}

/* Each octet, in each place of a label of nine. */
static void
test_letters(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_query query;

	(void)state;
	put_question(&octets, 0x0100, "aaaaaaaaa.b", 0);
	for (unsigned c = 0; c < 256; c++) {
		bool plain = c > 0x20 && c < 0x7f && c != '.';
		char wanted = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);

		for (size_t place = 0; place < 9; place++) {
			octets.at[13 + place] = (unsigned char)c;
			assert_answered(&octets, &query);
			assert_true(query.has_name == plain);
			assert_int_equal(query.name.len, plain ? 11 : 0);
			if (plain)
				assert_int_equal(query.name.text[place], wanted);
			octets.at[13 + place] = 'a';
		}
	}
}

static void
test_pointers(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_query query;

	(void)state;
	put_question(&octets, 0x0100, "a.example", 0);
	for (unsigned first = 64; first < 256; first++) {
		octets.at[12] = (unsigned char)first;
		assert_refused(&octets, WIRE_RCODE_FORMERR);
	}
	octets.at[12] = 0xc0; /* to itself, and to the header */
	octets.at[13] = 12;
	assert_refused(&octets, WIRE_RCODE_FORMERR);
	octets.at[13] = 0;
	assert_refused(&octets, WIRE_RCODE_FORMERR);
	octets.at[12] = 1;
	octets.at[13] = 'a';
	octets.at[14] = 0xc0; /* behind a label, back to it: a circle */
	octets.at[15] = 12;
	assert_refused(&octets, WIRE_RCODE_FORMERR);
	octets.len = 0;
	put_question(&octets, 0x0100, "a.example", 1);
	put_pointer(&octets,
	            octets.len); /* an owner that points at itself is passed over */
	put_record_head(&octets, 1, 0);
	assert_answered(&octets, &query);
	assert_true(query.extra && !query.has_opt);
	octets.len -= 11; /* half a pointer */
	assert_refused(&octets, WIRE_RCODE_FORMERR);
}

static void
test_types(void **state)
{
	static const uint16_t some[] = {0, 1, 3, 41, 250, 251, 252, 254, 255, 666, 0xffff};
	struct octets octets = {.len = 0};
	struct wire_query query;

	(void)state;
	put_question(&octets, 0x0100, "a.example", 0);
	for (size_t i = 0; i < sizeof(some) / sizeof(*some); i++) {
		octets.len -= 2;
		put_number(&octets, some[i], 2); /* classes: Chaos, none, any */
		assert_answered(&octets, &query);
		assert_int_equal(query.qclass, some[i]);
		octets.len -= 4;
		put_number(&octets, some[i], 2);
		put_number(&octets, 1, 2);
		assert_answered(&octets, &query);
		assert_int_equal(query.qtype, some[i]);
	}
}

static void
test_edns(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_query query;
	size_t opt;

	(void)state;
	put_question(&octets, 0x0100, "a.example", 1);
	opt = octets.len;
	put_opt_head(&octets, 0x00007fff, 0); /* all flags but DO */
	assert_answered(&octets, &query);
	assert_true(query.has_opt && !query.dnssec_ok);
	octets.at[opt + 5] = 0xff; /* an rcode, of all things */
	assert_answered(&octets, &query);
	octets.at[opt + 3] = octets.at[opt + 4] = 0;
	assert_answered(&octets, &query);
	assert_int_equal(query.udp_size, 512);
	octets.at[opt + 3] = octets.at[opt + 4] = 0xff;
	assert_answered(&octets, &query);
	assert_int_equal(query.udp_size, 65535);
	for (unsigned version = 1; version < 256; version++) {
		octets.at[opt + 6] = (unsigned char)version;
		assert_refused(&octets, WIRE_RCODE_BADVERS);
	}
	octets.at[opt + 10] = 1; /* what another version has for data */
	put_number(&octets, 0, 1);
	assert_int_equal(read_copy(&octets, &query), WIRE_REFUSE);
	assert_int_equal(query.refusal, WIRE_RCODE_BADVERS);
	assert_true(query.has_opt && query.has_question);
	assert_int_equal(query.version, 255);
}

static void
test_opt_place(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_query query;
	size_t opt;

	(void)state;
	put_question(&octets, 0x0100, "a.example", 1);
	opt = octets.len;
	put_opt_head(&octets, 0, 0);
	for (size_t at = 7; at < 11;
	     at += 2) { /* in the answer and the authority section */
		octets.at[11] = 0;
		octets.at[at] = 1;
		assert_refused(&octets, WIRE_RCODE_FORMERR);
		octets.at[at] = 0;
	}
	octets.at[11] = 2;
	put_opt_head(&octets, 0, 0);
	assert_refused(&octets, WIRE_RCODE_FORMERR); /* two */
	assert_int_equal(read_copy(&octets, &query), WIRE_REFUSE);
	assert_true(query.has_opt && query.opt_at == opt);
	octets.len = opt;
	octets.at[11] = 1;
	put_name(&octets, "x"); /* with a name */
	put_record_head(&octets, WIRE_TYPE_OPT, 0);
	assert_refused(&octets, WIRE_RCODE_FORMERR);
	octets.len = opt;
	put_pointer(&octets, opt - 5); /* the root, but by a pointer */
	put_record_head(&octets, WIRE_TYPE_OPT, 0);
	assert_refused(&octets, WIRE_RCODE_FORMERR);
	octets.len = opt;
	octets.at[11] = 2;
	put_opt_head(&octets, 0, 0);
	put_name(&octets, "key.example"); /* a signature is last */
	put_record_head(&octets, 250, 3);
	put(&octets, "sig", 3);
	assert_answered(&octets, &query);
	assert_true(query.has_opt && query.extra);
	assert_int_equal(query.opt_at, opt);
}

static void
test_options(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_query query;
	size_t data;

	(void)state;
	put_question(&octets, 0x0100, "a.example", 1);
	put_opt_head(&octets, 0, 9);
	data = octets.len;
	put_option(&octets, 0xfffe, "12345", 5);
	assert_answered(&octets, &query);
	for (uint8_t len = 0; len < 9; len++) { /* the option is cut by the record */
		octets.at[data - 1] = len;
		octets.len = data + len;
		if (len == 0)
			assert_answered(&octets, &query);
		else
			assert_refused(&octets, WIRE_RCODE_FORMERR);
	}
	octets.at[data - 1] = 9;
	octets.len = data;
	put_option(&octets, 0xfffe, "1234", 4); /* one octet is left */
	put(&octets, "", 1);
	assert_refused(&octets, WIRE_RCODE_FORMERR);
	assert_int_equal(read_copy(&octets, &query), WIRE_REFUSE);
	assert_true(query.has_opt);
}

static void
test_cookies(void **state)
{
	static const char data[64] = "0123456789";
	struct wire_query query;

	(void)state;
	for (size_t len = 0; len <= 48; len++) {
		struct octets octets = {.len = 0};

		put_question(&octets, 0x0100, "a.example", 1);
		put_opt_head(&octets, 0, 4 + len + 4);
		put_option(&octets, WIRE_OPTION_COOKIE, data, len);
		put_option(&octets, WIRE_OPTION_COOKIE, data, 0); /* the first counts */
		if (len == 8 || (len >= 16 && len <= 40)) {
			assert_answered(&octets, &query);
			assert_int_equal(query.cookie.len, len);
		} else {
			assert_refused(&octets, WIRE_RCODE_FORMERR);
		}
	}
}

/* Who has no question may ask for a cookie: RFC 7873 section 5.4. */
static void
test_cookie_alone(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_query query;

	(void)state;
	put_header(&octets, 0x0100, (const uint16_t[4]){0, 0, 0, 1});
	put_opt_head(&octets, 0, 4 + 8);
	put_option(&octets, WIRE_OPTION_COOKIE, "12345678", 8);
	assert_refused(&octets, WIRE_RCODE_NOERROR);
	assert_int_equal(read_copy(&octets, &query), WIRE_REFUSE);
	assert_false(query.has_question);
	assert_int_equal(query.cookie.len, 8);
}

/* Messages at their longest: many options, many records. That the work is bounded shows in
 * that this ends. */
static void
test_much(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_query query;
	unsigned records = 0;

	(void)state;
	put_question(&octets, 0x0100, "a", 1);
	put_opt_head(&octets, 0, 65535 - octets.len - 11);
	while (octets.len + 4 <= 65535)
		put_option(&octets, 3, "", 0);
	put(&octets, "\0\0\0", 65535 - octets.len);
	assert_int_equal(read_copy(&octets, &query),
	                 (65535 - 12 - 7 - 11) % 4 == 0 ? WIRE_ANSWER : WIRE_REFUSE);
	octets.len = 0;
	put_question(&octets, 0x0100, "a", 0);
	for (; octets.len + 11 <= 65535; records++) {
		put_name(&octets, "");
		put_record_head(&octets, 1, 0);
	}
	octets.at[10] = (unsigned char)(records >> 8);
	octets.at[11] = (unsigned char)records;
	assert_answered(&octets, &query);
	assert_true(query.extra);
	octets.at[10] = 0xff; /* as many as can be said */
	assert_refused(&octets, WIRE_RCODE_FORMERR);
	octets.len = 0;
	put_question(&octets, 0x0100, "a", 1);
	while (octets.len < 65535) /* one owner, up to the end */
		put(&octets, "\1a", 2);
	assert_refused(&octets, WIRE_RCODE_FORMERR);
}

/* What is read agrees with wire_message_read() where that reads something. */
static void
assert_agrees(const struct octets *octets, const struct wire_query *query)
{
	struct wire_message message;

	if (wire_message_read(octets->at, octets->len, &message, NULL) != FSK_OK)
		return;
	assert_true(query->has_question && query->has_name);
	assert_string_equal(query->name.text, message.name.text);
	assert_int_equal(query->qtype, message.qtype);
	assert_int_equal(query->qclass, message.qclass);
	assert_int_equal(query->opcode, message.opcode);
}

static void
test_mutants(void **state)
{
	static struct octets octets;
	uint64_t row = 20090213;
	unsigned readings[3] = {0};

	(void)state;
	for (unsigned n = 0; n < 30000; n++) {
		struct wire_query query;
		enum wire_reading reading;

		octets.len = 0;
		if (n % 2 == 0)
			put_request(&octets);
		else
			put_answer(&octets);
		if (n % 4 == 3)
			octets.at[2] &= 0x7f;
		mutate(&octets, &row);
		reading = read_copy(&octets, &query);
		readings[reading]++;
		if (reading != WIRE_DROP_IT)
			assert_agrees(&octets, &query);
		if (wire_response_read(octets.at, octets.len, &query))
			assert_sound(&query, octets.at, octets.len);
	}
	for (size_t i = 0; i < 3; i++)
		assert_true(readings[i] > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_request),   cmocka_unit_test(test_cut),
	        cmocka_unit_test(test_header),    cmocka_unit_test(test_questions),
	        cmocka_unit_test(test_counts),    cmocka_unit_test(test_lengths),
	        cmocka_unit_test(test_letters),   cmocka_unit_test(test_pointers),
	        cmocka_unit_test(test_types),     cmocka_unit_test(test_edns),
	        cmocka_unit_test(test_opt_place), cmocka_unit_test(test_options),
	        cmocka_unit_test(test_cookies),   cmocka_unit_test(test_cookie_alone),
	        cmocka_unit_test(test_much),      cmocka_unit_test(test_mutants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
