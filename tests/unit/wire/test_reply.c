/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Answers that a server makes: what ldns reads in them, what is left out when there is
 * little room, and that they are no lever for who lies about his address.
 */
#include "message_octets.h"
#include "wire/octets.h"
#include "wire/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <ldns/ldns.h>

#define ROOM 65600
#define REASON "conficker/b 2015-08-03 #17"
#define COOKIE "123456781234567812345678"

static const struct wire_reply blocked = {.rcode = WIRE_RCODE_NXDOMAIN,
                                          .recursion = true,
                                          .has_soa = true,
                                          .serial = 2015080301,
                                          .ttl = 60,
                                          .ede = WIRE_EDE_BLOCKED,
                                          .ede_text = {REASON, sizeof(REASON) - 1}};

/* A request and the answer to it. */
struct exchange {
	struct octets request;
	struct wire_query query;
	uint8_t out[ROOM];
	size_t len;
};

/* Writes into a place of exactly ${most} octets. */
static void
answer(struct exchange *exchange, const struct wire_reply *reply, size_t most)
{
	uint8_t *exact = malloc(most > 0 ? most : 1);

	assert_non_null(exact);
	exchange->len = wire_reply_write(&exchange->query, exchange->request.at, reply,
	                                 exact, most);
	assert_true(exchange->len <= most);
	memcpy(exchange->out, exact, exchange->len);
	free(exact);
}

static enum wire_reading
read_request(struct exchange *exchange)
{
	return wire_query_read(exchange->request.at, exchange->request.len,
	                       &exchange->query);
}

static void
ask(struct exchange *exchange, const char *name, uint16_t qtype, bool edns)
{
	exchange->request.len = 0;
	put_question(&exchange->request, 0x0110, name, edns);
	exchange->request.len -= 4;
	put_number(&exchange->request, qtype, 2);
	put_number(&exchange->request, 1, 2);
	if (edns)
		put_opt_head(&exchange->request, 0x8000, 0);
	assert_int_equal(read_request(exchange), WIRE_ANSWER);
}

static ldns_pkt *
parse(const struct exchange *exchange)
{
	ldns_pkt *packet = NULL;

	assert_int_equal(ldns_wire2pkt(&packet, exchange->out, exchange->len),
	                 LDNS_STATUS_OK);
	assert_int_equal(ldns_pkt_id(packet), 0xbeef);
	assert_true(ldns_pkt_qr(packet));
	return packet;
}

static void
assert_records(const ldns_rr_list *list, const char *wanted)
{
	char *text = ldns_rr_list2str(list);

	assert_string_equal(text, wanted);
	free(text);
}

/* The data of the option ${code} in the answer; place NULL: there is none. */
static struct span
find_option(const struct exchange *exchange, uint16_t code)
{
	struct wire_query response;

	assert_true(wire_response_read(exchange->out, exchange->len, &response));
	if (!response.has_opt)
		return (struct span){NULL, 0};
	for (size_t at = response.opt_at + WIRE_OPT_FIXED; at < response.opt_end;) {
		size_t len = wire_get16(exchange->out + at + 2);

		if (wire_get16(exchange->out + at) == code)
			return (struct span){(const char *)exchange->out + at + 4, len};
		at += WIRE_OPTION_FIXED + len;
	}
	return (struct span){NULL, 0};
}

