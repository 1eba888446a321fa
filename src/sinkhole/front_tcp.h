/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/front_tcp.h: callers by TCP: HTTP, TLS and whatever else, told apart by what
 * they send; at ports of DNS, its messages (RFC 7766). One request a connection: its
 * beginning is kept, a constant is answered, and it is closed. Nothing that a caller sends
 * decides what is answered, but for TLS, which is spoken where there is a certificate. Of
 * TLS the handshake is answered at once; the contact is kept before what is said in it is
 * answered, or when it ends without that. A process that is killed between the two has
 * answered a hello of which nothing is kept.
 *
 * Everything that a caller could pile up is bounded: ten seconds until the header is whole,
 * fifteen in all; octets; connections of one neighbourhood. At ports of DNS a message must
 * be whole ten seconds after the one before it, or after the beginning; behind the
 * fifteenth second the connection goes on only while a whole one comes every two seconds,
 * and two minutes at most. Memory is taken as octets come: an idle connection has none but
 * its place. Without descriptors or places the oldest that is idle goes, so that new
 * callers are served; of a neighbourhood that has its share, the oldest of its own. One of
 * a worker.
 */
#ifndef SINKHOLE_FRONT_TCP_H
#define SINKHOLE_FRONT_TCP_H

#include "sinkhole/front_udp.h"

#define SINKHOLE_HEADER_MS 10000
#define SINKHOLE_WHOLE_MS 15000
#define SINKHOLE_ASKING_MS 2000 /* between two questions, at last */

enum sinkhole_port { SINKHOLE_PORT_WEB, SINKHOLE_PORT_DNS };

struct sinkhole_tls; /* certificate and key, of the process: see sinkhole/tls.h */

struct sinkhole_tcp_setting {
	struct sinkhole_post *post;
	unsigned most;            /* connections */
	unsigned most_of_prefix;  /* of one neighbourhood */
	struct sinkhole_tls *tls; /* NULL: TLS is not spoken */
};

struct sinkhole_tcp;

FSK_MUST_USE enum fsk_err sinkhole_tcp_new(const struct sinkhole_tcp_setting *setting,
                                           struct sinkhole_tcp **tcp);

/* Serves ${fd}, which listens at ${endpoint} and which it owns on success. FSK_IO with
 * errno, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err sinkhole_tcp_listen(struct sinkhole_tcp *tcp, int fd,
                                              const struct net_endpoint *endpoint,
                                              enum sinkhole_port kind);

/* Other limits from now on. */
void sinkhole_tcp_limit(struct sinkhole_tcp *tcp, unsigned most, unsigned most_of_prefix);

/* Ends all connections (each that was not kept is, as far as it came) and listeners. */
void sinkhole_tcp_free(struct sinkhole_tcp *tcp);

#endif
