/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The relay by UDP: what leaves, what is taken for an answer and what is not, and that it
 * comes back as it was asked for.
 */
#include "relay_scene.h"

static struct scene scene;
static struct net_endpoint upstreams[GUARD_UPSTREAMS];

static void
begin_one(void)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 1);

	begin_relay(&scene, &setting);
}

/* Many at once, over many ports: each gets its own, and what leaves differs by no more than
 * the id and the case of letters. */
static void
test_restores(void **state)
{
	bool ids[65536] = {false}, ports[65536] = {false};
	unsigned id_count = 0, port_count = 0, changed = 0;
	static const char name[] = "wWw.ExAmPlE-0123456789.ORG";
	char text[80];

	(void)state;
	begin_one();
	for (unsigned n = 0; n < 600; n++) {
		snprintf(text, sizeof(text), "%u.%s", n, name);
		assert_true(ask(&scene, n, (uint16_t)(n * 3), text, false));
		if (n % 3 == 2)
			guard_relay_flush(scene.relay);
		/* No more at once than an upstream's socket holds. */
		if (n % 150 == 149)
			run(&scene, n + 1, 0);
	}
	assert_true(scene.done >= 1 && scene.done <= 600);
	for (unsigned n = 0; n < 600; n++) {
		const struct heard *heard = &scene.fakes[0]->heard[n];
		uint8_t asked[300];
		size_t len;

		snprintf(text, sizeof(text), "%u.%s", n, name);
		assert_answered(&scene, n, (uint16_t)(n * 3), text);
		/* What was heard first is not what was asked first: ports differ. */
		len = question_end(heard->octets);
		snprintf(text, sizeof(text), "%.*s.%s", heard->octets[12],
		         (const char *)heard->octets + 13, name);
		assert_int_equal(heard->len, len);
		assert_int_equal(write_query(asked, id_of(heard->octets), text), len);
		changed += memcmp(heard->octets, asked, len) != 0;
		for (size_t i = 0; i < len; i++) {
			bool letter = i >= 12 && ((asked[i] | 32) >= 'a') &&
			              ((asked[i] | 32) <= 'z');

			assert_int_equal(heard->octets[i] | (letter ? 32 : 0),
			                 asked[i] | (letter ? 32 : 0));
		}
		id_count += !ids[id_of(heard->octets)];
		ids[id_of(heard->octets)] = true;
		port_count += !ports[heard->peer.port];
		ports[heard->peer.port] = true;
		assert_true(heard->peer.port >= 32768);
	}
	/* By random, so within wide bounds: 600 of 65536 ids; 200 draws of 64 ports. */
	assert_true(id_count > 550);
	assert_true(port_count > 40 && port_count <= GUARD_PORTS);
	assert_true(changed > 590);
	assert_int_equal(COUNT(&scene, asked), 600);
	assert_int_equal(COUNT(&scene, answered), 600);
	assert_int_equal(COUNT(&scene, strange), 0);
	assert_int_equal(COUNT(&scene, again), 0);
	finish(&scene);
}

/* Everything that is not the answer, and then the answer. */
static void
lie_first(struct fake *fake, struct heard *heard)
{
	uint8_t out[700];
	size_t len = write_answer(heard, out), end = question_end(out);

	out[1] ^= 1; /* another id */
	say(fake, heard, out, len);
	out[1] ^= 1;
	out[13] ^= 1; /* another name */
	say(fake, heard, out, len);
	out[13] ^= 1;
	out[end - 3] = 28; /* another type */
	say(fake, heard, out, len);
	out[end - 3] = 1;
	out[end - 1] = 3; /* another class */
	say(fake, heard, out, len);
	out[end - 1] = 1;
	out[2] &= 0x7f; /* no response */
	say(fake, heard, out, len);
	out[2] |= 0x80;
	out[2] |= 0x08; /* another operation */
	say(fake, heard, out, len);
	out[2] &= 0xf7;
	out[len] = 0; /* garbage behind it */
	say(fake, heard, out, len + 1);
	for (size_t cut = 0; cut < len; cut++)
		say(fake, heard, out, cut);
	out[5] = 0; /* no question */
	say(fake, heard, out, 12);
	out[5] = 1;
	say(fake, heard, out, len);
}

