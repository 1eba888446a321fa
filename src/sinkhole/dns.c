/* SPDX-License-Identifier: BSD-2-Clause */
#include "sinkhole/dns.h"

#include "base/ascii.h"
#include "base/date.h"
#include "wire/name.h"
#include "wire/octets.h"

#include <stdio.h>

#define HOST_V4 32 /* bits of a client's address that are kept */
#define HOST_V6 64
#define RECORD_OCTETS (2 + WIRE_RECORD_FIXED) /* without data */

/* A message while it is answered. */
struct matter {
	struct sinkhole_desk *desk;
	const struct sinkhole_call *call;
	uint8_t *out;
	int64_t now;
	size_t most; /* octets that may be sent */
	struct wire_query *query;
	bool proven;     /* the address of the peer is no lie */
	bool has_cookie; /* which goes into the answer: */
	uint8_t cookie[WIRE_COOKIE_SIZE];
	const struct fsk_name
	        *name;         /* what of the asked one has a text form, up to its end */
	size_t strange;        /* octets of the asked one in front of that */
	struct fsk_name *tail; /* of one that has none as a whole */
};

/* Reading. */

/* Finds what of a name without a text form has one: what is behind a label of any octets
 * is below a held name as every other. */
static void
find_tail(struct matter *matter)
{
	const uint8_t *octets = matter->call->octets;
	size_t at = WIRE_HEADER, start = at, len;

	for (; octets[at] != 0; at += octets[at] + 1u)
		for (size_t i = 1; i <= octets[at]; i++) {
			char c = (char)octets[at + i];

			if (!ascii_print(c) || c == ' ' || c == '.')
				start = at + octets[at] + 1u;
		}
	matter->strange = start - WIRE_HEADER;
	/* A label's length is the dot in front of it, so that places count alike. */
	len = at > start ? at - start - 1 : 0;
	for (size_t i = 0; i < len; i++)
		matter->tail->text[i] = ascii_to_lower((char)octets[start + 1 + i]);
	for (size_t i = start; octets[i] != 0; i += octets[i] + 1u)
		if (i > start)
			matter->tail->text[i - start - 1] = '.';
	matter->tail->text[len] = '\0';
	matter->tail->len = (uint8_t)len;
	matter->name = matter->tail;
}

/* Checks the cookie; one that is good is proof of the address. */
static void
check_cookie(struct matter *matter)
{
	if (matter->query->cookie.len == 0 || matter->desk->secret == NULL)
		return;
	matter->has_cookie = true;
	matter->proven |= wire_cookie_check(matter->desk->secret, matter->query->cookie,
	                                    &matter->call->peer.address, matter->now,
	                                    matter->cookie) == WIRE_COOKIE_GOOD;
}

/* Says how long the answer may be. */
static void
measure(struct matter *matter)
{
	size_t most = SINKHOLE_DNS_MOST;

	if (!matter->call->stream && matter->query->udp_size < most)
		most = matter->query->udp_size;
	matter->most = matter->proven ? most : wire_reply_most(matter->call->len, most);
}

/* Keeping. */

/* Octets of a subnet in text form, with its NUL. */
#define SUBNET_SIZE (ADDRESS_SIZE + 4)

/* For whom a resolver asks, as "192.0.2.0/24"; empty when it does not say, or nothing that
 * can be read: an option that is of no use here is no reason to refuse (RFC 7871 section
 * 7.2.1 lets a server that does not know it answer as if it were not there). */
static struct span
write_subnet(const struct matter *matter, char text[SUBNET_SIZE])
{
	char address[ADDRESS_SIZE];
	struct address subnet;
	uint8_t bits;
	int len;

	if (matter->query->subnet.text == NULL ||
	    !wire_subnet_read(matter->query->subnet, &subnet, &bits) || bits == 0)
		return (struct span){NULL, 0};
	address_write(&subnet, address);
	len = snprintf(text, SUBNET_SIZE, "%s/%u", address, bits);
	return (struct span){text, (size_t)len};
}

static struct sighting_client
client_of(const struct address *address)
{
	struct sighting_client client = {*address, HOST_V4};

	if (!address_is_v4(address)) {
		address_mask(&client.address, HOST_V6);
		client.prefix = HOST_V6;
	}
	return client;
}

