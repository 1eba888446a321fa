/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Captures: both formats and octet orders, what of their packets is asked, and files
 * that are cut at each octet or of what is not read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "octets.h"
#include "records.h"

#include <cmocka.h>

extern const struct log_format log_format_pcap;

#define SECONDS 1795290094
#define RAW 101

static void
assert_file(const struct octets *file, const char *want)
{
	static struct records records;

	say_octets(&records, &log_format_pcap, file->at, file->len, true);
	assert_string_equal(records.text, want);
}

/* The header of a pcap file of link type ${link}. */
static void
put_header(struct octets *to, unsigned link)
{
	put_little(to, 0xa1b2c3d4, 4);
	put_little(to, 2, 2);
	put_little(to, 4, 2);
	put_little(to, 0, 8);
	put_little(to, 65535, 4);
	put_little(to, link, 4);
}

/* ${packet}, of which ${len} octets were captured. */
static void
put_captured(struct octets *to, const struct octets *packet, size_t len)
{
	put_little(to, SECONDS, 4);
	put_little(to, 66000, 4);
	put_little(to, len, 4);
	put_little(to, packet->len, 4);
	put(to, packet->at, len);
}

/* A question for ${name} with ${flags} over UDP between two ports. */
static void
put_udp_question(struct octets *to, uint16_t flags, const char *name,
                 const uint16_t ports[2])
{
	struct octets message = {.len = 0}, udp = {.len = 0}, packet = {.len = 0};

	put_question(&message, flags, name, 1);
	put_subnet(&message);
	put_udp(&udp, ports[0], ports[1], &message);
	put_ipv4(&packet, 17, &udp);
	put_captured(to, &packet, packet.len);
}

/* ${data} as a segment of a TCP stream. */
static void
put_segment(struct octets *to, uint32_t sequence, uint8_t flags, const void *data,
            size_t len)
{
	struct octets octets = {.len = 0}, tcp = {.len = 0}, packet = {.len = 0};

	put(&octets, data, len);
	put_tcp(&tcp, sequence, flags, &octets);
	put_ipv4(&packet, 6, &tcp);
	put_captured(to, &packet, packet.len);
}

static const uint16_t asking[2] = {40000, 53}, answering[2] = {53, 40000};

#define TIME "asked 2026-11-21T19:41:34.066000 "
#define ASKED TIME "192.0.2.7#40000 1 jogli.com 1 for 203.0.113.0/24\n"

static void
test_udp(void **state)
{
	static const uint16_t mdns[2] = {5353, 5353}, both[2] = {53, 53},
	                      web[2] = {40000, 443};
	struct octets file = {.len = 0};

	(void)state;
	put_header(&file, RAW);
	put_udp_question(&file, 0x0100, "JoGli.com", asking);
	put_udp_question(&file, 0x8180, "jogli.com", answering);
	put_udp_question(&file, 0x8180, "jogli.com", both);
	put_udp_question(&file, 0x0100, "jogli.com", mdns);
	put_udp_question(&file, 0x0100, "jogli.com", web);
	put_udp_question(&file, 0x2800, "jogli.com", asking); /* UPDATE */
	put_udp_question(&file, 0x0100, "", asking);
	assert_file(&file, ASKED "aside\naside\naside\naside\naside\n" TIME
	                         "192.0.2.7#40000 1 . 1 for 203.0.113.0/24\nend");
}

static void
test_classes(void **state)
{
	struct octets file = {.len = 0};
	static const uint8_t classes[] = {1, 3, 255, 254};

	(void)state;
	put_header(&file, RAW);
	for (size_t i = 0; i < sizeof(classes); i++) {
		put_udp_question(&file, 0x0100, "jogli.com", asking);
		file.at[file.len - 22 - 1] = classes[i];
	}
	assert_file(&file, ASKED "aside\n" ASKED "aside\nend");
}

static void
test_ipv6(void **state)
{
	struct octets file = {.len = 0}, message = {.len = 0}, udp = {.len = 0},
	              packet = {.len = 0};

	(void)state;
	put_header(&file, 1);
	put(&packet, "\1\2\3\4\5\6\7\10\11\12\13\14\x81\x00\0\1\x86\xdd", 18);
	put_question(&message, 0x0100, "jogli.com", 0);
	put_udp(&udp, 40000, 53, &message);
	put_ipv6(&packet, 17, &udp);
	put_captured(&file, &packet, packet.len);
	assert_file(&file, TIME "2001:db8::7#40000 1 jogli.com 1\nend");
}