static void
test_blocked(void **state)
{
	static struct exchange exchange;
	ldns_pkt *packet;
	struct span ede;

	(void)state;
	ask(&exchange, "WWW.Jogli.com", WIRE_TYPE_A, true);
	answer(&exchange, &(struct wire_reply){.ede = WIRE_EDE_NONE}, 512);
	assert_int_equal(exchange.len, exchange.request.len);
	answer(&exchange, &blocked, 512);
	packet = parse(&exchange);
	assert_int_equal(ldns_pkt_get_rcode(packet), LDNS_RCODE_NXDOMAIN);
	assert_true(ldns_pkt_rd(packet) && ldns_pkt_ra(packet) && ldns_pkt_cd(packet));
	assert_false(ldns_pkt_aa(packet) || ldns_pkt_tc(packet) || ldns_pkt_ad(packet));
	assert_records(ldns_pkt_question(packet), "WWW.Jogli.com.\tIN\tA\n");
	assert_records(ldns_pkt_authority(packet),
	               "WWW.Jogli.com.\t60\tIN\tSOA\t. . 2015080301 3600 600 86400 60\n");
	assert_int_equal(ldns_pkt_ancount(packet), 0);
	assert_int_equal(ldns_pkt_edns_udp_size(packet), 1232);
	assert_int_equal(ldns_pkt_edns_version(packet), 0);
	assert_true(ldns_pkt_edns_do(packet));
	ede = find_option(&exchange, WIRE_OPTION_EDE);
	assert_int_equal(ede.len, 2 + sizeof(REASON) - 1);
	assert_memory_equal(ede.text, "\0\17" REASON, ede.len);
	ldns_pkt_free(packet);
}

static void
test_owner(void **state)
{
	static struct exchange exchange;
	static const struct {
		size_t offset;
		const char *owner;
	} owners[] = {
	        {0, "a.jogli.com."}, {2, "jogli.com."},
	        {8, "com."},         {11, "."},
	        {3, "com."},         /* in a label: the next */ {12, "."},
	        {SIZE_MAX, "."},
	};

	(void)state;
	ask(&exchange, "a.jogli.com", WIRE_TYPE_A, false);
	for (size_t i = 0; i < sizeof(owners) / sizeof(*owners); i++) {
		struct wire_reply reply = blocked;
		ldns_pkt *packet;
		char *owner;

		reply.soa_offset = owners[i].offset;
		answer(&exchange, &reply, 512);
		packet = parse(&exchange);
		owner = ldns_rdf2str(
		        ldns_rr_owner(ldns_rr_list_rr(ldns_pkt_authority(packet), 0)));
		assert_string_equal(owner, owners[i].owner);
		assert_false(ldns_pkt_edns(packet));
		free(owner);
		ldns_pkt_free(packet);
	}
}

/* Requests that are refused are answered with what could be read of them. */
static void
test_refusals(void **state)
{
	static struct exchange exchange;
	struct wire_reply reply = {.rcode = WIRE_RCODE_FORMERR, .ede = WIRE_EDE_NONE};

	(void)state;
	put_header(&exchange.request, 0x0110, (const uint16_t[4]){0});
	assert_int_equal(read_request(&exchange), WIRE_REFUSE);
	answer(&exchange, &reply, 512);
	assert_int_equal(exchange.len, WIRE_HEADER);
	assert_memory_equal(exchange.out, "\xbe\xef\x81\x11\0\0\0\0\0\0\0\0", WIRE_HEADER);
	reply.has_soa = true; /* has no owner */
	answer(&exchange, &reply, 512);
	assert_int_equal(exchange.len, WIRE_HEADER);
	for (uint16_t opcode = 1; opcode < 16; opcode++) {
		exchange.request.len = 0;
		put_question(&exchange.request, (uint16_t)(opcode << 11 | 0x07ff), "a", 0);
		assert_int_equal(read_request(&exchange), WIRE_REFUSE);
		reply.rcode = exchange.query.refusal;
		reply.has_soa = false;
		answer(&exchange, &reply, 512);
		assert_int_equal(exchange.len, exchange.request.len);
		assert_int_equal(wire_get16(exchange.out + 2),
		                 0x8000 | opcode << 11 | WIRE_RCODE_NOTIMP);
	}
	exchange.request.len = 0;
	put_question(&exchange.request, 0x0100, "a", 1);
	put_opt_head(&exchange.request, 0x00638000, 0);
	assert_int_equal(read_request(&exchange), WIRE_REFUSE);
	reply.rcode = exchange.query.refusal;
	answer(&exchange, &reply, 512);
	assert_int_equal(exchange.len, exchange.request.len);
	assert_int_equal(exchange.out[3], 0);
	assert_memory_equal(exchange.out + 19, "\0\0\x29\x04\xd0\1\0\x80\0\0\0", 11);
	reply.rcode = WIRE_RCODE_BADCOOKIE;
	answer(&exchange, &reply, 512);
	assert_int_equal(exchange.out[3], 7);
	assert_int_equal(exchange.out[19 + 5], 1);
	ask(&exchange, "a", WIRE_TYPE_A, false); /* nobody to tell the upper bits */
	answer(&exchange, &reply, 512);
	assert_int_equal(exchange.out[3] & WIRE_RCODE, WIRE_RCODE_SERVFAIL);
}

