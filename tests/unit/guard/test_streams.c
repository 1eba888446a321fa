/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Questions by TCP as no honest client sends them: in pieces, by the thousand, without end,
 * without reading, from too many connections; and what a carrier says at its begin.
 */
#include "front.h"

#include <sys/resource.h>

#define MOST 96 /* connections; each of two workers takes half */
#define OF_PREFIX 32
#define PIPELINED 1000

static int
set_up(void **state)
{
	(void)state;
	begin_guard(MOST, OF_PREFIX);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	end_guard();
	return 0;
}

/* Whether ${fd} is closed by the guard, soon. */
static bool
is_closed(int fd)
{
	uint8_t octet;
	struct pollfd wanted = {.fd = fd, .events = POLLIN};

	return poll(&wanted, 1, SOON_MS) == 1 && recv(fd, &octet, 1, MSG_DONTWAIT) <= 0;
}

static void
test_pieces(void **state)
{
	static uint8_t out[65536];
	uint8_t question[400];
	int fd = reach(SOCK_STREAM, NULL, 0);
	size_t len = write_framed(question, bot.text, 1);

	(void)state;
	for (size_t i = 0; i < len; i++)
		send_all(fd, question + i, 1);
	assert_true(read_framed(fd, out) > 12);
	assert_int_equal(out[3] & 0xf, 3);
	/* Two and a half, and the other half. */
	for (unsigned i = 0; i < 2; i++)
		send_all(fd, question, len);
	send_all(fd, question, len / 2);
	assert_true(read_framed(fd, out) > 12 && read_framed(fd, out) > 12);
	send_all(fd, question + len / 2, len - len / 2);
	assert_true(read_framed(fd, out) > 12);
	close(fd);
}

static void
test_lengths(void **state)
{
	static const uint8_t lengths[] = {0, 1, 11};
	static uint8_t octets[2 + 65535], out[65536];
	int fd;

	(void)state;
	for (size_t i = 0; i < sizeof(lengths); i++) {
		octets[1] = lengths[i];
		fd = reach(SOCK_STREAM, NULL, 0);
		send_all(fd, octets, 2U + lengths[i]);
		assert_true(is_closed(fd));
		close(fd);
	}
	/* As long as can be, slowly, and malformed; then one that is not. */
	fd = reach(SOCK_STREAM, NULL, 0);
	write_framed(octets, "example.com", 5);
	octets[0] = octets[1] = 0xff;
	for (size_t at = 0; at < 600; at++)
		send_all(fd, octets + at, 1);
	for (size_t at = 600; at < sizeof(octets); at += 997)
		send_all(fd, octets + at,
		         sizeof(octets) - at < 997 ? sizeof(octets) - at : 997);
	assert_true(read_framed(fd, out) >= 12);
	assert_int_equal(wire_id(out), 5);
	assert_int_equal(out[3] & 0xf, 1);
	assert_int_equal(ask_over(fd, true, bot.text), 3);
	close(fd);
}

/* Writes ${count} questions, each fourth for the bot; the others are relayed. */
static size_t
write_many(uint8_t *out, unsigned count)
{
	size_t len = 0;
	char name[32];

	for (unsigned i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "n%u.example", i);
		len += write_framed(out + len, i % 4 == 0 ? bot.text : name, (uint16_t)i);
	}
	return len;
}

static void
test_pipelined(void **state)
{
	static uint8_t questions[PIPELINED * 64], out[65536];
	static bool came[PIPELINED];
	size_t len = write_many(questions, PIPELINED);
	int fd = reach(SOCK_STREAM, NULL, 0);

	(void)state;
	assert_true(len < sizeof(questions));
	send_all(fd, questions, len);
	for (unsigned i = 0; i < PIPELINED; i++) {
		unsigned id;

		assert_true(read_framed(fd, out) > 12);
		id = wire_id(out);
		assert_true(id < PIPELINED && !came[id]);
		came[id] = true;
		assert_int_equal(out[3] & 0xf, id % 4 == 0 ? 3 : 0);
	}
	close(fd);
}