static void
test_lies(void **state)
{
	struct heard as_asked = {.fd = -1};
	uint8_t out[700];
	size_t len;

	(void)state;
	begin_one();
	scene.fakes[0]->script = lie_first;
	assert_true(ask(&scene, 7, 99, "lies.Example", false));
	guard_relay_flush(scene.relay);
	run(&scene, 1, 0);
	assert_answered(&scene, 7, 99, "lies.Example");
	write_query(as_asked.octets, 99, "lies.Example");
	len = write_answer(&as_asked, out);
	assert_int_equal(COUNT(&scene, strange), 8 + len);
	assert_int_equal(COUNT(&scene, again), 0);
	assert_int_equal(COUNT(&scene, answered), 1);
	finish(&scene);
}

static void
answer_from_elsewhere(struct fake *fake, struct heard *heard)
{
	struct net_endpoint any = endpoint("127.0.0.1:0");
	struct heard other = *heard;
	uint8_t out[700];
	size_t len = write_answer(heard, out);

	assert_int_equal(net_open_udp(&any, &other.fd, NULL), FSK_OK);
	out[len - 1] ^= 1;
	say(fake, &other, out, len);
	close(other.fd);
	answer_it(fake, heard);
}

/* From another port, all of it right: the kernel does not even hand it over. And an answer
 * that comes twice is taken once. */
static void
answer_twice(struct fake *fake, struct heard *heard)
{
	answer_it(fake, heard);
	answer_it(fake, heard);
}

static void
test_other_peer(void **state)
{
	(void)state;
	begin_one();
	scene.fakes[0]->script = answer_from_elsewhere;
	assert_true(ask(&scene, 1, 5, "a.example", false));
	guard_relay_flush(scene.relay);
	run(&scene, 1, 0);
	assert_answered(&scene, 1, 5, "a.example");
	assert_int_equal(COUNT(&scene, strange), 0);
	scene.fakes[0]->script = answer_twice;
	assert_true(ask(&scene, 2, 5, "b.example", false));
	guard_relay_flush(scene.relay);
	run(&scene, 2, 0);
	run(&scene, 0, 20);
	assert_answered(&scene, 2, 5, "b.example");
	assert_int_equal(COUNT(&scene, strange), 1);
	finish(&scene);
}

static void
fold_it(struct fake *fake, struct heard *heard)
{
	uint8_t out[700];
	size_t len = write_answer(heard, out);

	for (size_t i = 12; i < question_end(heard->octets) - 5; i++)
		if (out[i] >= 'A' && out[i] <= 'Z')
			out[i] |= 32;
	say(fake, heard, out, len);
}

/* An upstream that folds: each is answered all the same, and after a few it is asked as the
 * client asked. */
static void
test_folds(void **state)
{
	static const char name[] = "Some.Long.Name.Of.Many.Letters.Example";
	size_t before;

	(void)state;
	begin_one();
	scene.fakes[0]->script = fold_it;
	for (unsigned n = 0; n < 20; n++) {
		before = scene.fakes[0]->heard_count;
		assert_true(ask(&scene, n, (uint16_t)n, name, false));
		guard_relay_flush(scene.relay);
		run(&scene, n + 1, 0);
		assert_answered(&scene, n, (uint16_t)n, name);
		assert_int_equal(scene.fakes[0]->heard_count - before, n < 3 ? 2 : 1);
	}
	assert_int_equal(COUNT(&scene, strange), 3);
	assert_int_equal(COUNT(&scene, again), 3);
	finish(&scene);
}

