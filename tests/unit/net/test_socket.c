/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Endpoints as text and as system calls take them, and sockets on loopback.
 */
#include "net/socket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static void
assert_reads(const char *text, const char *wanted)
{
	struct net_endpoint endpoint, again;
	struct sockaddr_storage address;
	char written[NET_ENDPOINT_SIZE];

	assert_int_equal(net_endpoint_read(span_of(text), 5353, &endpoint), FSK_OK);
	net_endpoint_write(&endpoint, written);
	assert_string_equal(written, wanted);
	assert_int_equal(net_endpoint_read(span_of(written), 1, &again), FSK_OK);
	assert_true(address_equal(&endpoint.address, &again.address));
	assert_int_equal(endpoint.port, again.port);
	/* By way of the system's form too. */
	assert_true(net_endpoint_to(&endpoint, &address) > 0);
	assert_int_equal(net_endpoint_from(&address, &again), FSK_OK);
	assert_true(address_equal(&endpoint.address, &again.address));
	assert_int_equal(endpoint.port, again.port);
}

static void
assert_refused(const char *text)
{
	struct net_endpoint endpoint = {.port = 7};
	/* A copy of just that size, so that a sanitizer sees a read behind it. */
	size_t len = strlen(text);
	char *copy = malloc(len > 0 ? len : 1);

	assert_non_null(copy);
	memcpy(copy, text, len);
	assert_int_equal(net_endpoint_read((struct span){copy, len}, 53, &endpoint),
	                 FSK_SYNTAX);
	assert_int_equal(endpoint.port, 7); /* written on success only */
	free(copy);
}

static void
test_endpoints(void **state)
{
	static const char *const refused[] = {
	        "",
	        ":",
	        ":53",
	        "192.0.2.1:",
	        "192.0.2.1:65536",
	        "192.0.2.1:99999",
	        "192.0.2.1:100000",
	        "192.0.2.1:053",
	        "192.0.2.1:00",
	        "192.0.2.1:+5",
	        "192.0.2.1: 53",
	        "192.0.2.1:53 ",
	        "192.0.2.1:5a",
	        "192.0.2.1.",
	        "localhost:53",
	        "[192.0.2.1]:53",
	        "[2001:db8::1",
	        "[2001:db8::1]53",
	        "[2001:db8::1]:",
	        "[2001:db8::1]:65536",
	        "2001:db8::1]:53",
	        "[]:53",
	        "[[2001:db8::1]]:53",
	        "fe80::1%eth0",
	        "[fe80::1%eth0]:53",
	};

	(void)state;
	assert_reads("192.0.2.1:53", "192.0.2.1:53");
	assert_reads("192.0.2.1", "192.0.2.1:5353");
	assert_reads("192.0.2.1:0", "192.0.2.1:0");
	assert_reads("0.0.0.0:65535", "0.0.0.0:65535");
	assert_reads("[2001:DB8::1]:53", "[2001:db8::1]:53");
	assert_reads("[2001:db8::1]", "[2001:db8::1]:5353");
	assert_reads("2001:db8::1", "[2001:db8::1]:5353");
	assert_reads("2001:db8::1:53", "[2001:db8::1:53]:5353");
	assert_reads("::", "[::]:5353");
	assert_reads("[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535",
	             "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_refused(refused[i]);
}

static void
test_foreign_family(void **state)
{
	struct sockaddr_storage address = {.ss_family = AF_UNIX};
	struct net_endpoint endpoint;

	(void)state;
	assert_int_equal(net_endpoint_from(&address, &endpoint), FSK_RANGE);
}

/* Who has an address that means something on one link only is answered on that link. */
static void
test_link(void **state)
{
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
	                           .sin6_port = htons(5353),
	                           .sin6_addr = {{{0xfe, 0x80, [15] = 1}}},
	                           .sin6_scope_id = 7};
	struct sockaddr_storage address = {0};
	struct net_endpoint endpoint;

	(void)state;
	memcpy(&address, &in6, sizeof(in6));
	assert_int_equal(net_endpoint_from(&address, &endpoint), FSK_OK);
	memset(&address, 0xff, sizeof(address));
	assert_int_equal(net_endpoint_to(&endpoint, &address), sizeof(in6));
	assert_memory_equal(&address, &in6, sizeof(in6));
}