static void
test_reset(void **state)
{
	static uint8_t questions[PIPELINED * 64];
	const struct linger at_once = {.l_onoff = 1};
	size_t len = write_many(questions, PIPELINED);
	int fd;

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		fd = reach(SOCK_STREAM, NULL, 0);
		(void)send(fd, questions, len, MSG_DONTWAIT | MSG_NOSIGNAL);
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
		close(fd);
	}
	fd = reach(SOCK_STREAM, NULL, 0);
	assert_int_equal(ask_over(fd, true, "after.example"), 0);
	close(fd);
}

static void
test_half_closed(void **state)
{
	static uint8_t questions[PIPELINED * 64], out[65536];
	size_t len = write_many(questions, 100); /* more than are under way at a time */
	int fd = reach(SOCK_STREAM, NULL, 0);

	(void)state;
	send_all(fd, questions, len);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	for (unsigned i = 0; i < 100; i++)
		assert_true(read_framed(fd, out) > 12);
	assert_int_equal(read_framed(fd, out), 0);
	close(fd);
	/* One that asks nothing. */
	fd = reach(SOCK_STREAM, NULL, 0);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	assert_true(is_closed(fd));
	close(fd);
}

/* A client that does not read is not read any more, and holds no more than it may. */
static void
test_deaf(void **state)
{
	static uint8_t questions[PIPELINED * 64], out[65536];
	size_t len = write_many(questions, PIPELINED), sent = 0;
	struct pollfd writable;
	int fd = reach(SOCK_STREAM, NULL, 0), other;

	(void)state;
	writable = (struct pollfd){.fd = fd, .events = POLLOUT};
	while (sent < ((size_t)64 << 20) && poll(&writable, 1, 300) == 1) {
		ssize_t some = send(fd, questions, len, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (some < 0 && errno != EAGAIN)
			break;
		sent += some > 0 ? (size_t)some : 0;
	}
	assert_true(sent < (size_t)64 << 20);
	other = reach(SOCK_STREAM, NULL, 0);
	assert_int_equal(ask_over(other, true, "deaf.example"), 0);
	/* When he reads, he is served. */
	assert_true(read_framed(fd, out) > 12);
	close(other);
	close(fd);
}

/* Opens ${count} connections from ${from} on which nothing is asked. */
static void
hold(int *fds, unsigned count, const char *from)
{
	for (unsigned i = 0; i < count; i++)
		fds[i] = reach(SOCK_STREAM, from, 0);
}

static void
let_go(const int *fds, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		close(fds[i]);
}

static void
test_held(void **state)
{
	static int held[400], more[100];
	uint64_t dropped = count().connections_dropped;
	int fd;

	(void)state;
	hold(held, 400, "127.0.0.1");
	/* Somebody else is served at once, and those who held it are gone, but for a
	 * neighbourhood's share. */
	fd = reach(SOCK_STREAM, "127.7.7.7", 0);
	assert_int_equal(ask_over(fd, true, bot.text), 3);
	assert_true(count().connections_dropped - dropped >= 400 - 2 * OF_PREFIX);
	assert_true(is_closed(held[0]));
	/* So is a neighbour of theirs: of his the oldest goes. */
	close(fd);
	fd = reach(SOCK_STREAM, "127.0.0.200", 0);
	assert_int_equal(ask_over(fd, true, bot.text), 3);
	/* From everywhere: the oldest of all goes. */
	for (unsigned i = 0; i < 100; i++) {
		char from[32];

		snprintf(from, sizeof(from), "127.1.%u.1", i);
		more[i] = reach(SOCK_STREAM, from, 0);
		assert_int_equal(ask_over(more[i], true, bot.text), 3);
	}
	let_go(more, 100);
	let_go(held, 400);
	close(fd);
}

/* Who waits for an answer stays when there are others who wait for nothing. */
static void
test_spared(void **state)
{
	static int idle[100];
	uint8_t question[400], out[65536];
	size_t len = write_framed(question, "spared.never", 9);
	int fd = reach(SOCK_STREAM, "127.0.0.1", 0);

	(void)state;
	send_all(fd, question, len);
	/* It has come in when another, behind it, was answered. */
	len = write_framed(question, bot.text, 10);
	send_all(fd, question, len);
	assert_true(read_framed(fd, out) > 12);
	for (unsigned i = 0; i < 100; i++) {
		idle[i] = reach(SOCK_STREAM, "127.0.0.1", 0);
		assert_int_equal(ask_over(idle[i], true, bot.text), 3);
	}
	assert_true(read_framed(fd, out) > 12);
	assert_int_equal(wire_id(out), 9);
	assert_int_equal(out[3] & 0xf, 2);
	let_go(idle, 100);
	close(fd);
}

/* A message must be whole soon after its begin, however it goes on. */
static void
test_slow(void **state)
{
	uint8_t question[400], octet;
	size_t len = write_framed(question, bot.text, 1);
	int silent = reach(SOCK_STREAM, NULL, 0), slow = reach(SOCK_STREAM, NULL, 0);
	int idle = reach(SOCK_STREAM, NULL, 0);

	(void)state;
	assert_int_equal(ask_over(slow, true, bot.text), 3);
	assert_int_equal(ask_over(idle, true, bot.text), 3);
	for (size_t i = 0; i + 1 < len; i++) {
		struct pollfd wanted = {.fd = slow, .events = POLLIN};

		if (send(slow, question + i, 1, MSG_NOSIGNAL) != 1 ||
		    poll(&wanted, 1, 200) == 1)
			break;
	}
	assert_true(is_closed(slow));
	assert_true(is_closed(silent));
	assert_int_equal(recv(idle, &octet, 1, MSG_DONTWAIT), -1); /* not a message */
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(ask_over(idle, true, bot.text), 3);
	close(silent);
	close(slow);
	close(idle);
}

static void
test_descriptors(void **state)
{
	struct rlimit before, few;
	int idle = reach(SOCK_STREAM, NULL, 0), fd = socket(AF_INET, SOCK_STREAM, 0);
	struct net_endpoint endpoint = guard_endpoint(guard, 0);
	struct sockaddr_storage address;
	socklen_t len = net_endpoint_to(&endpoint, &address);
	int highest;

	(void)state;
	assert_int_equal(ask_over(idle, true, bot.text), 3);
	highest = dup(idle); /* the next that there is */
	close(highest);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = (struct rlimit){(rlim_t)highest, before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, len), 0);
	/* One that waits for nothing is given up for it, or it waits until there is room.
	 */
	int rcode = ask_over(fd, true, bot.text);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	if (rcode < 0)
		rcode = ask_over(fd, true, bot.text);
	assert_int_equal(rcode, 3);
	close(fd);
	close(idle);
}

