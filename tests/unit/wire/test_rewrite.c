/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What one who relays changes: that it is only this, also where other records stand behind
 * the OPT record and point at each other, and where there is no room.
 */
#include "message_octets.h"
#include "base/ascii.h"
#include "wire/octets.h"
#include "wire/rewrite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <ldns/ldns.h>

static void
test_id(void **state)
{
	uint8_t octets[12] = {1, 2, 3};

	(void)state;
	assert_int_equal(wire_id(octets), 0x0102);
	wire_id_set(octets, 0xfedc);
	assert_int_equal(wire_id(octets), 0xfedc);
	assert_int_equal(octets[2], 3);
}

static void
test_case(void **state)
{
	struct octets mixed = {.len = 0}, plain = {.len = 0};
	size_t end;

	(void)state;
	put_question(&plain, 0x0100, "Ab9[@`{-Z.cOm", 0);
	put_question(&mixed, 0x0100, "Ab9[@`{-Z.cOm", 0);
	/* A type and a class that look like letters. */
	memcpy(mixed.at + mixed.len - 4, "AbCd", 4);
	memcpy(plain.at + plain.len - 4, "AbCd", 4);
	end = plain.len;
	wire_case_set(mixed.at, end, 0);
	assert_memory_equal(mixed.at + 12, "\11AB9[@`{-Z\3COM\0AbCd", end - 12);
	assert_true(wire_question_alike(mixed.at, plain.at, end));
	assert_false(wire_question_same(mixed.at, plain.at, end));
	wire_case_set(mixed.at, end, UINT64_MAX);
	assert_memory_equal(mixed.at + 12, "\11ab9[@`{-z\3com\0AbCd", end - 12);
	wire_case_set(mixed.at, end, UINT64_C(1) << 1 | UINT64_C(1) << 13);
	assert_memory_equal(mixed.at + 12, "\11aB9[@`{-Z\3COm\0AbCd", end - 12);
	assert_true(wire_question_alike(plain.at, mixed.at, end));
	memcpy(mixed.at, plain.at, end);
	assert_true(wire_question_same(mixed.at, plain.at, end));
	for (size_t at = 12; at < end;
	     at++) { /* each octet counts, but for letters' case */
		bool letter = at + 4 < end && ascii_alpha((char)plain.at[at]);

		mixed.at[at] ^= 0x20;
		assert_false(wire_question_same(mixed.at, plain.at, end));
		assert_true(wire_question_alike(mixed.at, plain.at, end) == letter);
		mixed.at[at] ^= 0x21;
		assert_false(wire_question_alike(mixed.at, plain.at, end));
		mixed.at[at] ^= 1;
	}
}

/* The whole of a name of 253 octets: bits are used again behind 64. */
static void
test_long_case(void **state)
{
	struct octets octets = {.len = 0};
	char name[254];

	(void)state;
	memset(name, 'a', sizeof(name));
	name[63] = name[127] = name[191] = '.';
	name[253] = '\0';
	put_question(&octets, 0x0100, name, 0);
	wire_case_set(octets.at, octets.len, UINT64_C(0x5555555555555555));
	for (size_t at = 0; at < 253; at++) {
		if (name[at] != '.')
			assert_int_equal(octets.at[13 + at], at % 2 == 0 ? 'A' : 'a');
	}
	assert_int_equal(octets.at[12] | octets.at[76] | octets.at[140], 63);
}

/* The text of all records but OPT, as ldns reads them. */
static char *
print(const uint8_t *octets, size_t len)
{
	ldns_pkt *packet = NULL;
	ldns_rr_list *all;
	char *text;

	assert_int_equal(ldns_wire2pkt(&packet, octets, len), LDNS_STATUS_OK);
	all = ldns_pkt_all(packet);
	text = ldns_rr_list2str(all);
	ldns_rr_list_deep_free(all);
	ldns_pkt_free(packet);
	return text;
}

static void
assert_prints(const uint8_t *octets, size_t len, const char *wanted)
{
	char *text = print(octets, len);

	assert_string_equal(text, wanted);
	free(text);
}

