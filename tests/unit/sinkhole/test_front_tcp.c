/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Callers by TCP over real sockets: each is kept once, whatever it sends and however it
 * ends, and what it could pile up is bounded. Linked with --wrap for sinkhole_keep and
 * clock_gettime.
 */
#include "callers.h"
#include "captured.h"
#include "hellos.h"

#include "sinkhole/request.h"

/* The port from which ${fd} calls. */
static uint16_t
port_of(int fd)
{
	struct sockaddr_storage address;
	struct net_endpoint own;
	socklen_t len = sizeof(address);

	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	assert_int_equal(net_endpoint_from(&address, &own), FSK_OK);
	return own.port;
}

static void
test_request(void **state)
{
	int fd;

	(void)state;
	begin_front(100, 100, NULL);
	fd = call(&web);
	say(fd, GET, strlen(GET));
	await(1);
	assert_int_equal(kept[0].kind, SIGHTING_HTTP);
	assert_int_equal(kept[0].transport, SIGHTING_TCP);
	assert_int_equal(kept[0].port, port_of(fd));
	assert_int_equal(kept[0].to_port, web.port);
	assert_true(address_equal(&kept[0].to, &web.address));
	assert_true(span_equal(kept[0].name, span_of(HELD)));
	assert_int_equal(kept[0].by, SIGHTING_BY_NAME);
	assert_true(span_equal(kept[0].first, span_of(GET)));
	assert_answered(fd);
	end_front();
	assert_int_equal(kept_count, 1);
}

/* The captured ones: whole, octet by octet (a few), in two parts. */
static void
test_capture(void **state)
{
	static struct captured captured[CAPTURED];

	(void)state;
	read_captured(captured);
	begin_front(100, 100, NULL);
	for (size_t i = 0; i < CAPTURED; i++) {
		const struct captured *one = &captured[i];
		size_t cut = i * one->len / CAPTURED;
		int fd = call(&web);

		kept_count = 0;
		if (i < 2) {
			for (size_t k = 0; k < one->len - 1; k++) {
				say(fd, one->octets + k, 1);
				work();
			}
		} else {
			say(fd, one->octets, cut);
			work();
			say(fd, one->octets + cut, one->len - cut);
		}
		await(1);
		assert_int_equal(kept[0].kind, SIGHTING_HTTP);
		assert_int_equal(kept[0].first.len, i < 2 ? one->len - 1 : one->len);
		assert_memory_equal(kept[0].first.text, one->octets, kept[0].first.len);
		assert_answered(fd);
	}
	assert_int_equal(count_of(&tally.bots), CAPTURED);
	end_front();
}

/* What is no request: kept when there is enough, when it is silent, when it ends. */
static void
test_raw(void **state)
{
	static const char noise[] = "\1\2\3 SSH-2.0";
	char much[SINKHOLE_KEEP];
	int fd;

	(void)state;
	begin_front(100, 100, NULL);
	memset(much, 0xee, sizeof(much));
	much[0] = 1;
	fd = call(&web);
	say(fd, much, sizeof(much));
	await(1);
	assert_int_equal(kept[0].kind, SIGHTING_RAW);
	assert_int_equal(kept[0].first.len, SINKHOLE_KEEP);
	assert_silent(fd);

	fd = call(&web);
	say(fd, noise, 2);
	work();
	say(fd, noise + 2, sizeof(noise) - 2);
	work();
	assert_int_equal(kept_count, 1);
	later_ms += 3000;
	await(2);
	assert_int_equal(kept[1].first.len, sizeof(noise));
	assert_memory_equal(kept[1].first.text, noise, sizeof(noise));
	assert_silent(fd);

	fd = call(&web);
	say(fd, noise, sizeof(noise));
	shutdown(fd, SHUT_WR);
	await(3);
	assert_silent(fd);

	/* Nothing at all is a contact too. */
	fd = call(&web);
	close(fd);
	await(4);
	assert_int_equal(kept[3].kind, SIGHTING_RAW);
	assert_int_equal(kept[3].first.len, 0);
	assert_int_equal(count_of(&tally.strange), 4);
	assert_int_equal(count_of(&tally.late), 0);
	end_front();
	assert_int_equal(kept_count, 4);
}