static void
test_proxy(void **state)
{
	static const uint8_t header[] =
	        "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\1\xc0\0\2\x35"
	        "\0\x63\0\x35";
	struct guard_setting other = setting;
	struct guard_prefix carrier;
	int fd;

	(void)state;
	assert_int_equal(guard_prefix_read(span_of("127.0.0.53"), &carrier), FSK_OK);
	other.policy.carriers = &carrier;
	other.policy.carrier_count = 1;
	other.policy.who = GUARD_WHO_PROXY;
	assert_int_equal(guard_change(guard, &other), FSK_OK);
	fd = reach(SOCK_STREAM, "127.0.0.53", 0);
	for (size_t i = 0; i + 1 < sizeof(header); i++)
		send_all(fd, header + i, 1);
	assert_int_equal(ask_over(fd, true, bot.text), 3);
	assert_int_equal(ask_over(fd, true, "proxy.example"), 0);
	close(fd);
	fd = reach(SOCK_STREAM, "127.0.0.53", 0);
	assert_int_equal(ask_over(fd, true, bot.text), -1); /* has none */
	close(fd);
	fd = reach(SOCK_STREAM, "127.0.0.54", 0);
	assert_int_equal(ask_over(fd, true, bot.text), 3); /* needs none */
	close(fd);
	assert_int_equal(guard_change(guard, &setting), FSK_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_pieces),      cmocka_unit_test(test_lengths),
	        cmocka_unit_test(test_pipelined),   cmocka_unit_test(test_reset),
	        cmocka_unit_test(test_half_closed), cmocka_unit_test(test_deaf),
	        cmocka_unit_test(test_held),        cmocka_unit_test(test_spared),
	        cmocka_unit_test(test_slow),        cmocka_unit_test(test_descriptors),
	        cmocka_unit_test(test_proxy),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