/* ${query} is what reading the message again gives. */
static void
assert_current(const struct octets *octets, const struct wire_query *query)
{
	struct wire_query again;

	if ((octets->at[2] & 0x80) != 0)
		assert_true(wire_response_read(octets->at, octets->len, &again));
	else
		assert_int_equal(wire_query_read(octets->at, octets->len, &again),
		                 WIRE_ANSWER);
	assert_int_equal(query->flags, again.flags);
	assert_int_equal(query->question_end, again.question_end);
	assert_true(query->has_opt == again.has_opt && query->extra == again.extra);
	assert_true(query->dnssec_ok == again.dnssec_ok);
	assert_int_equal(query->version, again.version);
	assert_int_equal(query->udp_size, again.udp_size);
	assert_int_equal(query->opt_at, again.opt_at);
	assert_int_equal(query->opt_end, again.opt_end);
	assert_ptr_equal(query->cookie.text, again.cookie.text);
	assert_ptr_equal(query->subnet.text, again.subnet.text);
	assert_ptr_equal(query->mac.text, again.mac.text);
}

static void
read_octets(const struct octets *octets, struct wire_query *query)
{
	if ((octets->at[2] & 0x80) != 0)
		assert_true(wire_response_read(octets->at, octets->len, query));
	else
		assert_int_equal(wire_query_read(octets->at, octets->len, query),
		                 WIRE_ANSWER);
}

static void
test_drop(void **state)
{
	static const enum wire_option codes[] = {WIRE_OPTION_SUBNET, WIRE_OPTION_COOKIE,
	                                         WIRE_OPTION_MAC, WIRE_OPTION_EDE};
	struct octets octets = {.len = 0};
	struct wire_query query;

	(void)state;
	put_request(&octets);
	read_octets(&octets, &query);
	for (size_t i = 0; i < 4; i++) {
		octets.len = wire_option_drop(octets.at, octets.len, &query, codes[i]);
		assert_current(&octets, &query);
	}
	assert_int_equal(octets.len, query.opt_at + WIRE_OPT_FIXED + 7);
	assert_memory_equal(octets.at + query.opt_at + WIRE_OPT_FIXED, "\0\3\0\3abc", 7);
	assert_true(query.dnssec_ok);
	octets.len = 0; /* none to drop from */
	put_question(&octets, 0x0100, "a.test", 0);
	read_octets(&octets, &query);
	assert_int_equal(
	        wire_option_drop(octets.at, octets.len, &query, WIRE_OPTION_COOKIE),
	        octets.len);
	octets.len = 0; /* all of several, and what is between */
	put_question(&octets, 0x0100, "a.test", 1);
	put_opt_head(&octets, 0, 12 + 5 + 12 + 4 + 20);
	put_option(&octets, WIRE_OPTION_COOKIE, "12345678", 8);
	put_option(&octets, 3, "x", 1);
	put_option(&octets, WIRE_OPTION_COOKIE, "12345678", 8);
	put_option(&octets, 4, "", 0);
	put_option(&octets, WIRE_OPTION_COOKIE, "1234567812345678", 16);
	read_octets(&octets, &query);
	octets.len = wire_option_drop(octets.at, octets.len, &query, WIRE_OPTION_COOKIE);
	assert_current(&octets, &query);
	assert_int_equal(query.opt_end - query.opt_at, WIRE_OPT_FIXED + 9);
	assert_memory_equal(octets.at + query.opt_at + WIRE_OPT_FIXED, "\0\3\0\1x\0\4\0\0",
	                    9);
}

/* What stands behind the OPT record reads as before, whatever is done to that. */
static void
test_behind(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_query response;
	char *wanted;
	size_t len;

	(void)state;
	put_answer(&octets);
	wanted = print(octets.at, octets.len);
	assert_non_null(strstr(wanted, "else.test.\t60\tIN\tMX\t1 mx.ns.else.test.\n"));
	read_octets(&octets, &response);
	len = octets.len;
	octets.len = wire_option_drop(octets.at, octets.len, &response, WIRE_OPTION_COOKIE);
	assert_int_equal(octets.len, len - 28);
	assert_current(&octets, &response);
	assert_prints(octets.at, octets.len, wanted);
	len = octets.len;
	assert_true(wire_option_add(
	        octets.at, &octets.len, len + 12, &response,
	        (struct wire_addition){WIRE_OPTION_COOKIE, span_of("abcdefgh")}));
	assert_int_equal(octets.len, len + 12);
	assert_current(&octets, &response);
	assert_prints(octets.at, octets.len, wanted);
	assert_true(span_equal(response.cookie, span_of("abcdefgh")));
	octets.len = wire_opt_drop(octets.at, octets.len, &response);
	assert_current(&octets, &response);
	assert_prints(octets.at, octets.len, wanted);
	assert_false(response.has_opt);
	len = octets.len;
	assert_int_equal(wire_opt_drop(octets.at, octets.len, &response), len);
	free(wanted);
}

