/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Messages of zone transfers: what is packed is what ldns reads; names at their longest;
 * messages that are exactly full.
 */
#include "wire/rpz.h"

#include "wire/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <ldns/ldns.h>

static struct wire_zone
zone_of(const char *name)
{
	struct wire_zone zone = {
	        .ttl = 77, .refresh = 1, .retry = 2, .expire = 3, .minimum = 4};

	assert_int_equal(wire_zone_name(&zone, span_of(name)), FSK_OK);
	return zone;
}

static ldns_pkt *
parse(const struct wire_packer *packer)
{
	uint8_t *exact = malloc(packer->len);
	ldns_pkt *packet = NULL;

	memcpy(exact, packer->octets, packer->len);
	assert_int_equal(ldns_wire2pkt(&packet, exact, packer->len), LDNS_STATUS_OK);
	free(exact);
	return packet;
}

static void
assert_record(const ldns_pkt *packet, size_t n, const char *wanted)
{
	char *text = ldns_rr2str(ldns_rr_list_rr(ldns_pkt_answer(packet), n));

	assert_string_equal(text, wanted);
	free(text);
}

static void
test_zone_names(void **state)
{
	struct wire_zone zone = {.len = 9};
	char text[70];

	(void)state;
	zone = zone_of("RPZ.Example.");
	assert_int_equal(zone.len, 13);
	assert_memory_equal(zone.name, "\3rpz\7example", 13);
	assert_int_equal(wire_zone_name(&zone, span_of("a..b")), FSK_SYNTAX);
	assert_int_equal(wire_zone_name(&zone, span_of("")), FSK_SYNTAX);
	memset(text, 'a', sizeof(text));
	text[40] = '.';
	text[62] = '\0';
	assert_int_equal(wire_zone_name(&zone, span_of(text)), FSK_OK);
	assert_int_equal(zone.len, WIRE_ZONE_MOST);
	text[62] = 'a';
	text[63] = '\0';
	assert_int_equal(wire_zone_name(&zone, span_of(text)), FSK_RANGE);
}

static void
test_records(void **state)
{
	struct wire_zone zone = zone_of("rpz.test");
	uint8_t octets[WIRE_RPZ_MOST];
	struct wire_packer packer = {.octets = octets, .most = sizeof(octets)};
	ldns_pkt *packet;

	(void)state;
	wire_pack_begin(&packer, &zone, 0x1234, LDNS_RR_TYPE_AXFR);
	assert_true(wire_pack_soa(&packer, 2026112207));
	assert_true(wire_pack_ns(&packer));
	assert_true(
	        wire_pack_txt(&packer, span_of("serial.x.internal"), span_of("a text")));
	assert_true(wire_pack_rule(&packer, span_of("bad.com"), WIRE_NXDOMAIN));
	assert_true(wire_pack_rule(&packer, span_of("b:a_d.com"), WIRE_NODATA));
	assert_true(wire_pack_rule(&packer, span_of("c"), WIRE_PASSTHRU));
	assert_true(wire_pack_rule(&packer, span_of("d.e.f.g"), WIRE_DROP));
	wire_pack_end(&packer);
	packet = parse(&packer);
	assert_int_equal(ldns_pkt_id(packet), 0x1234);
	assert_true(ldns_pkt_qr(packet) && ldns_pkt_aa(packet) && !ldns_pkt_tc(packet));
	assert_int_equal(ldns_pkt_qdcount(packet), 1);
	assert_int_equal(ldns_pkt_ancount(packet), 11);
	assert_int_equal(ldns_pkt_arcount(packet), 0);
	assert_record(packet, 0,
	              "rpz.test.\t77\tIN\tSOA\tlocalhost. hostmaster.localhost. "
	              "2026112207 1 2 3 4\n");
	assert_record(packet, 1, "rpz.test.\t77\tIN\tNS\tlocalhost.\n");
	assert_record(packet, 2, "serial.x.internal.rpz.test.\t77\tIN\tTXT\t\"a text\"\n");
	assert_record(packet, 3, "bad.com.rpz.test.\t77\tIN\tCNAME\t.\n");
	assert_record(packet, 4, "*.bad.com.rpz.test.\t77\tIN\tCNAME\t.\n");
	assert_record(packet, 5, "b:a_d.com.rpz.test.\t77\tIN\tCNAME\t*.\n");
	assert_record(packet, 7, "c.rpz.test.\t77\tIN\tCNAME\trpz-passthru.\n");
	assert_record(packet, 8, "*.c.rpz.test.\t77\tIN\tCNAME\trpz-passthru.\n");
	assert_record(packet, 10, "*.d.e.f.g.rpz.test.\t77\tIN\tCNAME\trpz-drop.\n");
	ldns_pkt_free(packet);
}

