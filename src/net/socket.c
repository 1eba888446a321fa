/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/socket.h"

#include "base/ascii.h"
#include "net/send.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#define TRIES 16 /* ports that the system chose, until one is free for TCP too */

#define PORT_MOST 65535

/* Octets in front of the IPv4 address that is mapped into IPv6. */
#define MAPPED 12

/* A number of one to five digits, without zeros in front. */
static bool
read_port(struct span text, uint16_t *port)
{
	unsigned long number = 0;

	if (text.len < 1 || text.len > 5 || (text.len > 1 && text.text[0] == '0'))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (!ascii_digit(text.text[i]))
			return false;
		number = number * 10 + (unsigned long)(text.text[i] - '0');
	}
	if (number > PORT_MOST)
		return false;
	*port = (uint16_t)number;
	return true;
}

/* Where the colon in front of the port stands: the only one of an IPv4 address,
 * the one behind the bracket of an IPv6 address. ${text}.len: there is no port. */
static size_t
find_colon(struct span text)
{
	const char *colon;

	if (text.len > 0 && text.text[0] == '[') {
		const char *bracket = memchr(text.text, ']', text.len);
		size_t behind;

		if (bracket == NULL)
			return text.len;
		behind = (size_t)(bracket - text.text) + 1;
		return behind < text.len && text.text[behind] == ':' ? behind : text.len;
	}
	colon = text.len > 0 ? memchr(text.text, ':', text.len) : NULL;
	if (colon == NULL)
		return text.len;
	/* A second one: an IPv6 address without brackets, which has no port. */
	if (memchr(colon + 1, ':', text.len - (size_t)(colon + 1 - text.text)) != NULL)
		return text.len;
	return (size_t)(colon - text.text);
}

enum fsk_err
net_endpoint_read(struct span text, uint16_t port, struct net_endpoint *endpoint)
{
	size_t colon = find_colon(text);
	struct span host = {text.text, colon};
	struct net_endpoint got = {.port = port};

	/* address_read() drops the zone of "fe80::1%eth0"; to bind or to send, the
	 * zone is what matters. */
	if (text.len == 0 || memchr(text.text, '%', text.len) != NULL)
		return FSK_SYNTAX;
	if (address_read(host, &got.address) != FSK_OK)
		return FSK_SYNTAX;
	if (colon < text.len && !read_port(span_from(text, colon + 1), &got.port))
		return FSK_SYNTAX;
	*endpoint = got;
	return FSK_OK;
}

void
net_endpoint_write(const struct net_endpoint *endpoint, char out[NET_ENDPOINT_SIZE])
{
	bool v4 = address_is_v4(&endpoint->address);
	char address[ADDRESS_SIZE];

	address_write(&endpoint->address, address);
	snprintf(out, NET_ENDPOINT_SIZE, v4 ? "%s:%u" : "[%s]:%u", address,
	         (unsigned)endpoint->port);
}

socklen_t
net_endpoint_to(const struct net_endpoint *endpoint, struct sockaddr_storage *address)
{
	memset(address, 0, sizeof(*address));
	if (address_is_v4(&endpoint->address)) {
		struct sockaddr_in in = {.sin_family = AF_INET,
		                         .sin_port = htons(endpoint->port)};

		memcpy(&in.sin_addr, endpoint->address.octets + MAPPED,
		       sizeof(in.sin_addr));
		memcpy(address, &in, sizeof(in));
		return sizeof(in);
	}
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
	                           .sin6_port = htons(endpoint->port),
	                           .sin6_scope_id = endpoint->scope};

	memcpy(&in6.sin6_addr, endpoint->address.octets, sizeof(in6.sin6_addr));
	memcpy(address, &in6, sizeof(in6));
	return sizeof(in6);
}

enum fsk_err
net_endpoint_from(const struct sockaddr_storage *address, struct net_endpoint *endpoint)
{
	if (address->ss_family == AF_INET) {
		struct sockaddr_in in;
		uint8_t octets[4];

		memcpy(&in, address, sizeof(in));
		memcpy(octets, &in.sin_addr, sizeof(octets));
		endpoint->address = address_of_v4(octets);
		endpoint->port = ntohs(in.sin_port);
		endpoint->scope = 0;
		return FSK_OK;
	}
	if (address->ss_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, address, sizeof(in6));
		endpoint->address = address_of_v6(in6.sin6_addr.s6_addr);
		endpoint->port = ntohs(in6.sin6_port);
		endpoint->scope = in6.sin6_scope_id;
		return FSK_OK;
	}
	return FSK_RANGE;
}

