/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dnstap: a file that BIND wrote, files that were made of single fields, and such
 * that are joined, cut at each octet, or of something else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "octets.h"
#include "records.h"

#include <cmocka.h>

extern const struct log_format log_format_dnstap;

#define CONTENT "protobuf:dnstap.Dnstap"
#define NOT_ENDED                                                                          \
	"ended 7: no frame ends the stream: the server still writes to it, or was stopped"

static const char start[] = "\0\0\0\0\0\0\0\x22\0\0\0\2\0\0\0\1\0\0\0\x16" CONTENT;
static const char stop[] = "\0\0\0\0\0\0\0\4\0\0\0\3";

static void
assert_file(const struct octets *file, const char *want)
{
	static struct records records;

	say_octets(&records, &log_format_dnstap, file->at, file->len, true);
	assert_string_equal(records.text, want);
}

/* Fields of protocol buffers: a number, four octets, and octets with a length. */
static void
put_varint(struct octets *to, unsigned field, uint64_t value)
{
	put_number(to, field << 3, 1);
	for (; value > 0x7f; value >>= 7)
		put_number(to, (value & 0x7f) | 0x80, 1);
	put_number(to, value, 1);
}

static void
put_fixed(struct octets *to, unsigned field, uint32_t value)
{
	put_number(to, field << 3 | 5, 1);
	put_little(to, value, 4);
}

static void
put_field(struct octets *to, unsigned field, const void *octets, size_t len)
{
	put_number(to, field << 3 | 2, 1);
	put_number(to, (len & 0x7f) | 0x80, 1);
	put_number(to, len >> 7, 1);
	put(to, octets, len);
}

/* A data frame with the ${message}. */
static void
put_frame(struct octets *to, const struct octets *message)
{
	struct octets frame = {.len = 0};

	put_field(&frame, 1, "ns1.example", 11);
	put_field(&frame, 14, message->at, message->len);
	put_varint(&frame, 15, 1);
	put_number(to, frame.len, 4);
	put_all(to, &frame);
}

/* A message of ${type} whose fields are all there. */
static void
put_message(struct octets *to, unsigned type)
{
	struct octets question = {.len = 0};

	put_question(&question, 0x0100, "JoGli.com", 1);
	put_subnet(&question);
	put_varint(to, 1, type);
	put_varint(to, 2, 1);
	put_varint(to, 3, 2);
	put_field(to, 4, "\xc0\0\2\1", 4);
	put_varint(to, 6, 4000);
	put_varint(to, 8, 1795290094);
	put_fixed(to, 9, 66000999);
	put_field(to, 10, question.at, question.len);
}

/* A whole file of one ${message}. */
static void
make_file(struct octets *file, const struct octets *message)
{
	file->len = 0;
	put(file, start, sizeof(start) - 1);
	put_frame(file, message);
	put(file, stop, sizeof(stop) - 1);
}

#define ASKED                                                                              \
	"asked 2026-11-21T19:41:34.066000 192.0.2.1#4000 2 jogli.com 1 "                   \
	"for 203.0.113.0/24\n"

static void
test_fields(void **state)
{
	struct octets message = {.len = 0}, file;

	(void)state;
	put_message(&message, 5);
	make_file(&file, &message);
	assert_file(&file, ASKED "end");
	message.len = 0;
	put_varint(&message, 1, 1);
	put_field(&message, 10, "\0\0\1\0\0\1\0\0\0\0\0\0\1a\0\0\x1c\0\1", 19);
	make_file(&file, &message);
	assert_file(&file, "asked - #0 0 a 28\nend");
	put_varint(&message, 3, 7);
	put_field(&message, 4, "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\7", 16);
	make_file(&file, &message);
	assert_file(&file, "asked - 2001:db8::7#0 5 a 28\nend");
	put_varint(&message, 3, 8);
	put_varint(&message, 6, 65536);
	put_field(&message, 4, "\1\2\3", 3);
	make_file(&file, &message);
	assert_file(&file, "asked - #0 0 a 28\nend");
}

static void
test_types(void **state)
{
	struct octets file;

	(void)state;
	for (unsigned type = 0; type < 20; type++) {
		struct octets message = {.len = 0};

		put_message(&message, type);
		make_file(&file, &message);
		assert_file(&file, type == 1 || type == 5 ? ASKED "end" : "aside\nend");
	}
}

/* Broken frames are told, and the next ones read. */
static void
test_broken(void **state)
{
	struct octets file = {.len = 0}, good = {.len = 0}, message = {.len = 0};

	(void)state;
	put(&file, start, sizeof(start) - 1);
	put(&file, "\0\0\0\3\xff\xff\xff", 7);
	put(&file, "\0\0\0\2\x78\1", 6); /* no message */
	put(&file, "\0\0\0\2\x78\2", 6); /* of another type */
	put_frame(&file, &message);
	put_varint(&message, 1, 5);
	put_frame(&file, &message);
	put_field(&message, 10, "\0\0\1\0\0\1\0\0\0\0\0\0\1a\0\0\x1c\0", 18);
	put_frame(&file, &message);
	message.len = 0;
	put_message(&message, 5);
	put_varint(&message, 8, UINT64_MAX);
	put_frame(&file, &message);
	put_message(&good, 5);
	put_fixed(&good, 9, 1000000000);
	put_frame(&file, &good);
	put_fixed(&good, 9, 66000000);
	put_frame(&file, &good);
	put(&file, stop, sizeof(stop) - 1);
	assert_file(&file, "foreign: a frame that is no dnstap\n"
	                   "foreign: a dnstap frame without a message\n"
	                   "aside\n"
	                   "foreign: a dnstap message without its type\n"
	                   "foreign: a dnstap question without its DNS message\n"
	                   "foreign: the message ends in its question\n"
	                   "foreign: a time that cannot be\n"
	                   "foreign: a time that cannot be\n" ASKED "end");
}

