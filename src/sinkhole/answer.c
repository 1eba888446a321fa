/* SPDX-License-Identifier: BSD-2-Clause */
#include "sinkhole/answer.h"

#include "wire/octets.h"

#define TYPE_HINFO 13
#define RECORD (2 + WIRE_RECORD_FIXED) /* with a pointer for an owner */
#define POINTER 2
#define SOA_NUMBERS (5 * 4)
#define NAME_OCTETS 255

/* What stands around the NS records at most: header, the longest question, OPT, cookie. */
#define AROUND                                                                             \
	(WIRE_HEADER + NAME_OCTETS + WIRE_QUESTION_FIXED + WIRE_OPT_FIXED +                \
	 WIRE_OPTION_FIXED + 24)

/* Writes ${name} in wire form with its root into ${out}; the length. */
static size_t
write_wire(const struct fsk_name *name, uint8_t out[NAME_OCTETS])
{
	size_t label = 0;

	for (size_t i = 0; i < name->len; i++) {
		if (name->text[i] == '.') {
			out[label] = (uint8_t)(i - label);
			label = i + 1;
		} else
			out[i + 1] = (uint8_t)name->text[i];
	}
	out[label] = (uint8_t)(name->len - label);
	out[name->len + 1] = 0;
	return name->len + (size_t)2;
}

/* The octet of the label behind the one at ${at} of ${octets}. */
static size_t
next_label(const uint8_t *octets, size_t at)
{
	return at + octets[at] + 1u;
}

/* Whether the name ${in} ends in the ${len} octets at ${tail}; ${at} says where. */
static bool
find_tail(const struct sinkhole_tail *in, const uint8_t *tail, size_t len, size_t *at)
{
	for (size_t i = 0; i < in->len && in->octets[i] != 0; i = next_label(in->octets, i))
		if (in->len - i == len && memcmp(in->octets + i, tail, len) == 0) {
			*at = i;
			return true;
		}
	return false;
}

/* Sets name ${n} of ${zone}, which may end as one of the first ${count} does. Only names
 * that stand there whole are pointed at, so that no pointer leads to a pointer. */
static void
set_name(struct sinkhole_zone *zone, size_t n, const struct fsk_name *name, size_t count)
{
	struct sinkhole_tail *set = &zone->names[n];
	size_t len = write_wire(name, set->octets), at;

	set->from = (uint8_t)n;
	set->at = 0;
	set->len = (uint8_t)len;
	for (size_t i = 0; set->octets[i] != 0; i = next_label(set->octets, i))
		for (size_t other = 0; other < count; other++)
			if (zone->names[other].from == other &&
			    find_tail(&zone->names[other], set->octets + i, len - i, &at)) {
				set->len = (uint8_t)i;
				set->from = (uint8_t)other;
				set->at = (uint8_t)at;
				return;
			}
}

/* Octets of name ${n} as it is written. */
static size_t
octets_of(const struct sinkhole_zone *zone, size_t n)
{
	return zone->names[n].len + (zone->names[n].from == n ? 0u : POINTER);
}

static size_t
octets_of_soa(const struct sinkhole_zone *zone)
{
	return RECORD + octets_of(zone, 0) + octets_of(zone, SINKHOLE_SERVERS) +
	       SOA_NUMBERS;
}

static size_t
octets_of_ns(const struct sinkhole_zone *zone)
{
	size_t len = 0;

	for (size_t i = 0; i < zone->servers; i++)
		len += RECORD + octets_of(zone, i);
	return len;
}

enum fsk_err
sinkhole_zone_set(struct sinkhole_zone *zone, const struct fsk_name *servers, size_t count,
                  const struct fsk_name *mailbox)
{
	struct sinkhole_zone made = {.serial = zone->serial, .ttl = zone->ttl};

	if (count == 0 || count > SINKHOLE_SERVERS)
		return FSK_RANGE;
	made.servers = count;
	for (size_t i = 0; i < count; i++)
		set_name(&made, i, &servers[i], i);
	set_name(&made, SINKHOLE_SERVERS, mailbox, 1);
	if (octets_of_ns(&made) > SINKHOLE_ANSWER_MOST - AROUND)
		return FSK_RANGE;
	*zone = made;
	return FSK_OK;
}