static void
close_keeping_errno(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
}

static bool
set(int fd, int level, int option)
{
	int on = 1;

	return setsockopt(fd, level, option, &on, sizeof(on)) == 0;
}

/* Opens a socket of ${type} for addresses of the kind of ${address}; -1 with errno. */
static int
open_kind(const struct sockaddr_storage *address, int type)
{
	int fd = socket(address->ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	/* "::" would take IPv4 too, and then 0.0.0.0 beside it is "in use". */
	if (fd >= 0 && address->ss_family == AF_INET6 &&
	    !set(fd, IPPROTO_IPV6, IPV6_V6ONLY)) {
		close_keeping_errno(fd);
		return -1;
	}
	return fd;
}

/* Opens a socket of ${type} that is bound to ${endpoint}, alone or with others that share
 * it; -1 with errno. */
static int
open_bound(const struct net_endpoint *endpoint, int type, bool shared,
           struct net_endpoint *bound)
{
	struct sockaddr_storage address;
	socklen_t len = net_endpoint_to(endpoint, &address);
	int fd = open_kind(&address, type);

	if (fd < 0)
		return -1;
	/* Only so can a server that was stopped start anew while old connections
	 * of it linger (TIME-WAIT). For UDP it would let two servers share a port. */
	if (type == SOCK_STREAM && !set(fd, SOL_SOCKET, SO_REUSEADDR))
		goto close;
	if (shared && !set(fd, SOL_SOCKET, SO_REUSEPORT))
		goto close;
	if (bind(fd, (const struct sockaddr *)&address, len) != 0)
		goto close;
	len = sizeof(address);
	if (bound != NULL && (getsockname(fd, (struct sockaddr *)&address, &len) != 0 ||
	                      net_endpoint_from(&address, bound) != FSK_OK))
		goto close;
	return fd;

close:
	close_keeping_errno(fd);
	return -1;
}

enum fsk_err
net_open_udp(const struct net_endpoint *endpoint, int *fd, struct net_endpoint *bound)
{
	int opened = open_bound(endpoint, SOCK_DGRAM, false, bound);

	if (opened < 0)
		return FSK_IO;
	*fd = opened;
	return FSK_OK;
}

/* Whether ${address} stands for all that this host has. */
static bool
is_any(const struct address *address)
{
	static const uint8_t zeros[16];
	struct address v4 = address_of_v4(zeros), v6 = address_of_v6(zeros);

	return address_equal(address, &v4) || address_equal(address, &v6);
}

enum fsk_err
net_share_udp(const struct net_endpoint *endpoint, int octets, int *fd,
              struct net_endpoint *bound)
{
	bool v4 = address_is_v4(&endpoint->address);
	struct net_endpoint got;
	int opened = open_bound(endpoint, SOCK_DGRAM, true, &got);

	if (opened < 0)
		return FSK_IO;
	if (is_any(&endpoint->address) && !set(opened, v4 ? IPPROTO_IP : IPPROTO_IPV6,
	                                       v4 ? IP_PKTINFO : IPV6_RECVPKTINFO)) {
		close_keeping_errno(opened);
		return FSK_IO;
	}
	/* The system gives less where its own bound is lower: no failure. */
	(void)setsockopt(opened, SOL_SOCKET, SO_RCVBUF, &octets, sizeof(octets));
	(void)setsockopt(opened, SOL_SOCKET, SO_SNDBUF, &octets, sizeof(octets));
	net_set_parts(opened, false);
	*fd = opened;
	if (bound != NULL)
		*bound = got;
	return FSK_OK;
}

static enum fsk_err
open_listener(const struct net_endpoint *endpoint, int backlog, bool shared, int *fd,
              struct net_endpoint *bound)
{
	struct net_endpoint got;
	int opened = open_bound(endpoint, SOCK_STREAM, shared, &got);

	if (opened < 0)
		return FSK_IO;
	if (listen(opened, backlog) != 0) {
		close_keeping_errno(opened);
		return FSK_IO;
	}
	*fd = opened;
	if (bound != NULL)
		*bound = got;
	return FSK_OK;
}

enum fsk_err
net_open_tcp(const struct net_endpoint *endpoint, int backlog, int *fd,
             struct net_endpoint *bound)
{
	return open_listener(endpoint, backlog, false, fd, bound);
}

enum fsk_err
net_share_tcp(const struct net_endpoint *endpoint, int backlog, int *fd,
              struct net_endpoint *bound)
{
	return open_listener(endpoint, backlog, true, fd, bound);
}

enum fsk_err
net_share_both(struct net_endpoint *endpoint, int octets, int backlog, int fds[2])
{
	enum fsk_err err = FSK_IO;

	for (unsigned i = 0; i < TRIES && err != FSK_OK; i++) {
		struct net_endpoint bound = *endpoint;
		int error;

		err = net_share_udp(endpoint, octets, &fds[0], &bound);
		if (err != FSK_OK)
			return err;
		err = net_share_tcp(&bound, backlog, &fds[1], NULL);
		if (err == FSK_OK) {
			*endpoint = bound;
			return FSK_OK;
		}
		error = errno;
		close(fds[0]);
		errno = error;
		if (endpoint->port != 0)
			break;
	}
	return err;
}

enum fsk_err
net_check_free(const struct net_endpoint *endpoint, bool udp)
{
	enum fsk_err err = FSK_OK;
	int datagrams = -1, listener = -1;
	int error;

	if (endpoint->port == 0)
		return FSK_OK;
	if (udp)
		err = net_open_udp(endpoint, &datagrams, NULL);
	if (err == FSK_OK)
		err = net_open_tcp(endpoint, 1, &listener, NULL);
	error = errno;
	if (datagrams >= 0)
		close(datagrams);
	if (listener >= 0)
		close(listener);
	errno = error;
	return err;
}

enum fsk_err
net_reach_udp(const struct net_endpoint *peer, uint16_t port, int *fd)
{
	static const uint8_t v4[4], v6[16];
	bool is_v4 = address_is_v4(&peer->address);
	struct net_endpoint here = {
	        .address = is_v4 ? address_of_v4(v4) : address_of_v6(v6), .port = port};
	struct sockaddr_storage address;
	socklen_t len;
	int opened = open_bound(&here, SOCK_DGRAM, false, NULL);

	if (opened < 0)
		return FSK_IO;
	len = net_endpoint_to(peer, &address);
	if (connect(opened, (const struct sockaddr *)&address, len) != 0) {
		close_keeping_errno(opened);
		return FSK_IO;
	}
	*fd = opened;
	return FSK_OK;
}

enum fsk_err
net_reach_tcp(const struct net_endpoint *peer, int *fd)
{
	struct sockaddr_storage address;
	socklen_t len = net_endpoint_to(peer, &address);
	int opened = open_kind(&address, SOCK_STREAM);

	if (opened < 0)
		return FSK_IO;
	/* A message is written whole: waiting for more to send with it only delays it. */
	if (!set(opened, IPPROTO_TCP, TCP_NODELAY) ||
	    (connect(opened, (const struct sockaddr *)&address, len) != 0 &&
	     errno != EINPROGRESS && errno != EINTR)) {
		close_keeping_errno(opened);
		return FSK_IO;
	}
	*fd = opened;
	return FSK_OK;
}

enum fsk_err
net_reached_tcp(int fd)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		return FSK_IO;
	if (error != 0) {
		errno = error;
		return FSK_IO;
	}
	return FSK_OK;
}