static void
test_flags(void **state)
{
	static struct exchange exchange;
	struct wire_reply reply = {.authority = true,
	                           .truncated = true,
	                           .ede = WIRE_EDE_NONE,
	                           .udp_size = 4096};
	ldns_pkt *packet;

	(void)state;
	ask(&exchange, "a", WIRE_TYPE_A, true);
	exchange.query.flags = 0;
	exchange.query.dnssec_ok = false;
	answer(&exchange, &reply, 512);
	packet = parse(&exchange);
	assert_true(ldns_pkt_aa(packet) && ldns_pkt_tc(packet));
	assert_false(ldns_pkt_ra(packet) || ldns_pkt_rd(packet) || ldns_pkt_cd(packet));
	assert_false(ldns_pkt_edns_do(packet));
	assert_int_equal(ldns_pkt_edns_udp_size(packet), 4096);
	ldns_pkt_free(packet);
}

static void
test_addresses(void **state)
{
	static struct exchange exchange;
	struct address addresses[20];
	struct wire_reply reply = blocked;
	ldns_pkt *packet;

	(void)state;
	for (uint8_t i = 0; i < 20; i++) {
		addresses[i] =
		        i % 2 == 0 ? address_of_v4((const uint8_t[4]){192, 0, 2, i})
		                   : address_of_v6((const uint8_t[16]){0x20, 1, [15] = i});
	}
	reply.rcode = WIRE_RCODE_NOERROR;
	reply.addresses = addresses;
	reply.address_count = 3;
	ask(&exchange, "a.test", WIRE_TYPE_A, false);
	answer(&exchange, &reply, 512);
	packet = parse(&exchange);
	assert_records(ldns_pkt_answer(packet),
	               "a.test.\t60\tIN\tA\t192.0.2.0\na.test.\t60\tIN\tA\t192.0.2.2\n");
	assert_int_equal(ldns_pkt_nscount(packet), 0); /* the answer is there */
	ldns_pkt_free(packet);
	ask(&exchange, "a.test", WIRE_TYPE_AAAA, false);
	answer(&exchange, &reply, 512);
	packet = parse(&exchange);
	assert_records(ldns_pkt_answer(packet), "a.test.\t60\tIN\tAAAA\t2001::1\n");
	ldns_pkt_free(packet);
	reply.address_count = 20;
	answer(&exchange, &reply, 512);
	packet = parse(&exchange);
	assert_int_equal(ldns_pkt_ancount(packet), WIRE_REPLY_ADDRESSES);
	ldns_pkt_free(packet);
	for (size_t most = exchange.len; most-- > 24;) { /* all of them or TC */
		answer(&exchange, &reply, most);
		assert_int_equal(exchange.len, exchange.query.question_end);
		assert_int_equal(exchange.out[2] & 2, 2);
	}
	ask(&exchange, "a.test", WIRE_TYPE_ANY, false); /* no data of this type */
	answer(&exchange, &reply, 512);
	packet = parse(&exchange);
	assert_int_equal(ldns_pkt_ancount(packet), 0);
	assert_int_equal(ldns_pkt_nscount(packet), 1);
	ldns_pkt_free(packet);
}

