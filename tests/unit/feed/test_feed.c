/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The feed with its sockets, on loopback: requests in pieces and several at once, clients
 * that stop reading, too many of them, and NOTIFY. The client is another thread; the feed
 * is the loop's.
 */
#include "asking.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#define MANY 200000 /* names: more octets than sockets hold */
#define IDLE_MS 800
#define TRANSFER_MS 5000

static struct scene scene;
static struct net_loop *loop;
static struct feed *feed;
static struct net_endpoint endpoint; /* of the feed */
static struct feed_notify target;    /* who is notified */
static int notified;                 /* its socket */

static void
stop(void *context)
{
	net_loop_stop(context);
}

/* A client's work, and then the end of the loop. */
static void *
client(void *work)
{
	void (**function)(void) = work;

	(*function)();
	net_loop_wake(loop);
	return NULL;
}

/* Runs ${function} as the client of the feed. */
static void
serve(void (*function)(void))
{
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, client, &function), 0);
	assert_int_equal(net_loop_run(loop), FSK_OK);
	pthread_join(thread, NULL);
}

static struct feed_image *
large_image(unsigned begin)
{
	struct feed_list_writer writer = {.room = 0};
	struct feed_image *image = NULL;
	struct fsk_name name = {.len = strlen(ZONE), .text = ZONE};
	struct feed_list list;

	for (unsigned i = begin; i < begin + MANY; i++) {
		char text[32];

		snprintf(text, sizeof(text), "name%07u.example", i);
		assert_int_equal(feed_list_add(&writer, span_of(text), false), FSK_OK);
	}
	feed_list_end(&writer, &list);
	assert_int_equal(feed_image_of(&name, &list, &image), FSK_OK);
	return image;
}

static int
set_up(void **state)
{
	static struct net_endpoint any;

	(void)state;
	scene_init(&scene, NULL);
	assert_int_equal(net_endpoint_read(span_of("127.0.0.1"), 0, &any), FSK_OK);
	assert_int_equal(net_open_udp(&any, &notified, &target.to), FSK_OK);
	scene.allow[0].any_address = true;
	scene.zone.notify = &target;
	scene.zone.notify_count = 1;
	scene.setting.listen = &any;
	scene.setting.listen_count = 1;
	scene.setting.most_clients = 8;
	scene.setting.most_of_prefix = 4;
	scene.setting.idle_ms = IDLE_MS;
	scene.setting.transfer_ms = TRANSFER_MS;
	if (net_loop_new(&loop) != FSK_OK)
		return 1;
	net_loop_on_wake(loop, stop, loop);
	if (feed_new(&scene.setting, loop, NULL, &feed) != FSK_OK)
		return 1;
	endpoint = feed_endpoint(feed, 0);
	return feed_swap(feed, 0, large_image(0), NOW) != FSK_OK;
}

static int
tear_down(void **state)
{
	(void)state;
	feed_free(feed);
	net_loop_free(loop);
	scene_fini(&scene);
	return close(notified);
}

/* Whether ${fd} has something to read within ${ms}. */
static bool
wait_for(int fd, int ms)
{
	struct pollfd wanted = {.fd = fd, .events = POLLIN};

	return poll(&wanted, 1, ms) == 1;
}

static int
open_stream(void)
{
	struct sockaddr_storage address;
	socklen_t len = net_endpoint_to(&endpoint, &address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&address, len), 0);
	return fd;
}

/* A request with its length in front. */
static size_t
write_framed(uint8_t out[514], uint16_t type, uint32_t serial)
{
	size_t len = write_request(out + 2, ZONE, type, serial);

	out[0] = (uint8_t)(len >> 8);
	out[1] = (uint8_t)len;
	return len + 2;
}

/* Reads ${len} octets; false when the connection ends before. */
static bool
read_whole(int fd, uint8_t *out, size_t len)
{
	while (len > 0) {
		ssize_t got = wait_for(fd, 5000) ? recv(fd, out, len, 0) : -1;

		if (got <= 0)
			return false;
		out += got;
		len -= (size_t)got;
	}
	return true;
}

/* Reads the next message, for the caller to free; NULL when the connection ends. */
static ldns_pkt *
read_message(int fd)
{
	static uint8_t octets[65536];
	size_t len;

	if (!read_whole(fd, octets, 2))
		return NULL;
	len = (size_t)(octets[0] << 8 | octets[1]);
	return read_whole(fd, octets, len) ? parse(octets, len) : NULL;
}

