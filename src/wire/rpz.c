/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/rpz.h"

#include "wire/name.h"

#define TYPE_NS 2 /* RFC 1035 section 3.2.2 */
#define TYPE_CNAME 5
#define TYPE_SOA 6
#define TYPE_TXT 16
#define TYPE_OPT 41          /* RFC 6891 section 6.1.1 */
#define FLAGS 0x8400         /* QR and AA */
#define POINTER 0xc000u      /* RFC 1035 section 4.1.4 */
#define APEX (POINTER | 12u) /* the name of the question */
#define POINTER_OCTETS 2     /* a pointer */
#define RECORD_FIXED 10      /* type, class, TTL and length of a record */
#define STAR "\1*"           /* the label of a wildcard */
#define STAR_OCTETS 2

struct span
wire_action_target(enum wire_action action)
{
	static const struct span targets[] = {
	        [WIRE_NXDOMAIN] = {"", 1},
	        [WIRE_NODATA] = {"\1*", 3},
	        [WIRE_PASSTHRU] = {"\14rpz-passthru", 14},
	        [WIRE_DROP] = {"\10rpz-drop", 10},
	};

	return targets[action];
}

/* Writes ${text}, a name, as labels without the root at ${out}, which has its length
 * and one octet more. */
static void
write_labels(uint8_t *out, struct span text)
{
	size_t head = 0; /* the length octet of the label at hand */

	for (size_t i = 0; i < text.len; i++) {
		if (text.text[i] == '.') {
			out[head] = (uint8_t)(i - head);
			head = i + 1;
		} else {
			out[i + 1] = (uint8_t)text.text[i];
		}
	}
	out[head] = (uint8_t)(text.len - head);
}

enum fsk_err
wire_zone_name(struct wire_zone *zone, struct span text)
{
	struct fsk_name name;
	enum fsk_err err = wire_name_read(text, &name, NULL);

	if (err != FSK_OK)
		return err;
	if (name.len + 2u > WIRE_ZONE_MOST)
		return FSK_RANGE;
	write_labels(zone->name, (struct span){name.text, name.len});
	zone->len = (uint8_t)(name.len + 2);
	zone->name[zone->len - 1] = 0;
	return FSK_OK;
}

bool
wire_zone_holds(const struct wire_zone *zone, struct span name)
{
	size_t label = 0;

	if (name.len == 0 || name.len + 1 + STAR_OCTETS + zone->len > WIRE_NAME_OCTETS)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		if (name.text[i] == '.' && label == 0)
			return false;
		label = name.text[i] == '.' ? 0 : label + 1;
		if (label > WIRE_LABEL_MAX)
			return false;
	}
	return label > 0;
}

/* The writers append to ${packer} what there is room for. */
static void
put(struct wire_packer *packer, const void *octets, size_t len)
{
	memcpy(packer->octets + packer->len, octets, len);
	packer->len += len;
}

static void
put16(struct wire_packer *packer, unsigned number)
{
	packer->octets[packer->len++] = (uint8_t)(number >> 8);
	packer->octets[packer->len++] = (uint8_t)number;
}

static void
put32(struct wire_packer *packer, uint32_t number)
{
	put16(packer, number >> 16);
	put16(packer, number & 0xffff);
}

/* Writes what stands between the owner of a record and its ${len} octets of data. */
static void
put_fixed(struct wire_packer *packer, unsigned type, size_t len)
{
	put16(packer, type);
	put16(packer, WIRE_CLASS_IN);
	put32(packer, packer->zone->ttl);
	put16(packer, (unsigned)len);
	packer->records++;
}

/* Writes the name ${text} below the zone. */
static void
put_owner(struct wire_packer *packer, struct span text)
{
	write_labels(packer->octets + packer->len, text);
	packer->len += text.len + 1;
	put16(packer, APEX);
}

