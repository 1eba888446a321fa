/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/reply.h"

#include "wire/octets.h"
#include "wire/rpz.h"

#define PACKET 28       /* octets of the headers of IPv4 (RFC 791) and UDP (RFC 768) */
#define AMPLIFICATION 2 /* the packet of an answer to that of its request */

#define MESSAGE_MOST 65535             /* octets: RFC 1035 section 4.2.2 */
#define RECORD (2 + WIRE_RECORD_FIXED) /* with a pointer for an owner */
#define SOA_OCTETS (RECORD + SOA_DATA)
#define SOA_DATA (2 + 5 * 4) /* two roots and five numbers: RFC 1035 section 3.3.13 */
#define SOA_REFRESH 3600     /* seconds; nobody transfers this zone */
#define SOA_RETRY 600
#define SOA_EXPIRE 86400
#define A_DATA 4
#define AAAA_DATA 16
#define TEXT_MOST 255 /* octets of one string: RFC 1035 section 3.3.14 */
#define EDE_CODE 2    /* octets: RFC 8914 section 2 */

/* An answer that is being written. */
struct draft {
	const struct wire_query *query;
	const struct wire_reply *reply;
	uint8_t *out;
	size_t len, most;
};

static size_t
room(const struct draft *draft)
{
	return draft->most - draft->len;
}

/* Writes the head of a record whose owner is the name at octet ${owner}; where its data of
 * ${len} octets go. */
static uint8_t *
put_record(struct draft *draft, size_t owner, uint16_t type, size_t len)
{
	uint16_t qclass = draft->query->qclass;
	uint8_t *at = draft->out + draft->len;

	at = wire_put16(at, (uint16_t)(WIRE_POINTER | owner));
	at = wire_put16(at, type);
	at = wire_put16(at, qclass == WIRE_CLASS_ANY ? WIRE_CLASS_IN : qclass);
	at = wire_put32(at, draft->reply->ttl);
	draft->len += RECORD + len;
	return wire_put16(at, (uint16_t)len);
}

/* Writes the addresses that are asked for, all or none; how many there are. */
static size_t
put_addresses(struct draft *draft)
{
	const struct address *from[WIRE_REPLY_ADDRESSES];
	bool v4 = draft->query->qtype == WIRE_TYPE_A;
	size_t len = v4 ? A_DATA : AAAA_DATA, count = 0;

	for (size_t i = 0; i < draft->reply->address_count; i++) {
		if (count < WIRE_REPLY_ADDRESSES &&
		    address_is_v4(&draft->reply->addresses[i]) == v4)
			from[count++] = &draft->reply->addresses[i];
	}
	if (count * (RECORD + len) > room(draft))
		return count;
	for (size_t i = 0; i < count; i++) {
		uint8_t *data = put_record(draft, WIRE_HEADER, draft->query->qtype, len);

		memcpy(data, from[i]->octets + sizeof(from[i]->octets) - len, len);
	}
	return count;
}

static size_t
put_text(struct draft *draft)
{
	struct span text = draft->reply->text;
	uint8_t *data;

	if (text.text == NULL)
		return 0;
	if (text.len > TEXT_MOST)
		text.len = TEXT_MOST;
	if (RECORD + 1 + text.len > room(draft))
		return 1;
	data = put_record(draft, WIRE_HEADER, WIRE_TYPE_TXT, 1 + text.len);
	data[0] = (uint8_t)text.len;
	if (text.len > 0)
		memcpy(data + 1, text.text, text.len);
	return 1;
}

/* Writes the answer section: how many records belong into it. They are there if the message
 * has become longer. */
static size_t
put_answer(struct draft *draft)
{
	switch (draft->query->qtype) {
	case WIRE_TYPE_A:
	case WIRE_TYPE_AAAA:
		return put_addresses(draft);
	case WIRE_TYPE_TXT:
		return put_text(draft);
	default:
		return 0;
	}
}

/* The octet of the first label in the question that is not before ${offset} octets of its
 * name: text and wire form count alike, a length for each dot. */
static size_t
find_owner(const uint8_t *out, size_t offset)
{
	size_t at = WIRE_HEADER;

	while (out[at] != 0 && at - WIRE_HEADER < offset)
		at += out[at] + 1u;
	return at;
}

static bool
put_soa(struct draft *draft)
{
	const struct wire_reply *reply = draft->reply;
	uint8_t *at;

	if (!reply->has_soa || room(draft) < SOA_OCTETS)
		return false;
	at = put_record(draft, find_owner(draft->out, reply->soa_offset), WIRE_TYPE_SOA,
	                SOA_DATA);
	at = wire_put16(at, 0);
	at = wire_put32(at, reply->serial);
	at = wire_put32(at, SOA_REFRESH);
	at = wire_put32(at, SOA_RETRY);
	at = wire_put32(at, SOA_EXPIRE);
	wire_put32(at, reply->ttl);
	return true;
}

/* The part of ${text} that fits into ${most} octets: whole words, since half a date would
 * be another. */
static struct span
cut_text(struct span text, size_t most)
{
	if (text.len <= most)
		return text;
	for (size_t len = most; len > 0; len--) {
		if (text.text[len] == ' ')
			return (struct span){text.text, len};
	}
	return (struct span){NULL, 0};
}

static uint8_t *
put_option(uint8_t *at, enum wire_option code, size_t len)
{
	return wire_put16(wire_put16(at, (uint16_t)code), (uint16_t)len);
}