/* A record behind the OPT record, of each type whose data may point, and of one that may
 * not. */
static void
test_types(void **state)
{
	static const struct {
		uint16_t type;
		uint8_t front, names, rest;
	} types[] = {{2, 0, 1, 0},  {3, 0, 1, 0},  {4, 0, 1, 0},  {5, 0, 1, 0},
	             {7, 0, 1, 0},  {8, 0, 1, 0},  {9, 0, 1, 0},  {12, 0, 1, 0},
	             {6, 0, 2, 20}, {14, 0, 2, 0}, {15, 2, 1, 0}, {666, 2, 0, 4}};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct octets octets = {.len = 0};
		struct wire_query response;
		size_t own, len;
		char *wanted;

		put_question(&octets, 0x8180, "a.test", 3);
		put_opt_head(&octets, 0, 12);
		put_option(&octets, WIRE_OPTION_COOKIE, "12345678", 8);
		own = octets.len;
		put_name(&octets, "other.test");
		put_record_head(&octets, WIRE_TYPE_A, 4);
		put(&octets, "\1\2\3\4", 4);
		put_pointer(&octets, own);
		put_record_head(&octets, types[i].type,
		                types[i].front + 4u * types[i].names + types[i].rest);
		put(&octets, "\0\0", types[i].front);
		for (unsigned n = 0; n < types[i].names; n++) {
			put(&octets, "\1x", 2);
			put_pointer(&octets, own + 6 * n);
		}
		put(&octets, "\xc0\x28\xc0\x29\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
		    types[i].rest);
		wanted = print(octets.at, octets.len);
		read_octets(&octets, &response);
		len = octets.len;
		octets.len =
		        wire_option_drop(octets.at, len, &response, WIRE_OPTION_COOKIE);
		assert_int_equal(octets.len, len - 12);
		assert_prints(octets.at, octets.len, wanted);
		free(wanted);
	}
}

static void
test_add(void **state)
{
	struct octets octets = {.len = 0}, before;
	struct wire_query query;
	size_t len;

	(void)state;
	put_question(&octets, 0x0100, "a.test", 0);
	len = octets.len;
	read_octets(&octets, &query);
	before = octets;
	for (size_t most = 0; most < len + 22; most++) {
		assert_false(wire_option_add(
		        octets.at, &octets.len, most, &query,
		        (struct wire_addition){WIRE_OPTION_SUBNET, span_of("1234567")}));
		assert_memory_equal(&octets, &before, len + sizeof(octets.len));
		assert_false(query.has_opt);
	}
	assert_true(wire_option_add(
	        octets.at, &octets.len, len + 22, &query,
	        (struct wire_addition){WIRE_OPTION_SUBNET, span_of("1234567")}));
	assert_int_equal(octets.len, len + 22);
	assert_int_equal(query.udp_size, 1232);
	assert_current(&octets, &query);
	assert_true(wire_option_add(
	        octets.at, &octets.len, sizeof(octets.at), &query,
	        (struct wire_addition){WIRE_OPTION_MAC, (struct span){NULL, 0}}));
	assert_int_equal(octets.len, len + 26);
	assert_current(&octets, &query);
	assert_true(span_equal(query.subnet, span_of("1234567")));
	assert_non_null(query.mac.text);
}

static void
test_add_limits(void **state)
{
	static struct octets octets;
	static char data[65536];
	struct wire_query query;
	size_t len;

	(void)state;
	put_question(&octets, 0x0100, "a.test", 0);
	read_octets(&octets, &query);
	len = octets.len;
	assert_false(
	        wire_option_add(octets.at, &octets.len, sizeof(octets.at), &query,
	                        (struct wire_addition){3, (struct span){data, 65536}}));
	assert_false(
	        wire_option_add(octets.at, &octets.len, sizeof(octets.at), &query,
	                        (struct wire_addition){3, (struct span){data, 65532}}));
	assert_int_equal(octets.len, len);
	assert_true(wire_option_add(octets.at, &octets.len, sizeof(octets.at), &query,
	                            (struct wire_addition){3, (struct span){data, 65531}}));
	assert_false(wire_option_add(octets.at, &octets.len, sizeof(octets.at), &query,
	                             (struct wire_addition){3, (struct span){data, 0}}));
	octets.len = 0; /* a record behind it would come to lie where no pointer reaches */
	put_answer(&octets);
	read_octets(&octets, &query);
	len = octets.len;
	assert_false(wire_option_add(
	        octets.at, &octets.len, sizeof(octets.at), &query,
	        (struct wire_addition){3, (struct span){data, 0x4000 - len - 4}}));
	assert_true(wire_option_add(
	        octets.at, &octets.len, sizeof(octets.at), &query,
	        (struct wire_addition){3, (struct span){data, 0x3fff - len - 4}}));
	assert_current(&octets, &query);
}

