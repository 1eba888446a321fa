/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/packet.h: from a captured packet to what UDP or TCP carries in it: the link
 * layer, VLAN tags, IPv4 and IPv6 with their options and extension headers are
 * passed over. Nothing is put together here: fragments are told as such, and streams
 * are the matter of logs/tcp.h. A packet is any octets of any length; nothing
 * outside them is read. The spans of a packet point into them.
 */
#ifndef LOGS_PACKET_H
#define LOGS_PACKET_H

#include "base/address.h"

/* What a packet is to a review of DNS. */
enum packet_kind {
	PACKET_BROKEN, /* cut, a fragment, or against its protocol; why says it */
	PACKET_OTHER,  /* neither UDP nor TCP over IP */
	PACKET_UDP,
	PACKET_TCP
};

/* Flags of TCP (RFC 9293 section 3.1). */
#define PACKET_FIN 0x01
#define PACKET_SYN 0x02
#define PACKET_RST 0x04

struct packet {
	struct address source;
	struct address target;
	uint16_t source_port;
	uint16_t target_port;
	uint32_t sequence;         /* of TCP: number of the first octet of data */
	uint8_t flags;             /* of TCP */
	const unsigned char *data; /* what UDP or TCP carries, as far as captured */
	size_t len;                /* octets at data */
	size_t missing;            /* octets behind them that were not captured */
	const char *why;           /* static; of PACKET_BROKEN */
};

/* Whether packets of the link type ${link} can be read: Ethernet (1), loopback of
 * the BSDs (0, 108), raw IP (12, 14, 101, 228, 229), Linux cooked (113, 276); numbers
 * of the list of link types of tcpdump.org. */
bool packet_link_known(int link);

/* Reads the ${len} octets at ${octets}, captured from a link of type ${link}, which
 * is known, into ${packet}. What is not of the kind returned is zero. */
enum packet_kind packet_read(int link, const unsigned char *octets, size_t len,
                             struct packet *packet);

#endif
