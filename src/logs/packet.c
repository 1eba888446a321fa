/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/packet.h"

#include "base/span.h"

/* Link types of which packets come (tcpdump.org/linktypes.html). Raw IP has three
 * numbers: libpcap gives the one of the system that it runs on. */
enum {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_RAW_BSD = 12,
	LINK_RAW_OPENBSD = 14,
	LINK_RAW = 101,
	LINK_LOOP = 108,
	LINK_COOKED = 113,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_COOKED2 = 276
};

/* Types of Ethernet frames (IEEE's list). */
enum {
	ETHER_IPV4 = 0x0800,
	ETHER_VLAN = 0x8100, /* 802.1Q */
	ETHER_IPV6 = 0x86dd,
	ETHER_SERVICE = 0x88a8, /* 802.1ad, the outer tag of QinQ */
	ETHER_DOUBLE = 0x9100   /* the same, before it was a standard */
};

/* Protocols over IP (IANA's list). */
enum {
	IP_HOP_BY_HOP = 0,
	IP_TCP = 6,
	IP_UDP = 17,
	IP_ROUTING = 43,
	IP_FRAGMENT = 44,
	IP_AUTHENTICATION = 51,
	IP_DESTINATION = 60,
	IP_MOBILITY = 135,
	IP_HOST_IDENTITY = 139,
	IP_SHIM6 = 140
};

#define LINK_NULL_FIXED 4 /* the address family, in the octet order of some machine */
#define ETHERNET_FIXED 12 /* two addresses, before the type */
#define TAG_FIXED 2       /* what a VLAN tag has before the next type */
#define COOKED_FIXED 14   /* before the type */
#define COOKED2_FIXED 18  /* behind the type */
#define IPV4_FIXED 20
#define IPV6_FIXED 40
#define UDP_FIXED 8
#define TCP_FIXED 20

/* What of a packet is still to be read. */
struct rest {
	const unsigned char *octets;
	size_t len;
	size_t missing; /* behind them: the capture or the fragment ends before */
};

static enum packet_kind
broken(struct packet *packet, const char *why)
{
	*packet = (struct packet){.why = why};
	return PACKET_BROKEN;
}

static uint16_t
number(const unsigned char *octets)
{
	return (uint16_t)(octets[0] << 8 | octets[1]);
}

/* Takes ${len} octets off the front of ${rest}; NULL when there are not so many. */
static const unsigned char *
take(struct rest *rest, size_t len)
{
	const unsigned char *taken = rest->octets;

	if (rest->len < len)
		return NULL;
	rest->octets += len;
	rest->len -= len;
	return taken;
}

/* Ends ${rest} where the ${len} octets end that a header says there are. What the
 * link has padded goes; what is not there is missing. */
static void
end_at(struct rest *rest, size_t len)
{
	if (len <= rest->len) {
		rest->len = len;
		rest->missing = 0;
	} else {
		rest->missing = len - rest->len;
	}
}

static enum packet_kind
read_udp(struct rest rest, struct packet *packet)
{
	const unsigned char *header = take(&rest, UDP_FIXED);

	if (header == NULL)
		return broken(packet, "a packet that ends in its UDP header");
	packet->source_port = number(header);
	packet->target_port = number(header + 2);
	/* A length of 0 is one of a jumbogram (RFC 2675 section 4). */
	if (number(header + 4) != 0 && number(header + 4) < UDP_FIXED)
		return broken(packet, "a UDP length that cannot be");
	if (number(header + 4) != 0)
		end_at(&rest, (size_t)number(header + 4) - UDP_FIXED);
	packet->data = rest.octets;
	packet->len = rest.len;
	packet->missing = rest.missing;
	return PACKET_UDP;
}

static enum packet_kind
read_tcp(struct rest rest, struct packet *packet)
{
	const unsigned char *header = take(&rest, TCP_FIXED);
	size_t fixed;

	if (header == NULL)
		return broken(packet, "a packet that ends in its TCP header");
	packet->source_port = number(header);
	packet->target_port = number(header + 2);
	packet->sequence = (uint32_t)number(header + 4) << 16 | number(header + 6);
	packet->flags = header[13];
	fixed = (size_t)(header[12] >> 4) * 4;
	if (fixed < TCP_FIXED)
		return broken(packet, "a TCP header length that cannot be");
	if (take(&rest, fixed - TCP_FIXED) == NULL)
		return broken(packet, "a packet that ends in its TCP header");
	packet->data = rest.octets;
	packet->len = rest.len;
	packet->missing = rest.missing;
	return PACKET_TCP;
}

static enum packet_kind
read_protocol(unsigned protocol, struct rest rest, struct packet *packet)
{
	if (protocol == IP_UDP)
		return read_udp(rest, packet);
	if (protocol == IP_TCP)
		return read_tcp(rest, packet);
	*packet = (struct packet){.len = 0};
	return PACKET_OTHER;
}

/* A fragment that begins ${offset} units of 8 octets behind the first: the first one
 * has the header of its protocol, and of a question more than that; the others do
 * not even say whose they are. */
static enum packet_kind
read_fragment(unsigned protocol, unsigned offset, struct rest rest, struct packet *packet)
{
	if (offset > 0 && (protocol == IP_UDP || protocol == IP_TCP))
		return broken(packet, "a fragment of a packet");
	return read_protocol(protocol, rest, packet);
}

