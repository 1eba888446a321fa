/* SPDX-License-Identifier: BSD-2-Clause
 *
 * net/datagrams.h: datagrams in batches (recvmmsg(2), sendmmsg(2)): one system call for
 * up to NET_BATCH of them. A batch is filled from one socket and answered by the same:
 * what is sent leaves from the address at which the request came in, also where the socket
 * is bound to all of them (IP_PKTINFO, IPV6_RECVPKTINFO). All memory is taken once.
 */
#ifndef NET_DATAGRAMS_H
#define NET_DATAGRAMS_H

#include "net/socket.h"

#define NET_BATCH 64

/* Octets of a datagram that comes in, at most: longer ones are cut and marked. Requests
 * are short (1232, and a PROXY header); answers of resolvers may be 65535. */
#define NET_DATAGRAM 65535

struct net_batch;

/* A datagram of a batch, as it came in. The octets may be changed in place: there are
 * ${room} of them. */
struct net_datagram {
	uint8_t *octets;
	size_t len;
	size_t room;
	bool cut;
	struct net_endpoint peer;
	struct address local; /* at which it came in; all zero: not known */
};

/* Makes a batch of ${count} datagrams (1..NET_BATCH; else so many) of ${most} octets each.
 * Its room for answers has the same sizes. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err net_batch_new(size_t count, size_t most,
                                        struct net_batch **batch);
void net_batch_free(struct net_batch *batch);

/* Receives what waits at ${fd}, up to the batch's count; how many, 0 when none waits. What
 * is wrong with one (ICMP errors of what was sent before) is passed over; FSK_IO with errno
 * for what is wrong with the socket, in ${err}. */
size_t net_batch_receive(struct net_batch *batch, int fd, enum fsk_err *err);

/* Datagram ${n} of those that came in last. */
struct net_datagram *net_batch_at(struct net_batch *batch, size_t n);

/* Puts the answer of ${len} octets to datagram ${n} among those to be sent. ${octets} must
 * stay until net_batch_send(); NULL stands for the octets of the datagram itself. */
void net_batch_reply(struct net_batch *batch, size_t n, const uint8_t *octets, size_t len);

/* Room of ${most} octets in which the answer to datagram ${n} may be made. */
uint8_t *net_batch_room(struct net_batch *batch, size_t n);

/* Sends them by ${fd}, and forgets them; how many the system did not take (its buffer is
 * full, the peer cannot be reached): they are lost, as datagrams may be. */
size_t net_batch_send(struct net_batch *batch, int fd);

#endif