/* Reads a whole transfer: how many records it has. */
static size_t
read_transfer(int fd)
{
	size_t records = 0, soas = 0;

	while (soas < 2) {
		ldns_pkt *packet = read_message(fd);
		ldns_rr_list *answer;

		assert_non_null(packet);
		answer = ldns_pkt_answer(packet);
		for (size_t i = 0; i < ldns_rr_list_rr_count(answer); i++)
			soas += ldns_rr_get_type(ldns_rr_list_rr(answer, i)) ==
			        LDNS_RR_TYPE_SOA;
		records += ldns_rr_list_rr_count(answer);
		ldns_pkt_free(packet);
	}
	return records;
}

static void
octet_by_octet(void)
{
	uint8_t request[514];
	size_t len = write_framed(request, LDNS_RR_TYPE_AXFR, 0);
	int fd = open_stream();

	for (size_t i = 0; i < len; i++)
		assert_int_equal(send(fd, request + i, 1, MSG_NOSIGNAL), 1);
	assert_int_equal(read_transfer(fd), 2 * MANY + 3 + 3);
	/* Three at once, on the same connection. */
	for (unsigned i = 0; i < 3; i++) {
		len = write_framed(request, i == 1 ? LDNS_RR_TYPE_AXFR : LDNS_RR_TYPE_SOA,
		                   0);
		assert_int_equal(send(fd, request, len, MSG_NOSIGNAL), len);
	}
	for (unsigned i = 0; i < 3; i++) {
		if (i == 1) {
			assert_int_equal(read_transfer(fd), 2 * MANY + 3 + 3);
		} else {
			ldns_pkt *packet = read_message(fd);

			assert_non_null(packet);
			assert_int_equal(ldns_pkt_ancount(packet), 1);
			ldns_pkt_free(packet);
		}
	}
	close(fd);
}

static void
wrong_lengths(void)
{
	static const uint8_t lengths[][2] = {{0, 0}, {0, 1}, {0, 11}, {255, 255}, {16, 1}};

	for (size_t i = 0; i < sizeof(lengths) / 2; i++) {
		uint8_t octet;
		int fd = open_stream();

		assert_int_equal(send(fd, lengths[i], 2, MSG_NOSIGNAL), 2);
		assert_false(read_whole(fd, &octet, 1));
		close(fd);
	}
}

/* Who reads nothing is dropped, and does not keep others waiting. */
static void
stalled(void)
{
	uint8_t request[514];
	size_t len = write_framed(request, LDNS_RR_TYPE_AXFR, 0);
	int lazy[3], fd;

	for (unsigned i = 0; i < 3; i++) {
		lazy[i] = open_stream();
		assert_int_equal(send(lazy[i], request, len, MSG_NOSIGNAL), len);
	}
	fd = open_stream();
	assert_int_equal(send(fd, request, len, MSG_NOSIGNAL), len);
	assert_int_equal(read_transfer(fd), 2 * MANY + 3 + 3);
	close(fd);
	usleep(3 * IDLE_MS * 1000);
	for (unsigned i = 0; i < 3; i++) {
		ldns_pkt *packet;
		size_t records = 0;

		while ((packet = read_message(lazy[i])) != NULL) {
			records += ldns_pkt_ancount(packet);
			ldns_pkt_free(packet);
		}
		assert_true(records < 2 * MANY);
		close(lazy[i]);
	}
}

/* Who takes a little now and then is never idle, and is dropped all the same. */
static void
slow(void)
{
	static uint8_t octets[16384];
	uint8_t request[514];
	size_t len = write_framed(request, LDNS_RR_TYPE_AXFR, 0);
	int fd = open_stream();
	ssize_t got = 1;
	int64_t all = 0;

	assert_int_equal(send(fd, request, len, MSG_NOSIGNAL), len);
	for (int64_t from = net_monotonic_us();
	     net_monotonic_us() - from < INT64_C(1400) * TRANSFER_MS;) {
		got = recv(fd, octets, sizeof(octets), MSG_DONTWAIT);
		all += got > 0 ? got : 0;
		usleep(100000);
	}
	/* What the kernel holds is still there, and then it ends. */
	while ((got = recv(fd, octets, sizeof(octets), 0)) > 0)
		all += got;
	assert_in_range(all, 100000, 2 * MANY * 20);
	close(fd);
}

