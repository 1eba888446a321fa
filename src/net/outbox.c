/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/outbox.h"

#include "net/send.h"

#include <stdlib.h>

#define LETTERS 64

struct net_outbox {
	int fd;     /* of all that are in it */
	bool parts; /* all are longer than NET_WHOLE, or none is */
	unsigned count;
	size_t lost;
	struct sockaddr_storage peers[LETTERS];
	struct net_control controls[LETTERS];
	struct iovec octets[LETTERS];
	struct mmsghdr heads[LETTERS];
};

enum fsk_err
net_outbox_new(struct net_outbox **box)
{
	struct net_outbox *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	*box = made;
	return FSK_OK;
}

void
net_outbox_free(struct net_outbox *box)
{
	free(box);
}

static void
empty(struct net_outbox *box)
{
	if (box->count == 0)
		return;
	if (box->parts)
		net_set_parts(box->fd, true);
	box->lost += net_send_all(box->fd, box->heads, box->count);
	if (box->parts)
		net_set_parts(box->fd, false);
	box->count = 0;
}

void
net_outbox_put(struct net_outbox *box, const struct net_letter *letter)
{
	bool parts = letter->len > NET_WHOLE;
	struct msghdr *head;

	if (box->count == LETTERS ||
	    (box->count > 0 && (box->fd != letter->fd || box->parts != parts)))
		empty(box);
	box->fd = letter->fd;
	box->parts = parts;
	head = &box->heads[box->count].msg_hdr;
	head->msg_name = &box->peers[box->count];
	head->msg_namelen = net_endpoint_to(&letter->peer, &box->peers[box->count]);
	box->octets[box->count] = (struct iovec){letter->octets, letter->len};
	head->msg_iov = &box->octets[box->count];
	head->msg_iovlen = 1;
	net_set_local(head, &box->controls[box->count], &letter->local);
	box->count++;
}

size_t
net_outbox_send(struct net_outbox *box)
{
	size_t lost;

	empty(box);
	lost = box->lost;
	box->lost = 0;
	return lost;
}