static void
test_deadlines(void **state)
{
	static const char part[] = "GET /slow HTTP/1.1\r\nHost: " HELD "\r\nX: ";
	int silent, slow, raw, body;
	char out[1000];

	(void)state;
	begin_front(100, 100, NULL);
	silent = call(&web);
	slow = call(&web);
	raw = call(&web);
	body = call(&web);
	say(slow, part, strlen(part));
	say(body, "POST / HTTP/1.0\r\nContent-Length: 100000\r\n\r\n", 43);
	work();
	assert_int_equal(kept_count, 1);
	assert_true(count_of(&tally.bytes) > 0);
	/* One that drips has its time too. */
	for (unsigned i = 0; i < 9; i++) {
		later_ms += 1000;
		say(slow, "a", 1);
		say(raw, "\1", 1);
		if (i < 4)
			say(body, "b", 1);
		work();
	}
	assert_int_equal(kept_count, 1);
	assert_int_equal(count_of(&tally.callers), 3);
	later_ms += 2000;
	say(raw, "\1", 1);
	await(4);
	assert_int_equal(count_of(&tally.callers), 0);
	assert_int_equal(count_of(&tally.late), 2);
	assert_int_equal(hear(body, out, sizeof(out)), strlen(ANSWER));
	assert_silent(silent);
	assert_silent(slow);
	close(raw);
	end_front();
	assert_int_equal(kept_count, 4);
	for (size_t i = 1; i < 4; i++) {
		if (kept[i].kind == SIGHTING_HTTP) {
			assert_true(span_equal(kept[i].target, span_of("/slow")));
			assert_true(span_equal(kept[i].name, span_of(HELD)));
			assert_int_equal(kept[i].first.len, strlen(part) + 9);
		} else {
			assert_int_equal(kept[i].kind, SIGHTING_RAW);
			assert_true(kept[i].first.len == 0 || kept[i].first.len == 10);
		}
	}
}

/* A body is heard to its end, so that the answer arrives; not more than a bound of it. */
static void
test_bodies(void **state)
{
	static const char head[] = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
	char out[1000], much[16384] = {0};
	int fd;

	(void)state;
	begin_front(100, 100, NULL);
	fd = call(&web);
	say(fd, head, strlen(head));
	await(1);
	say(fd, "5\r\nhello\r\n0\r\n\r\n", 15);
	work();
	assert_int_equal(count_of(&tally.callers), 1);
	shutdown(fd, SHUT_WR);
	assert_answered(fd);

	fd = call(&web);
	say(fd, head, strlen(head));
	await(2);
	for (unsigned i = 0; i < 8 && send(fd, much, sizeof(much), MSG_NOSIGNAL) > 0; i++)
		work();
	assert_int_equal(count_of(&tally.callers), 0);
	(void)!recv(fd, out, sizeof(out), MSG_DONTWAIT);
	close(fd);
	end_front();
	assert_int_equal(kept_count, 2);
}

/* One request a connection: what follows stands in what is kept of it. */
static void
test_pipelined(void **state)
{
	int fd;

	(void)state;
	begin_front(100, 100, NULL);
	fd = call(&web);
	say(fd, GET GET GET, 3 * strlen(GET));
	await(1);
	assert_int_equal(kept[0].first.len, 3 * strlen(GET));
	assert_answered(fd);
	end_front();
	assert_int_equal(kept_count, 1);
}

static void
test_long(void **state)
{
	static char text[SINKHOLE_REQUEST_MOST + 100];
	int fd;

	(void)state;
	begin_front(100, 100, NULL);
	memset(text, 'a', sizeof(text));
	memcpy(text, "GET /", 5);
	for (size_t len = SINKHOLE_REQUEST_MOST - 1; len <= sizeof(text); len++) {
		size_t cut = len % 5000;

		if (len == SINKHOLE_REQUEST_MOST + 2)
			len = sizeof(text);
		kept_count = 0;
		fd = call(&web);
		say(fd, text, cut);
		work();
		say(fd, text + cut, len - cut);
		shutdown(fd, SHUT_WR);
		await(1);
		assert_int_equal(kept[0].kind, SIGHTING_HTTP);
		assert_int_equal(kept[0].target.len, STORE_TARGET_MOST);
		assert_answered(fd);
	}
	end_front();
}

static void
test_hello(void **state)
{
	uint8_t message[2 * HELLO_SIZE], octets[8 * HELLO_SIZE];
	size_t len = make_hello(message, HELD, 0);
	char out[100];
	int fd;

	(void)state;
	len = make_records(octets, message, len, 30);
	begin_front(100, 100, NULL);
	fd = call(&web);
	say(fd, octets, 50);
	work();
	say(fd, octets + 50, len - 50);
	await(1);
	assert_int_equal(kept[0].kind, SIGHTING_HELLO);
	assert_int_equal(kept[0].by, SIGHTING_BY_SNI);
	assert_true(span_equal(kept[0].sni, span_of(HELD)));
	assert_true(span_equal(kept[0].name, span_of(HELD)));
	assert_int_equal(kept[0].first.len, len);
	assert_int_equal(hear(fd, out, sizeof(out)), 7);
	assert_memory_equal(out, "\x15\3\1\0\2\2\x28", 7);

	/* What only begins like one. */
	fd = call(&web);
	say(fd, "\x16\3\1\0\0xyz", 8);
	shutdown(fd, SHUT_WR);
	await(2);
	assert_int_equal(kept[1].kind, SIGHTING_RAW);
	assert_silent(fd);
	end_front();
}