/* Writes the OPT record, for which the draft has kept room. */
static void
put_opt(struct draft *draft, uint16_t rcode)
{
	const struct wire_reply *reply = draft->reply;
	uint8_t *opt = draft->out + draft->len, *at = opt + WIRE_OPT_FIXED;
	size_t left = room(draft) - WIRE_OPT_FIXED;

	opt[0] = 0;
	wire_put16(opt + 1, WIRE_TYPE_OPT);
	wire_put16(opt + WIRE_AT_OPT_SIZE,
	           reply->udp_size == 0 ? WIRE_UDP_SIZE : reply->udp_size);
	/* The upper bits of the rcode, and version 0. */
	wire_put16(opt + WIRE_AT_OPT_RCODE, (uint16_t)((rcode & ~WIRE_RCODE) << 4));
	wire_put16(opt + WIRE_AT_OPT_FLAGS, draft->query->dnssec_ok ? WIRE_OPT_DO : 0);
	if (reply->cookie.len > 0 && left >= WIRE_OPTION_FIXED + reply->cookie.len) {
		at = put_option(at, WIRE_OPTION_COOKIE, reply->cookie.len);
		memcpy(at, reply->cookie.text, reply->cookie.len);
		at += reply->cookie.len;
		left -= WIRE_OPTION_FIXED + reply->cookie.len;
	}
	if (reply->ede != WIRE_EDE_NONE && left >= WIRE_OPTION_FIXED + EDE_CODE) {
		struct span text =
		        cut_text(reply->ede_text, left - WIRE_OPTION_FIXED - EDE_CODE);

		at = put_option(at, WIRE_OPTION_EDE, EDE_CODE + text.len);
		at = wire_put16(at, reply->ede);
		if (text.len > 0)
			memcpy(at, text.text, text.len);
		at += text.len;
	}
	wire_put16(opt + WIRE_AT_OPT_RDLENGTH, (uint16_t)(at - opt - WIRE_OPT_FIXED));
	draft->len = (size_t)(at - draft->out);
}

static uint16_t
make_flags(const struct wire_query *query, const struct wire_reply *reply)
{
	unsigned flags = WIRE_QR | (unsigned)query->opcode << 11;

	if (query->opcode == WIRE_OPCODE_QUERY)
		flags |= query->flags & (WIRE_RD | WIRE_CD);
	if (reply->authority)
		flags |= WIRE_AA;
	if (reply->truncated)
		flags |= WIRE_TC;
	if (reply->recursion)
		flags |= WIRE_RA;
	return (uint16_t)flags;
}

/* How many octets of the room are kept for the OPT record and the cookie in it. */
static size_t
keep_opt(const struct draft *draft)
{
	size_t cookie = draft->reply->cookie.len, left = room(draft);

	if (!draft->query->has_opt || left < WIRE_OPT_FIXED)
		return 0;
	left -= WIRE_OPT_FIXED;
	if (cookie > 0 && left >= WIRE_OPTION_FIXED && left - WIRE_OPTION_FIXED >= cookie)
		return WIRE_OPT_FIXED + WIRE_OPTION_FIXED + cookie;
	return WIRE_OPT_FIXED;
}

/* Writes the records in front of the OPT record, and their counts; the flags for them. */
static uint16_t
put_records(struct draft *draft)
{
	size_t before = draft->len, answers = put_answer(draft);
	bool fits = answers == 0 || draft->len > before;

	wire_put16(draft->out + WIRE_AT_ANCOUNT, (uint16_t)(fits ? answers : 0));
	wire_put16(draft->out + WIRE_AT_NSCOUNT, answers == 0 && put_soa(draft));
	return fits ? 0 : WIRE_TC;
}

size_t
wire_reply_write(const struct wire_query *query, const uint8_t *octets,
                 const struct wire_reply *reply, uint8_t *out, size_t most)
{
	struct draft draft = {query, reply, out, WIRE_HEADER,
	                      most < MESSAGE_MOST ? most : MESSAGE_MOST};
	uint16_t flags = make_flags(query, reply), rcode = (uint16_t)reply->rcode;
	bool question = query->has_question && query->question_end <= draft.most;
	size_t kept;

	if (most < WIRE_HEADER)
		return 0;
	if (question && out != octets)
		memcpy(out + WIRE_HEADER, octets + WIRE_HEADER,
		       query->question_end - WIRE_HEADER);
	draft.len = question ? query->question_end : WIRE_HEADER;
	memset(out + WIRE_AT_QDCOUNT, 0, WIRE_HEADER - WIRE_AT_QDCOUNT);
	wire_put16(out + WIRE_AT_QDCOUNT, question);
	kept = keep_opt(&draft);
	wire_put16(out + WIRE_AT_ARCOUNT, kept > 0);
	draft.most -= kept;
	if (question)
		flags |= put_records(&draft);
	draft.most += kept;
	if (kept > 0)
		put_opt(&draft, rcode);
	else if (rcode > WIRE_RCODE)
		rcode = WIRE_RCODE_SERVFAIL;
	wire_put16(out, query->id);
	wire_put16(out + WIRE_AT_FLAGS, (uint16_t)(flags | (rcode & WIRE_RCODE)));
	return draft.len;
}

size_t
wire_reply_most(size_t len, size_t takes)
{
	size_t most = AMPLIFICATION * (len + PACKET) - PACKET;

	return most < takes ? most : takes;
}
