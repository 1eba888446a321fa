/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/outbox.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>

#define LETTERS 64

struct control {
	_Alignas(struct cmsghdr) char octets[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

struct guard_outbox {
	int fd; /* of all that are in it */
	unsigned count;
	size_t lost;
	struct sockaddr_storage peers[LETTERS];
	struct control controls[LETTERS];
	struct iovec octets[LETTERS];
	struct mmsghdr heads[LETTERS];
};

enum fsk_err
guard_outbox_new(struct guard_outbox **box)
{
	struct guard_outbox *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	*box = made;
	return FSK_OK;
}

void
guard_outbox_free(struct guard_outbox *box)
{
	free(box);
}

/* Lets ${head} leave from ${local}; the interface is for the system to choose. */
static void
set_local(struct msghdr *head, struct control *control, const struct address *local)
{
	static const struct address unknown;
	struct cmsghdr *part;

	head->msg_control = NULL;
	head->msg_controllen = 0;
	if (address_equal(local, &unknown))
		return;
	memset(control, 0, sizeof(*control));
	head->msg_control = control->octets;
	head->msg_controllen = sizeof(control->octets);
	part = CMSG_FIRSTHDR(head);
	if (address_is_v4(local)) {
		struct in_pktinfo info = {.ipi_ifindex = 0};

		memcpy(&info.ipi_spec_dst, local->octets + 12, sizeof(info.ipi_spec_dst));
		part->cmsg_level = IPPROTO_IP;
		part->cmsg_type = IP_PKTINFO;
		part->cmsg_len = CMSG_LEN(sizeof(info));
		memcpy(CMSG_DATA(part), &info, sizeof(info));
		head->msg_controllen = CMSG_SPACE(sizeof(info));
	} else {
		struct in6_pktinfo info = {.ipi6_ifindex = 0};

		memcpy(&info.ipi6_addr, local->octets, sizeof(info.ipi6_addr));
		part->cmsg_level = IPPROTO_IPV6;
		part->cmsg_type = IPV6_PKTINFO;
		part->cmsg_len = CMSG_LEN(sizeof(info));
		memcpy(CMSG_DATA(part), &info, sizeof(info));
	}
}

/* Sends what is in it. One that the system does not take is passed over; when its buffer
 * is full, the rest is lost. */
static void
empty(struct guard_outbox *box)
{
	unsigned at = 0;

	while (at < box->count) {
		int sent = sendmmsg(box->fd, box->heads + at, box->count - at,
		                    MSG_DONTWAIT | MSG_NOSIGNAL);

		if (sent > 0) {
			at += (unsigned)sent;
		} else if (sent == 0 || errno == EAGAIN || errno == EWOULDBLOCK ||
		           errno == ENOBUFS) {
			box->lost += box->count - at;
			break;
		} else if (errno != EINTR) {
			box->lost++;
			at++;
		}
	}
	box->count = 0;
}

void
guard_outbox_put(struct guard_outbox *box, const struct guard_letter *letter)
{
	struct msghdr *head;

	if (box->count == LETTERS || (box->count > 0 && box->fd != letter->fd))
		empty(box);
	box->fd = letter->fd;
	head = &box->heads[box->count].msg_hdr;
	head->msg_name = &box->peers[box->count];
	head->msg_namelen = net_endpoint_to(&letter->peer, &box->peers[box->count]);
	box->octets[box->count] = (struct iovec){letter->octets, letter->len};
	head->msg_iov = &box->octets[box->count];
	head->msg_iovlen = 1;
	set_local(head, &box->controls[box->count], &letter->local);
	box->count++;
}

size_t
guard_outbox_send(struct guard_outbox *box)
{
	size_t lost;

	empty(box);
	lost = box->lost;
	box->lost = 0;
	return lost;
}