/* Writes name ${n} at ${at}; ${place} is where the one stands that it ends as. */
static uint8_t *
put_name(const struct sinkhole_zone *zone, size_t n, size_t place, uint8_t *at)
{
	const struct sinkhole_tail *name = &zone->names[n];

	memcpy(at, name->octets, name->len);
	at += name->len;
	return name->from == n
	               ? at
	               : wire_put16(at, (uint16_t)(WIRE_POINTER | (place + name->at)));
}

/* Makes room for ${len} octets of ${count} records, which are counted at octet ${counter}
 * of the header, in front of the OPT record; where they go, NULL: nowhere. */
static uint8_t *
open_room(struct sinkhole_draft *draft, size_t len, size_t counter, size_t count)
{
	uint8_t *at = draft->out + draft->end;

	if (draft->len > draft->most || draft->most - draft->len < len)
		return NULL;
	memmove(at + len, at, draft->len - draft->end);
	draft->len += len;
	wire_put16(draft->out + counter, (uint16_t)count);
	return at;
}

/* Writes the head of a record at ${at}. */
static uint8_t *
put_head(const struct sinkhole_draft *draft, const struct sinkhole_zone *zone,
         enum wire_type type, size_t len, uint8_t *at)
{
	at = wire_put16(at, (uint16_t)(WIRE_POINTER | draft->owner));
	at = wire_put16(at, (uint16_t)type);
	at = wire_put16(at, WIRE_CLASS_IN);
	at = wire_put32(at, zone->ttl);
	return wire_put16(at, (uint16_t)len);
}

bool
sinkhole_answer_soa(struct sinkhole_draft *draft, const struct sinkhole_zone *zone,
                    bool authority)
{
	size_t len = octets_of_soa(zone), place = draft->end + RECORD;
	uint8_t *at =
	        open_room(draft, len, authority ? WIRE_AT_NSCOUNT : WIRE_AT_ANCOUNT, 1);

	if (at == NULL)
		return false;
	at = put_head(draft, zone, WIRE_TYPE_SOA, len - RECORD, at);
	at = put_name(zone, 0, place, at);
	at = put_name(zone, SINKHOLE_SERVERS, place, at);
	at = wire_put32(at, zone->serial);
	at = wire_put32(at, SINKHOLE_REFRESH);
	at = wire_put32(at, SINKHOLE_RETRY);
	at = wire_put32(at, SINKHOLE_EXPIRE);
	wire_put32(at,
	           zone->ttl); /* as long as a name without data may be kept: RFC 2308 */
	return true;
}

bool
sinkhole_answer_ns(struct sinkhole_draft *draft, const struct sinkhole_zone *zone)
{
	uint8_t *at = open_room(draft, octets_of_ns(zone), WIRE_AT_ANCOUNT, zone->servers);
	size_t places[SINKHOLE_SERVERS];

	if (at == NULL)
		return false;
	for (size_t i = 0; i < zone->servers; i++) {
		at = put_head(draft, zone, WIRE_TYPE_NS, octets_of(zone, i), at);
		places[i] = (size_t)(at - draft->out);
		at = put_name(zone, i, places[zone->names[i].from], at);
	}
	return true;
}

bool
sinkhole_answer_hinfo(struct sinkhole_draft *draft, const struct sinkhole_zone *zone)
{
	static const uint8_t data[] = "\7RFC8482"; /* and an empty string: its NUL */
	uint8_t *at = open_room(draft, RECORD + sizeof(data), WIRE_AT_ANCOUNT, 1);

	if (at == NULL)
		return false;
	at = put_head(draft, zone, (enum wire_type)TYPE_HINFO, sizeof(data), at);
	memcpy(at, data, sizeof(data));
	return true;
}
