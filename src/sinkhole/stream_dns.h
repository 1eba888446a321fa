/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/stream_dns.h: DNS messages on a connection (RFC 7766 section 8): each with its
 * length in front, several of them, answered in their order.
 */
#ifndef SINKHOLE_STREAM_DNS_H
#define SINKHOLE_STREAM_DNS_H

#include "sinkhole/caller.h"

/* Serves the whole messages at the beginning of ${octets}, as long as the answers can be
 * sent; how many octets those are comes in ${used}. Who has gone is served to the end, for
 * what is kept. */
FSK_MUST_USE enum sinkhole_turn sinkhole_stream_serve(struct sinkhole_crowd *crowd,
                                                      struct sinkhole_desk *desk,
                                                      struct sinkhole_caller *caller,
                                                      struct span octets, size_t *used);

#endif