/* Two messages of 27 and 29 octets as a stream has them. */
static void
make_stream(struct octets *stream)
{
	stream->len = 0;
	put_number(stream, 27, 2);
	put_question(stream, 0x0100, "jogli.com", 0);
	put_number(stream, 29, 2);
	put_question(stream, 0x0100, "jogli.co.uk", 0);
}

#define TCP_ONE TIME "192.0.2.7#40000 2 jogli.com 1\n"
#define TCP_TWO TIME "192.0.2.7#40000 2 jogli.co.uk 1\n"

static void
test_tcp(void **state)
{
	struct octets file = {.len = 0}, stream;

	(void)state;
	make_stream(&stream);
	put_header(&file, RAW);
	put_segment(&file, 99, 0x02, "", 0);
	put_segment(&file, 100, 0, stream.at, stream.len);
	put_segment(&file, 160, 0, stream.at, 10);
	put_segment(&file, 170, 0, stream.at + 10, 25);
	put_segment(&file, 170, 0, stream.at + 10, 25);
	put_segment(&file, 195, 0x01, stream.at + 35, stream.len - 35);
	assert_file(&file,
	            "aside\n" TCP_ONE TCP_TWO "aside\n" TCP_ONE "aside\n" TCP_TWO "end");
}

static void
test_tcp_lost(void **state)
{
	struct octets file = {.len = 0}, stream;

	(void)state;
	make_stream(&stream);
	put_header(&file, RAW);
	put_segment(&file, 0, 0, stream.at, 29);
	put_segment(&file, 30, 0, stream.at + 30, stream.len - 30);
	put_segment(&file, 60, 0, stream.at, stream.len);
	stream.at[2 + 5] = 7; /* no single question */
	put_segment(&file, 0, 0x02, "", 0);
	put_segment(&file, 1, 0, stream.at, stream.len);
	assert_file(&file,
	            TCP_ONE "foreign: a TCP stream of which segments are missing\n"
	                    "aside\naside\n"
	                    "foreign: the message has not one question\n" TCP_TWO "end");
}

/* A packet of which less was captured than its question needs, and just enough. */
static void
test_snapped(void **state)
{
	struct octets message = {.len = 0}, udp = {.len = 0}, packet = {.len = 0};

	(void)state;
	put_question(&message, 0x0100, "jogli.com", 1);
	put_subnet(&message);
	put_udp(&udp, 40000, 53, &message);
	put_ipv4(&packet, 17, &udp);
	for (size_t len = 0; len < packet.len; len++) {
		struct octets file = {.len = 0};

		put_header(&file, RAW);
		put_captured(&file, &packet, len);
		if (len < 20)
			assert_file(&file, "foreign: a packet that ends in its IP header\n"
			                   "end");
		else if (len < 28)
			assert_file(&file, "foreign: a packet that ends in its UDP "
			                   "header\nend");
		else if (len < 28 + 27)
			assert_file(&file, "foreign: a packet that is cut before the end "
			                   "of its question\nend");
		else
			assert_file(&file, TIME "192.0.2.7#40000 1 jogli.com 1\nend");
	}
}

static void
test_fragment(void **state)
{
	struct octets file = {.len = 0};

	(void)state;
	put_header(&file, RAW);
	put_udp_question(&file, 0x0100, "jogli.com", asking);
	file.at[24 + 16 + 7] = 3;
	assert_file(&file, "foreign: a fragment of a packet\nend");
}

/* The other octet order, and nanoseconds. */
static void
test_orders(void **state)
{
	struct octets little = {.len = 0}, file = {.len = 0};
	size_t len;

	(void)state;
	put_header(&little, RAW);
	put_udp_question(&little, 0x0100, "jogli.com", asking);
	len = little.len - 24 - 16;
	put_number(&file, 0xa1b23c4d, 4);
	put_number(&file, 0x00020004, 4);
	put_number(&file, 0, 8);
	put_number(&file, 65535, 4);
	put_number(&file, RAW, 4);
	put_number(&file, SECONDS, 4);
	put_number(&file, 66000999, 4);
	put_number(&file, len, 4);
	put_number(&file, len, 4);
	put(&file, little.at + 40, len);
	assert_true(log_format_pcap.knows(file.at, file.len));
	assert_file(&file, ASKED "end");
	little.at[24 + 4 + 3] = 0xff; /* microseconds that are none */
	assert_file(&little, "foreign: a time that cannot be\nend");
}

/* A block of a pcapng file. */
static void
put_block(struct octets *to, uint32_t type, const struct octets *body)
{
	put_little(to, type, 4);
	put_little(to, body->len + 12, 4);
	put_all(to, body);
	put_little(to, body->len + 12, 4);
}