static void
test_text(void **state)
{
	static struct exchange exchange;
	static char many[300];
	struct wire_reply reply = {.ttl = 5,
	                           .text = span_of("serial 7"),
	                           .ede = WIRE_EDE_NONE,
	                           .has_soa = true};
	ldns_pkt *packet;

	(void)state;
	ask(&exchange, "serial.test", WIRE_TYPE_TXT, false);
	answer(&exchange, &reply, 512);
	packet = parse(&exchange);
	assert_records(ldns_pkt_answer(packet), "serial.test.\t5\tIN\tTXT\t\"serial 7\"\n");
	ldns_pkt_free(packet);
	memset(many, 'x', sizeof(many));
	reply.text = (struct span){many, sizeof(many)};
	answer(&exchange, &reply, 512);
	assert_int_equal(exchange.len, exchange.query.question_end + 12 + 256);
	answer(&exchange, &reply, exchange.len - 1);
	assert_int_equal(exchange.len, exchange.query.question_end);
	assert_int_equal(exchange.out[2] & 2, 2);
	reply.text.len = 0; /* an empty one */
	answer(&exchange, &reply, 512);
	assert_int_equal(exchange.len, exchange.query.question_end + 12 + 1);
	ask(&exchange, "serial.test", WIRE_TYPE_A, false);
	answer(&exchange, &reply, 512);
	assert_int_equal(wire_get16(exchange.out + 6), 0);
	ask(&exchange, "serial.test", WIRE_TYPE_TXT, false);
	exchange.query.qclass = 3; /* of Chaos; and of any class, that of the Internet */
	answer(&exchange, &reply, 512);
	assert_int_equal(wire_get16(exchange.out + exchange.query.question_end + 4), 3);
	exchange.query.qclass = WIRE_CLASS_ANY;
	answer(&exchange, &reply, 512);
	assert_int_equal(wire_get16(exchange.out + exchange.query.question_end + 4), 1);
}

/* What goes first when the room becomes less, octet by octet. */
static void
test_room(void **state)
{
	static struct exchange exchange;
	static const size_t texts[] = {sizeof(REASON) - 1, 22, 11, 0};
	struct wire_reply reply = blocked;
	size_t base, soa = 34, text = 0;

	(void)state;
	reply.cookie = span_of(COOKIE);
	ask(&exchange, "a.test", WIRE_TYPE_A, true);
	base = exchange.request.len;
	answer(&exchange, &reply, 512);
	assert_int_equal(exchange.len, base + 28 + soa + 6 + texts[0]);
	for (size_t most = exchange.len; most-- > 0;) {
		struct span ede;

		answer(&exchange, &reply, most);
		if (most < base) { /* never so little, but it is borne */
			assert_true(exchange.len <= most);
			continue;
		}
		ede = find_option(&exchange, WIRE_OPTION_EDE);
		if (most >= base + 28 + soa + 6) {
			while (texts[text] > most - base - 28 - soa - 6)
				text++;
			assert_int_equal(ede.len, 2 + texts[text]);
			assert_memory_equal(ede.text + 2, REASON, texts[text]);
		} else if (most >= base + 28 + soa) {
			assert_null(ede.text);
			assert_int_equal(exchange.out[9], 1);
		} else if (most < base + 28) {
			assert_null(find_option(&exchange, WIRE_OPTION_COOKIE).text);
		} else {
			assert_int_equal(exchange.out[9], 0);
		}
		if (most >= base + 28)
			assert_int_equal(find_option(&exchange, WIRE_OPTION_COOKIE).len,
			                 24);
	}
	assert_int_equal(texts[text], 0);
}

/* Of all lengths of names: an NXDOMAIN is at most twice the request as packets, and has its
 * SOA always, and its family where it must not carry a cookie. */