/* Whether there is room for ${octets}. */
static bool
has_room(const struct wire_packer *packer, size_t octets)
{
	size_t most = packer->most < WIRE_RPZ_MOST ? packer->most : WIRE_RPZ_MOST;
	size_t used = packer->len + (packer->opt ? WIRE_OPT_OCTETS : 0);

	return used <= most && octets <= most - used;
}

void
wire_pack_begin(struct wire_packer *packer, const struct wire_zone *zone, uint16_t id,
                uint16_t qtype)
{
	packer->len = 0;
	packer->records = 0;
	packer->zone = zone;
	packer->opt = false;
	put16(packer, id);
	put16(packer, FLAGS);
	put16(packer, 1); /* question */
	put32(packer, 0); /* the others: wire_pack_end() */
	put16(packer, 0);
	put(packer, zone->name, zone->len);
	put16(packer, qtype);
	put16(packer, WIRE_CLASS_IN);
}

bool
wire_pack_soa(struct wire_packer *packer, uint32_t serial)
{
	const struct wire_zone *zone = packer->zone;
	size_t len = sizeof(WIRE_RPZ_SERVER) + sizeof(WIRE_RPZ_MAILBOX) + 20;

	if (!has_room(packer, POINTER_OCTETS + RECORD_FIXED + len))
		return false;
	put16(packer, APEX);
	put_fixed(packer, TYPE_SOA, len);
	put(packer, WIRE_RPZ_SERVER, sizeof(WIRE_RPZ_SERVER));
	put(packer, WIRE_RPZ_MAILBOX, sizeof(WIRE_RPZ_MAILBOX));
	put32(packer, serial);
	put32(packer, zone->refresh);
	put32(packer, zone->retry);
	put32(packer, zone->expire);
	put32(packer, zone->minimum);
	return true;
}

bool
wire_pack_ns(struct wire_packer *packer)
{
	if (!has_room(packer, POINTER_OCTETS + RECORD_FIXED + sizeof(WIRE_RPZ_SERVER)))
		return false;
	put16(packer, APEX);
	put_fixed(packer, TYPE_NS, sizeof(WIRE_RPZ_SERVER));
	put(packer, WIRE_RPZ_SERVER, sizeof(WIRE_RPZ_SERVER));
	return true;
}

bool
wire_pack_txt(struct wire_packer *packer, struct span name, struct span text)
{
	size_t owner = name.len + 1 + POINTER_OCTETS;
	uint8_t len = (uint8_t)(text.len < 255 ? text.len : 255);

	if (!has_room(packer, owner + RECORD_FIXED + 1 + len))
		return false;
	put_owner(packer, name);
	put_fixed(packer, TYPE_TXT, (size_t)len + 1);
	put(packer, &len, 1);
	put(packer, text.text, len);
	return true;
}

bool
wire_pack_rule(struct wire_packer *packer, struct span name, enum wire_action action)
{
	struct span target = wire_action_target(action);
	size_t record = RECORD_FIXED + target.len;
	size_t first = packer->len;

	/* The second owner is a label and a pointer to the first: a third of the
	 * zone's octets less. */
	if (!has_room(packer, name.len + 1 + POINTER_OCTETS + record + STAR_OCTETS +
	                              POINTER_OCTETS + record))
		return false;
	put_owner(packer, name);
	put_fixed(packer, TYPE_CNAME, target.len);
	put(packer, target.text, target.len);
	put(packer, STAR, STAR_OCTETS);
	put16(packer, POINTER | (unsigned)first);
	put_fixed(packer, TYPE_CNAME, target.len);
	put(packer, target.text, target.len);
	return true;
}

void
wire_pack_end(struct wire_packer *packer)
{
	packer->octets[6] = (uint8_t)(packer->records >> 8);
	packer->octets[7] = (uint8_t)packer->records;
	packer->octets[11] = packer->opt;
	if (!packer->opt)
		return;
	put(packer, "", 1); /* the root */
	put16(packer, TYPE_OPT);
	put16(packer, WIRE_UDP_SIZE);
	put32(packer, 0); /* version 0, no flags */
	put16(packer, 0);
}
