/* SPDX-License-Identifier: BSD-2-Clause
 *
 * wire/rpz.h: the messages of a zone transfer, packed from names in text form: the records
 * of a response policy zone (draft-vixie-dnsop-dns-rpz-00) as AXFR (RFC 5936) and IXFR (RFC
 * 1995) send them. Each message repeats the question, so that the zone's name stands at
 * octet 12 and all owners end in a pointer to it (RFC 1035 section 4.1.4). The room for a
 * signature is left free; nothing is signed here. No heap.
 */
#ifndef WIRE_RPZ_H
#define WIRE_RPZ_H

#include <foresink/dga.h>

#include "base/span.h"
#include "wire/message.h"

/* Octets of a message, at most, without its signature: pointers reach no further. */
#define WIRE_RPZ_MOST 16000

/* Octets of the longest name in wire form (RFC 1035 section 2.3.4). */
#define WIRE_NAME_OCTETS 255

/* A zone as its messages name it. */
struct wire_zone {
	uint8_t name[WIRE_NAME_OCTETS]; /* wire form, lower case, with the root */
	uint8_t len;
	uint32_t ttl;
	uint32_t refresh, retry, expire, minimum; /* seconds, of the SOA */
};

/* What an RPZ rule does. */
enum wire_action {
	WIRE_NXDOMAIN, /* CNAME . */
	WIRE_NODATA,   /* CNAME *. */
	WIRE_PASSTHRU, /* CNAME rpz-passthru. */
	WIRE_DROP      /* CNAME rpz-drop. */
};

/* Octets of a zone's name in wire form, at most, so that names of 188 octets stand in it.
 */
#define WIRE_ZONE_MOST 64

/* Sets the name of ${zone} from text (wire_name_read()'s rules). FSK_SYNTAX; FSK_RANGE when
 * it is longer than WIRE_ZONE_MOST. */
FSK_MUST_USE enum fsk_err wire_zone_name(struct wire_zone *zone, struct span text);

/* The target of ${action}, in wire form. */
struct span wire_action_target(enum wire_action action);

/* Server (also the NS) and mailbox of the SOA, in wire form with their NUL, the root: RPZ
 * zones are loaded, never asked for from the root, so that they name the reader's own host
 * (RFC 6761 section 6.3). */
#define WIRE_RPZ_SERVER "\11localhost"
#define WIRE_RPZ_MAILBOX "\12hostmaster\11localhost"

/* A message that is being packed. */
struct wire_packer {
	uint8_t *octets;
	size_t most; /* room, at most WIRE_RPZ_MOST */
	size_t len;
	unsigned records;
	const struct wire_zone *zone;
	bool opt; /* an OPT record (RFC 6891) ends the message: the caller says so after
	           * wire_pack_begin() */
};

/* Octets of the OPT record, and the size of datagram that it offers: what passes
 * everywhere without being cut in pieces (the DNS flag day of 2020). */
#define WIRE_OPT_OCTETS 11
#define WIRE_UDP_SIZE 1232

/* Begins a message in packer->octets of packer->most bytes, which the caller has set:
 * header (id, QR, AA) and the question for ${qtype} of the zone. At least 512 bytes. */
void wire_pack_begin(struct wire_packer *packer, const struct wire_zone *zone, uint16_t id,
                     uint16_t qtype);

/* Appends the SOA with ${serial}; the NS record, which names nobody, since nobody is to ask
 * these zones' servers; the TXT record of ${text} (at most 255 octets) at
 * ${name} below the zone; the two records of a rule for ${name}, itself and "*." below it.
 * False, and nothing is appended, when there is no room: the message is full. A name
 * that does not fit into the zone (longer than 255 octets together) is the caller's to
 * leave out: see wire_zone_holds(). */
bool wire_pack_soa(struct wire_packer *packer, uint32_t serial);
bool wire_pack_ns(struct wire_packer *packer);
bool wire_pack_txt(struct wire_packer *packer, struct span name, struct span text);
bool wire_pack_rule(struct wire_packer *packer, struct span name, enum wire_action action);

/* Writes the OPT record and the counts into the header; the message is then
 * octets[0..len). */
void wire_pack_end(struct wire_packer *packer);

/* Whether ${name} and "*." in front of it can stand in ${zone}. */
bool wire_zone_holds(const struct wire_zone *zone, struct span name);

#endif
