/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Questions of DNS messages: every limit from both sides, messages cut at each
 * octet, and client subnets that are and are not what RFC 7871 says.
 */
#include "../logs/octets.h"
#include "wire/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* Reads a copy of exactly ${len} octets, so that any octet read behind is a fault. */
static enum fsk_err
read_copy(const unsigned char *octets, size_t len, struct wire_message *message,
          struct fault *fault)
{
	unsigned char *copy = malloc(len > 0 ? len : 1);
	enum fsk_err err;

	assert_non_null(copy);
	memcpy(copy, octets, len);
	err = wire_message_read(copy, len, message, fault);
	free(copy);
	return err;
}

static struct wire_message
assert_reads(const struct octets *octets)
{
	struct wire_message message;
	struct fault fault = {.why = NULL};

	assert_int_equal(read_copy(octets->at, octets->len, &message, &fault), FSK_OK);
	assert_null(fault.why);
	return message;
}

static void
assert_refused(const struct octets *octets, size_t octet, const char *why)
{
	struct wire_message message = {.id = 7};
	struct fault fault = {.why = NULL};

	assert_int_equal(read_copy(octets->at, octets->len, &message, &fault), FSK_SYNTAX);
	assert_string_equal(fault.why, why);
	assert_int_equal(fault.column, octet);
	assert_int_equal(message.id, 7); /* written on success only */
	assert_int_equal(read_copy(octets->at, octets->len, &message, NULL), FSK_SYNTAX);
}

static void
test_question(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_message message;

	(void)state;
	put_question(&octets, 0x0120, "JoGLi.Com", 0);
	message = assert_reads(&octets);
	assert_string_equal(message.name.text, "jogli.com");
	assert_int_equal(message.name.len, 9);
	assert_int_equal(message.id, 0xbeef);
	assert_int_equal(message.qtype, 1);
	assert_int_equal(message.qclass, WIRE_CLASS_IN);
	assert_int_equal(message.opcode, WIRE_OPCODE_QUERY);
	assert_int_equal(message.rcode, 0);
	assert_false(message.response);
	assert_false(message.has_subnet);
}

static void
test_header(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_message message;

	(void)state;
	put_question(&octets, 0xa183, "a.example", 0); /* NOTIFY, an answer, NXDOMAIN */
	message = assert_reads(&octets);
	assert_true(message.response);
	assert_int_equal(message.opcode, 4);
	assert_int_equal(message.rcode, 3);
	octets.len = 0;
	put_question(&octets, 0x0100, "", 0);
	assert_int_equal(assert_reads(&octets).name.len, 0); /* the root */
}

/* A question of labels with the lengths in ${labels}, up to a 0. */
static void
put_labels(struct octets *octets, const uint8_t *labels)
{
	octets->len = 0;
	put(octets, "\0\1\1\0\0\1\0\0\0\0\0\0", 12);
	for (; *labels > 0; labels++) {
		put_number(octets, *labels, 1);
		for (uint8_t i = 0; i < *labels; i++)
			put(octets, "x", 1);
	}
	put(octets, "\0\0\1\0\1", 5);
}

static void
test_lengths(void **state)
{
	static const uint8_t most[] = {63, 63, 63, 61, 0}, long_[] = {63, 63, 63, 62, 0},
	                     label[] = {64, 0};
	struct octets octets;

	(void)state;
	put_labels(&octets, most);
	assert_int_equal(assert_reads(&octets).name.len, 253);
	put_labels(&octets, long_);
	assert_refused(&octets, 12 + 3 * 64 + 1, "the name is longer than 253 octets");
	put_labels(&octets, label); /* 64 has the form of no label */
	assert_refused(&octets, 13, "no label where the question has one");
}

static void
test_names(void **state)
{
	struct octets octets = {.len = 0};

	(void)state;
	put_question(&octets, 0x0100, "a.ex mple", 0);
	assert_refused(&octets, 18, "an octet that cannot stand in a name");
	octets.at[17] = '\0';
	assert_refused(&octets, 18, "an octet that cannot stand in a name");
	octets.at[17] = '.';
	assert_refused(&octets, 15, "a dot in a label");
	octets.at[14] = 0xc0; /* a pointer to the header */
	octets.at[15] = 0;
	assert_refused(&octets, 15, "no label where the question has one");
	octets.at[12] = 0xc0; /* a pointer to itself */
	octets.at[13] = 12;
	assert_refused(&octets, 13, "no label where the question has one");
}

static void
test_counts(void **state)
{
	struct octets octets = {.len = 0};

	(void)state;
	put_question(&octets, 0x0100, "a.example", 0);
	for (unsigned count = 0; count < 4; count++) {
		octets.at[5] = (unsigned char)count;
		if (count == 1)
			assert_reads(&octets);
		else
			assert_refused(&octets, 5, "the message has not one question");
	}
	octets.at[5] = 1;
	memset(octets.at + 6, 0xff, 6); /* records that are not there */
	assert_reads(&octets);
}