static void
test_opt(void **state)
{
	struct wire_zone zone = zone_of("rpz.test");
	uint8_t octets[512];
	struct wire_packer packer = {.octets = octets, .most = sizeof(octets)};
	ldns_pkt *packet;

	(void)state;
	wire_pack_begin(&packer, &zone, 1, LDNS_RR_TYPE_IXFR);
	packer.opt = true;
	while (wire_pack_rule(&packer, span_of("bad.com"), WIRE_NXDOMAIN))
		continue;
	wire_pack_end(&packer);
	assert_true(packer.len <= sizeof(octets));
	packet = parse(&packer);
	assert_true(ldns_pkt_edns(packet));
	assert_int_equal(ldns_pkt_edns_udp_size(packet), WIRE_UDP_SIZE);
	assert_int_equal(ldns_pkt_ancount(packet), packer.records);
	ldns_pkt_free(packet);
}

/* Labels of 63, ${len} octets in all. */
static struct span
long_name(char room[256], size_t len)
{
	memset(room, 'a', len);
	for (size_t i = 63; i < len; i += 64)
		room[i] = '.';
	return (struct span){room, len};
}

static void
test_longest(void **state)
{
	struct wire_zone zone = zone_of("rpz.test"); /* 10 octets */
	uint8_t octets[WIRE_RPZ_MOST];
	struct wire_packer packer = {.octets = octets, .most = sizeof(octets)};
	char room[256];
	ldns_pkt *packet;
	ldns_rr *rr;

	(void)state;
	/* 242 and the length of the first label, "*." and the zone: 255. */
	assert_true(wire_zone_holds(&zone, long_name(room, 242)));
	assert_false(wire_zone_holds(&zone, long_name(room, 243)));
	assert_false(wire_zone_holds(&zone, span_of("")));
	assert_false(wire_zone_holds(&zone, span_of(".a")));
	assert_false(wire_zone_holds(&zone, span_of("a..b")));
	assert_false(wire_zone_holds(&zone, span_of("a.")));
	memset(room, 'a', 64);
	assert_true(wire_zone_holds(&zone, (struct span){room, 63}));
	assert_false(wire_zone_holds(&zone, (struct span){room, 64}));
	wire_pack_begin(&packer, &zone, 1, LDNS_RR_TYPE_AXFR);
	assert_true(wire_pack_rule(&packer, long_name(room, 242), WIRE_NXDOMAIN));
	wire_pack_end(&packer);
	packet = parse(&packer);
	rr = ldns_rr_list_rr(ldns_pkt_answer(packet), 1);
	assert_int_equal(ldns_rdf_size(ldns_rr_owner(rr)), WIRE_NAME_OCTETS);
	ldns_pkt_free(packet);
}

/* A rule of "aa" takes 2 + 3 + 11 and 4 + 11 octets. With each room the message takes what
 * fits, to the last octet, and writes nothing behind it. */
static void
test_full(void **state)
{
	struct wire_zone zone = zone_of("z");
	uint8_t octets[WIRE_RPZ_MOST + 1];

	(void)state;
	for (size_t most = 512; most < 600; most++) {
		struct wire_packer packer = {.octets = octets, .most = most};
		unsigned rules = 0;
		size_t before;

		memset(octets, 0xee, sizeof(octets));
		wire_pack_begin(&packer, &zone, 1, LDNS_RR_TYPE_AXFR);
		before = packer.len;
		while (wire_pack_rule(&packer, span_of("aa"), WIRE_NXDOMAIN))
			rules++;
		assert_int_equal(packer.len, before + rules * 31u);
		assert_int_equal(rules, (most - before) / 31);
		assert_int_equal(packer.records, 2 * rules);
		/* Larger ones do not fit either, and leave all as it is. */
		assert_false(wire_pack_txt(&packer, span_of("serial"),
		                           span_of("a text of some length")));
		assert_false(wire_pack_soa(&packer, 1));
		assert_int_equal(packer.records, 2 * rules);
		wire_pack_end(&packer);
		for (size_t i = packer.len; i < sizeof(octets); i++)
			assert_int_equal(octets[i], 0xee);
	}
	/* More room than pointers reach is not used. */
	struct wire_packer packer = {.octets = octets, .most = SIZE_MAX};

	wire_pack_begin(&packer, &zone, 1, LDNS_RR_TYPE_AXFR);
	while (wire_pack_rule(&packer, span_of("aa"), WIRE_NXDOMAIN))
		continue;
	assert_in_range(packer.len, WIRE_RPZ_MOST - 31, WIRE_RPZ_MOST);
	wire_pack_end(&packer);
	ldns_pkt_free(parse(&packer));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_zone_names), cmocka_unit_test(test_records),
	        cmocka_unit_test(test_opt),        cmocka_unit_test(test_longest),
	        cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
