/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Questions on a connection: as many as come are answered, however they come and whether
 * they are read or not. Linked with --wrap for sinkhole_keep and clock_gettime.
 */
#include "callers.h"

/* A question for HELD, with its length in front. */
static const uint8_t question[] =
        "\0\x23\x12\x34\1\0\0\1\0\0\0\0\0\0\4bots\4meet\7example\0\0\1\0\1";
#define QUESTION (sizeof(question) - 1)

static void
test_dns(void **state)
{
	char out[4000];
	size_t len;
	int fd;

	(void)state;
	begin_front(100, 100, NULL);
	fd = call(&dns);
	for (size_t i = 0; i < QUESTION; i++) {
		say(fd, question + i, 1);
		work();
	}
	await(1);
	assert_int_equal(kept[0].kind, SIGHTING_DNS);
	assert_int_equal(kept[0].transport, SIGHTING_TCP);
	say(fd, question, 7);
	work();
	later_ms += 11000;
	len = hear(fd, out, sizeof(out));
	assert_true(len > QUESTION && len == 2 + (size_t)(uint8_t)out[1]);
	assert_int_equal(count_of(&tally.late), 1);

	/* No message at all is a contact; one too long is a reject. */
	kept_count = 0;
	fd = call(&dns);
	say(fd, "G", 1);
	shutdown(fd, SHUT_WR);
	await(1);
	assert_int_equal(kept[0].kind, SIGHTING_RAW);
	assert_silent(fd);
	fd = call(&dns);
	say(fd, "GET / HTTP/1.0\r\n\r\n", 18);
	assert_silent(fd);
	assert_int_equal(count_of(&tally.rejected[SINKHOLE_MALFORMED]), 1);
	end_front();
	assert_int_equal(kept_count, 1);
}

/* Questions of one connection, each with its number as its id. */
#define MANY 20000

static void
make_questions(uint8_t *all, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t *to = all + i * QUESTION;

		memcpy(to, question, QUESTION);
		to[2] = (uint8_t)(i >> 8);
		to[3] = (uint8_t)i;
	}
}

/* Counts the answers in ${octets}, which are whole and in order. */
static size_t
count_answers(const char *octets, size_t len)
{
	const uint8_t *at = (const uint8_t *)octets, *end = at + len;
	size_t count = 0;

	for (; end - at > 4; count++) {
		assert_int_equal(at[2] << 8 | at[3], count);
		at += 2 + (at[0] << 8 | at[1]);
	}
	assert_ptr_equal(at, end);
	return count;
}

/* However many questions a connection brings, all are answered before it ends (RFC 7766
 * section 6.2.1.1), and it ends when the other side does. */
static void
test_dns_many(void **state)
{
	static uint8_t all[300 * QUESTION];
	static char out[300 * 100];
	size_t len;
	int fd;

	(void)state;
	make_questions(all, 300);
	begin_front(100, 100, NULL);
	fd = call(&dns);
	say(fd, all, sizeof(all) - 7);
	work();
	say(fd, all + sizeof(all) - 7, 7);
	await(300);
	shutdown(fd, SHUT_WR);
	len = hear(fd, out, sizeof(out));
	assert_int_equal(count_answers(out, len), 300);

	/* Who has ended by the time is answered all the same. */
	kept_count = 0;
	fd = call(&dns);
	say(fd, all, sizeof(all));
	shutdown(fd, SHUT_WR);
	len = hear(fd, out, sizeof(out));
	assert_int_equal(count_answers(out, len), 300);
	assert_int_equal(kept_count, 300);
	assert_int_equal(count_of(&tally.unsent), 0);
	end_front();
}