/* Errors of a connection that was lost before it was taken, not of the listener:
 * accept(2) wants them passed over. */
static bool
lost_already(int error)
{
	switch (error) {
	case EINTR:
	case ECONNABORTED:
	case ENETDOWN:
	case EPROTO:
	case ENOPROTOOPT:
	case EHOSTDOWN:
	case ENONET:
	case EHOSTUNREACH:
	case EOPNOTSUPP:
	case ENETUNREACH:
		return true;
	default:
		return false;
	}
}

enum fsk_err
net_accept(int listener, int *fd, struct net_endpoint *peer)
{
	struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
	int got;

	do {
		socklen_t len = sizeof(address);

		got = accept4(listener, (struct sockaddr *)&address, &len,
		              SOCK_NONBLOCK | SOCK_CLOEXEC);
	} while (got < 0 && lost_already(errno));
	if (got < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? FSK_END : FSK_IO;
	if (peer != NULL && net_endpoint_from(&address, peer) != FSK_OK) {
		close(got);
		errno = EAFNOSUPPORT;
		return FSK_IO;
	}
	*fd = got;
	return FSK_OK;
}

bool
net_is_exhausted(int error)
{
	return error == EMFILE || error == ENFILE;
}

bool
net_is_waiting(int listener)
{
	struct pollfd door = {.fd = listener, .events = POLLIN};
	int error = errno;
	bool waiting = poll(&door, 1, 0) == 1;

	errno = error;
	return waiting;
}
