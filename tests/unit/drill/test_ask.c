/* SPDX-License-Identifier: BSD-2-Clause
 *
 * One question on its way: retries, what is no answer, truncation, TCP, silence, a stop.
 */
#include "drill/ask.h"
#include "fake.h"

#include <errno.h>

#define NAME "jogli.com"

static const uint8_t real[4] = {198, 51, 100, 7};

static void
good(const struct asked *asked, struct message *answer)
{
	answer_begin(answer, &asked->message, 0);
	answer_address(answer, NAME, real);
}

static enum fsk_err
ask_with(struct drill_asker *asker, struct drill_answer *answer)
{
	struct fsk_name name = name_of(NAME);

	return drill_ask(asker, &name, DRILL_TYPE_A, answer);
}

static void
plain_answer(void **state)
{
	struct drill_asker asker;
	struct drill_answer answer;
	uint8_t flags;

	(void)state;
	fake_begin(good);
	asker = fake_asker();
	assert_int_equal(ask_with(&asker, &answer), FSK_OK);
	assert_int_equal(answer.address_count, 1);
	assert_true(answer.took_us >= 0);
	assert_int_equal(asker.sent, 1);
	fake_end();
	assert_int_equal(fake.count, 1);
	assert_string_equal(fake.asked[0].name.text, NAME);
	assert_int_equal(fake.asked[0].type, 1);
	assert_true(fake.asked[0].edns);
	flags = fake.asked[0].message.octets[2];
	assert_int_equal(flags, 1); /* RD, and nothing else */
	/* The OPT: root, 41, 1232, no DO, no options. */
	assert_memory_equal(fake.asked[0].message.octets + fake.asked[0].message.len - 11,
	                    "\0\0\x29\x04\xd0\0\0\0\0\0\0", 11);
	fake_forget();
}

/* Octets of a name that is no host's go as they are. */
static void
strange_name(void **state)
{
	struct fsk_name name = name_of("a\\.b!(;\"$@.com");
	struct drill_asker asker;
	struct drill_answer answer;

	(void)state;
	fake_begin(good);
	asker = fake_asker();
	assert_int_equal(drill_ask(&asker, &name, DRILL_TYPE_A, &answer), FSK_OK);
	fake_end();
	assert_memory_equal(fake.asked[0].message.octets + WIRE_HEADER,
	                    "\2a\\\7b!(;\"$@\3com", 14);
	fake_forget();
}

/* What is no answer comes first, again and again. */
static void
liar(const struct asked *asked, struct message *answer)
{
	struct message wrong;

	good(asked, &wrong);
	wrong.octets[0] ^= 0x55; /* another id */
	fake_send(&wrong);
	good(asked, &wrong);
	wrong.octets[WIRE_HEADER + 1] = 'x'; /* another question */
	fake_send(&wrong);
	fake_send(&asked->message); /* no answer */
	wrong.len = 3;
	fake_send(&wrong);
	good(asked, &wrong);
	wrong.octets[7] = 200; /* fewer records than it says */
	fake_send(&wrong);
	wrong.len = 0;
	fake_send(&wrong);
	good(asked, &wrong);
	memset(wrong.octets + WIRE_HEADER, 0xc0, sizeof(wrong.octets) - WIRE_HEADER);
	wrong.len = 2000; /* pointers to pointers */
	fake_send(&wrong);
	wrong.len = 9000; /* longer than anything asked for */
	fake_send(&wrong);
	good(asked, answer);
}

static void
lies(void **state)
{
	struct drill_asker asker;
	struct drill_answer answer;

	(void)state;
	fake_begin(liar);
	asker = fake_asker();
	asker.wait_ms = 5000;
	assert_int_equal(ask_with(&asker, &answer), FSK_OK);
	assert_int_equal(answer.address_count, 1);
	assert_int_equal(asker.sent, 1);
	fake_end();
	fake_forget();
}

static void
only_lies(const struct asked *asked, struct message *answer)
{
	liar(asked, answer);
	answer->octets[1] ^= 1;
}

static void
silent(const struct asked *asked, struct message *answer)
{
	(void)asked;
	answer->len = 0;
}

/* The second of three tries is answered. */
static void
late(const struct asked *asked, struct message *answer)
{
	if (fake.count == 2)
		good(asked, answer);
}

static void
retries(void **state)
{
	struct drill_asker asker;
	struct drill_answer answer;
	uint8_t first[2];

	(void)state;
	fake_begin(late);
	asker = fake_asker();
	assert_int_equal(ask_with(&asker, &answer), FSK_OK);
	assert_int_equal(asker.sent, 2);
	fake_end();
	assert_int_equal(fake.count, 2);
	memcpy(first, fake.asked[0].message.octets, 2);
	assert_memory_equal(first, fake.asked[1].message.octets, 2);
	fake_forget();
}

static void
silence(void **state)
{
	fake_answer *const kinds[] = {silent, only_lies};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct drill_asker asker;
		struct drill_answer answer;

		fake_begin(kinds[i]);
		asker = fake_asker();
		assert_int_equal(ask_with(&asker, &answer), FSK_END);
		assert_int_equal(asker.sent, 3);
		fake_end();
		assert_int_equal(fake.count, 3);
		fake_forget();
	}
}

static void
truncated(const struct asked *asked, struct message *answer)
{
	good(asked, answer);
	if (!asked->tcp) {
		answer_begin(answer, &asked->message, 0);
		answer->octets[2] |= 2;
	}
}

