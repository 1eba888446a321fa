/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Messages out of TCP segments: split at each octet, several in one, sent twice,
 * with gaps and cuts, and more flows than there is room for.
 */
#include "logs/tcp.h"

#include "octets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define FIRST 0xfffffff0u /* the numbers wrap in the first message */

static int
set_up(void **state)
{
	struct tcp_table *table = NULL;

	assert_int_equal(tcp_new(&table), FSK_OK);
	*state = table;
	return 0;
}

static int
tear_down(void **state)
{
	tcp_free(*state);
	return 0;
}

/* A segment of flow ${flow} with ${len} octets at ${data}. */
static struct packet
segment(uint32_t flow, uint32_t sequence, uint8_t flags, const void *data, size_t len)
{
	struct packet packet = {.source_port = (uint16_t)flow,
	                        .target_port = 53,
	                        .sequence = sequence,
	                        .flags = flags,
	                        .data = data,
	                        .len = len};

	memcpy(packet.source.octets, &flow, sizeof(flow));
	return packet;
}

/* Takes all out of ${packet}; writes "[LEN FIRST-OCTET]" for each message of it, and
 * "(why)" where the flow is lost, into ${got}. */
static void
take_all(struct tcp_table *table, struct packet packet, char *got, size_t room)
{
	struct tcp_message message;
	size_t len = strlen(got);
	enum tcp_got what;

	while ((what = tcp_take(table, &packet, &message)) != TCP_NOTHING) {
		if (what == TCP_MESSAGE)
			len += (size_t)snprintf(got + len, room - len, "[%zu %c]",
			                        message.len, message.octets[0]);
		else
			len += (size_t)snprintf(got + len, room - len, "(%s)", message.why);
		assert_true(len < room);
	}
	assert_int_equal(packet.len, 0);
}

/* The length and ${len} octets ${fill}, as a stream has a message. */
static void
put_message(struct octets *to, size_t len, char fill)
{
	put_number(to, len, 2);
	while (len-- > 0)
		put(to, &fill, 1);
}

static void
test_split(void **state)
{
	struct octets octets = {.len = 0};

	put_message(&octets, 12, 'a');
	put_message(&octets, 40, 'b');
	for (size_t cut = 0; cut <= octets.len; cut++) {
		char got[200] = "";

		take_all(*state, segment(1, FIRST - 1, PACKET_SYN, NULL, 0), got, 200);
		take_all(*state, segment(1, FIRST, 0, octets.at, cut), got, 200);
		take_all(*state,
		         segment(1, FIRST + (uint32_t)cut, PACKET_FIN, octets.at + cut,
		                 octets.len - cut),
		         got, 200);
		assert_string_equal(got, "[12 a][40 b]");
	}
}

/* One octet a segment; each is sent twice, with the one before it. */
static void
test_twice(void **state)
{
	struct octets octets = {.len = 0};
	char got[200] = "";

	put_message(&octets, 12, 'a');
	put_message(&octets, 13, 'b');
	for (uint32_t at = 0; at < octets.len; at++) {
		take_all(*state, segment(1, FIRST + at, 0, octets.at + at, 1), got, 200);
		if (at > 0)
			take_all(*state,
			         segment(1, FIRST + at - 1, 0, octets.at + at - 1, 2), got,
			         200);
	}
	take_all(*state, segment(1, FIRST, 0, octets.at, octets.len), got, 200);
	assert_string_equal(got, "[12 a][13 b]");
}

static void
test_gap(void **state)
{
	struct octets octets = {.len = 0};
	char got[200] = "";

	put_message(&octets, 12, 'a');
	put_message(&octets, 13, 'b');
	take_all(*state, segment(1, 0, 0, octets.at, 14), got, 200);
	take_all(*state, segment(1, 15, 0, octets.at + 15, 14), got, 200);
	take_all(*state, segment(1, 29, 0, octets.at, 14), got, 200);
	assert_string_equal(got, "[12 a](a TCP stream of which segments are missing)");
	take_all(*state, segment(1, 500, PACKET_SYN, NULL, 0), got, 200);
	take_all(*state, segment(1, 501, 0, octets.at, 14), got, 200);
	assert_string_equal(got,
	                    "[12 a](a TCP stream of which segments are missing)[12 a]");
}