/* Who asks faster than he reads is not asked for more meanwhile, and answered all. */
static void
test_dns_unread(void **state)
{
	static uint8_t all[MANY * QUESTION];
	static char out[MANY * 100];
	size_t said = 0, len, idle = 0;
	int fd, room = 16384;

	(void)state;
	make_questions(all, MANY);
	begin_front(100, 100, NULL);
	/* Connections have it of their listener. */
	assert_int_equal(setsockopt(listener, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)),
	                 0);
	fd = call(&dns);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)), 0);
	while (said < sizeof(all) && idle < 20) {
		ssize_t sent = send(fd, all + said, sizeof(all) - said,
		                    MSG_NOSIGNAL | MSG_DONTWAIT);

		said += sent > 0 ? (size_t)sent : 0;
		idle = sent > 0 ? 0 : idle + 1;
		work();
	}
	assert_int_equal(count_of(&tally.callers), 1);
	assert_true(kept_count < MANY / 2);
	for (len = 0; said < sizeof(all);) {
		ssize_t sent = send(fd, all + said, sizeof(all) - said,
		                    MSG_NOSIGNAL | MSG_DONTWAIT);
		ssize_t got = recv(fd, out + len, sizeof(out) - len, MSG_DONTWAIT);

		said += sent > 0 ? (size_t)sent : 0;
		assert_int_not_equal(got, 0);
		len += got > 0 ? (size_t)got : 0;
		work();
	}
	shutdown(fd, SHUT_WR);
	len += hear(fd, out + len, sizeof(out) - len);
	assert_int_equal(count_answers(out, len), MANY);
	assert_int_equal(kept_count, MANY);
	assert_int_equal(count_of(&tally.unsent), 0);
	assert_int_equal(count_of(&tally.late), 0);

	/* One who never reads has his time, too. */
	fd = call(&dns);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)), 0);
	for (idle = said = 0; idle < 20; work()) {
		ssize_t sent = send(fd, all + said, sizeof(all) - said,
		                    MSG_NOSIGNAL | MSG_DONTWAIT);

		said += sent > 0 ? (size_t)sent : 0;
		idle = sent > 0 ? 0 : idle + 1;
	}
	assert_true(kept_count < 2 * MANY);
	later_ms += 16000;
	for (unsigned i = 0; i < 1000 && count_of(&tally.callers) > 0; i++)
		work();
	assert_int_equal(count_of(&tally.callers), 0);
	assert_int_equal(count_of(&tally.unsent), 1);
	close(fd);
	end_front();
}

/* Asks at ${fd} ${ms} later; whether the connection was still there. */
static bool
ask_later(int fd, int64_t ms)
{
	size_t before = kept_count;

	later_ms += ms;
	work();
	work();
	if (count_of(&tally.callers) == 0)
		return false;
	say(fd, question, QUESTION);
	await(before + 1);
	return true;
}

/* Questions now and then do not keep a connection beyond the fifteen seconds of any; who
 * asks all the time is let finish. */
static void
test_dns_time(void **state)
{
	char out[4000];
	int fd;

	(void)state;
	begin_front(100, 100, NULL);
	fd = call(&dns);
	assert_true(ask_later(fd, 0));
	assert_true(ask_later(fd, 8000));
	assert_true(ask_later(fd, 4000));
	assert_false(ask_later(fd, 4000));
	assert_true(hear(fd, out, sizeof(out)) > 0);
	assert_int_equal(kept_count, 3);

	/* A part of a message is no question. */
	fd = call(&dns);
	assert_true(ask_later(fd, 0));
	assert_true(ask_later(fd, 9000));
	for (unsigned i = 0; i < 6; i++) {
		later_ms += 1000;
		(void)!send(fd, question + i, 1, MSG_NOSIGNAL);
		work();
		work();
	}
	assert_int_equal(count_of(&tally.callers), 0);
	assert_int_equal(count_of(&tally.late), 1);
	close(fd);

	kept_count = 0;
	fd = call(&dns);
	for (unsigned i = 0; i < 30; i++)
		assert_true(ask_later(fd, 1000));
	assert_false(ask_later(fd, 3000));
	close(fd);
	end_front();
	assert_int_equal(kept_count, 30);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_dns),
	        cmocka_unit_test(test_dns_many),
	        cmocka_unit_test(test_dns_unread),
	        cmocka_unit_test(test_dns_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