/* Keeps that ${held} was asked for. A sighting has several hundred octets, nearly all of
 * them zero for a question: they are not wiped anew each time. */
static void
keep(struct matter *matter, const struct sinkhole_held *held)
{
	struct sinkhole_desk *desk = matter->desk;
	struct sighting *contact = &desk->question;
	const struct sinkhole_call *call = matter->call;
	struct span name = {matter->name->text, matter->name->len};
	char subnet[SUBNET_SIZE];

	contact->us = desk->us;
	contact->client = client_of(&call->peer.address);
	contact->address = call->peer.address;
	contact->port = call->peer.port;
	contact->kind = SIGHTING_DNS;
	contact->transport = call->stream ? SIGHTING_TCP : SIGHTING_UDP;
	contact->match = held->match;
	contact->name = name;
	contact->by = SIGHTING_BY_NAME;
	contact->counter = SIGHTING_NO_COUNTER;
	contact->to = call->local.address;
	contact->to_port = call->local.port;
	contact->qtype = matter->query->qtype;
	contact->forwarded = write_subnet(matter, subnet);
	contact->forecast = contact->first = (struct span){NULL, 0};
	if (held->match.generator != SIGHTING_NO_GENERATOR)
		contact->forecast = span_from(name, held->offset);
	/* What the name's text does not say. */
	if (matter->strange > 0) {
		contact->first = (struct span){(const char *)call->octets, call->len};
		if (contact->first.len > desk->keep)
			contact->first.len = desk->keep;
	}
	sinkhole_keep(desk, contact);
}

/* Answering. */

/* What the rate allows of an answer. */
static enum net_limit
limit(const struct matter *matter)
{
	const struct sinkhole_desk *desk = matter->desk;
	unsigned rate = sinkhole_ground_setting(desk->ground)->rate;
	unsigned workers = desk->workers > 0 ? desk->workers : 1;
	enum net_limit said;

	if (matter->proven || desk->limits == NULL || rate == 0)
		return NET_LIMIT_NONE;
	said = net_limits_take(desk->limits, &matter->call->peer.address,
	                       rate / workers + (rate % workers > 0), matter->now);
	if (said != NET_LIMIT_NONE)
		sinkhole_count(&desk->tally->limited);
	return said;
}

/* Writes ${reply}, with a cookie if there is one; its length. */
static size_t
write_reply(const struct matter *matter, struct wire_reply *reply)
{
	if (matter->has_cookie)
		reply->cookie =
		        (struct span){(const char *)matter->cookie, WIRE_COOKIE_SIZE};
	reply->ede = WIRE_EDE_NONE;
	return wire_reply_write(matter->query, matter->call->octets, reply, matter->out,
	                        matter->most);
}

/* Answers ${rcode} and nothing else. Beyond the rate nothing is sent: whose question is not
 * for this server is not asked to come again. */
static size_t
answer_code(const struct matter *matter, enum wire_rcode rcode)
{
	struct wire_reply reply = {.rcode = rcode};

	return limit(matter) == NET_LIMIT_NONE ? write_reply(matter, &reply) : 0;
}

static size_t
answer_short(const struct matter *matter)
{
	struct wire_reply reply = {.authority = true, .truncated = true};

	return write_reply(matter, &reply);
}

/* Begins an answer without records, into which those of the asked name are put. */
static struct sinkhole_draft
begin(const struct matter *matter)
{
	struct wire_reply reply = {.authority = true};

	return (struct sinkhole_draft){
	        .out = matter->out,
	        .len = write_reply(matter, &reply),
	        .most = matter->most,
	        .end = matter->query->question_end,
	        .owner = WIRE_HEADER,
	};
}

/* Answers that there is nothing of this type. Where the names in the SOA make an answer too
 * long for whose address may be a lie, they are the root's, which is nobody's: what it is
 * there for (RFC 2308 section 5) are its numbers. */