static void
test_cut(void **state)
{
	struct octets octets = {.len = 0};
	struct packet packet;
	char got[200] = "";

	put_message(&octets, 12, 'a');
	put_message(&octets, 40, 'b');
	packet = segment(1, 0, 0, octets.at, 20);
	packet.missing = 36;
	take_all(*state, packet, got, 200);
	assert_string_equal(got, "[12 a](a TCP stream of which segments are cut)");
	take_all(*state, segment(1, 56, PACKET_RST, NULL, 0), got, 200);
	take_all(*state, segment(1, 0, 0, octets.at, 20), got, 200);
	packet = segment(1, 6, 0, octets.at + 6, 2); /* sent again, and cut */
	packet.missing = 12;
	take_all(*state, packet, got, 200);
	take_all(*state, segment(1, 20, 0, octets.at + 20, 36), got, 200);
	assert_string_equal(got,
	                    "[12 a](a TCP stream of which segments are cut)[12 a][40 b]");
}

static void
test_ends(void **state)
{
	struct octets octets = {.len = 0};
	char got[200] = "";

	put_message(&octets, 12, 'a');
	for (size_t len = 1; len < octets.len; len++) {
		got[0] = '\0';
		take_all(*state, segment(1, 0, PACKET_FIN, octets.at, len), got, 200);
		assert_string_equal(got, "(a TCP stream that ends in a message)");
	}
	got[0] = '\0';
	take_all(*state, segment(1, 0, 0, octets.at, octets.len), got, 200);
	take_all(*state, segment(1, 14, PACKET_RST, NULL, 0), got, 200);
	take_all(*state, segment(2, 0, PACKET_FIN, NULL, 0), got, 200); /* of no flow */
	assert_string_equal(got, "[12 a]");
}

/* Lengths below a header are of no DNS; of long messages the first octets are kept. */
static void
test_lengths(void **state)
{
	struct octets octets = {.len = 0};
	char got[200] = "";

	put_message(&octets, 11, 'a');
	put_message(&octets, 12, 'b');
	take_all(*state, segment(1, 0, 0, octets.at, octets.len), got, 200);
	assert_string_equal(got, "(no DNS messages in a TCP stream)");
	got[0] = '\0';
	octets.len = 0;
	put_message(&octets, 65535, 'c');
	put_message(&octets, TCP_KEPT, 'd');
	put_message(&octets, TCP_KEPT + 1, 'e');
	put_message(&octets, 12, 'f');
	for (size_t at = 0; at < octets.len; at += 1460)
		take_all(*state,
		         segment(2, (uint32_t)at, 0, octets.at + at,
		                 octets.len - at < 1460 ? octets.len - at : 1460),
		         got, 200);
	assert_string_equal(got, "[1024 c][1024 d][1024 e][12 f]");
}

/* Flows do not mix; those that were silent longest give way to others. */
static void
test_flows(void **state)
{
	struct octets octets = {.len = 0};
	const uint32_t flows = 4 * TCP_FLOWS;
	char got[200] = "";

	put_message(&octets, 12, 'a');
	for (uint32_t flow = 1; flow <= 64; flow++)
		take_all(*state, segment(flow, flow, 0, octets.at, 7), got, 200);
	for (uint32_t flow = 1; flow <= 64; flow++) {
		got[0] = '\0';
		take_all(*state, segment(flow, flow + 7, 0, octets.at + 7, 7), got, 200);
		assert_string_equal(got, "[12 a]");
	}
	for (uint32_t flow = 1; flow <= flows; flow++)
		take_all(*state, segment(flow, 0, 0, octets.at, 7), got, 200);
	got[0] = '\0';
	take_all(*state, segment(flows, 7, 0, octets.at + 7, 7), got, 200);
	assert_string_equal(got, "[12 a]");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_split, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_twice, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_gap, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_cut, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_ends, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_lengths, set_up, tear_down),
	        cmocka_unit_test_setup_teardown(test_flows, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
