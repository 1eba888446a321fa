/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The relay by TCP: connections that are kept and shared, that break, that dribble; and how
 * an upstream is told who asked, by UDP and TCP. Linked with --wrap for malloc, calloc and
 * realloc, which then fail on the n-th call.
 */
#include "../memory.h"
#include "relay_scene.h"

static struct scene scene;
static struct net_endpoint upstreams[GUARD_UPSTREAMS];

static void
begin_one(enum guard_tell tell)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 1);

	setting.tell = tell;
	begin_relay(&scene, &setting);
}

/* Answers when all are there, the last one first. */
static void
answer_backwards(struct fake *fake, struct heard *heard)
{
	(void)heard;
	if (fake->heard_count < 12)
		return;
	while (fake->heard_count > 0)
		answer_it(fake, &fake->heard[--fake->heard_count]);
}

static void
test_pipelines(void **state)
{
	char name[30];

	(void)state;
	begin_one(GUARD_TELL_NOBODY);
	scene.fakes[0]->script = answer_backwards;
	for (unsigned n = 0; n < 12; n++) {
		snprintf(name, sizeof(name), "n%u.Example", n);
		assert_true(ask(&scene, n, (uint16_t)n, name, true));
	}
	guard_relay_flush(scene.relay);
	run(&scene, 12, 0);
	for (unsigned n = 0; n < 12; n++) {
		snprintf(name, sizeof(name), "n%u.Example", n);
		assert_answered(&scene, n, (uint16_t)n, name);
	}
	assert_int_equal(scene.fakes[0]->call_count, 1);
	/* It is kept. */
	scene.fakes[0]->script = answer_it;
	assert_true(ask(&scene, 12, 1, "more.example", true));
	guard_relay_flush(scene.relay);
	run(&scene, 13, 0);
	assert_int_equal(scene.fakes[0]->call_count, 1);
	finish(&scene);
}

/* More at once than one connection is to have: several, few. */
static void
test_many(void **state)
{
	char name[30];

	(void)state;
	begin_one(GUARD_TELL_NOBODY);
	for (unsigned n = 0; n < 500; n++) {
		snprintf(name, sizeof(name), "n%u.example", n);
		assert_true(ask(&scene, n, (uint16_t)n, name, true));
	}
	guard_relay_flush(scene.relay);
	run(&scene, 500, 0);
	assert_int_equal(COUNT(&scene, answered), 500);
	assert_int_equal(COUNT(&scene, again), 0);
	assert_true(scene.fakes[0]->call_count > 1 && scene.fakes[0]->call_count <= 8);
	finish(&scene);
}

/* Answers one, and closes: also while others are under way. */
static void
answer_and_close(struct fake *fake, struct heard *heard)
{
	answer_it(fake, heard);
	for (size_t i = 0; i < fake->call_count; i++)
		if (fake->calls[i]->watch.fd == heard->fd)
			hang_up(fake->calls[i]);
}

static void
test_closes(void **state)
{
	(void)state;
	begin_one(GUARD_TELL_NOBODY);
	/* Idle, and closed: nobody notices. */
	assert_true(ask(&scene, 0, 1, "a.example", true));
	guard_relay_flush(scene.relay);
	run(&scene, 1, 0);
	hang_up(scene.fakes[0]->calls[0]);
	assert_true(ask(&scene, 1, 1, "b.example", true));
	guard_relay_flush(scene.relay);
	run(&scene, 2, 0);
	assert_answered(&scene, 1, 1, "b.example");
	scene.fakes[0]->script = answer_and_close;
	assert_true(ask(&scene, 2, 1, "c.example", true));
	assert_true(ask(&scene, 3, 1, "d.example", true));
	guard_relay_flush(scene.relay);
	run(&scene, 4, 0);
	assert_answered(&scene, 2, 1, "c.example");
	assert_answered(&scene, 3, 1, "d.example");
	assert_int_equal(COUNT(&scene, given_up), 0);
	finish(&scene);
}

/* A connection that is closed each time before it answers: the next upstream is asked. */
static void
close_it(struct fake *fake, struct heard *heard)
{
	for (size_t i = 0; i < fake->call_count; i++)
		if (fake->calls[i]->watch.fd == heard->fd)
			hang_up(fake->calls[i]);
}