/* A question with 203.0.113.0/24 behind an A record whose name is a pointer. */
static void
put_behind(struct octets *octets)
{
	octets->len = 0;
	put_question(octets, 0x0100, "a.example", 2);
	put(octets, "\xc0\x0c\0\1\0\1\0\0\0\0\0\4\x7f\0\0\1", 16);
	put_subnet(octets);
}

static void
test_cuts(void **state)
{
	struct octets octets;
	struct wire_message message;
	size_t question = 12 + 11 + 4;

	(void)state;
	put_behind(&octets);
	for (size_t len = 0; len < question; len++)
		assert_int_equal(read_copy(octets.at, len, &message, NULL), FSK_SYNTAX);
	for (size_t len = question; len <= octets.len; len++) {
		assert_int_equal(read_copy(octets.at, len, &message, NULL), FSK_OK);
		assert_string_equal(message.name.text, "a.example");
		assert_int_equal(message.has_subnet, len == octets.len);
	}
}

/* Octets with every value at every place: read, or refused with a reason. */
static void
test_any_octet(void **state)
{
	struct octets octets;
	struct wire_message message;

	(void)state;
	put_behind(&octets);
	for (size_t at = 0; at < octets.len; at++) {
		unsigned char was = octets.at[at];

		for (unsigned value = 0; value < 256; value++) {
			struct fault fault = {.why = NULL};
			enum fsk_err err;

			octets.at[at] = (unsigned char)value;
			err = read_copy(octets.at, octets.len, &message, &fault);
			assert_true(err == FSK_OK || err == FSK_SYNTAX);
			assert_int_equal(err == FSK_OK, fault.why == NULL);
		}
		octets.at[at] = was;
	}
}

static void
test_subnet(void **state)
{
	struct octets octets;
	struct wire_message message;
	char text[ADDRESS_SIZE];

	(void)state;
	put_behind(&octets);
	message = assert_reads(&octets);
	assert_true(message.has_subnet);
	assert_int_equal(message.subnet_bits, 24);
	address_write(&message.subnet, text);
	assert_string_equal(text, "203.0.113.0");
	octets.at[octets.len - 5] = 20; /* of three octets: what counts no more is 0 */
	message = assert_reads(&octets);
	assert_int_equal(message.subnet_bits, 20);
	address_write(&message.subnet, text);
	assert_string_equal(text, "203.0.112.0");
}

static void
test_subnet_wide(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_message message;
	char text[ADDRESS_SIZE];

	(void)state;
	put_question(&octets, 0x0100, "a.example", 1);
	put(&octets, "\0\0\x29\x04\xd0\0\0\0\0\0\x0f", 11);
	/* An option of one octet, and 2001:db8::/48. */
	put(&octets, "\0\x0c\0\0\0\x08\0\x0a\0\2\x30\0\x20\x01\x0d\xb8\0\1", 18);
	octets.at[12 + 11 + 4 + 10] = 18;
	message = assert_reads(&octets);
	assert_true(message.has_subnet);
	assert_int_equal(message.subnet_bits, 48);
	address_write(&message.subnet, text);
	assert_string_equal(text, "2001:db8:1::");
}

static void
test_no_subnet(void **state)
{
	static const struct {
		uint8_t before; /* the end of the message: of which octet */
		uint8_t value;
	} changes[] = {
	        {5, 0},     /* a prefix of 0: the client says nothing */
	        {5, 16},    /* has two octets */
	        {5, 33},    /* and IPv4 no so many bits */
	        {6, 3},     /* a family that is none */
	        {8, 6},     /* of the option: less than it has */
	        {8, 8},     /* more than there is */
	        {9, 1},     /* a length of 256 and more */
	        {10, 9},    /* another option */
	        {12, 12},   /* of the record: more than there is */
	        {12, 3},    /* less than an option */
	        {22, 0xc0}, /* the owner of OPT is the root */
	        {20, 0},    /* another type: 41 is in the lower octet */
	};
	struct octets octets;

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		put_behind(&octets);
		octets.at[octets.len - changes[i].before] = changes[i].value;
		assert_false(assert_reads(&octets).has_subnet);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_question),    cmocka_unit_test(test_header),
	        cmocka_unit_test(test_lengths),     cmocka_unit_test(test_names),
	        cmocka_unit_test(test_counts),      cmocka_unit_test(test_cuts),
	        cmocka_unit_test(test_any_octet),   cmocka_unit_test(test_subnet),
	        cmocka_unit_test(test_subnet_wide), cmocka_unit_test(test_no_subnet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