static void
test_amplification(void **state)
{
	static struct exchange exchange;

	(void)state;
	for (size_t len = 0; len <= 253; len++) {
		char name[254];

		for (size_t i = 0; i < len; i++)
			name[i] = i % 12 == 11 && i + 1 < len ? '.' : 'a';
		name[len] = '\0';
		for (unsigned how = 0; how < 3; how++) {
			struct wire_reply reply = blocked;
			size_t most;

			ask(&exchange, name, WIRE_TYPE_A, how > 0);
			if (how == 2) {
				exchange.request.len -= 2;
				put_number(&exchange.request, 12, 2);
				put_option(&exchange.request, WIRE_OPTION_COOKIE, COOKIE,
				           8);
				assert_int_equal(read_request(&exchange), WIRE_ANSWER);
				reply.cookie = span_of(COOKIE);
			}
			most = wire_reply_most(exchange.request.len, 512);
			answer(&exchange, &reply, most);
			assert_true(exchange.len + 28 <= 2 * (exchange.request.len + 28));
			assert_int_equal(exchange.out[9], 1);
			if (how == 2)
				assert_int_equal(
				        find_option(&exchange, WIRE_OPTION_COOKIE).len, 24);
			if (how == 1)
				assert_true(find_option(&exchange, WIRE_OPTION_EDE).len >=
				            2 + 11);
		}
	}
	assert_int_equal(wire_reply_most(100, 512), 228);
	assert_int_equal(wire_reply_most(400, 512), 512);
}

static void
test_in_place(void **state)
{
	static struct exchange exchange;
	static uint8_t same[ROOM];

	(void)state;
	ask(&exchange, "a.jogli.com", WIRE_TYPE_A, true);
	answer(&exchange, &blocked, 512);
	memcpy(same, exchange.request.at, exchange.request.len);
	assert_int_equal(wire_reply_write(&exchange.query, same, &blocked, same, 512),
	                 exchange.len);
	assert_memory_equal(same, exchange.out, exchange.len);
}

/* Whatever is answered at all: id, opcode and question are the request's, and what is
 * written can be read. */
static void
test_mutants(void **state)
{
	static struct exchange exchange;
	static const struct address address = {{[15] = 1}};
	uint64_t row = 8914;
	unsigned answered = 0;

	(void)state;
	for (unsigned n = 0; n < 20000; n++) {
		struct wire_reply reply = blocked;
		struct wire_query back;

		exchange.request.len = 0;
		put_request(&exchange.request);
		mutate(&exchange.request, &row);
		if (read_request(&exchange) == WIRE_DROP_IT)
			continue;
		answered++;
		reply.soa_offset = next(&row) % 300;
		reply.addresses = &address;
		reply.address_count = next(&row) % 2;
		reply.cookie = (struct span){COOKIE, next(&row) % 2 == 0 ? 0 : 24};
		answer(&exchange, &reply, next(&row) % 600);
		if (exchange.len == 0)
			continue;
		assert_memory_equal(exchange.out, exchange.request.at, 2);
		assert_int_equal(exchange.out[2] & 0xf8,
		                 (exchange.request.at[2] & 0x78) | 0x80);
		if (exchange.out[5] == 0)
			continue;
		assert_true(wire_response_read(exchange.out, exchange.len, &back));
		assert_int_equal(back.question_end, exchange.query.question_end);
		assert_memory_equal(exchange.out + 12, exchange.request.at + 12,
		                    back.question_end - 12);
	}
	assert_true(answered > 10000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_blocked),   cmocka_unit_test(test_owner),
	        cmocka_unit_test(test_refusals),  cmocka_unit_test(test_flags),
	        cmocka_unit_test(test_addresses), cmocka_unit_test(test_text),
	        cmocka_unit_test(test_room),      cmocka_unit_test(test_amplification),
	        cmocka_unit_test(test_in_place),  cmocka_unit_test(test_mutants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