static size_t
answer_nothing(const struct matter *matter, const struct sinkhole_held *held)
{
	const struct sinkhole_zone *zone = sinkhole_ground_zone(matter->desk->ground);
	struct sinkhole_draft draft = begin(matter);
	struct wire_reply reply = {
	        .authority = true,
	        .has_soa = true,
	        .soa_offset = matter->strange + held->offset,
	        .serial = zone->serial,
	        .ttl = zone->ttl,
	};

	draft.owner += reply.soa_offset;
	if (sinkhole_answer_soa(&draft, zone, true))
		return draft.len;
	return write_reply(matter, &reply);
}

/* Says of the asked name what ${put} puts. */
static size_t
answer_zone(const struct matter *matter,
            bool (*put)(struct sinkhole_draft *draft, const struct sinkhole_zone *zone))
{
	struct sinkhole_draft draft = begin(matter);

	if (put(&draft, sinkhole_ground_zone(matter->desk->ground)))
		return draft.len;
	return answer_short(matter);
}

static bool
put_soa(struct sinkhole_draft *draft, const struct sinkhole_zone *zone)
{
	return sinkhole_answer_soa(draft, zone, false);
}

/* How many addresses of ${count} are answered. Of those that come in turn as many as fit:
 * any part of them will do, and the others have their turn. Where a name has a part of its
 * own it is all of that, or "truncated". */
static size_t
choose_count(const struct matter *matter, const struct sinkhole_held *held, size_t count)
{
	const struct sinkhole_ground_setting *setting =
	        sinkhole_ground_setting(matter->desk->ground);
	size_t record = RECORD_OCTETS + (matter->query->qtype == WIRE_TYPE_A ? 4 : 16);
	size_t taken = matter->query->question_end, fit;

	if (setting->sets[held->set].per_name > 0)
		return count;
	if (matter->query->has_opt)
		taken += WIRE_OPT_FIXED;
	if (matter->has_cookie)
		taken += WIRE_OPTION_FIXED + WIRE_COOKIE_SIZE;
	fit = matter->most > taken ? (matter->most - taken) / record : 0;
	return fit == 0 || fit > count ? count : fit;
}

static size_t
answer_addresses(const struct matter *matter, const struct sinkhole_held *held)
{
	struct sinkhole_desk *desk = matter->desk;
	struct address addresses[WIRE_REPLY_ADDRESSES];
	struct wire_reply reply = {
	        .authority = true,
	        .ttl = sinkhole_ground_zone(desk->ground)->ttl,
	        .addresses = addresses,
	};
	struct sinkhole_answered answered = {
	        .client = matter->call->peer.address,
	        .name = matter->name,
	        .addresses = addresses,
	        .ms = desk->ms,
	        .ttl = reply.ttl,
	};
	size_t count = sinkhole_ground_addresses(desk->ground, held, matter->query->qtype,
	                                         desk->turn++, addresses);
	size_t len;

	if (count == 0)
		return answer_nothing(matter, held);
	reply.address_count = answered.address_count = choose_count(matter, held, count);
	len = write_reply(matter, &reply);
	if (desk->recent != NULL && len > 0 &&
	    (wire_get16(matter->out + WIRE_AT_FLAGS) & WIRE_TC) == 0)
		sinkhole_recent_note(desk->recent, &answered);
	return len;
}

/* Answers a question for ${held}, which was kept. */
static size_t
answer(const struct matter *matter, const struct sinkhole_held *held)
{
	bool apex = matter->strange + held->offset == 0;

	switch (limit(matter)) {
	case NET_LIMIT_NONE:
		break;
	case NET_LIMIT_SHORT:
		return answer_short(matter);
	case NET_LIMIT_DROP:
		return 0;
	}
	switch (matter->query->qtype) {
	case WIRE_TYPE_A:
	case WIRE_TYPE_AAAA:
		return answer_addresses(matter, held);
	case WIRE_TYPE_SOA:
		return apex ? answer_zone(matter, put_soa) : answer_nothing(matter, held);
	case WIRE_TYPE_NS:
		return apex ? answer_zone(matter, sinkhole_answer_ns)
		            : answer_nothing(matter, held);
	case WIRE_TYPE_ANY:
		return answer_zone(matter, sinkhole_answer_hinfo);
	default:
		return answer_nothing(matter, held);
	}
}