static struct net_endpoint
loopback(const char *text)
{
	struct net_endpoint endpoint;

	assert_int_equal(net_endpoint_read(span_of(text), 0, &endpoint), FSK_OK);
	return endpoint;
}

static void
assert_flags(int fd)
{
	assert_true((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
	assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
}

static void
wait_for(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	assert_int_equal(poll(&poll_fd, 1, 5000), 1);
}

static void
test_tcp(void **state)
{
	struct net_endpoint asked = loopback("127.0.0.1:0"), bound, peer;
	struct sockaddr_storage to;
	socklen_t len;
	int listener, client, accepted, second;

	(void)state;
	assert_int_equal(net_open_tcp(&asked, 8, &listener, &bound), FSK_OK);
	assert_flags(listener);
	assert_true(bound.port != 0);
	assert_true(address_equal(&bound.address, &asked.address));
	assert_int_equal(net_accept(listener, &accepted, &peer), FSK_END);

	client = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(client >= 0);
	len = net_endpoint_to(&bound, &to);
	assert_int_equal(connect(client, (const struct sockaddr *)&to, len), 0);
	wait_for(listener);
	assert_int_equal(net_accept(listener, &accepted, &peer), FSK_OK);
	assert_flags(accepted);
	assert_true(address_equal(&peer.address, &asked.address));
	assert_true(peer.port != 0 && peer.port != bound.port);

	/* In use, and free again at once though a connection of it lingers. */
	assert_int_equal(net_open_tcp(&bound, 8, &second, NULL), FSK_IO);
	assert_int_equal(errno, EADDRINUSE);
	close(accepted);
	close(listener);
	assert_int_equal(net_open_tcp(&bound, 8, &listener, NULL), FSK_OK);
	close(listener);
	close(client);
}

static void
test_udp(void **state)
{
	struct net_endpoint asked = loopback("127.0.0.1:0"), bound, second_bound;
	struct sockaddr_storage to;
	socklen_t len;
	char octet;
	int first, second;

	(void)state;
	assert_int_equal(net_open_udp(&asked, &first, &bound), FSK_OK);
	assert_int_equal(net_open_udp(&asked, &second, &second_bound), FSK_OK);
	assert_flags(first);
	assert_true(bound.port != 0 && bound.port != second_bound.port);
	len = net_endpoint_to(&bound, &to);
	assert_int_equal(sendto(second, "x", 1, 0, (const struct sockaddr *)&to, len), 1);
	wait_for(first);
	assert_int_equal(recv(first, &octet, 1, 0), 1);
	assert_int_equal(octet, 'x');
	close(second);
	assert_int_equal(net_open_udp(&bound, &second, NULL), FSK_IO);
	assert_int_equal(errno, EADDRINUSE);
	close(first);
}

/* Where there is IPv6: both kinds at one port. */
static void
test_v6_only(void **state)
{
	struct net_endpoint six = loopback("[::]:0"), four, bound;
	int first, second;

	(void)state;
	if (net_open_tcp(&six, 8, &first, &bound) != FSK_OK) {
		assert_int_equal(errno, EAFNOSUPPORT);
		return;
	}
	four = loopback("0.0.0.0:0");
	four.port = bound.port;
	assert_int_equal(net_open_tcp(&four, 8, &second, NULL), FSK_OK);
	close(first);
	close(second);
}

static void
test_not_ours(void **state)
{
	struct net_endpoint elsewhere = loopback("192.0.2.1:0"); /* RFC 5737 */
	int fd = -7;

	(void)state;
	assert_int_equal(net_open_udp(&elsewhere, &fd, NULL), FSK_IO);
	assert_int_equal(errno, EADDRNOTAVAIL);
	assert_int_equal(net_open_tcp(&elsewhere, 8, &fd, NULL), FSK_IO);
	assert_int_equal(fd, -7);
	assert_int_equal(net_accept(-1, &fd, NULL), FSK_IO);
	assert_int_equal(errno, EBADF);
}

/* Several at one endpoint, which nobody else may have. */
static void
test_shared(void **state)
{
	struct net_endpoint asked = loopback("127.0.0.1:0"), bound, second_bound;
	int fds[4], other = -7;

	(void)state;
	assert_int_equal(net_share_udp(&asked, 1 << 16, &fds[0], &bound), FSK_OK);
	assert_flags(fds[0]);
	assert_true(bound.port != 0);
	assert_int_equal(net_share_udp(&bound, 1 << 16, &fds[1], &second_bound), FSK_OK);
	assert_int_equal(bound.port, second_bound.port);
	assert_int_equal(net_open_udp(&bound, &other, NULL), FSK_IO);
	assert_int_equal(errno, EADDRINUSE);
	assert_int_equal(net_share_tcp(&asked, 8, &fds[2], &bound), FSK_OK);
	assert_flags(fds[2]);
	assert_int_equal(net_share_tcp(&bound, 8, &fds[3], NULL), FSK_OK);
	assert_int_equal(net_open_tcp(&bound, 8, &other, NULL), FSK_IO);
	assert_int_equal(other, -7);
	for (size_t i = 0; i < 4; i++)
		close(fds[i]);
}

/* By a port of our choice, to one peer alone. */
static void
check_reach_udp(const char *at)
{
	struct net_endpoint asked = loopback(at), bound, here;
	struct sockaddr_storage from = {.ss_family = AF_UNSPEC};
	socklen_t len = sizeof(from);
	int server, client, other = -7;
	char octet;

	assert_int_equal(net_open_udp(&asked, &server, &bound), FSK_OK);
	assert_int_equal(net_reach_udp(&bound, 0, &client), FSK_OK);
	assert_flags(client);
	assert_int_equal(send(client, "x", 1, 0), 1);
	wait_for(server);
	assert_int_equal(recvfrom(server, &octet, 1, 0, (struct sockaddr *)&from, &len), 1);
	assert_int_equal(net_endpoint_from(&from, &here), FSK_OK);
	assert_int_equal(net_reach_udp(&bound, here.port, &other), FSK_IO);
	assert_int_equal(errno, EADDRINUSE);
	assert_int_equal(other, -7);
	close(client);
	assert_int_equal(net_reach_udp(&bound, here.port, &client), FSK_OK);
	assert_int_equal(send(client, "x", 1, 0), 1);
	wait_for(server);
	len = sizeof(from);
	assert_int_equal(recvfrom(server, &octet, 1, 0, (struct sockaddr *)&from, &len), 1);
	assert_int_equal(net_endpoint_from(&from, &bound), FSK_OK);
	assert_int_equal(bound.port, here.port);
	close(client);
	close(server);
}

static void
check_reach_tcp(const char *at)
{
	struct net_endpoint asked = loopback(at), bound;
	struct pollfd writable = {.events = POLLOUT};
	int listener, client, accepted;

	assert_int_equal(net_open_tcp(&asked, 8, &listener, &bound), FSK_OK);
	assert_int_equal(net_reach_tcp(&bound, &client), FSK_OK);
	assert_flags(client);
	writable.fd = client;
	assert_int_equal(poll(&writable, 1, 5000), 1);
	assert_int_equal(net_reached_tcp(client), FSK_OK);
	wait_for(listener);
	assert_int_equal(net_accept(listener, &accepted, NULL), FSK_OK);
	close(accepted);
	close(client);
	close(listener);
	/* Nobody is there: it is said at once or later. */
	if (net_reach_tcp(&bound, &client) == FSK_OK) {
		writable.fd = client;
		assert_int_equal(poll(&writable, 1, 5000), 1);
		assert_int_equal(net_reached_tcp(client), FSK_IO);
		close(client);
	}
	assert_int_equal(errno, ECONNREFUSED);
	assert_int_equal(net_reached_tcp(-1), FSK_IO);
	assert_int_equal(errno, EBADF);
}

static void
test_reach(void **state)
{
	(void)state;
	check_reach_udp("127.0.0.1:0");
	check_reach_udp("[::1]:0");
	check_reach_tcp("127.0.0.1:0");
	check_reach_tcp("[::1]:0");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_endpoints), cmocka_unit_test(test_foreign_family),
	        cmocka_unit_test(test_link),      cmocka_unit_test(test_tcp),
	        cmocka_unit_test(test_udp),       cmocka_unit_test(test_v6_only),
	        cmocka_unit_test(test_not_ours),  cmocka_unit_test(test_shared),
	        cmocka_unit_test(test_reach),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
