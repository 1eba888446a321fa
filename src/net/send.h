/* SPDX-License-Identifier: BSD-2-Clause
 *
 * net/send.h: how datagrams leave: from the address at which what they answer came in,
 * many with one system call. For net/datagrams.h and net/outbox.h.
 */
#ifndef NET_SEND_H
#define NET_SEND_H

#include "base/address.h"

#include <netinet/in.h>
#include <sys/socket.h>

/* Room for the address of ours of a datagram that came in, or leaves, of both kinds. */
struct net_control {
	_Alignas(struct cmsghdr) char octets[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

/* Lets ${head} leave from ${local} (all zero: as the system chooses), which ${control} says
 * to the system, until it is sent. */
void net_set_local(struct msghdr *head, struct net_control *control,
                   const struct address *local);

/* Octets of a datagram that no link has to take apart: IPv6 asks for 1280 of each. */
#define NET_WHOLE 1232

/* Says whether what leaves ${fd} of IPv4 may be taken apart on the way. False: it carries
 * DF, what a router says of its links is not believed (RFC 9715: fragments are forged, and
 * so is that), and the kernel needs no id for it, the counter of which all processors
 * share: that took a tenth of the time of a small answer. */
void net_set_parts(int fd, bool parts);

/* Sends ${heads} by ${fd}, which net_share_udp() made; how many the system did not take.
 * One that does not fit into what its link carries goes in parts; one that the system does
 * not take is passed over; when its buffer is full, the rest is lost. */
size_t net_send_all(int fd, struct mmsghdr *heads, size_t count);

#endif
