/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/caller.h: what is done with one connection: read, understood, kept, answered, in
 * this order; but for the handshake of TLS, which is answered as it comes. The desk is open
 * meanwhile.
 */
#ifndef SINKHOLE_CALLER_H
#define SINKHOLE_CALLER_H

#include "sinkhole/crowd.h"

enum sinkhole_turn {
	SINKHOLE_WAIT, /* until more comes, or its time is over */
	SINKHOLE_OVER  /* it was kept: it may leave */
};

/* Sends what ${caller} is still owed, or reads what came of it and serves it. */
FSK_MUST_USE enum sinkhole_turn sinkhole_caller_serve(struct sinkhole_crowd *crowd,
                                                      struct sinkhole_desk *desk,
                                                      struct sinkhole_caller *caller);

/* Keeps what came of ${caller}, unless it was kept; nothing is answered. */
void sinkhole_caller_end(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
                         struct sinkhole_caller *caller);

/* Keeps ${octets} of ${caller} as a contact: ${request} of them (NULL: none), and the name
 * in the ClientHello (NULL: no TLS). */
void sinkhole_caller_keep(struct sinkhole_desk *desk, struct sinkhole_caller *caller,
                          struct span octets, const struct sinkhole_request *request,
                          const char *sni);

/* Sends ${octets}. What the system does not take at once waits until it does; then
 * caller->rest is not NULL, and the caller is served when he can be written to. What cannot
 * be sent is counted. */
void sinkhole_caller_send(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
                          struct sinkhole_caller *caller, struct span octets);

#endif
