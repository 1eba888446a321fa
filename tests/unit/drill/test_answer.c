/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What an answer says, and what that says of blocking.
 */
#include "drill/scope.h"
#include "fake.h"

#define NAME "jogli.com"

static const uint8_t real[4] = {198, 51, 100, 7};
static const uint8_t sink[4] = {192, 0, 2, 53};
static const uint8_t zero[4] = {0, 0, 0, 0};

/* The question for NAME, A. */
static struct message
question(void)
{
	struct message message = {.len = 0};

	put_number(&message, 0x1234, 2);
	put_number(&message, 0x0100, 2);
	put_number(&message, 1, 2);
	put_number(&message, 0, 4);
	put_number(&message, 0, 2);
	put_name(&message, NAME);
	put_number(&message, 1, 2);
	put_number(&message, 1, 2);
	return message;
}

static struct drill_question
wanted(void)
{
	return (struct drill_question){0x1234, 1, name_of(NAME)};
}

static enum fsk_err
read_answer(const struct message *message, struct drill_answer *answer)
{
	struct drill_question asked = wanted();

	return drill_answer_read(message->octets, message->len, &asked, answer);
}

/* A whole answer: an alias, two addresses, a text, an SOA, an error. */
static struct message
whole(void)
{
	struct message asked = question(), message = {.len = 0};

	answer_begin(&message, &asked, 0);
	answer_record(&message, 3, NAME, 5);
	put_number(&message, 14, 2);
	put_name(&message, "a.example.co");
	answer_address(&message, "a.example.co", real);
	answer_address(&message, "a.example.co", sink);
	answer_text(&message, NAME, "foresink serial=1");
	answer_soa(&message, "EXAMPLE.co");
	answer_error(&message, 15, "conficker/b");
	return message;
}

static void
reads_all(void **state)
{
	struct message message = whole();
	struct drill_answer answer;
	char text[ADDRESS_SIZE];

	(void)state;
	assert_int_equal(read_answer(&message, &answer), FSK_OK);
	assert_int_equal(answer.rcode, 0);
	assert_true(answer.has_data);
	assert_int_equal(answer.address_count, 2);
	address_write(&answer.addresses[0], text);
	assert_string_equal(text, "198.51.100.7");
	assert_int_equal(answer.text_len, strlen("foresink serial=1"));
	assert_memory_equal(answer.text, "foresink serial=1", answer.text_len);
	assert_true(answer.has_soa);
	assert_string_equal(answer.soa.text, "example.co");
	assert_true(answer.has_ede);
	assert_int_equal(answer.ede, 15);
	assert_string_equal(answer.ede_text, "conficker/b");
	assert_int_equal(answer.ede_len, strlen("conficker/b"));
}

/* Cut at each octet it is no answer, or one without what was cut; nothing behind the cut is
 * read, which the sanitizer sees. */
static void
cut_everywhere(void **state)
{
	struct message message = whole();

	(void)state;
	for (size_t len = 0; len < message.len; len++) {
		struct drill_question asked = wanted();
		struct drill_answer answer;
		uint8_t *octets = malloc(len + 1);

		assert_non_null(octets);
		memcpy(octets, message.octets, len);
		octets = realloc(octets, len > 0 ? len : 1);
		assert_int_not_equal(drill_answer_read(octets, len, &asked, &answer),
		                     FSK_OK);
		free(octets);
	}
}

/* Any octet may be another: no crash, and never the answer to another question. */
static void
altered_everywhere(void **state)
{
	struct message message = whole();

	(void)state;
	for (size_t i = 0; i < message.len; i++)
		for (unsigned k = 0; k < 8; k++) {
			struct message altered = message;
			struct drill_answer answer;
			enum fsk_err err;

			altered.octets[i] ^= (uint8_t)(1u << k);
			err = read_answer(&altered, &answer);
			if (i < 2 || (i == 2 && k == 7) || i == 5 || (i > 12 && i < 17))
				assert_int_not_equal(err, (i > 12 && i < 17 && k == 5)
				                                  ? FSK_MISMATCH
				                                  : FSK_OK);
		}
}