/* Of five idle connections of one address the first goes. */
static void
too_many(void)
{
	uint8_t octet;
	int fds[5];

	for (unsigned i = 0; i < 5; i++) {
		fds[i] = open_stream();
		usleep(20000);
	}
	assert_true(wait_for(fds[0], 200));
	assert_int_equal(recv(fds[0], &octet, 1, 0), 0);
	for (unsigned i = 1; i < 5; i++)
		assert_false(wait_for(fds[i], 0));
	usleep(2 * IDLE_MS * 1000); /* and then all, since they ask nothing */
	for (unsigned i = 1; i < 5; i++)
		assert_int_equal(recv(fds[i], &octet, 1, MSG_DONTWAIT), 0);
	for (unsigned i = 0; i < 5; i++)
		close(fds[i]);
}

/* Who is refused again and again is sent away. */
static void
refused(void)
{
	uint8_t request[514];
	size_t len = 2 + write_request(request + 2, "other.test", LDNS_RR_TYPE_SOA, 0);
	int fd = open_stream();
	unsigned answers = 0;

	request[0] = 0;
	request[1] = (uint8_t)(len - 2);
	for (unsigned i = 0; i < 10; i++)
		(void)!send(fd, request, len, MSG_NOSIGNAL);
	for (ldns_pkt *packet; (packet = read_message(fd)) != NULL; answers++) {
		assert_int_equal(ldns_pkt_get_rcode(packet), LDNS_RCODE_REFUSED);
		ldns_pkt_free(packet);
	}
	assert_in_range(answers, 1, 3);
	close(fd);
}

/* Without descriptors the connection that is idle goes, and who comes is served. */
static void
exhausted(void)
{
	struct rlimit before, few;
	struct sockaddr_storage address;
	socklen_t address_len = net_endpoint_to(&endpoint, &address);
	uint8_t request[514], octet;
	size_t len = write_framed(request, LDNS_RR_TYPE_SOA, 0);
	int idle = open_stream();
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int next;
	ldns_pkt *packet;

	usleep(50000);
	next = dup(fd);
	close(next);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = (rlim_t)next;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, address_len), 0);
	assert_int_equal(send(fd, request, len, MSG_NOSIGNAL), len);
	packet = read_message(fd);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_non_null(packet);
	ldns_pkt_free(packet);
	assert_int_equal(recv(idle, &octet, 1, MSG_DONTWAIT), 0);
	close(idle);
	close(fd);
}

/* A NOTIFY that a reload has met comes again. */
static void
notify_again(void)
{
	uint8_t octets[600];
	struct sockaddr_storage from;
	socklen_t from_len = sizeof(from);
	ssize_t len;

	assert_true(wait_for(notified, 3000));
	len = recvfrom(notified, octets, sizeof(octets), 0, (struct sockaddr *)&from,
	               &from_len);
	assert_true(len > 0);
	octets[2] |= 0x80;
	assert_int_equal(sendto(notified, octets, (size_t)len, 0, (struct sockaddr *)&from,
	                        from_len),
	                 len);
	usleep(100000);
}

/* The NOTIFY comes again until it is answered; answers that do not fit are none. */
static void
notify(void)
{
	uint8_t octets[600];
	uint16_t id = 0;

	for (unsigned i = 0; i < 2; i++) {
		struct sockaddr_storage from;
		socklen_t from_len = sizeof(from);
		ldns_pkt *packet;
		ssize_t len;

		assert_true(wait_for(notified, 3000));
		len = recvfrom(notified, octets, sizeof(octets), 0,
		               (struct sockaddr *)&from, &from_len);
		assert_true(len > 0);
		packet = parse(octets, (size_t)len);
		assert_int_equal(ldns_pkt_get_opcode(packet), LDNS_PACKET_NOTIFY);
		assert_false(ldns_pkt_qr(packet));
		assert_true(i == 0 || ldns_pkt_id(packet) == id);
		assert_int_equal(ldns_pkt_ancount(packet), 1);
		id = ldns_pkt_id(packet);
		ldns_pkt_free(packet);
		octets[2] |= 0x80;
		octets[0] ^= i == 0; /* another id */
		assert_int_equal(sendto(notified, octets, (size_t)len, 0,
		                        (struct sockaddr *)&from, from_len),
		                 len);
	}
	usleep(100000);
	assert_false(wait_for(notified, 2500));
}