/* Without 0x20 the letters stay as they are. */
static void
test_plain(void **state)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 1);
	uint8_t asked[300];
	size_t len = write_query(asked, 0, "LeTTers.Stay.eXample");

	(void)state;
	setting.mixed_case = false;
	begin_relay(&scene, &setting);
	assert_true(ask(&scene, 0, 4, "LeTTers.Stay.eXample", false));
	guard_relay_flush(scene.relay);
	run(&scene, 1, 0);
	assert_answered(&scene, 0, 4, "LeTTers.Stay.eXample");
	assert_memory_equal(scene.fakes[0]->heard[0].octets + 2, asked + 2, len - 2);
	finish(&scene);
}

/* Who asks the same waits for the same answer, and gets it as he asked. */
static void
test_joins(void **state)
{
	static const uint8_t cookie[] = {0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8};
	static const uint8_t nsid[] = {0, 3, 0, 0};
	uint8_t octets[300];
	size_t len;

	(void)state;
	begin_one();
	assert_true(ask(&scene, 0, 10, "join.example", false));
	guard_relay_flush(scene.relay);
	assert_true(ask(&scene, 1, 11, "JOIN.example", false));
	assert_true(ask(&scene, 2, 12, "join.EXAMPLE", false));
	/* Another flag, an OPT record, other options, TCP: others. */
	len = write_query(octets, 13, "join.example");
	octets[3] |= 0x10;
	assert_true(ask_octets(&scene, 3, octets, len, NULL));
	len = write_query(octets, 14, "join.example");
	assert_true(ask_octets(&scene, 4, octets, add_opt(octets, len, NULL, 0), NULL));
	len = write_query(octets, 15, "join.example");
	assert_true(ask_octets(&scene, 5, octets, add_opt(octets, len, nsid, sizeof(nsid)),
	                       NULL));
	assert_true(ask(&scene, 7, 17, "join.example", true));
	assert_int_equal(COUNT(&scene, joined), 2);
	/* A cookie is between the client and us. */
	len = write_query(octets, 16, "join.example");
	len = add_opt(octets, len, cookie, sizeof(cookie));
	assert_true(ask_octets(&scene, 6, octets, len, NULL));
	assert_int_equal(COUNT(&scene, joined), 3);
	guard_relay_flush(scene.relay);
	run(&scene, 8, 0);
	assert_int_equal(scene.fakes[0]->heard_count, 5);
	assert_answered(&scene, 0, 10, "join.example");
	assert_answered(&scene, 1, 11, "JOIN.example");
	assert_answered(&scene, 2, 12, "join.EXAMPLE");
	assert_int_equal(id_of(scene.got[6].octets), 16);
	for (size_t i = 0; i < 5; i++)
		assert_null(memmem(scene.fakes[0]->heard[i].octets,
		                   scene.fakes[0]->heard[i].len, cookie, 4));
	/* Afterwards it is asked anew. */
	assert_true(ask(&scene, 8, 18, "join.example", false));
	guard_relay_flush(scene.relay);
	run(&scene, 9, 0);
	assert_int_equal(scene.fakes[0]->heard_count, 6);
	assert_int_equal(COUNT(&scene, answered), 9);
	finish(&scene);
}

/* Many who wait for one long answer: more than there is room for copies at once. */
static void
say_much(struct fake *fake, struct heard *heard)
{
	static const uint8_t fixed[] = {0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 0};
	uint8_t *out = calloc(1, 65000);
	size_t at = question_end(heard->octets), data = heard->stream ? 64000 : 40000;

	assert_non_null(out);
	memcpy(out, heard->octets, at);
	out[2] |= 0x80;
	out[7] = 1;
	memcpy(out + at, fixed, sizeof(fixed));
	at += sizeof(fixed);
	out[at] = (uint8_t)(data >> 8);
	out[at + 1] = (uint8_t)data;
	say(fake, heard, out, at + 2 + data);
	free(out);
}

