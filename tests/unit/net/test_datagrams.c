/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Datagrams in batches, on loopback: they come whole or are marked, and answers leave from
 * the address that was asked. Linked with --wrap for malloc and calloc, which then fail on
 * the n-th call.
 */
#include "net/datagrams.h"
#include "net/outbox.h"
#include "../memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct net_endpoint
endpoint(const char *text, uint16_t port)
{
	struct net_endpoint got;

	assert_int_equal(net_endpoint_read(span_of(text), port, &got), FSK_OK);
	return got;
}

static struct net_batch *
make(size_t count, size_t most)
{
	struct net_batch *batch;

	assert_int_equal(net_batch_new(count, most, &batch), FSK_OK);
	return batch;
}

static void
wait_for(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	assert_int_equal(poll(&poll_fd, 1, 5000), 1);
}

/* A client that takes datagrams from ${peer} alone. */
static int
client_of(const struct net_endpoint *peer)
{
	int fd;

	assert_int_equal(net_reach_udp(peer, 0, &fd), FSK_OK);
	return fd;
}

static size_t
receive(struct net_batch *batch, int fd)
{
	enum fsk_err err = FSK_NOMEM;
	size_t got;

	wait_for(fd);
	got = net_batch_receive(batch, fd, &err);
	assert_int_equal(err, FSK_OK);
	return got;
}

static void
assert_says(int fd, const char *wanted)
{
	char octets[100];

	wait_for(fd);
	assert_int_equal(recv(fd, octets, sizeof(octets), 0), strlen(wanted));
	assert_memory_equal(octets, wanted, strlen(wanted));
}

/* Sends "again" by ${fd}. */
static void
check_outbox(int fd, const struct net_endpoint *peer, const struct address *local)
{
	uint8_t again[] = {'a', 'g', 'a', 'i', 'n'};
	struct net_outbox *box;

	assert_int_equal(net_outbox_new(&box), FSK_OK);
	net_outbox_put(box, &(struct net_letter){fd, *peer, *local, again, sizeof(again)});
	assert_int_equal(net_outbox_send(box), 0);
	assert_int_equal(net_outbox_send(box), 0); /* nothing is sent twice */
	net_outbox_free(box);
	net_outbox_free(NULL);
}

/* How many of 70 letters are lost that go by no socket: more than one call sends. */
static size_t
check_nobody(const struct net_endpoint *peer)
{
	struct net_letter letter = {.fd = -1, .peer = *peer};
	uint8_t octet = 'x';
	struct net_outbox *box;
	size_t lost;

	letter.octets = &octet;
	letter.len = 1;
	assert_int_equal(net_outbox_new(&box), FSK_OK);
	for (int i = 0; i < 70; i++)
		net_outbox_put(box, &letter);
	lost = net_outbox_send(box);
	assert_int_equal(net_outbox_send(box), 0);
	net_outbox_free(box);
	return lost;
}

/* Asks a server that is bound to ${bound} at ${at}. */
static void
check_addresses(const char *bound, const char *at)
{
	struct net_batch *batch = make(8, 512);
	static const struct address nowhere;
	struct net_endpoint any = endpoint(bound, 0), server;
	struct net_datagram *datagram;
	int fd, client;

	assert_int_equal(net_share_udp(&any, 1 << 20, &fd, &server), FSK_OK);
	server.address = endpoint(at, 0).address;
	client = client_of(&server);
	assert_int_equal(send(client, "who?", 4, 0), 4);
	assert_int_equal(receive(batch, fd), 1);
	datagram = net_batch_at(batch, 0);
	assert_int_equal(datagram->len, 4);
	assert_int_equal(datagram->room, 512);
	assert_memory_equal(datagram->octets, "who?", 4);
	assert_false(datagram->cut);
	/* Where it is bound to one address there is no other. */
	assert_true(address_equal(&datagram->local,
	                          strcmp(bound, at) == 0 ? &nowhere : &server.address));
	assert_true(datagram->peer.port != 0);
	/* The client is connected: it only hears who it asked. */
	net_batch_reply(batch, 0, (const uint8_t *)"me", 2);
	assert_int_equal(net_batch_send(batch, fd), 0);
	assert_says(client, "me");
	/* And so it does by an outbox. */
	check_outbox(fd, &datagram->peer, &server.address);
	assert_says(client, "again");
	close(client);
	close(fd);
	net_batch_free(batch);
}

static void
test_addresses(void **state)
{
	(void)state;
	check_addresses("0.0.0.0", "127.0.0.1");
	check_addresses("0.0.0.0", "127.0.0.2");
	check_addresses("127.0.0.3", "127.0.0.3");
	check_addresses("[::]", "[::1]");
	check_addresses("[::1]", "[::1]");
}