static void
test_never_answers(void **state)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 1);

	(void)state;
	setting.attempt_ms = 20;
	setting.total_ms = 70;
	begin_relay(&scene, &setting);
	scene.fakes[0]->script = keep_silent;
	assert_true(ask(&scene, 0, 1, "a.example", true));
	guard_relay_flush(scene.relay);
	run(&scene, 1, 0);
	assert_true(scene.got[0].none);
	finish(&scene);

	setting = begin(&scene, upstreams, 2);
	begin_relay(&scene, &setting);
	scene.fakes[0]->script = close_it;
	assert_true(ask(&scene, 0, 1, "a.example", true));
	guard_relay_flush(scene.relay);
	run(&scene, 1, 0);
	assert_answered(&scene, 0, 1, "a.example");
	assert_int_equal(scene.fakes[1]->heard_count, 1);
	finish(&scene);
}

/* An octet at a time, two messages in one, lies in front of the truth, a length of 3. */
static void
dribble(struct fake *fake, struct heard *heard)
{
	uint8_t out[1500];
	size_t len = write_answer(heard, out + 2), at = 2 + len;

	(void)fake;
	out[0] = 0;
	out[1] = (uint8_t)len;
	memcpy(out + at, out, at);
	out[3] ^= 1;           /* of the first: another id */
	out[at + 2 + 13] ^= 1; /* of the second: another name */
	memcpy(out + 2 * at, out + at, at);
	out[2 * at + 2 + 13] ^= 1;
	for (size_t i = 0; i < 3 * at; i++)
		(void)!send(heard->fd, out + i, 1, MSG_NOSIGNAL);
	(void)!send(heard->fd, "\0\3abc", 5, MSG_NOSIGNAL);
}

static void
test_dribbles(void **state)
{
	(void)state;
	begin_one(GUARD_TELL_NOBODY);
	scene.fakes[0]->script = dribble;
	for (unsigned n = 0; n < 3; n++) {
		assert_true(ask(&scene, n, 1, "octet.Example", true));
		guard_relay_flush(scene.relay);
		run(&scene, n + 1, 0);
		assert_answered(&scene, n, 1, "octet.Example");
		run(&scene, 0, 20);
	}
	assert_int_equal(COUNT(&scene, strange), 6);
	assert_int_equal(scene.fakes[0]->call_count, 3);
	finish(&scene);
}

/* The longest message that there is, both ways. */
static void
say_longest(struct fake *fake, struct heard *heard)
{
	static uint8_t out[65535];
	size_t end = question_end(heard->octets);
	const uint8_t fixed[] = {0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 0};
	size_t data = sizeof(out) - end - sizeof(fixed) - 2;

	memcpy(out, heard->octets, end);
	out[2] |= 0x80;
	out[7] = 1;
	out[11] = 0;
	memcpy(out + end, fixed, sizeof(fixed));
	out[end + sizeof(fixed)] = (uint8_t)(data >> 8);
	out[end + sizeof(fixed) + 1] = (uint8_t)data;
	say(fake, heard, out, sizeof(out));
}

static size_t
write_longest(uint8_t *out, unsigned n)
{
	char name[30];
	size_t at, data;

	snprintf(name, sizeof(name), "n%u.example", n);
	at = write_query(out, (uint16_t)n, name);
	data = 65535 - at - 11;
	memset(out + at, 0, 65535 - at);
	out[11] = 1;
	memcpy(out + at, (const uint8_t[]){0, 0, 41, 4, 208, 0, 0, 0, 0}, 9);
	out[at + 9] = (uint8_t)(data >> 8);
	out[at + 10] = (uint8_t)data;
	out[at + 11] = 0xff; /* an option that nobody knows */
	out[at + 12] = 0x11;
	out[at + 13] = (uint8_t)((data - 4) >> 8);
	out[at + 14] = (uint8_t)(data - 4);
	return 65535;
}

