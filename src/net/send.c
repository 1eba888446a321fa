/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/send.h"

#include <errno.h>
#include <string.h>

/* The interface is the system's to choose: for addresses that mean something on one link
 * only, the peer's says which. */
void
net_set_local(struct msghdr *head, struct net_control *control, const struct address *local)
{
	static const struct address nowhere;
	struct cmsghdr *part;

	head->msg_control = NULL;
	head->msg_controllen = 0;
	if (address_equal(local, &nowhere))
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

void
net_set_parts(int fd, bool parts)
{
	int how = parts ? IP_PMTUDISC_OMIT : IP_PMTUDISC_PROBE;

	/* Without it all that is lost is time. */
	(void)setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &how, sizeof(how));
}

/* Sends ${head}, which is longer than what its link carries; whether the system took it. */
static bool
send_in_parts(int fd, struct mmsghdr *head)
{
	bool taken;

	net_set_parts(fd, true);
	taken = sendmmsg(fd, head, 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1;
	net_set_parts(fd, false);
	return taken;
}

size_t
net_send_all(int fd, struct mmsghdr *heads, size_t count)
{
	size_t at = 0, lost = 0;

	while (at < count) {
		int sent = sendmmsg(fd, heads + at, (unsigned)(count - at),
		                    MSG_DONTWAIT | MSG_NOSIGNAL);

		if (sent > 0) {
			at += (size_t)sent;
		} else if (sent == 0 || errno == EAGAIN || errno == EWOULDBLOCK ||
		           errno == ENOBUFS) {
			return lost + count - at;
		} else if (errno != EINTR) {
			/* It is the first of the rest. */
			lost += errno != EMSGSIZE || !send_in_parts(fd, &heads[at]);
			at++;
		}
	}
	return lost;
}
