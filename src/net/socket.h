/* SPDX-License-Identifier: BSD-2-Clause
 *
 * net/socket.h: sockets as this project wants them: non-blocking, closed on exec,
 * bound to one address and port.
 */
#ifndef NET_SOCKET_H
#define NET_SOCKET_H

#include <foresink/err.h>

#include "base/address.h"

#include <sys/socket.h>

/* An address with a port. */
struct net_endpoint {
	struct address address;
	uint16_t port;  /* 0: the system chooses */
	uint32_t scope; /* of whom an IPv6 packet came from, the link on which its address
	                 * means something (RFC 4007); 0: on all, or not known */
};

/* Octets of the longest text with its NUL: "[IPv6]:65535". */
#define NET_ENDPOINT_SIZE 54

/* Reads "192.0.2.1:53", "[2001:db8::1]:53", or either without a port, which is then
 * ${port}. FSK_SYNTAX, also for an address with a zone ("fe80::1%eth0"). */
FSK_MUST_USE enum fsk_err net_endpoint_read(struct span text, uint16_t port,
                                            struct net_endpoint *endpoint);
void net_endpoint_write(const struct net_endpoint *endpoint, char out[NET_ENDPOINT_SIZE]);

/* To and from what the system calls take. FSK_RANGE for what is neither IPv4 nor IPv6. */
socklen_t net_endpoint_to(const struct net_endpoint *endpoint,
                          struct sockaddr_storage *address);
FSK_MUST_USE enum fsk_err net_endpoint_from(const struct sockaddr_storage *address,
                                            struct net_endpoint *endpoint);

/* Opens a socket bound to ${endpoint} and stores it in ${fd}: of datagrams, or one that
 * listens with ${backlog}. IPv6 sockets take IPv6 only. SO_REUSEADDR for TCP. With ${bound}
 * (may be NULL) comes the port that it got. FSK_IO with errno. */
FSK_MUST_USE enum fsk_err net_open_udp(const struct net_endpoint *endpoint, int *fd,
                                       struct net_endpoint *bound);
FSK_MUST_USE enum fsk_err net_open_tcp(const struct net_endpoint *endpoint, int backlog,
                                       int *fd, struct net_endpoint *bound);

/* The same for sockets of which several share one endpoint, one a worker (SO_REUSEPORT):
 * the kernel deals what comes among them. Where the endpoint is any address of this host,
 * datagrams say at which they came in (net/datagrams.h); else that is known, and to be told
 * it with each would cost a tenth of what a small answer does. Room for ${octets} in the
 * kernel is asked for in both directions. What leaves is not taken apart on the way
 * (net/send.h). */
FSK_MUST_USE enum fsk_err net_share_udp(const struct net_endpoint *endpoint, int octets,
                                        int *fd, struct net_endpoint *bound);
FSK_MUST_USE enum fsk_err net_share_tcp(const struct net_endpoint *endpoint, int backlog,
                                        int *fd, struct net_endpoint *bound);

/* Opens both of them for ${endpoint}, on one port, which is stored in it if the system
 * chooses: in ${fds} that for datagrams, with room for ${octets}, and the one that listens.
 * FSK_IO with errno. */
FSK_MUST_USE enum fsk_err net_share_both(struct net_endpoint *endpoint, int octets,
                                         int backlog, int fds[2]);

/* Sees that nobody listens at ${endpoint} yet (with ${udp} for datagrams, too): workers
 * share it, and so would a second daemon of the same user, by mistake, and get a part of
 * what comes without a word. FSK_IO with errno. */
FSK_MUST_USE enum fsk_err net_check_free(const struct net_endpoint *endpoint, bool udp);

/* Opens a socket for datagrams to and from ${peer} alone, bound to ${port} (0: the system
 * chooses) of any address of this host. FSK_IO with errno (EADDRINUSE: another port). */
FSK_MUST_USE enum fsk_err net_reach_udp(const struct net_endpoint *peer, uint16_t port,
                                        int *fd);

/* Begins a connection to ${peer}, which is there when ${fd} can be written
 * (net_reached_tcp() says whether). FSK_IO with errno. */
FSK_MUST_USE enum fsk_err net_reach_tcp(const struct net_endpoint *peer, int *fd);
FSK_MUST_USE enum fsk_err net_reached_tcp(int fd);

/* Accepts one connection of ${listener}; ${peer} may be NULL. FSK_END when none waits;
 * FSK_IO with errno (EMFILE and its like: try again later). */
FSK_MUST_USE enum fsk_err net_accept(int listener, int *fd, struct net_endpoint *peer);

/* Whether ${error} says that there are no descriptors. */
bool net_is_exhausted(int error);

/* Whether somebody waits to be accepted by ${listener}: without descriptors the kernel says
 * so also when nobody does. Keeps errno. */
bool net_is_waiting(int listener);

#endif