static void
test_long_answers(void **state)
{
	(void)state;
	begin_one();
	scene.fakes[0]->script = say_much;
	for (unsigned n = 0; n < 12; n++) {
		assert_true(ask(&scene, 2 * n, (uint16_t)n, "long.example", false));
		assert_true(ask(&scene, 2 * n + 1, (uint16_t)n, "long.example", true));
	}
	guard_relay_flush(scene.relay);
	run(&scene, 24, 0);
	assert_int_equal(scene.fakes[0]->heard_count, 2);
	assert_true(scene.done > 4);
	assert_true(scene.longest > 64000);
	for (unsigned n = 0; n < 24; n++) {
		assert_int_equal(scene.got[n].times, 1);
		assert_int_equal(id_of(scene.got[n].octets), n / 2);
		assert_true(scene.got[n].len > (n % 2 ? 64000 : 40000));
	}
	finish(&scene);
}

static void
truncate_it(struct fake *fake, struct heard *heard)
{
	uint8_t out[700];
	size_t end = question_end(heard->octets);

	memcpy(out, heard->octets, end);
	out[2] |= 0x82;
	say(fake, heard, out, end);
}

static void
test_truncated(void **state)
{
	(void)state;
	begin_one();
	scene.fakes[0]->script = truncate_it;
	assert_true(ask(&scene, 0, 77, "tc.example", false));
	guard_relay_flush(scene.relay);
	run(&scene, 1, 0);
	assert_int_equal(id_of(scene.got[0].octets), 77);
	assert_int_equal(scene.got[0].octets[2] & 0x82, 0x82);
	assert_int_equal(scene.got[0].len, 28);
	finish(&scene);
}

/* Names that nobody can resolve do not keep all others out. */
static void
test_give_way(void **state)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 1);
	char name[30];

	(void)state;
	setting.most = 10;
	setting.attempt_ms = 100;
	begin_relay(&scene, &setting);
	scene.fakes[0]->script = keep_silent;
	for (unsigned n = 0; n < 10; n++) {
		snprintf(name, sizeof(name), "%u.example", n / 2);
		assert_true(ask(&scene, n, 1, name, n >= 8));
	}
	guard_relay_flush(scene.relay);
	run(&scene, 0, 50);
	scene.fakes[0]->script = answer_it;
	assert_true(ask(&scene, 10, 1, "x.example", false));
	guard_relay_flush(scene.relay);
	/* The oldest went, with who had joined it. */
	assert_true(scene.got[0].none && scene.got[1].none);
	assert_int_equal(scene.got_count, 2);
	assert_int_equal(scene.done, 1);
	run(&scene, 3, 0);
	assert_answered(&scene, 10, 1, "x.example");
	finish(&scene);
}

/* No more than "most", joined ones too; transfers and what is too long not at all. */
static void
test_bounds(void **state)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 1);
	uint8_t *octets = calloc(1, 70000);
	struct guard_request stream = {.stream = true};
	char name[30];
	size_t len;

	(void)state;
	assert_non_null(octets);
	setting.most = 10;
	begin_relay(&scene, &setting);
	for (unsigned n = 0; n < 10; n++) {
		snprintf(name, sizeof(name), "%u.example", n / 2);
		assert_true(ask(&scene, n, 1, name, false));
	}
	assert_false(ask(&scene, 10, 1, "x.example", false));
	assert_false(ask(&scene, 10, 1, "1.example", false));
	assert_int_equal(COUNT(&scene, refused), 2);
	guard_relay_flush(scene.relay);
	run(&scene, 10, 0);
	assert_true(ask(&scene, 10, 1, "x.example", false));
	guard_relay_flush(scene.relay);
	run(&scene, 11, 0);
	len = write_query(octets, 3, "example");
	octets[len - 3] = 252;
	assert_false(ask_octets(&scene, 11, octets, len, &stream));
	octets[len - 3] = 251;
	assert_false(ask_octets(&scene, 11, octets, len, NULL));
	octets[len - 3] = 1;
	len = add_opt(octets, len, NULL, 0);
	octets[len - 2] = 4000 >> 8;
	octets[len - 1] = 4000 & 255;
	octets[len + 3996 + 2] = 0; /* one option of 3996 octets, code 0 */
	octets[len + 2] = 3996 >> 8;
	octets[len + 3] = 3996 & 255;
	assert_true(ask_octets(&scene, 11, octets, len + 4000, NULL));
	octets[len - 2] = 4100 >> 8;
	octets[len - 1] = 4100 & 255;
	octets[len + 2] = 4096 >> 8;
	octets[len + 3] = 4096 & 255;
	assert_false(ask_octets(&scene, 12, octets, len + 4100, NULL));
	guard_relay_flush(scene.relay);
	run(&scene, 12, 0);
	assert_int_equal(COUNT(&scene, refused), 5);
	free(octets);
	finish(&scene);
}