static void
test_longest(void **state)
{
	struct guard_request from = {.stream = true};
	struct guard_relay_setting setting;
	uint8_t *octets = malloc(65535);
	unsigned taken = 0;

	(void)state;
	assert_non_null(octets);
	setting = begin(&scene, upstreams, 1);
	setting.tell = GUARD_TELL_SUBNET;
	setting.attempt_ms = 100; /* connections do not take all of it at once */
	begin_relay(&scene, &setting);
	scene.fakes[0]->script = say_longest;
	for (unsigned n = 0; n < 200; n++)
		taken += ask_octets(&scene, n, octets, write_longest(octets, n), &from);
	/* So many of these have no room. */
	assert_true(taken > 50 && taken < 150);
	guard_relay_flush(scene.relay);
	run(&scene, taken, 0);
	assert_int_equal(scene.longest, 65535);
	assert_int_equal(COUNT(&scene, given_up), 0);
	/* And then there is again. */
	assert_true(ask_octets(&scene, 0, octets, write_longest(octets, 0), &from));
	free(octets);
	finish(&scene);
}

/* The header of PROXY v2, as the document has it. */
static void
answer_behind_head(struct fake *fake, struct heard *heard)
{
	struct heard message = *heard;

	message.len -= 28;
	memmove(message.octets, message.octets + 28, message.len);
	answer_it(fake, &message);
}

static void
test_proxy(void **state)
{
	static const uint8_t head[] = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a,
	                               0x51, 0x55, 0x49, 0x54, 0x0a, 0x21, 0x12,
	                               0,    12,   198,  51,   100,  77,   198,
	                               51,   100,  1,    0x12, 0x67, 0,    53};
	struct guard_request other = {.client = endpoint("198.51.100.78").address,
	                              .local = endpoint("198.51.100.1").address};
	uint8_t octets[300], stream[sizeof(head)];

	(void)state;
	begin_one(GUARD_TELL_PROXY);
	scene.fakes[0]->script = answer_behind_head;
	scene.fakes[0]->head = sizeof(head);
	assert_true(ask(&scene, 0, 1, "told.example", false));
	assert_true(ask(&scene, 1, 2, "told.example", false));
	assert_true(ask_octets(&scene, 2, octets, write_query(octets, 3, "told.example"),
	                       &other));
	assert_int_equal(COUNT(&scene, joined), 1);
	assert_true(ask(&scene, 3, 4, "told.example", true));
	assert_true(ask(&scene, 4, 5, "more.example", true));
	guard_relay_flush(scene.relay);
	run(&scene, 5, 0);
	assert_answered(&scene, 0, 1, "told.example");
	assert_answered(&scene, 1, 2, "told.example");
	assert_answered(&scene, 2, 3, "told.example");
	assert_answered(&scene, 3, 4, "told.example");
	assert_answered(&scene, 4, 5, "more.example");
	assert_int_equal(scene.fakes[0]->heard_count, 4);
	assert_int_equal(scene.fakes[0]->call_count, 2);
	memcpy(stream, head, sizeof(head));
	stream[13] = 0x11;
	for (size_t i = 0; i < 4; i++) {
		const struct heard *heard = &scene.fakes[0]->heard[i];

		if (heard->octets[23] == 1 && heard->octets[19] == 77)
			assert_memory_equal(heard->octets, heard->stream ? stream : head,
			                    sizeof(head));
	}
	finish(&scene);
}

/* Answers with the subnet option back, as RFC 7871 wants it. */
static void
answer_with_subnet(struct fake *fake, struct heard *heard)
{
	const uint8_t option[] = {0, 8, 0, 8, 0, 1, 32, 20, 198, 51, 100, 77};
	uint8_t out[700];
	size_t len = write_answer(heard, out);

	say(fake, heard, out, add_opt(out, len, option, sizeof(option)));
}