static void
test_rcode(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_query response;

	(void)state;
	put_question(&octets, 0x8180, "a.test", 1);
	put_opt_head(&octets, 0x01000000, 0); /* BADVERS: 16 */
	read_octets(&octets, &response);
	octets.len = wire_opt_drop(octets.at, octets.len, &response);
	assert_current(&octets, &response);
	assert_int_equal(response.flags & WIRE_RCODE, WIRE_RCODE_SERVFAIL);
	assert_int_equal(octets.at[11], 0);
	octets.len = 0;
	put_question(&octets, 0x8183, "a.test", 1);
	put_opt_head(&octets, 0x00008000, 0);
	read_octets(&octets, &response);
	octets.len = wire_opt_drop(octets.at, octets.len, &response);
	assert_current(&octets, &response);
	assert_int_equal(response.flags & WIRE_RCODE, WIRE_RCODE_NXDOMAIN);
}

static void
test_truncate(void **state)
{
	struct octets octets = {.len = 0};
	struct wire_query response, again;
	size_t len;

	(void)state;
	put_answer(&octets);
	read_octets(&octets, &response);
	assert_int_equal(wire_truncate(octets.at, 20, &response),
	                 20); /* not what was read */
	len = wire_truncate(octets.at, octets.len, &response);
	assert_int_equal(len, 28 + WIRE_OPT_FIXED);
	assert_true(wire_response_read(octets.at, len, &again));
	assert_int_equal(again.flags, 0x8380);
	assert_true(again.has_opt && again.dnssec_ok && !again.extra);
	octets.len = 0;
	put_question(&octets, 0x8180, "a.test", 1);
	put_pointer(&octets, 12);
	put_record_head(&octets, 1, 0);
	read_octets(&octets, &response);
	len = wire_truncate(octets.at, octets.len, &response);
	assert_int_equal(len, response.question_end);
	assert_true(wire_response_read(octets.at, len, &again));
}

/* Whatever could be read can be rewritten, and read again. */
static void
test_mutants(void **state)
{
	static struct octets octets, before;
	uint64_t row = 6891;
	unsigned rewritten = 0;

	(void)state;
	for (unsigned n = 0; n < 20000; n++) {
		struct wire_query query;
		size_t len;

		octets.len = 0;
		if (n % 3 == 0)
			put_request(&octets);
		else
			put_answer(&octets);
		mutate(&octets, &row);
		if ((octets.len > 2 && (octets.at[2] & 0x80) != 0)
		            ? !wire_response_read(octets.at, octets.len, &query)
		            : wire_query_read(octets.at, octets.len, &query) != WIRE_ANSWER)
			continue;
		rewritten++;
		len = octets.len;
		octets.len = wire_option_drop(octets.at, len, &query, WIRE_OPTION_COOKIE);
		assert_true(octets.len <= len && query.cookie.text == NULL);
		assert_current(&octets, &query);
		len = octets.len;
		memcpy(before.at, octets.at, len);
		assert_true(wire_option_add(
		        octets.at, &octets.len, len + 40, &query,
		        (struct wire_addition){WIRE_OPTION_COOKIE, span_of("abcdefgh")}));
		assert_current(&octets, &query);
		if (n % 2 == 0) { /* there and back again */
			bool had = octets.len == len + 12;

			octets.len = wire_option_drop(octets.at, octets.len, &query,
			                              WIRE_OPTION_COOKIE);
			if (had) {
				assert_int_equal(octets.len, len);
				assert_memory_equal(octets.at, before.at, len);
			}
		}
		octets.len = wire_opt_drop(octets.at, octets.len, &query);
		assert_current(&octets, &query);
	}
	assert_true(rewritten > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_id),        cmocka_unit_test(test_case),
	        cmocka_unit_test(test_long_case), cmocka_unit_test(test_drop),
	        cmocka_unit_test(test_behind),    cmocka_unit_test(test_types),
	        cmocka_unit_test(test_add),       cmocka_unit_test(test_add_limits),
	        cmocka_unit_test(test_rcode),     cmocka_unit_test(test_truncate),
	        cmocka_unit_test(test_mutants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