/* More than a batch, from several: each gets its own. */
static void
test_batches(void **state)
{
	struct net_batch *batch = make(5, 100);
	struct net_endpoint any = endpoint("127.0.0.1", 0), server;
	int fd, clients[3];
	char text[8] = "0";
	size_t seen = 0;

	(void)state;
	assert_int_equal(net_share_udp(&any, 1 << 16, &fd, &server), FSK_OK);
	for (size_t i = 0; i < 3; i++)
		clients[i] = client_of(&server);
	for (size_t i = 0; i < 12; i++) {
		text[0] = (char)('a' + i);
		assert_int_equal(send(clients[i % 3], text, 1, 0), 1);
	}
	for (size_t round = 0; round < 3; round++) {
		size_t got = receive(batch, fd);

		assert_int_equal(got, round < 2 ? 5 : 2);
		for (size_t i = 0; i < got; i++) {
			struct net_datagram *datagram = net_batch_at(batch, i);

			assert_int_equal(datagram->len, 1);
			assert_int_equal(datagram->octets[0], 'a' + seen + i);
			if (i % 2 == 0) { /* in place */
				datagram->octets[1] = '!';
				net_batch_reply(batch, i, NULL, 2);
				continue;
			}
			net_batch_room(batch, i)[0] = datagram->octets[0];
			net_batch_room(batch, i)[1] = '!';
			memset(net_batch_room(batch, i) + 2, '.', 98);
			net_batch_reply(batch, i, net_batch_room(batch, i), 2);
		}
		/* One that does not exist is none. */
		net_batch_reply(batch, got, (const uint8_t *)"x", 1);
		assert_int_equal(net_batch_send(batch, fd), 0);
		assert_int_equal(net_batch_send(batch, fd), 0);
		seen += got;
	}
	text[1] = '!';
	for (size_t i = 0; i < 12; i++) {
		text[0] = (char)('a' + i);
		assert_says(clients[i % 3], text);
	}
	for (size_t i = 0; i < 3; i++)
		close(clients[i]);
	close(fd);
	net_batch_free(batch);
}

static void
test_cut(void **state)
{
	struct net_batch *batch = make(4, 10);
	struct net_endpoint any = endpoint("127.0.0.1", 0), server;
	int fd, client;

	(void)state;
	assert_int_equal(net_share_udp(&any, 1 << 16, &fd, &server), FSK_OK);
	client = client_of(&server);
	assert_int_equal(send(client, "0123456789", 10, 0), 10);
	assert_int_equal(send(client, "0123456789a", 11, 0), 11);
	assert_int_equal(send(client, "", 0, 0), 0);
	assert_int_equal(receive(batch, fd), 3);
	assert_false(net_batch_at(batch, 0)->cut);
	assert_int_equal(net_batch_at(batch, 0)->len, 10);
	assert_true(net_batch_at(batch, 1)->cut);
	assert_int_equal(net_batch_at(batch, 1)->len, 10);
	assert_false(net_batch_at(batch, 2)->cut);
	assert_int_equal(net_batch_at(batch, 2)->len, 0);
	close(client);
	close(fd);
	net_batch_free(batch);
}

/* What ICMP tells of one that was sent before is passed over; a socket that is none is
 * said. */
static void
test_errors(void **state)
{
	struct net_batch *batch = make(4, 100);
	struct net_endpoint any = endpoint("127.0.0.1", 0), server;
	enum fsk_err err = FSK_NOMEM;
	int fd, client;

	(void)state;
	assert_int_equal(net_share_udp(&any, 1 << 16, &fd, &server), FSK_OK);
	assert_int_equal(net_batch_receive(batch, fd, &err), 0);
	assert_int_equal(err, FSK_OK);
	client = client_of(&server);
	assert_int_equal(send(client, "a", 1, 0), 1);
	assert_int_equal(send(client, "b", 1, 0), 1);
	assert_int_equal(receive(batch, fd), 2);
	net_batch_reply(batch, 0, NULL, 1);
	net_batch_reply(batch, 1, NULL, 1);
	close(fd);
	assert_int_equal(net_batch_send(batch, -1), 2);
	assert_int_equal(send(client, "c", 1, 0), 1); /* nobody is there */
	wait_for(client);
	err = FSK_NOMEM;
	assert_int_equal(net_batch_receive(batch, client, &err), 0);
	assert_int_equal(err, FSK_OK);
	assert_int_equal(net_batch_receive(batch, -1, &err), 0);
	assert_int_equal(err, FSK_IO);
	assert_int_equal(errno, EBADF);
	assert_int_equal(check_nobody(&server), 70);
	close(client);
	net_batch_free(batch);
	net_batch_free(NULL);
}