static void
over_tcp(void **state)
{
	struct drill_asker asker;
	struct drill_answer answer;

	(void)state;
	fake_begin(truncated);
	asker = fake_asker();
	asker.wait_ms = 2000;
	assert_int_equal(ask_with(&asker, &answer), FSK_OK);
	assert_int_equal(answer.address_count, 1);
	assert_false(answer.truncated);
	asker.tcp = true;
	assert_int_equal(ask_with(&asker, &answer), FSK_OK);
	fake_end();
	assert_int_equal(fake.count, 3);
	assert_false(fake.asked[0].tcp);
	assert_true(fake.asked[1].tcp);
	assert_true(fake.asked[2].tcp);
	fake_forget();
}

/* A connection that ends too early, or whose message is for somebody else, is silence. */
static void
broken_tcp(const struct asked *asked, struct message *answer)
{
	if (fake.count == 1) {
		answer->len = 0;
	} else {
		good(asked, answer);
		answer->octets[1] ^= 1;
	}
}

static void
over_broken_tcp(void **state)
{
	struct drill_asker asker;
	struct drill_answer answer;

	(void)state;
	fake_begin(broken_tcp);
	asker = fake_asker();
	asker.wait_ms = 2000;
	asker.tcp = true;
	assert_int_equal(ask_with(&asker, &answer), FSK_END);
	assert_int_equal(ask_with(&asker, &answer), FSK_END);
	fake_end();
	fake_forget();
}

/* A server from before EDNS. */
static void
old(const struct asked *asked, struct message *answer)
{
	good(asked, answer);
	if (!asked->edns)
		return;
	answer->len = WIRE_HEADER;
	answer->octets[3] = 1;
	answer->octets[5] = answer->octets[7] = 0;
}

static void
without_edns(void **state)
{
	struct drill_asker asker;
	struct drill_answer answer;

	(void)state;
	fake_begin(old);
	asker = fake_asker();
	assert_int_equal(ask_with(&asker, &answer), FSK_OK);
	assert_int_equal(answer.address_count, 1);
	assert_int_equal(ask_with(&asker, &answer), FSK_OK);
	fake_end();
	assert_int_equal(fake.count, 3); /* it is remembered */
	assert_true(fake.asked[0].edns);
	assert_false(fake.asked[1].edns);
	assert_false(fake.asked[2].edns);
	fake_forget();
}

static void
nobody(void **state)
{
	struct drill_asker asker;
	struct drill_answer answer;

	(void)state;
	fake_begin(good);
	fake_end();
	asker = fake_asker();
	for (unsigned tcp = 0; tcp < 2; tcp++) {
		asker.tcp = tcp != 0;
		assert_int_equal(ask_with(&asker, &answer), FSK_IO);
		assert_int_equal(errno, ECONNREFUSED);
	}
	fake_forget();
}

static void
stopped(void **state)
{
	struct drill_asker asker;
	struct drill_answer answer;
	int ends[2];

	(void)state;
	fake_begin(silent);
	asker = fake_asker();
	asker.wait_ms = 10000;
	assert_int_equal(pipe(ends), 0);
	asker.stop = ends[0];
	assert_int_equal(write(ends[1], "x", 1), 1);
	for (unsigned tcp = 0; tcp < 2; tcp++) {
		asker.tcp = tcp != 0;
		assert_int_equal(ask_with(&asker, &answer), FSK_STOPPED);
	}
	/* Also while it waits for its turn: nothing more is sent. */
	asker.sent = 0;
	asker.pace_ms = 10000;
	assert_int_equal(ask_with(&asker, &answer), FSK_STOPPED);
	assert_int_equal(asker.sent, 0);
	close(ends[0]);
	close(ends[1]);
	fake_end();
	fake_forget();
}

/* The deadline of all counts more than the wait for one. */
static void
deadline(void **state)
{
	struct drill_asker asker;
	struct drill_answer answer;

	(void)state;
	fake_begin(silent);
	asker = fake_asker();
	asker.wait_ms = 100000;
	asker.until_us = net_monotonic_us() + 30000;
	assert_int_equal(ask_with(&asker, &answer), FSK_END);
	assert_true(drill_ask_late(&asker));
	assert_int_equal(asker.sent, 1);
	assert_int_equal(ask_with(&asker, &answer), FSK_END);
	assert_int_equal(asker.sent, 1); /* then nobody is asked any more */
	fake_end();
	fake_forget();
}

/* No two questions begin nearer to each other than the pace says. */
static void
pace(void **state)
{
	struct drill_asker asker;
	struct drill_answer answer;
	int64_t last = 0;

	(void)state;
	fake_begin(good);
	asker = fake_asker();
	asker.wait_ms = 5000;
	asker.pace_ms = 15;
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(ask_with(&asker, &answer), FSK_OK);
		assert_true(asker.last_us - last >= 15000);
		last = asker.last_us;
	}
	fake_end();
	fake_forget();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(plain_answer),
	        cmocka_unit_test(strange_name),
	        cmocka_unit_test(lies),
	        cmocka_unit_test(retries),
	        cmocka_unit_test(silence),
	        cmocka_unit_test(over_tcp),
	        cmocka_unit_test(over_broken_tcp),
	        cmocka_unit_test(without_edns),
	        cmocka_unit_test(nobody),
	        cmocka_unit_test(stopped),
	        cmocka_unit_test(deadline),
	        cmocka_unit_test(pace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
