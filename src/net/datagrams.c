/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/datagrams.h"

#include "base/size.h"
#include "net/send.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>

#define LINE 64 /* octets of a line of the processor's cache */

/* Errors in a row, of what was sent before, until the loop has its turn again. */
#define PASSED_OVER 64

/* What the kernel writes of one that came in. */
struct arrival {
	struct sockaddr_storage peer;
	struct net_control control;
};

struct net_batch {
	size_t count, most, stride;
	size_t came;    /* datagrams that came in last */
	size_t replies; /* to be sent */
	uint8_t *in, *out;
	struct net_datagram datagrams[NET_BATCH];
	struct arrival arrivals[NET_BATCH];
	struct iovec in_octets[NET_BATCH], out_octets[NET_BATCH];
	struct mmsghdr in_heads[NET_BATCH], out_heads[NET_BATCH];
};

enum fsk_err
net_batch_new(size_t count, size_t most, struct net_batch **batch)
{
	struct net_batch *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	if (count < 1 || count > NET_BATCH)
		count = NET_BATCH;
	made->count = count;
	made->most = most;
	/* An odd number of lines: else the begins of all buffers would fall on the same
	 * few sets of the cache, and push each other out of it. */
	made->stride = ((size_add(most, LINE - 1) / LINE) | 1) * LINE;
	/* Their pages are taken when datagrams fill them. */
	/* NOLINTNEXTLINE(clang-analyzer-optin.portability.UnixAPI): no product here is 0 */
	made->in = malloc(size_mul(made->stride, size_mul(count, 2)));
	if (made->in == NULL) {
		free(made);
		return FSK_NOMEM;
	}
	made->out = made->in + made->stride * count;
	for (size_t i = 0; i < count; i++) {
		made->in_octets[i] = (struct iovec){made->in + i * made->stride, most};
		made->in_heads[i].msg_hdr =
		        (struct msghdr){.msg_name = &made->arrivals[i].peer,
		                        .msg_iov = &made->in_octets[i],
		                        .msg_iovlen = 1,
		                        .msg_control = &made->arrivals[i].control};
	}
	made->came = count; /* so that all heads are made ready */
	*batch = made;
	return FSK_OK;
}

void
net_batch_free(struct net_batch *batch)
{
	if (batch == NULL)
		return;
	free(batch->in);
	free(batch);
}

/* Whether ${error} was of a datagram that was sent before, which ICMP told of, or of a
 * moment: there may be others behind it. */
static bool
is_passing(int error)
{
	switch (error) {
	case EINTR:
	case ECONNREFUSED:
	case EHOSTUNREACH:
	case ENETUNREACH:
	case EHOSTDOWN:
	case ENETDOWN:
	case ENONET:
	case ENOPROTOOPT:
	case EPROTO:
	case EMSGSIZE:
		return true;
	default:
		return false;
	}
}

/* The address of ours at which it came in, if the kernel says so. */
static struct address
local_of(struct msghdr *head)
{
	struct cmsghdr *part = CMSG_FIRSTHDR(head);
	struct address local = {{0}};

	if (part == NULL)
		return local;
	if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
		struct in_pktinfo info;
		uint8_t octets[4];

		/* Of ours, also where the datagram went to all of a network. */
		memcpy(&info, CMSG_DATA(part), sizeof(info));
		memcpy(octets, &info.ipi_spec_dst, sizeof(octets));
		local = address_of_v4(octets);
	} else if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
		struct in6_pktinfo info;

		memcpy(&info, CMSG_DATA(part), sizeof(info));
		local = address_of_v6(info.ipi6_addr.s6_addr);
	}
	return local;
}

size_t
net_batch_receive(struct net_batch *batch, int fd, enum fsk_err *err)
{
	unsigned tries = 0;
	int got;

	/* What the kernel wrote over. */
	for (size_t i = 0; i < batch->came; i++) {
		batch->in_heads[i].msg_hdr.msg_namelen = sizeof(struct sockaddr_storage);
		batch->in_heads[i].msg_hdr.msg_controllen = sizeof(struct net_control);
	}
	batch->came = batch->replies = 0;
	*err = FSK_OK;
	do
		got = recvmmsg(fd, batch->in_heads, (unsigned)batch->count, MSG_DONTWAIT,
		               NULL);
	while (got < 0 && is_passing(errno) && ++tries < PASSED_OVER);
	if (got < 0) {
		if (errno != EAGAIN && errno != EWOULDBLOCK && !is_passing(errno))
			*err = FSK_IO;
		return 0;
	}
	batch->came = (size_t)got;
	for (size_t i = 0; i < batch->came; i++) {
		struct mmsghdr *head = &batch->in_heads[i];
		struct net_datagram *datagram = &batch->datagrams[i];

		datagram->octets = batch->in_octets[i].iov_base;
		datagram->len = head->msg_len;
		datagram->room = batch->most;
		datagram->cut = (head->msg_hdr.msg_flags & MSG_TRUNC) != 0;
		datagram->local = local_of(&head->msg_hdr);
		/* A socket has peers of its own kind only. */
		if (net_endpoint_from(&batch->arrivals[i].peer, &datagram->peer) != FSK_OK)
			datagram->peer = (struct net_endpoint){.port = 0};
	}
	return batch->came;
}

struct net_datagram *
net_batch_at(struct net_batch *batch, size_t n)
{
	return &batch->datagrams[n];
}

uint8_t *
net_batch_room(struct net_batch *batch, size_t n)
{
	return batch->out + n * batch->stride;
}

void
net_batch_reply(struct net_batch *batch, size_t n, const uint8_t *octets, size_t len)
{
	size_t at = batch->replies;
	const struct net_datagram *datagram;
	struct msghdr *in;
	union { /* sendmsg(2) takes what it only reads without "const" */
		const uint8_t *read;
		uint8_t *written;
	} from = {.read = octets};

	if (n >= batch->came || at == NET_BATCH)
		return;
	in = &batch->in_heads[n].msg_hdr;
	datagram = &batch->datagrams[n];
	if (octets == NULL)
		from.written = datagram->octets;
	batch->replies++;
	batch->out_octets[at] = (struct iovec){from.written, len};
	batch->out_heads[at].msg_hdr = (struct msghdr){.msg_name = in->msg_name,
	                                               .msg_namelen = in->msg_namelen,
	                                               .msg_iov = &batch->out_octets[at],
	                                               .msg_iovlen = 1};
	/* What came with it is needed no more, and has the room for what goes. */
	net_set_local(&batch->out_heads[at].msg_hdr, &batch->arrivals[n].control,
	              &datagram->local);
}

size_t
net_batch_send(struct net_batch *batch, int fd)
{
	size_t lost = net_send_all(fd, batch->out_heads, batch->replies);

	batch->replies = 0;
	return lost;
}
