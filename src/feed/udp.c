/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed/udp.h"

#include "feed/request.h"

#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

#define AT_ONCE 64 /* datagrams, before others have their turn */

/* A datagram with where it came from, and to which of our addresses. */
struct datagram {
	uint8_t octets[FEED_REQUEST_MOST + 1];
	size_t len;
	struct sockaddr_storage peer;
	socklen_t peer_len;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct in6_pktinfo))];
	size_t control_len;
};

/* The interface of a datagram is where it came in; the answer may leave by another, but
 * for addresses that only mean something on a link. */
static void
forget_interface(struct msghdr *header)
{
	struct cmsghdr *part = CMSG_FIRSTHDR(header);

	if (part != NULL && part->cmsg_level == IPPROTO_IP &&
	    part->cmsg_type == IP_PKTINFO) {
		struct in_pktinfo info;

		memcpy(&info, CMSG_DATA(part), sizeof(info));
		info.ipi_ifindex = 0;
		memcpy(CMSG_DATA(part), &info, sizeof(info));
	}
}

/* Receives a datagram; false when none waits. */
static bool
receive(const struct feed_udp *udp, struct datagram *datagram)
{
	struct iovec octets = {datagram->octets, sizeof(datagram->octets)};
	struct msghdr header = {.msg_name = &datagram->peer,
	                        .msg_namelen = sizeof(datagram->peer),
	                        .msg_iov = &octets,
	                        .msg_iovlen = 1,
	                        .msg_control = datagram->control,
	                        .msg_controllen = sizeof(datagram->control)};
	ssize_t got;

	/* What the peer of an earlier answer refused by ICMP is no failure of this. */
	do
		got = recvmsg(udp->watch.fd, &header, MSG_DONTWAIT);
	while (got < 0 && (errno == EINTR || errno == ECONNREFUSED));
	if (got < 0)
		return false;
	if (udp->everywhere)
		forget_interface(&header);
	datagram->len = (size_t)got;
	datagram->peer_len = header.msg_namelen;
	datagram->control_len = udp->everywhere ? header.msg_controllen : 0;
	return true;
}

/* Sends the answer from the address that was asked. What cannot be sent is lost, as
 * datagrams are. */
static void
answer(const struct feed_udp *udp, struct datagram *to, const struct wire_packer *packer)
{
	struct iovec octets = {packer->octets, packer->len};
	struct msghdr header = {.msg_name = &to->peer,
	                        .msg_namelen = to->peer_len,
	                        .msg_iov = &octets,
	                        .msg_iovlen = 1,
	                        .msg_control = to->control_len > 0 ? to->control : NULL,
	                        .msg_controllen = to->control_len};

	(void)sendmsg(udp->watch.fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void
serve(struct feed_udp *udp, struct datagram *datagram)
{
	struct feed_call call = {
	        .octets = datagram->octets, .len = datagram->len, .now = net_clock()};
	struct feed_reply reply = {.packer = {.octets = udp->out}};

	/* Nobody has port 0: an answer there could not be sent. */
	if (net_endpoint_from(&datagram->peer, &call.peer) != FSK_OK || call.peer.port == 0)
		return;
	if (call.len >= WIRE_HEADER && !feed_request_is(call.octets, call.len))
		feed_notices_take(udp->notices, call.octets, call.len, &call.peer);
	else if (feed_serve(udp->desk, &call, &reply) == FEED_REPLY)
		answer(udp, datagram, &reply.packer);
}

static void
ready(struct net_watch *watch, unsigned what)
{
	struct feed_udp *udp = watch->context;
	struct datagram datagram;

	(void)what;
	for (unsigned i = 0; i < AT_ONCE && receive(udp, &datagram); i++)
		serve(udp, &datagram);
}

/* Whether ${address} stands for all of its kind. */
static bool
is_everywhere(const struct address *address)
{
	static const uint8_t v4[4], v6[16];
	struct address any = address_is_v4(address) ? address_of_v4(v4) : address_of_v6(v6);

	return address_equal(address, &any);
}

enum fsk_err
feed_udp_begin(struct feed_udp *udp, int fd, const struct net_endpoint *endpoint)
{
	bool v4 = address_is_v4(&endpoint->address);
	int on = 1;

	enum fsk_err err;

	udp->everywhere = is_everywhere(&endpoint->address);
	udp->watch = (struct net_watch){.fd = -1, .ready = ready, .context = udp};
	/* Else an answer leaves by the address that the route prefers, and the client
	 * does not take it. */
	if (udp->everywhere &&
	    setsockopt(fd, v4 ? IPPROTO_IP : IPPROTO_IPV6,
	               v4 ? IP_PKTINFO : IPV6_RECVPKTINFO, &on, sizeof(on)) != 0)
		return FSK_IO;
	udp->watch.fd = fd;
	err = net_watch_begin(udp->loop, &udp->watch, NET_READ);
	if (err != FSK_OK)
		udp->watch.fd = -1;
	return err;
}

void
feed_udp_end(struct feed_udp *udp)
{
	if (udp->watch.fd < 0)
		return;
	net_watch_end(udp->loop, &udp->watch);
	close(udp->watch.fd);
	udp->watch.fd = -1;
}