/* A neighbourhood has no more than its share: the oldest of its own goes, and is kept. */
static void
test_neighbours(void **state)
{
	int near[5], far;

	(void)state;
	begin_front(100, 3, NULL);
	far = call_from("127.0.8.1", &web);
	work();
	for (size_t i = 0; i < 4; i++) {
		later_ms += 1000;
		near[i] = call_from(i % 2 == 0 ? "127.0.9.1" : "127.0.9.2", &web);
		if (i == 0)
			say(near[0], "GET /old", 8);
		work();
	}
	await(1);
	assert_true(span_equal(kept[0].target, span_of("/old")));
	assert_silent(near[0]);
	assert_int_equal(count_of(&tally.evicted), 1);
	near[4] = call_from("127.0.9.3", &web);
	say(near[4], GET, strlen(GET));
	await(3);
	assert_answered(near[4]);
	assert_silent(near[1]);
	/* Who said something waits anew. */
	say(near[2], "\1", 1);
	work();
	near[0] = call_from("127.0.9.4", &web);
	near[1] = call_from("127.0.9.4", &web);
	await(4);
	assert_silent(near[3]);
	assert_int_equal(count_of(&tally.evicted), 3);
	assert_int_equal(count_of(&tally.rejected[SINKHOLE_CROWD]), 0);
	/* The oldest of all is another's, and stayed. */
	say(far, GET, strlen(GET));
	await(5);
	assert_answered(far);
	assert_int_equal(count_of(&tally.callers), 3);
	end_front();
	assert_int_equal(kept_count, 8);
	close(near[0]);
	close(near[1]);
	close(near[2]);
}

/* Those who come at once are as many as may be, too: of those who wait the oldest go, and
 * who has said all is answered. */
static void
test_at_once(void **state)
{
	static const struct {
		unsigned most, most_of_prefix;
	} limits_of[] = {{2, 100}, {100, 2}};
	int fds[6];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		begin_front(limits_of[i].most, limits_of[i].most_of_prefix, NULL);
		for (size_t k = 0; k < 6; k++)
			fds[k] = call(&web);
		await(4);
		assert_int_equal(count_of(&tally.callers), 2);
		assert_int_equal(count_of(&tally.evicted), 4);
		for (size_t k = 0; k < 6; k++)
			close(fds[k]);
		await(6);
		for (size_t k = 0; k < 6; k++) {
			fds[k] = call(&web);
			say(fds[k], GET, strlen(GET));
		}
		await(12);
		for (size_t k = 0; k < 6; k++)
			assert_answered(fds[k]);
		assert_int_equal(count_of(&tally.evicted), 4);
		assert_int_equal(count_of(&tally.rejected[SINKHOLE_CROWD]), 0);
		end_front();
		assert_int_equal(kept_count, 12);
	}
}

/* Where callers come thick the front looks for them by the clock: it finds each, more than
 * it takes at once, too; and it rests when nobody comes. */
static void
test_thick(void **state)
{
	int fds[100];
	size_t calls;

	(void)state;
	begin_front(200, 200, NULL);
	for (size_t i = 0; i < 50; i++) {
		fds[0] = call(&web);
		say(fds[0], GET, strlen(GET));
		await(i + 1);
		assert_answered(fds[0]);
	}
	kept_count = 0;
	for (size_t i = 0; i < 100; i++) {
		fds[i] = call(&web);
		say(fds[i], GET, strlen(GET));
	}
	await(100);
	for (size_t i = 0; i < 100; i++)
		assert_answered(fds[i]);
	work_for(20);
	calls = clock_calls;
	work_for(60);
	assert_in_range(clock_calls - calls, 1, 10);
	end_front();
}

/* When all places are taken the oldest goes, and is kept; a new one is served. */
static void
test_places(void **state)
{
	int fds[6];

	(void)state;
	begin_front(4, 100, NULL);
	for (size_t i = 0; i < 4; i++) {
		fds[i] = call(&web);
		say(fds[i], "GET /old", 7 + (i == 0));
		work();
		later_ms += 1000;
	}
	fds[4] = call(&web);
	say(fds[4], GET, strlen(GET));
	await(2);
	assert_int_equal(kept[0].kind, SIGHTING_HTTP);
	assert_true(span_equal(kept[0].target, span_of("/old")));
	assert_answered(fds[4]);
	assert_silent(fds[0]);
	assert_int_equal(count_of(&tally.evicted), 1);
	assert_int_equal(count_of(&tally.callers), 3);
	sinkhole_tcp_limit(front, 1, 100);
	fds[5] = call(&web);
	work();
	assert_int_equal(count_of(&tally.callers), 1);
	end_front();
	assert_int_equal(kept_count, 6);
	for (size_t i = 1; i < 4; i++)
		close(fds[i]);
	close(fds[5]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_request),    cmocka_unit_test(test_capture),
	        cmocka_unit_test(test_raw),        cmocka_unit_test(test_deadlines),
	        cmocka_unit_test(test_bodies),     cmocka_unit_test(test_pipelined),
	        cmocka_unit_test(test_long),       cmocka_unit_test(test_hello),
	        cmocka_unit_test(test_neighbours), cmocka_unit_test(test_places),
	        cmocka_unit_test(test_at_once),    cmocka_unit_test(test_thick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