static void
test_subnet(void **state)
{
	static const uint8_t four[] = {0, 0, 41, 2, 0, 0,  0, 0,   0,  0,   12, 0,
	                               8, 0, 8,  0, 1, 32, 0, 198, 51, 100, 77};
	static const uint8_t six[] = {0, 8, 0, 20,   0,    2,    128, 0, 0x20, 1, 0xd, 0xb8,
	                              0, 1, 0, 0xff, 0xaa, 0xaa, 0,   0, 0,    0, 0,   1};
	static const uint8_t own[] = {0, 8, 0, 4, 0, 1, 0, 0};
	struct guard_request from = {.client = endpoint("2001:db8:1:ff:aaaa::1").address};
	const struct heard *heard = NULL;
	uint8_t octets[300];
	size_t len, end;

	(void)state;
	begin_one(GUARD_TELL_SUBNET);
	heard = scene.fakes[0]->heard;
	scene.fakes[0]->script = answer_with_subnet;
	/* Without an OPT record: it gets none, and no more than 512 octets are asked for.
	 */
	assert_true(ask(&scene, 0, 1, "ecs.example", false));
	guard_relay_flush(scene.relay);
	run(&scene, 1, 0);
	end = question_end(heard[0].octets);
	assert_int_equal(heard[0].len, end + sizeof(four));
	assert_memory_equal(heard[0].octets + end, four, sizeof(four));
	assert_answered(&scene, 0, 1, "ecs.example");
	/* With one: the option is taken out of the answer, and the record stays. */
	len = add_opt(octets, write_query(octets, 2, "ecs.example"), NULL, 0);
	assert_true(ask_octets(&scene, 1, octets, len, &from));
	guard_relay_flush(scene.relay);
	run(&scene, 2, 0);
	assert_int_equal(heard[1].len, len + sizeof(six));
	assert_memory_equal(heard[1].octets + len, six, sizeof(six));
	assert_int_equal(scene.got[1].len, scene.got[0].len + 11);
	/* With its own, which says that nothing be told: it stays. */
	len = add_opt(octets, write_query(octets, 3, "ecs.example"), own, sizeof(own));
	assert_true(ask_octets(&scene, 2, octets, len, &from));
	guard_relay_flush(scene.relay);
	run(&scene, 3, 0);
	assert_int_equal(heard[2].len, len);
	assert_memory_equal(heard[2].octets + len - sizeof(own), own, sizeof(own));
	assert_int_equal(scene.got[2].len, scene.got[1].len + 12);
	/* Two of one address may share, two of others not. */
	assert_true(ask(&scene, 3, 4, "ecs.example", false));
	from.client = endpoint("198.51.100.77").address;
	len = write_query(octets, 5, "ecs.example");
	assert_true(ask_octets(&scene, 4, octets, len, &from));
	from.client = endpoint("198.51.100.78").address;
	assert_true(ask_octets(&scene, 5, octets, len, &from));
	assert_int_equal(COUNT(&scene, joined), 1);
	guard_relay_flush(scene.relay);
	run(&scene, 6, 0);
	finish(&scene);
}

/* Memory runs out on the n-th call: of the making, of a change, of a request. */
static void
test_memory(void **state)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 2);
	struct guard_relay *relay = NULL;
	struct guard_request from = {.stream = true};
	uint8_t *octets = malloc(65535);
	enum fsk_err err = FSK_NOMEM;

	(void)state;
	assert_non_null(octets);
	setting.attempt_ms = 20;
	setting.total_ms = 60;
	for (int n = 0; err != FSK_OK; n++) {
		assert_true(n < 50);
		memory_left = n;
		err = guard_relay_new(&setting, scene.loop, &relay);
		memory_left = -1;
		assert_true(err == FSK_OK || err == FSK_NOMEM);
	}
	guard_relay_free(relay);
	setting.upstream_count = 1;
	begin_relay(&scene, &setting);
	setting.upstream_count = 2;
	memory_left = 0;
	assert_int_equal(guard_relay_change(scene.relay, &setting), FSK_NOMEM);
	memory_left = -1;
	for (int n = 0; n < 12; n++) {
		unsigned asker = (unsigned)n;
		bool taken;

		memory_left = n;
		taken = ask_octets(&scene, asker, octets, write_longest(octets, asker),
		                   &from);
		guard_relay_flush(scene.relay);
		memory_left = -1;
		if (!taken)
			scene.got_count++;
		run(&scene, asker + 1, 0);
	}
	assert_true(COUNT(&scene, refused) > 0);
	assert_answered(&scene, 11, 11, "n11.example");
	free(octets);
	finish(&scene);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_pipelines), cmocka_unit_test(test_many),
	        cmocka_unit_test(test_closes),    cmocka_unit_test(test_never_answers),
	        cmocka_unit_test(test_dribbles),  cmocka_unit_test(test_longest),
	        cmocka_unit_test(test_proxy),     cmocka_unit_test(test_subnet),
	        cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