/* The longest datagram there is. */
static void
test_longest(void **state)
{
	struct net_batch *batch = make(NET_BATCH + 1, NET_DATAGRAM);
	struct net_endpoint any = endpoint("127.0.0.1", 0), server;
	static uint8_t octets[65507]; /* 65535 less the headers */
	int fd, client;

	(void)state;
	assert_int_equal(net_share_udp(&any, 1 << 20, &fd, &server), FSK_OK);
	client = client_of(&server);
	memset(octets, 7, sizeof(octets));
	assert_int_equal(send(client, octets, sizeof(octets), 0), sizeof(octets));
	assert_int_equal(receive(batch, fd), 1);
	assert_int_equal(net_batch_at(batch, 0)->len, sizeof(octets));
	assert_memory_equal(net_batch_at(batch, 0)->octets, octets, sizeof(octets));
	assert_int_equal(net_batch_at(batch, 0)->room, NET_DATAGRAM);
	close(client);
	close(fd);
	net_batch_free(batch);
}

/* Makes the loopback device of a network of our own carry 1280 octets; false where this
 * machine does not let us. */
static bool
enter_narrow_network(void)
{
	struct ifreq device = {.ifr_name = "lo"};
	int fd;

	if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
		return false;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	device.ifr_mtu = 1280;
	assert_int_equal(ioctl(fd, SIOCSIFMTU, &device), 0);
	device.ifr_flags = IFF_UP;
	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &device), 0);
	close(fd);
	return true;
}

/* How datagrams leave ${fd}: IP_PMTUDISC_PROBE is "whole or not at all". */
static int
how_sent(int fd)
{
	int how = -1;
	socklen_t len = sizeof(how);

	assert_int_equal(getsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &how, &len), 0);
	return how;
}

static void
send_long(int fd, const struct net_endpoint *peer)
{
	static uint8_t octets[4000];
	static const size_t lens[] = {1, 1233, 4000, 1232, 1260};
	struct net_letter letter = {.fd = fd, .peer = *peer, .octets = octets};
	struct net_outbox *box;

	assert_int_equal(net_outbox_new(&box), FSK_OK);
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		letter.len = lens[i];
		net_outbox_put(box, &letter);
	}
	assert_int_equal(net_outbox_send(box), 0);
	net_outbox_free(box);
}

/* The next datagram has ${len} octets; ${wire}, if it is one, saw that no router may take
 * it apart, or that one may. */
static void
assert_length(int fd, int wire, ssize_t len, bool whole)
{
	static uint8_t octets[5000];

	wait_for(fd);
	assert_int_equal(recv(fd, octets, sizeof(octets), 0), len);
	if (wire < 0)
		return;
	wait_for(wire);
	assert_int_equal(recv(wire, octets, sizeof(octets), 0), 28 + len);
	assert_int_equal(octets[6] >> 6 & 1, whole); /* DF */
}

/* What does not fit into a packet of its link goes in parts; all else goes whole. */
static void
check_parts(bool alone)
{
	struct net_endpoint any = endpoint("127.0.0.1", 0), server;
	struct net_batch *batch = make(4, 2000);
	static uint8_t long_one[1500];
	enum fsk_err err;
	int fd, client, wire;

	assert_int_equal(net_share_udp(&any, 1 << 16, &fd, &server), FSK_OK);
	assert_int_equal(how_sent(fd), IP_PMTUDISC_PROBE);
	client = client_of(&server);
	assert_int_equal(send(client, "a", 1, 0), 1);
	wait_for(fd);
	assert_int_equal(net_batch_receive(batch, fd, &err), 1);
	net_batch_reply(batch, 0, long_one, sizeof(long_one));
	assert_int_equal(net_batch_send(batch, fd), 0);
	/* Where others are, it would see theirs. */
	wire = alone ? socket(AF_INET, SOCK_RAW, IPPROTO_UDP) : -1;
	assert_true(wire >= 0 || !alone);
	assert_length(client, -1, sizeof(long_one), false);
	send_long(fd, &net_batch_at(batch, 0)->peer);
	assert_length(client, wire, 1, true);
	assert_length(client, wire, 1233, false);
	assert_length(client, wire, 4000, false);
	assert_length(client, wire, 1232, true);
	assert_length(client, wire, 1260, false);
	assert_int_equal(how_sent(fd), IP_PMTUDISC_PROBE);
	net_batch_free(batch);
	if (wire >= 0)
		close(wire);
	close(client);
	close(fd);
}

/* In a process of its own: a thread does not come back out of the network. */
static void
test_parts(void **state)
{
	pid_t child;
	int status;

	(void)state;
	check_parts(false); /* here all of it fits */
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		bool narrow = enter_narrow_network();

		if (narrow)
			check_parts(true);
		_exit(narrow ? 0 : 77);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
test_memory(void **state)
{
	struct net_batch *batch = NULL;

	(void)state;
	for (int n = 0; n < 2; n++) {
		memory_left = n;
		assert_int_equal(net_batch_new(8, 512, &batch), FSK_NOMEM);
		assert_null(batch);
	}
	memory_left = -1;
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_addresses), cmocka_unit_test(test_batches),
	        cmocka_unit_test(test_cut),       cmocka_unit_test(test_errors),
	        cmocka_unit_test(test_longest),   cmocka_unit_test(test_memory),
	        cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
