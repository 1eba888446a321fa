/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Captured packets: each link type, VLAN tags, both IPs with what they may put in
 * front of UDP and TCP, packets cut at each octet, padding and lengths that lie.
 */
#include "logs/packet.h"

#include "octets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define ETHERNET 1
#define RAW 12
#define MACS "\1\2\3\4\5\6\7\10\11\12\13\14" /* both addresses of a frame */

/* Reads a copy of exactly the first ${len} octets. */
static enum packet_kind
read_copy(int link, const struct octets *octets, size_t len, struct packet *packet)
{
	static unsigned char *copy; /* the data of packet lie in the last one */

	free(copy);
	copy = malloc(len > 0 ? len : 1);
	assert_non_null(copy);
	memcpy(copy, octets->at, len);
	return packet_read(link, copy, len, packet);
}

static void
assert_udp(int link, const struct octets *octets, const char *source, const char *data)
{
	struct packet packet;
	char text[ADDRESS_SIZE];

	assert_true(packet_link_known(link));
	assert_int_equal(read_copy(link, octets, octets->len, &packet), PACKET_UDP);
	address_write(&packet.source, text);
	assert_string_equal(text, source);
	assert_int_equal(packet.source_port, 40000);
	assert_int_equal(packet.target_port, 53);
	assert_int_equal(packet.len, strlen(data));
	assert_memory_equal(packet.data, data, packet.len);
	assert_int_equal(packet.missing, 0);
}

static void
assert_broken(int link, const struct octets *octets, const char *why)
{
	struct packet packet;

	assert_int_equal(read_copy(link, octets, octets->len, &packet), PACKET_BROKEN);
	assert_string_equal(packet.why, why);
}

/* "hello" over UDP in IPv4. */
static void
make_udp4(struct octets *to)
{
	struct octets data = {.len = 0}, udp = {.len = 0};

	put(&data, "hello", 5);
	put_udp(&udp, 40000, 53, &data);
	to->len = 0;
	put_ipv4(to, 17, &udp);
}

/* "hello" over UDP in IPv6, behind the ${extensions}, the first of which is ${next}. */
static void
make_udp6(struct octets *to, uint8_t next, const void *extensions, size_t len)
{
	struct octets data = {.len = 0}, udp = {.len = 0};

	put(&data, "hello", 5);
	put(&udp, extensions, len);
	put_udp(&udp, 40000, 53, &data);
	to->len = 0;
	put_ipv6(to, next, &udp);
}

/* ${head} of ${len} octets, and ${packet}. */
static void
behind(struct octets *to, const char *head, size_t len, const struct octets *packet)
{
	to->len = 0;
	put(to, head, len);
	put_all(to, packet);
}

static void
test_links(void **state)
{
	struct octets udp4, udp6, octets;
	static const int raw[] = {12, 14, 101, 228, 229};

	(void)state;
	make_udp4(&udp4);
	make_udp6(&udp6, 17, "", 0);
	for (size_t i = 0; i < sizeof(raw) / sizeof(raw[0]); i++) {
		assert_udp(raw[i], &udp4, "192.0.2.7", "hello");
		assert_udp(raw[i], &udp6, "2001:db8::7", "hello");
	}
	behind(&octets, MACS "\x08\x00", 14, &udp4);
	assert_udp(1, &octets, "192.0.2.7", "hello");
	behind(&octets, MACS "\x86\xdd", 14, &udp6);
	assert_udp(1, &octets, "2001:db8::7", "hello");
	behind(&octets, "\2\0\0\0", 4, &udp4);
	assert_udp(0, &octets, "192.0.2.7", "hello");
	behind(&octets, "\0\0\0\x1e", 4, &udp6);
	assert_udp(108, &octets, "2001:db8::7", "hello");
	behind(&octets, "\0\0\0\1\0\6\1\2\3\4\5\6\0\0\x08\x00", 16, &udp4);
	assert_udp(113, &octets, "192.0.2.7", "hello");
	behind(&octets, "\x86\xdd\0\0\0\0\0\2\0\1\0\6\1\2\3\4\5\6\0\0", 20, &udp6);
	assert_udp(276, &octets, "2001:db8::7", "hello");
	assert_false(packet_link_known(105)); /* IEEE 802.11 */
	assert_false(packet_link_known(-1));
}

static void
test_tags(void **state)
{
	struct octets udp4, octets;
	struct packet packet;

	(void)state;
	make_udp4(&udp4);
	behind(&octets, MACS "\x81\x00\0\x2a\x08\x00", 18, &udp4);
	assert_udp(1, &octets, "192.0.2.7", "hello");
	behind(&octets, MACS "\x88\xa8\0\1\x81\x00\0\2\x08\x00", 22, &udp4);
	assert_udp(1, &octets, "192.0.2.7", "hello");
	behind(&octets, MACS "\x81\x00\0\1\x81", 17, &udp4);
	octets.len = 17;
	assert_broken(1, &octets, "a packet that ends in its VLAN tag");
	behind(&octets, MACS "\x08\x06", 14, &udp4); /* ARP */
	assert_int_equal(read_copy(1, &octets, octets.len, &packet), PACKET_OTHER);
	behind(&octets, MACS "\x08\x00\x55", 15, &udp4); /* version 5 */
	assert_int_equal(read_copy(1, &octets, octets.len, &packet), PACKET_OTHER);
}

static void
test_ipv4_options(void **state)
{
	struct octets octets;

	(void)state;
	make_udp4(&octets);
	memmove(octets.at + 24, octets.at + 20, octets.len - 20);
	octets.len += 4;
	octets.at[0] = 0x46;
	octets.at[3] = (unsigned char)octets.len;
	assert_udp(RAW, &octets, "192.0.2.7", "hello");
	octets.at[0] = 0x44;
	assert_broken(RAW, &octets, "an IP header length that cannot be");
	octets.at[0] = 0x4f;
	assert_broken(RAW, &octets, "an IP header length that cannot be");
	octets.at[3] = 255;
	assert_broken(RAW, &octets, "a packet that ends in its IP header");
}