static void
test_cuts(void **state)
{
	struct octets message = {.len = 0}, file;
	size_t begun = sizeof(start) - 1, framed;

	(void)state;
	put_message(&message, 5);
	make_file(&file, &message);
	framed = file.len - (sizeof(stop) - 1);
	for (size_t len = file.len - 1; len > 0; len--) {
		file.len = len;
		if (len < begun)
			assert_file(&file, "not opened 7: no frame that begins a stream "
			                   "of frames");
		else if (len == begun)
			assert_file(&file, NOT_ENDED);
		else if (len < framed)
			assert_file(&file, "ended 7: the file ends in the middle of a "
			                   "frame");
		else if (len == framed)
			assert_file(&file, ASKED NOT_ENDED);
		else
			assert_file(&file, ASKED "ended 7: the file ends in the middle "
			                         "of a frame");
	}
}

static void
test_joined(void **state)
{
	struct octets message = {.len = 0}, file, both;

	(void)state;
	put_message(&message, 5);
	make_file(&file, &message);
	both = file;
	put_all(&both, &file);
	assert_file(&both, ASKED ASKED "end");
	put(&both, "behind", 6);
	assert_file(&both, ASKED ASKED "ended 7: no frame that begins a stream of frames");
}

/* A frame may be as long as a question with its answer; a longer one ends all. */
static void
test_lengths(void **state)
{
	static struct octets file;

	(void)state;
	file.len = 0;
	put(&file, start, sizeof(start) - 1);
	put_number(&file, 192 << 10, 4);
	memset(file.at + file.len, 0xff, 192 << 10);
	file.len += 192 << 10;
	put(&file, stop, sizeof(stop) - 1);
	assert_file(&file, "foreign: a frame that is no dnstap\nend");
	file.at[sizeof(start) - 1 + 3]++;
	assert_file(&file, "ended 7: a frame longer than DNS messages are, or a control "
	                   "frame that is broken");
}

static void
test_content(void **state)
{
	struct octets message = {.len = 0}, file;

	(void)state;
	put_message(&message, 5);
	make_file(&file, &message);
	assert_true(log_format_dnstap.knows(file.at, file.len));
	for (size_t len = 0; len < 12; len++)
		assert_false(log_format_dnstap.knows(file.at, len));
	file.at[41] ^= 1;
	assert_file(&file, "not opened 7: a stream of frames of another type");
	file.at[11] = 3; /* STOP */
	assert_false(log_format_dnstap.knows(file.at, file.len));
	assert_file(&file, "not opened 7: no frame that begins a stream of frames");
	file.len = 0; /* frames that do not say what they are */
	put(&file, "\0\0\0\0\0\0\0\4\0\0\0\2", 12);
	put_frame(&file, &message);
	put(&file, stop, sizeof(stop) - 1);
	assert_file(&file, ASKED "end");
}

/* What BIND 9.18 wrote when it was asked on loopback; its query log of the same time
 * has the same names, ports and transports. */
static void
test_bind(void **state)
{
	static const char path[] = TEST_DATA "/unit/logs/data/bind-client.dnstap.fstrm";
	static struct records records;
	struct log_source *source;
	struct span head;

	(void)state;
	assert_int_equal(log_source_open(path, &source), FSK_OK);
	assert_int_equal(log_source_head(source, &head), FSK_OK);
	assert_true(log_format_dnstap.knows((const unsigned char *)head.text, head.len));
	say_source(&records, &log_format_dnstap, source, false);
	log_source_close(source);
	assert_string_equal(
	        records.text,
	        "asked 2026-11-21T19:41:33.966175 127.0.0.1#35596 1 good.example 1\n"
	        "asked 2026-11-21T19:41:34.066175 127.0.0.1#42392 1 blrsxvu.com 1\n"
	        "asked 2026-11-21T19:41:34.166175 127.0.0.1#45574 1 www.blrsxvu.com 1\n"
	        "asked 2026-11-21T19:41:34.282175 127.0.0.1#38642 1 sink.qxjvw.net 1\n"
	        "asked 2026-11-21T19:41:34.382175 127.0.0.1#39851 1 log.only.example 1\n"
	        "asked 2026-11-21T19:41:34.474175 127.0.0.1#50646 1 drop.qxjvw.info 1\n"
	        "asked 2026-11-21T19:41:36.674175 127.0.0.1#41227 2 tcp.qxjvw.org 1\n"
	        "asked 2026-11-21T19:41:36.578175 127.0.0.1#36620 1 nodata.qxjvw.biz 1\n"
	        "asked 2026-11-21T19:41:36.850175 127.0.0.1#38211 2 good.example 28\n"
	        "asked 2026-11-21T19:41:36.674175 127.0.0.1#37871 1 tcp.qxjvw.org 1\n"
	        "asked 2026-11-21T19:41:36.758175 127.0.0.1#40637 1 nx.example 1\n"
	        "asked 2026-11-21T19:41:36.934175 127.0.0.1#42955 1 good.example 28 "
	        "for 203.0.113.0/24\n"
	        "end");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_fields),  cmocka_unit_test(test_types),
	        cmocka_unit_test(test_broken),  cmocka_unit_test(test_cuts),
	        cmocka_unit_test(test_joined),  cmocka_unit_test(test_lengths),
	        cmocka_unit_test(test_content), cmocka_unit_test(test_bind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