/* Deciding. */

static void
reject(const struct matter *matter, enum sinkhole_reject why)
{
	sinkhole_count(&matter->desk->tally->rejected[why]);
}

/* Answers a message that is no question, as it was read. */
static size_t
turn_away(const struct matter *matter)
{
	enum wire_rcode refusal = matter->query->refusal;

	/* A cookie is all that is asked for (RFC 7873 section 5.4). */
	if (refusal == WIRE_RCODE_NOERROR) {
		reject(matter, SINKHOLE_NOT_HELD);
		return answer_code(matter, matter->has_cookie ? WIRE_RCODE_NOERROR
		                                              : WIRE_RCODE_FORMERR);
	}
	reject(matter,
	       refusal == WIRE_RCODE_NOTIMP ? SINKHOLE_NOT_HELD : SINKHOLE_MALFORMED);
	return answer_code(matter, refusal);
}

/* Whether the question is one for a name that is held. */
static bool
is_held(struct matter *matter, struct sinkhole_held *held)
{
	const struct wire_query *query = matter->query;

	if (query->qclass != WIRE_CLASS_IN && query->qclass != WIRE_CLASS_ANY)
		return false;
	matter->name = &query->name;
	if (!query->has_name)
		find_tail(matter);
	return matter->name->len > 0 &&
	       sinkhole_ground_find(matter->desk->ground, matter->name, matter->now, held);
}

/* Answers a question that was read. */
static size_t
judge(struct matter *matter)
{
	struct sinkhole_held held;

	if (!is_held(matter, &held)) {
		reject(matter, SINKHOLE_NOT_HELD);
		return answer_code(matter, WIRE_RCODE_REFUSED);
	}
	keep(matter, &held);
	if (matter->query->qtype == WIRE_TYPE_AXFR ||
	    matter->query->qtype == WIRE_TYPE_IXFR)
		return answer_code(matter, WIRE_RCODE_REFUSED);
	return answer(matter, &held);
}

size_t
sinkhole_dns(struct sinkhole_desk *desk, const struct sinkhole_call *call, uint8_t *out)
{
	struct wire_query query; /* not wiped, nor the name: they are long */
	struct fsk_name tail;
	struct matter matter = {.desk = desk,
	                        .call = call,
	                        .out = out,
	                        .now = date_second_of(desk->us),
	                        .query = &query,
	                        .proven = call->stream,
	                        .tail = &tail};
	enum wire_reading reading = WIRE_DROP_IT;

	if (!call->cut)
		reading = wire_query_read(call->octets, call->len, &query);
	if (reading == WIRE_DROP_IT) {
		/* A response is none of ours: nothing is asked for. */
		reject(&matter, call->cut || call->len < WIRE_HEADER ? SINKHOLE_MALFORMED
		                                                     : SINKHOLE_NOT_HELD);
		return 0;
	}
	check_cookie(&matter);
	measure(&matter);
	return reading == WIRE_REFUSE ? turn_away(&matter) : judge(&matter);
}

void
sinkhole_dns_fetch(const struct sinkhole_desk *desk, const struct sinkhole_call *call,
                   struct sinkhole_sought *sought)
{
	const uint8_t *octets = call->octets;
	char name[FSK_NAME_MAX + 1];
	size_t at = WIRE_HEADER, len;

	sought->look.count = 0;
	while (at < call->len && octets[at] != 0 && octets[at] <= WIRE_LABEL_MAX)
		at += octets[at] + (size_t)1;
	len = at - WIRE_HEADER;
	if (at >= call->len || len < 2 || len > sizeof(name))
		return;
	/* Behind the first one, a label's length becomes the dot. */
	memcpy(name, octets + WIRE_HEADER + 1, len - 1);
	for (at = octets[WIRE_HEADER]; at < len - 1;
	     at += octets[WIRE_HEADER + 1 + at] + 1u)
		name[at] = '.';
	len--;
	sinkhole_ground_fetch(desk->ground, name, len, sought);
	if (desk->recent != NULL)
		sinkhole_recent_fetch(desk->recent, &call->peer.address, name, len);
}