static void
of_another_question(void **state)
{
	struct message asked = question(), message = {.len = 0};
	struct drill_answer answer;

	(void)state;
	answer_begin(&message, &asked, 0);
	assert_int_equal(read_answer(&message, &answer), FSK_OK);
	message.octets[0] ^= 1;
	assert_int_equal(read_answer(&message, &answer), FSK_MISMATCH);
	message.octets[0] ^= 1;
	message.octets[2] &= 0x7f;
	assert_int_equal(read_answer(&message, &answer), FSK_MISMATCH);
	message.octets[2] |= 0x80 | 4 << 3; /* NOTIFY */
	assert_int_equal(read_answer(&message, &answer), FSK_MISMATCH);
	message.octets[2] = 0x81;
	message.octets[13] = 'x'; /* another name */
	assert_int_equal(read_answer(&message, &answer), FSK_MISMATCH);
	message.octets[13] = 'J'; /* the same in another case */
	assert_int_equal(read_answer(&message, &answer), FSK_OK);
	message.octets[message.len - 3] = 28; /* another type */
	assert_int_equal(read_answer(&message, &answer), FSK_MISMATCH);
	message.octets[message.len - 3] = 1;
	message.octets[message.len - 1] = 3; /* another class */
	assert_int_equal(read_answer(&message, &answer), FSK_MISMATCH);

	/* Without its question: only when there is nothing in it. */
	answer_begin(&message, &asked, 1);
	message.octets[5] = 0;
	message.len = WIRE_HEADER;
	assert_int_equal(read_answer(&message, &answer), FSK_OK);
	assert_int_equal(answer.rcode, DRILL_RCODE_FORMERR);
	answer_address(&message, NAME, real);
	assert_int_equal(read_answer(&message, &answer), FSK_MISMATCH);
}

static void
extended_rcode(void **state)
{
	struct message asked = question(), message = {.len = 0};
	struct drill_answer answer;

	(void)state;
	answer_begin(&message, &asked, 0);
	answer_error(&message, 0, "");
	message.octets[message.len - 18] = 1; /* the upper octet of the rcode */
	assert_int_equal(read_answer(&message, &answer), FSK_OK);
	assert_int_equal(answer.rcode, DRILL_RCODE_BADVERS);
}

/* An answer whose OPT has the ${len} octets at ${options}. */
static struct drill_answer
read_options(const void *options, size_t len)
{
	struct message asked = question(), message = {.len = 0};
	struct drill_answer answer;

	answer_begin(&message, &asked, 3);
	answer_options(&message, options, len);
	assert_int_equal(read_answer(&message, &answer), FSK_OK);
	return answer;
}

static void
options(void **state)
{
	char text[4 + 2 + 400] = "\0\17\1\222\0\17";
	struct drill_answer answer;

	(void)state;
	/* Longer than the rest; too short for a code; no header; none. */
	assert_false(read_options("\0\17\0\3\0\17", 6).has_ede);
	assert_false(read_options("\0\17\0\1\17", 5).has_ede);
	assert_false(read_options("\0\17\0", 3).has_ede);
	assert_false(read_options("", 0).has_ede);
	/* What blocks counts before what does not; the first of its kind before others. */
	assert_int_equal(read_options("\0\17\0\2\0\3\0\17\0\2\0\21", 12).ede, 17);
	assert_int_equal(read_options("\0\17\0\2\0\20\0\17\0\2\0\21", 12).ede, 16);
	assert_int_equal(read_options("\0\17\0\2\0\3\0\17\0\2\0\26", 12).ede, 3);
	/* A NUL at the end is no text; a text may be as long as it wants. */
	answer = read_options("\0\17\0\5\0\17ab\0", 9);
	assert_int_equal(answer.ede_len, 2);
	memset(text + 6, 'x', 400);
	answer = read_options(text, sizeof(text));
	assert_int_equal(answer.ede, 15);
	assert_int_equal(answer.ede_len, DRILL_TEXT);
}

/* Judges the answer of ${rcode} to NAME with what ${more} adds. */
static struct drill_judgement
judge(unsigned rcode, void (*more)(struct message *message))
{
	struct drill_sinkholes sinkholes = {.count = 1};
	struct fsk_name name = name_of(NAME);
	struct message asked = question(), message = {.len = 0};
	struct drill_answer answer;

	sinkholes.addresses[0] = address_of_v4(sink);
	answer_begin(&message, &asked, rcode);
	if (more != NULL)
		more(&message);
	assert_int_equal(read_answer(&message, &answer), FSK_OK);
	return drill_judge(&answer, &name, &sinkholes);
}

static void
with_real(struct message *message)
{
	answer_address(message, NAME, real);
}

static void
with_sink(struct message *message)
{
	answer_address(message, NAME, sink);
	answer_address(message, NAME, zero);
}

static void
with_both(struct message *message)
{
	answer_address(message, NAME, sink);
	answer_address(message, NAME, real);
}

static void
with_alias(struct message *message)
{
	answer_record(message, 3, NAME, 5);
	put_number(message, 3, 2);
	put_name(message, "a");
}

static void
with_own_soa(struct message *message)
{
	answer_soa(message, NAME);
}

static void
with_list_soa(struct message *message)
{
	answer_soa(message, "rpz.foresink.internal");
}

static void
with_other_soa(struct message *message)
{
	answer_soa(message, "li.com"); /* the end of the name, but no label of it */
}

static void
with_com_soa(struct message *message)
{
	answer_soa(message, "com");
}

static void
with_root_soa(struct message *message)
{
	answer_soa(message, "");
}

static void
with_com_soa_and_error(struct message *message)
{
	answer_soa(message, "com");
	answer_error(message, 17, "");
}