static void
test_pieces(void **state)
{
	(void)state;
	serve(octet_by_octet);
	serve(wrong_lengths);
	assert_int_equal(feed_counters(feed)->malformed, 5);
}

static void
test_stalled(void **state)
{
	uint64_t dropped = feed_counters(feed)->clients_dropped;

	(void)state;
	serve(stalled);
	assert_int_equal(feed_counters(feed)->clients_dropped, dropped + 3);
}

static void
test_slow(void **state)
{
	uint64_t dropped = feed_counters(feed)->clients_dropped;

	(void)state;
	serve(slow);
	assert_int_equal(feed_counters(feed)->clients_dropped, dropped + 1);
}

static void
test_too_many(void **state)
{
	uint64_t dropped = feed_counters(feed)->clients_dropped;

	(void)state;
	serve(too_many);
	assert_int_equal(feed_counters(feed)->clients_dropped, dropped + 5);
}

static void
test_exhausted(void **state)
{
	(void)state;
	serve(exhausted);
}

static void
test_refused(void **state)
{
	(void)state;
	serve(refused);
}

static void
test_notify(void **state)
{
	uint8_t octets[600];
	uint64_t heard = feed_counters(feed)->notified;
	struct feed_zone_facts facts;

	(void)state;
	/* What earlier swaps have left. */
	while (wait_for(notified, 0))
		(void)!recv(notified, octets, sizeof(octets), 0);
	assert_int_equal(feed_swap(feed, 0, large_image(10), NOW), FSK_OK);
	serve(notify);
	assert_int_equal(feed_counters(feed)->notified, heard + 1);
	assert_true(feed_zone_facts(feed, 0, &facts));
	assert_int_equal(facts.serial, TODAY + 1);
	assert_int_equal(facts.names, MANY);
	assert_int_equal(facts.deltas, 1);
	assert_false(feed_zone_facts(feed, 1, &facts));
}

/* Another setting: same endpoints, other rules; transfers know nothing of it. */
static void
test_change(void **state)
{
	struct feed_setting setting = scene.setting;
	struct net_endpoint other = endpoint;
	uint64_t heard = feed_counters(feed)->notified;
	struct feed_zone_facts facts;
	uint8_t octets[600];

	(void)state;
	setting.listen = &other;
	assert_int_equal(feed_change(feed, &setting), FSK_RANGE);
	setting.listen = scene.setting.listen;
	scene.keys[1].secret_len = FEED_KEY_LEAST - 1;
	assert_int_equal(feed_change(feed, &setting), FSK_RANGE);
	scene.keys[1].secret_len = 32;
	assert_int_equal(feed_change(feed, &setting), FSK_OK);
	assert_true(feed_zone_facts(feed, 0, &facts));
	assert_int_equal(facts.serial, TODAY + 1);
	assert_int_equal(feed_swap(feed, 0, large_image(20), NOW), FSK_OK);
	while (wait_for(notified, 0))
		(void)!recv(notified, octets, sizeof(octets), 0);
	assert_int_equal(feed_change(feed, &setting), FSK_OK);
	serve(notify_again);
	assert_int_equal(feed_counters(feed)->notified, heard + 1);
	setting.zone_count = 0;
	assert_int_equal(feed_change(feed, &setting), FSK_OK);
	assert_false(feed_zone_facts(feed, 0, &facts));
	assert_int_equal(feed_swap(feed, 0, large_image(0), NOW), FSK_RANGE);
}

/* An endpoint that is taken is named. */
static void
test_port_in_use(void **state)
{
	struct feed_setting setting = scene.setting;
	struct feed *second = NULL;
	size_t which = 7;

	(void)state;
	setting.listen = &endpoint;
	assert_int_equal(feed_new(&setting, loop, &which, &second), FSK_IO);
	assert_int_equal(errno, EADDRINUSE);
	assert_int_equal(which, 0);
	assert_null(second);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_pieces),      cmocka_unit_test(test_stalled),
	        cmocka_unit_test(test_too_many),    cmocka_unit_test(test_slow),
	        cmocka_unit_test(test_notify),      cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_exhausted),   cmocka_unit_test(test_change),
	        cmocka_unit_test(test_port_in_use),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