static void
put_interface(struct octets *to, unsigned link)
{
	struct octets body = {.len = 0};

	put_little(&body, link, 4);
	put_little(&body, 65535, 4);
	put(&body, "\x09\0\1\0\x09\0\0\0\0\0\0\0", 12); /* if_tsresol: nanoseconds */
	put_block(to, 1, &body);
}

/* A pcapng file: a section, an interface, and a packet at ${nanoseconds}. */
static void
make_pcapng(struct octets *to, uint64_t nanoseconds)
{
	struct octets section = {.len = 0}, packet = {.len = 0}, pcap = {.len = 0};
	size_t len;

	put_udp_question(&pcap, 0x0100, "jogli.com", asking);
	len = pcap.len - 16;
	to->len = 0;
	put_little(&section, 0x1a2b3c4d, 4);
	put_little(&section, 1, 4);
	put_little(&section, UINT64_MAX, 8);
	put_block(to, 0x0a0d0d0a, &section);
	put_interface(to, RAW);
	put_little(&packet, 0, 4);
	put_little(&packet, nanoseconds >> 32, 4);
	put_little(&packet, nanoseconds & 0xffffffff, 4);
	put_little(&packet, len, 4);
	put_little(&packet, len, 4);
	put(&packet, pcap.at + 16, len);
	put(&packet, "\0\0\0", (4 - len % 4) % 4);
	put_block(to, 6, &packet);
}

static void
test_pcapng(void **state)
{
	struct octets file;

	(void)state;
	make_pcapng(&file, SECONDS * UINT64_C(1000000000) + 66000999);
	assert_true(log_format_pcap.knows(file.at, file.len));
	assert_file(&file, ASKED "end");
	put_interface(&file, 1);
	assert_file(&file, ASKED "ended 7: a capture of several interfaces of different "
	                         "kinds, which libpcap does not read; split it by "
	                         "interface");
	make_pcapng(&file, UINT64_MAX);
	assert_file(&file, "asked 2554-07-21T23:34:33.709551 192.0.2.7#40000 1 jogli.com 1 "
	                   "for 203.0.113.0/24\nend");
	file.at[28 + 16 + 4] = 0; /* if_tsresol: seconds */
	assert_file(&file, "foreign: a time that cannot be\nend");
}

/* What was read before a cut stays, and the cut is told. */
static void
test_cuts(void **state)
{
	struct octets file = {.len = 0};
	size_t first, whole;

	(void)state;
	put_header(&file, RAW);
	put_udp_question(&file, 0x0100, "jogli.com", asking);
	first = file.len;
	put_udp_question(&file, 0x0100, "jogli.com", asking);
	whole = file.len;
	for (file.len = 0; file.len < whole; file.len++) {
		if (file.len < 24)
			assert_file(&file, "not opened 7: the capture ends in its header");
		else if (file.len == 24)
			assert_file(&file, "end");
		else if (file.len < first)
			assert_file(&file, "ended 7: the capture ends in the middle of a "
			                   "packet");
		else if (file.len == first)
			assert_file(&file, ASKED "end");
		else
			assert_file(&file, ASKED "ended 7: the capture ends in the middle "
			                         "of a packet");
	}
}

static void
test_damaged(void **state)
{
	struct octets file = {.len = 0};

	(void)state;
	put_header(&file, 105);
	put_udp_question(&file, 0x0100, "jogli.com", asking);
	assert_file(&file, "not opened 7: a capture of a kind of link that is not read; "
	                   "Ethernet, raw IP, loopback and Linux cooked are");
	file.at[20] = RAW;
	file.at[24 + 8 + 3] = 0x7f; /* a packet of 2 GiB */
	assert_file(&file, "ended 7: the capture is damaged here");
	for (size_t len = 0; len < 4; len++)
		assert_false(log_format_pcap.knows(file.at, len));
	assert_true(log_format_pcap.knows(file.at, 4));
	file.at[0] = 0xd5;
	assert_false(log_format_pcap.knows(file.at, file.len));
	assert_false(
	        log_format_pcap.knows((const unsigned char *)"\n\r\r\n\0\0\0\0text", 12));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_udp),      cmocka_unit_test(test_classes),
	        cmocka_unit_test(test_ipv6),     cmocka_unit_test(test_tcp),
	        cmocka_unit_test(test_tcp_lost), cmocka_unit_test(test_snapped),
	        cmocka_unit_test(test_fragment), cmocka_unit_test(test_orders),
	        cmocka_unit_test(test_pcapng),   cmocka_unit_test(test_cuts),
	        cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