static enum packet_kind
read_ipv4(struct rest rest, struct packet *packet)
{
	const unsigned char *header = take(&rest, IPV4_FIXED);
	size_t fixed, whole;

	if (header == NULL)
		return broken(packet, "a packet that ends in its IP header");
	fixed = (size_t)(header[0] & 0xf) * 4;
	whole = number(header + 2);
	/* 0 is what a sender captures that leaves the cutting to its card. */
	if (fixed < IPV4_FIXED || (whole != 0 && whole < fixed))
		return broken(packet, "an IP header length that cannot be");
	if (take(&rest, fixed - IPV4_FIXED) == NULL)
		return broken(packet, "a packet that ends in its IP header");
	if (whole != 0)
		end_at(&rest, whole - fixed);
	packet->source = address_of_v4(header + 12);
	packet->target = address_of_v4(header + 16);
	return read_fragment(header[9], number(header + 6) & 0x1fff, rest, packet);
}

/* Whether ${protocol} is an extension header of IPv6 that says its length in units
 * (RFC 6564); stores how many octets ${second}, its second octet, makes of it. */
static bool
is_extension(unsigned protocol, unsigned second, size_t *len)
{
	switch (protocol) {
	case IP_HOP_BY_HOP:
	case IP_ROUTING:
	case IP_DESTINATION:
	case IP_MOBILITY:
	case IP_HOST_IDENTITY:
	case IP_SHIM6:
		*len = (second + 1) * 8;
		return true;
	case IP_AUTHENTICATION: /* in units of 4, less 2 (RFC 4302 section 2.2) */
		*len = (second + 2) * 4;
		return true;
	case IP_FRAGMENT:
		*len = 8;
		return true;
	default:
		return false;
	}
}

static enum packet_kind
read_ipv6(struct rest rest, struct packet *packet)
{
	const unsigned char *header = take(&rest, IPV6_FIXED), *extension;
	unsigned protocol, offset = 0;
	size_t len;

	if (header == NULL)
		return broken(packet, "a packet that ends in its IP header");
	if (number(header + 4) != 0)
		end_at(&rest, number(header + 4));
	packet->source = address_of_v6(header + 8);
	packet->target = address_of_v6(header + 24);
	protocol = header[6];
	while (offset == 0 &&
	       is_extension(protocol, rest.len > 1 ? rest.octets[1] : 0, &len)) {
		extension = take(&rest, len);
		if (extension == NULL)
			return broken(packet, "a packet that ends in its IP header");
		if (protocol == IP_FRAGMENT)
			offset = number(extension + 2) >> 3;
		protocol = extension[0];
	}
	return read_fragment(protocol, offset, rest, packet);
}

/* By the version that stands in the first octet: for links that say no more. */
static enum packet_kind
read_ip(struct rest rest, struct packet *packet)
{
	if (rest.len == 0)
		return broken(packet, "a packet that ends in its IP header");
	if (rest.octets[0] >> 4 == 4)
		return read_ipv4(rest, packet);
	if (rest.octets[0] >> 4 == 6)
		return read_ipv6(rest, packet);
	return PACKET_OTHER;
}

/* Frames whose ${type} has been taken, up to the first that is no VLAN tag. */
static enum packet_kind
read_frame(unsigned type, struct rest rest, struct packet *packet)
{
	while (type == ETHER_VLAN || type == ETHER_SERVICE || type == ETHER_DOUBLE) {
		const unsigned char *tag = take(&rest, TAG_FIXED + 2);

		if (tag == NULL)
			return broken(packet, "a packet that ends in its VLAN tag");
		type = number(tag + TAG_FIXED);
	}
	return type == ETHER_IPV4 || type == ETHER_IPV6 ? read_ip(rest, packet)
	                                                : PACKET_OTHER;
}

bool
packet_link_known(int link)
{
	switch (link) {
	case LINK_NULL:
	case LINK_ETHERNET:
	case LINK_RAW_BSD:
	case LINK_RAW_OPENBSD:
	case LINK_RAW:
	case LINK_LOOP:
	case LINK_COOKED:
	case LINK_IPV4:
	case LINK_IPV6:
	case LINK_COOKED2:
		return true;
	default:
		return false;
	}
}

enum packet_kind
packet_read(int link, const unsigned char *octets, size_t len, struct packet *packet)
{
	struct rest rest = {octets, len, 0};
	const unsigned char *header, *type = NULL;

	*packet = (struct packet){.len = 0};
	switch (link) {
	case LINK_ETHERNET:
		header = take(&rest, ETHERNET_FIXED + 2);
		type = header == NULL ? NULL : header + ETHERNET_FIXED;
		break;
	case LINK_COOKED:
		header = take(&rest, COOKED_FIXED + 2);
		type = header == NULL ? NULL : header + COOKED_FIXED;
		break;
	case LINK_COOKED2:
		header = take(&rest, 2 + COOKED2_FIXED);
		type = header;
		break;
	case LINK_NULL:
	case LINK_LOOP:
		header = take(&rest, LINK_NULL_FIXED);
		break;
	default:
		return read_ip(rest, packet);
	}
	if (header == NULL)
		return broken(packet, "a packet that ends in its link header");
	return type == NULL ? read_ip(rest, packet)
	                    : read_frame(number(type), rest, packet);
}