static void
test_lengths(void **state)
{
	struct octets octets;
	struct packet packet;

	(void)state;
	make_udp4(&octets);
	put(&octets, "padding of the link", 19);
	assert_udp(RAW, &octets, "192.0.2.7", "hello");
	octets.at[3] = 0; /* cut by the card: the length is that of UDP */
	assert_udp(RAW, &octets, "192.0.2.7", "hello");
	octets.at[25] = 7; /* less than its own header */
	assert_broken(RAW, &octets, "a UDP length that cannot be");
	make_udp4(&octets);
	octets.at[25] = 8 + 9; /* more than IP has */
	assert_int_equal(read_copy(RAW, &octets, octets.len, &packet), PACKET_UDP);
	assert_int_equal(packet.len, 5);
	assert_int_equal(packet.missing, 4);
}

static void
test_fragments(void **state)
{
	struct octets octets;
	struct packet packet;

	(void)state;
	make_udp4(&octets);
	octets.at[6] = 0x20; /* more follow: this one has the ports */
	octets.at[25] = 100;
	assert_int_equal(read_copy(RAW, &octets, octets.len, &packet), PACKET_UDP);
	assert_int_equal(packet.missing, 100 - 8 - 5);
	octets.at[7] = 1;
	assert_broken(RAW, &octets, "a fragment of a packet");
	octets.at[9] = 1; /* ICMP */
	assert_int_equal(read_copy(RAW, &octets, octets.len, &packet), PACKET_OTHER);
	make_udp6(&octets, 44, "\x11\0\0\1\0\0\0\0", 8);
	assert_int_equal(read_copy(RAW, &octets, octets.len, &packet), PACKET_UDP);
	make_udp6(&octets, 44, "\x11\0\0\x08\0\0\0\0", 8);
	assert_broken(RAW, &octets, "a fragment of a packet");
}

static void
test_extensions(void **state)
{
	struct octets octets;
	struct packet packet;

	(void)state;
	/* Hop by hop, destination options of 16 octets, authentication of 12. */
	make_udp6(&octets, 0,
	          "\x3c\0\0\0\0\0\0\0"
	          "\x33\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	          "\x11\1\0\0\0\0\0\0\0\0\0\0",
	          36);
	assert_udp(RAW, &octets, "2001:db8::7", "hello");
	octets.at[41] = 255; /* longer than the packet */
	assert_broken(RAW, &octets, "a packet that ends in its IP header");
	make_udp6(&octets, 50, "", 0); /* encrypted */
	assert_int_equal(read_copy(RAW, &octets, octets.len, &packet), PACKET_OTHER);
	make_udp6(&octets, 59, "", 0); /* nothing follows */
	assert_int_equal(read_copy(RAW, &octets, octets.len, &packet), PACKET_OTHER);
}

static void
test_tcp(void **state)
{
	struct octets data = {.len = 0}, tcp = {.len = 0}, octets = {.len = 0};
	struct packet packet;

	(void)state;
	put(&data, "hello", 5);
	put_tcp(&tcp, 0x80000001, PACKET_FIN, &data);
	put_ipv4(&octets, 6, &tcp);
	assert_int_equal(read_copy(RAW, &octets, octets.len, &packet), PACKET_TCP);
	assert_int_equal(packet.sequence, 0x80000001);
	assert_int_equal(packet.flags, PACKET_FIN);
	assert_int_equal(packet.len, 5);
	assert_memory_equal(packet.data, "hello", 5);
	octets.at[32] = 0x60; /* four octets of options */
	assert_int_equal(read_copy(RAW, &octets, octets.len, &packet), PACKET_TCP);
	assert_int_equal(packet.len, 1);
	octets.at[32] = 0x70;
	assert_broken(RAW, &octets, "a packet that ends in its TCP header");
	octets.at[32] = 0x40;
	assert_broken(RAW, &octets, "a TCP header length that cannot be");
}

/* What is cut has its data up to the cut, or is told to be cut; any octet may stand
 * anywhere. */
static void
test_cuts(void **state)
{
	struct octets udp4, octets;
	struct packet packet;

	(void)state;
	make_udp4(&udp4);
	behind(&octets, MACS "\x81\x00\0\x2a\x08\x00", 18, &udp4);
	for (size_t len = 0; len < octets.len; len++) {
		enum packet_kind kind = read_copy(ETHERNET, &octets, len, &packet);

		assert_int_equal(kind, len < octets.len - 5 ? PACKET_BROKEN : PACKET_UDP);
		if (kind == PACKET_UDP)
			assert_int_equal(packet.len + packet.missing, 5);
		else
			assert_non_null(packet.why);
	}
	for (size_t at = 0; at < octets.len; at++) {
		unsigned char was = octets.at[at];

		for (unsigned value = 0; value < 256; value++) {
			octets.at[at] = (unsigned char)value;
			enum packet_kind kind =
			        read_copy(ETHERNET, &octets, octets.len, &packet);
			assert_int_equal(kind == PACKET_BROKEN, packet.why != NULL);
			assert_true(packet.len <= octets.len);
		}
		octets.at[at] = was;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_links),        cmocka_unit_test(test_tags),
	        cmocka_unit_test(test_ipv4_options), cmocka_unit_test(test_lengths),
	        cmocka_unit_test(test_fragments),    cmocka_unit_test(test_extensions),
	        cmocka_unit_test(test_tcp),          cmocka_unit_test(test_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
