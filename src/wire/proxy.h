/* SPDX-License-Identifier: BSD-2-Clause
 *
 * wire/proxy.h: the header of the PROXY protocol, version 2 (HAProxy, "The PROXY protocol",
 * section 2.2), in front of a datagram or at the begin of a connection: who asked, when
 * somebody else carries the question.
 */
#ifndef WIRE_PROXY_H
#define WIRE_PROXY_H

#include "base/address.h"
#include "base/span.h"

/* Octets of the longest header that is written; and that is taken, with what others add. */
#define WIRE_PROXY_SIZE 52
#define WIRE_PROXY_MOST 536

struct wire_proxy {
	bool local; /* the carrier speaks for itself: no addresses */
	bool stream;
	struct address source, target;
	uint16_t source_port, target_port;
};

enum wire_proxy_reading { WIRE_PROXY_READ, WIRE_PROXY_MORE, WIRE_PROXY_BAD };

/* Reads the header at the begin of ${octets} and stores its length in ${len}. MORE: it is
 * well formed so far, and cut; BAD: it is none, or longer than WIRE_PROXY_MOST. Addresses
 * that are neither IPv4 nor IPv6 count as local. */
enum wire_proxy_reading wire_proxy_read(struct span octets, struct wire_proxy *proxy,
                                        size_t *len);

/* Writes ${proxy} into ${out}; its length. */
size_t wire_proxy_write(const struct wire_proxy *proxy, uint8_t out[WIRE_PROXY_SIZE]);

#endif