static void
test_v6(void **state)
{
	struct guard_relay_setting setting = begin(&scene, upstreams, 1);
	struct net_endpoint six = endpoint("[::1]:0");

	(void)state;
	fake_close(scene.fakes[0]);
	fake_open(scene.fakes[0], &six);
	upstreams[0] = scene.fakes[0]->at;
	begin_relay(&scene, &setting);
	assert_true(ask(&scene, 0, 6, "six.example", false));
	assert_true(ask(&scene, 1, 7, "six.example", true));
	guard_relay_flush(scene.relay);
	run(&scene, 2, 0);
	assert_answered(&scene, 0, 6, "six.example");
	assert_answered(&scene, 1, 7, "six.example");
	finish(&scene);
}

static const uint8_t own_cookie[] = {0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8};
static const uint8_t signature[] = {1, 'k', 0, 0, 250, 0, 255, 0, 0, 0, 0, 0, 2, 9, 9};

/* Writes an answer with a cookie and a signature. */
static size_t
write_signed(const struct heard *heard, uint8_t *out)
{
	size_t len = add_opt(out, write_answer(heard, out), own_cookie, sizeof(own_cookie));

	memcpy(out + len, signature, sizeof(signature));
	out[11]++;
	return len + sizeof(signature);
}

static void
answer_signed(struct fake *fake, struct heard *heard)
{
	uint8_t out[700];

	say(fake, heard, out, write_signed(heard, out));
}

/* A request with a signature keeps its letters, its cookie, all but its id; so does the
 * answer. */
static void
test_signed(void **state)
{
	uint8_t octets[300], wanted[700];
	size_t len;

	(void)state;
	begin_one();
	len = add_opt(octets, write_query(octets, 20, "SiGned.example"), own_cookie,
	              sizeof(own_cookie));
	memcpy(octets + len, signature, sizeof(signature));
	octets[11]++;
	len += sizeof(signature);
	scene.fakes[0]->script = answer_signed;
	assert_true(ask_octets(&scene, 0, octets, len, NULL));
	guard_relay_flush(scene.relay);
	run(&scene, 1, 0);
	assert_int_equal(scene.fakes[0]->heard[0].len, len);
	assert_memory_equal(scene.fakes[0]->heard[0].octets + 2, octets + 2, len - 2);
	len = write_signed(&scene.fakes[0]->heard[0], wanted);
	assert_int_equal(scene.got[0].len, len);
	assert_int_equal(id_of(scene.got[0].octets), 20);
	assert_memory_equal(scene.got[0].octets + 2, wanted + 2, len - 2);
	finish(&scene);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_restores),     cmocka_unit_test(test_lies),
	        cmocka_unit_test(test_other_peer),   cmocka_unit_test(test_folds),
	        cmocka_unit_test(test_plain),        cmocka_unit_test(test_joins),
	        cmocka_unit_test(test_long_answers), cmocka_unit_test(test_truncated),
	        cmocka_unit_test(test_give_way),     cmocka_unit_test(test_bounds),
	        cmocka_unit_test(test_v6),           cmocka_unit_test(test_signed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