static void
with_stale(struct message *message)
{
	answer_soa(message, "com");
	answer_error(message, 19, "stale");
}

static void
with_error(struct message *message)
{
	answer_error(message, 15, "");
}

static void
judges(void **state)
{
	static const struct {
		unsigned rcode;
		void (*more)(struct message *message);
		enum drill_how how;
		enum drill_word word;
	} cases[] = {
	        {3, NULL, DRILL_NXDOMAIN, DRILL_BLOCKED},
	        {3, with_own_soa, DRILL_NXDOMAIN, DRILL_BLOCKED},
	        {3, with_list_soa, DRILL_NXDOMAIN, DRILL_BLOCKED},
	        {3, with_other_soa, DRILL_NXDOMAIN, DRILL_BLOCKED},
	        {3, with_com_soa, DRILL_NXDOMAIN, DRILL_PASSES},
	        {3, with_root_soa, DRILL_NXDOMAIN, DRILL_PASSES},
	        {3, with_com_soa_and_error, DRILL_NXDOMAIN, DRILL_BLOCKED},
	        {3, with_stale, DRILL_NXDOMAIN, DRILL_PASSES},
	        {0, NULL, DRILL_NODATA, DRILL_BLOCKED},
	        {0, with_own_soa, DRILL_NODATA, DRILL_BLOCKED},
	        {0, with_com_soa, DRILL_NODATA, DRILL_PASSES},
	        {0, with_sink, DRILL_SINKHOLE, DRILL_BLOCKED},
	        {0, with_real, DRILL_DATA, DRILL_PASSES},
	        {0, with_both, DRILL_DATA, DRILL_PASSES},
	        {0, with_alias, DRILL_DATA, DRILL_PASSES},
	        {5, NULL, DRILL_REFUSED, DRILL_BLOCKED},
	        {2, NULL, DRILL_SERVFAIL, DRILL_UNCLEAR},
	        {2, with_error, DRILL_SERVFAIL, DRILL_BLOCKED},
	        {9, NULL, DRILL_OTHER, DRILL_UNCLEAR},
	};
	struct drill_sinkholes none = {.count = 0};
	struct fsk_name name = name_of(NAME);
	struct drill_judgement silence = drill_judge(NULL, &name, &none);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct drill_judgement got = judge(cases[i].rcode, cases[i].more);

		assert_int_equal(got.how, cases[i].how);
		assert_int_equal(got.word, cases[i].word);
	}
	assert_int_equal(silence.how, DRILL_SILENT);
	assert_int_equal(silence.word, DRILL_UNCLEAR);
}

static void
private_addresses(void **state)
{
	static const char *const inside[] = {
	        "127.0.0.1",  "127.255.255.255", "10.0.0.0",        "10.255.255.255",
	        "172.16.0.1", "172.31.255.255",  "192.168.255.255", "100.64.0.0",
	        "::1",        "fc00::",          "fdff::1",         "fe80::1",
	        "febf::1",    "100.127.255.255", "169.254.1.1"};
	static const char *const outside[] = {"126.255.255.255",
	                                      "128.0.0.0",
	                                      "9.255.255.255",
	                                      "11.0.0.0",
	                                      "172.15.255.255",
	                                      "172.32.0.0",
	                                      "192.167.1.1",
	                                      "192.169.0.0",
	                                      "100.63.255.255",
	                                      "100.128.0.0",
	                                      "::",
	                                      "::2",
	                                      "fbff::1",
	                                      "fe00::1",
	                                      "fec0::1",
	                                      "0.0.0.0",
	                                      "::a00:1",
	                                      "198.51.100.255",
	                                      "2001:db8::1"};
	struct address address;

	(void)state;
	for (size_t i = 0; i < sizeof(inside) / sizeof(*inside); i++) {
		assert_int_equal(address_read(span_of(inside[i]), &address), FSK_OK);
		assert_true(drill_is_private(&address));
	}
	for (size_t i = 0; i < sizeof(outside) / sizeof(*outside); i++) {
		assert_int_equal(address_read(span_of(outside[i]), &address), FSK_OK);
		assert_false(drill_is_private(&address));
	}
	assert_int_equal(address_read(span_of("0.0.0.0"), &address), FSK_OK);
	assert_true(drill_is_nowhere(&address));
	assert_int_equal(address_read(span_of("::"), &address), FSK_OK);
	assert_true(drill_is_nowhere(&address));
	assert_int_equal(address_read(span_of("192.168.1.1"), &address), FSK_OK);
	assert_false(drill_is_nowhere(&address));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(reads_all),
	        cmocka_unit_test(cut_everywhere),
	        cmocka_unit_test(altered_everywhere),
	        cmocka_unit_test(of_another_question),
	        cmocka_unit_test(extended_rcode),
	        cmocka_unit_test(options),
	        cmocka_unit_test(judges),
	        cmocka_unit_test(private_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
