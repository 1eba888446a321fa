/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/query.h"

#include "wire/name.h"
#include "wire/octets.h"

#define OPCODE_SHIFT 11
#define OPCODE_MASK 0xfu
#define BLOCK 8         /* octets of a name that are read at once */
#define COOKIE_CLIENT 8 /* RFC 7873 section 4: alone, or with a server's of 8 to 32 */
#define COOKIE_LEAST 16
#define COOKIE_MOST 40
#define FAMILY_V4 1 /* of the subnet: IANA's address family numbers */
#define FAMILY_V6 2
#define MAPPED_BITS 96 /* in front of IPv4 that is mapped into IPv6 */
#define SUBNET_FIXED 4 /* family and the two prefixes of a subnet */

size_t
wire_name_end(const uint8_t *octets, size_t len, size_t at)
{
	while (at < len) {
		uint8_t label = octets[at];

		if (label == 0)
			return at + 1;
		if (label > WIRE_LABEL_MAX)
			return label >= WIRE_POINTER >> 8 && len - at >= 2 ? at + 2 : 0;
		at += label + 1u;
	}
	return 0;
}

bool
wire_record_read(const uint8_t *octets, size_t len, size_t at, struct wire_record *record)
{
	size_t fixed = wire_name_end(octets, len, at), data;

	if (fixed == 0 || len - fixed < WIRE_RECORD_FIXED)
		return false;
	data = wire_get16(octets + fixed + 8);
	if (len - fixed - WIRE_RECORD_FIXED < data)
		return false;
	*record = (struct wire_record){.at = at,
	                               .fixed = fixed,
	                               .end = fixed + WIRE_RECORD_FIXED + data,
	                               .type = wire_get16(octets + fixed)};
	return true;
}

/* Keeps the option ${code} of ${data} if it is one that matters, and the first: RFC 7873
 * section 5.2 says so of cookies, and one rule for all is the least surprise. */
static void
keep_option(struct wire_query *query, uint16_t code, struct span data)
{
	struct span *kept;

	if (code == WIRE_OPTION_COOKIE)
		kept = &query->cookie;
	else if (code == WIRE_OPTION_SUBNET)
		kept = &query->subnet;
	else if (code == WIRE_OPTION_MAC)
		kept = &query->mac;
	else
		return;
	if (kept->text == NULL)
		*kept = data;
}

bool
wire_options_find(const uint8_t *octets, struct wire_query *query)
{
	size_t at = query->opt_at + WIRE_OPT_FIXED, end = query->opt_end;

	query->cookie = query->subnet = query->mac = (struct span){NULL, 0};
	while (end - at >= WIRE_OPTION_FIXED) {
		uint16_t code = wire_get16(octets + at), len = wire_get16(octets + at + 2);

		at += WIRE_OPTION_FIXED;
		if (end - at < len)
			return false;
		keep_option(query, code, (struct span){(const char *)octets + at, len});
		at += len;
	}
	return at == end;
}

/* Sets what is not read from the header, so that no field is ever without a value; the
 * name's 256 octets are not wiped for it. */
static void
begin(const uint8_t *octets, struct wire_query *query)
{
	query->id = wire_get16(octets);
	query->flags = wire_get16(octets + WIRE_AT_FLAGS);
	query->opcode = (uint8_t)(query->flags >> OPCODE_SHIFT & OPCODE_MASK);
	query->refusal = WIRE_RCODE_NOERROR;
	query->has_question = query->has_name = false;
	query->name.len = 0;
	query->name.text[0] = '\0';
	query->qtype = query->qclass = 0;
	query->question_end = WIRE_HEADER;
	query->has_opt = query->dnssec_ok = query->extra = false;
	query->version = 0;
	query->udp_size = WIRE_UDP_LEAST;
	query->opt_at = query->opt_end = 0;
	query->cookie = query->subnet = query->mac = (struct span){NULL, 0};
}

/* Reads where the question ends, its type and class. There is nothing in front of it that
 * a pointer could mean, so a name with one is malformed. */
static bool
read_question(const uint8_t *octets, size_t len, struct wire_query *query)
{
	size_t at = WIRE_HEADER;

	while (at < len && octets[at] != 0) {
		if (octets[at] > WIRE_LABEL_MAX)
			return false;
		at += octets[at] + 1u;
		if (at - WIRE_HEADER > FSK_NAME_MAX + 1)
			return false;
	}
	if (at >= len || len - at - 1 < WIRE_QUESTION_FIXED)
		return false;
	query->qtype = wire_get16(octets + at + 1);
	query->qclass = wire_get16(octets + at + 3);
	query->question_end = at + 1 + WIRE_QUESTION_FIXED;
	query->has_question = true;
	return true;
}

/* ${octet} in each of the eight of a block. */
static uint64_t
all(uint8_t octet)
{
	return octet * UINT64_C(0x0101010101010101);
}

/* Puts the ${len} octets at ${text} and what fills up their last block, letters, into lower
 * case; how many of them are dots, SIZE_MAX when one has no place in the text of a name.
 * Each sum is of octets below 128, so that none carries into the next; of those above,
 * their own top bit tells, and what they carry does not count then. */
static size_t
lower(uint8_t *text, size_t len)
{
	uint64_t strange = 0, others = 0;

	for (size_t at = 0; at < len; at += BLOCK) {
		uint64_t block, upper;

		memcpy(&block, text + at, BLOCK);
		strange |= ~(block + all(0x80 - '!')) | (block + all(0x7f - '~')) | block;
		others += (((block ^ all('.')) + all(0x7f)) & all(0x80)) >> 7;
		upper = (block + all(0x80 - 'A')) & ~(block + all(0x7f - 'Z')) & all(0x80);
		block |= upper >> 2;
		memcpy(text + at, &block, BLOCK);
	}
	if ((strange & all(0x80)) != 0)
		return SIZE_MAX;
	/* The product's highest octet is the sum of the eight counts: all octets that are
	 * no dots, 253 at most, since a name of more than 248 octets has three dots. */
	return (len + BLOCK - 1) / BLOCK * BLOCK - (others * all(1) >> 56);
}

/* Writes the name of ${len} octets at ${labels}, whose bounds were checked, as text: what
 * is between the first length and the root, and the lengths in it are dots. A dot more is
 * one in a label: that is no text form, since another name would have it too. */
static void
read_name(const uint8_t *labels, size_t len, struct wire_query *query)
{
	uint8_t text[FSK_NAME_MAX + BLOCK];
	size_t dots = 0;

	query->has_name = true;
	if (len <= 2)
		return;
	len -= 2;
	memcpy(text, labels + 1, len);
	for (size_t at = labels[0]; at < len; at += labels[at + 1] + 1u, dots++)
		text[at] = '.';
	memset(text + len, 'a', BLOCK); /* what fills up the last block is no dot */
	query->has_name = lower(text, len) == dots;
	if (!query->has_name)
		return;
	memcpy(query->name.text, text, len);
	query->name.text[len] = '\0';
	query->name.len = (uint8_t)len;
}

/* Reads the OPT record that ${record} bounds; there may be one, of the root's. */
static bool
read_opt(const uint8_t *octets, const struct wire_record *record, struct wire_query *query)
{
	const uint8_t *opt = octets + record->at;

	if (query->has_opt || record->fixed != record->at + 1)
		return false;
	query->has_opt = true;
	query->opt_at = record->at;
	query->opt_end = record->end;
	query->udp_size = wire_get16(opt + WIRE_AT_OPT_SIZE);
	if (query->udp_size < WIRE_UDP_LEAST)
		query->udp_size = WIRE_UDP_LEAST;
	query->version = opt[WIRE_AT_OPT_RCODE + 1];
	query->dnssec_ok = (wire_get16(opt + WIRE_AT_OPT_FLAGS) & WIRE_OPT_DO) != 0;
	return true;
}

/* Passes over the records behind octet ${at}, which must be as many as the header says and
 * end with the message. Each takes 11 octets at least, so ${len} bounds the work whatever
 * the counts are. */
static bool
read_records(const uint8_t *octets, size_t len, size_t at, struct wire_query *query)
{
	uint32_t others = (uint32_t)wire_get16(octets + WIRE_AT_ANCOUNT) +
	                  wire_get16(octets + WIRE_AT_NSCOUNT);
	uint32_t count = others + wire_get16(octets + WIRE_AT_ARCOUNT);

	for (uint32_t n = 0; n < count; n++) {
		struct wire_record record;

		if (!wire_record_read(octets, len, at, &record))
			return false;
		at = record.end;
		if (record.type != WIRE_TYPE_OPT) {
			query->extra = true;
			continue;
		}
		if (n < others || !read_opt(octets, &record, query))
			return false;
	}
	return at == len;
}

static enum wire_reading
refuse(struct wire_query *query, enum wire_rcode rcode)
{
	query->refusal = rcode;
	return WIRE_REFUSE;
}

/* Whether the options are whole and the cookie has a length that it may have (RFC 7873
 * section 5.2.2). */
static bool
read_options(const uint8_t *octets, struct wire_query *query)
{
	size_t len;

	if (!wire_options_find(octets, query))
		return false;
	len = query->cookie.len;
	if (query->cookie.text == NULL || len == COOKIE_CLIENT ||
	    (len >= COOKIE_LEAST && len <= COOKIE_MOST))
		return true;
	query->cookie = (struct span){NULL, 0};
	return false;
}

enum wire_reading
wire_query_read(const uint8_t *octets, size_t len, struct wire_query *query)
{
	unsigned questions;
	bool whole;

	if (len < WIRE_HEADER || (octets[WIRE_AT_FLAGS] & WIRE_QR >> 8) != 0)
		return WIRE_DROP_IT;
	begin(octets, query);
	questions = wire_get16(octets + WIRE_AT_QDCOUNT);
	whole = questions == 0 || (questions == 1 && read_question(octets, len, query));
	if (query->has_question)
		read_name(octets + WIRE_HEADER,
		          query->question_end - WIRE_QUESTION_FIXED - WIRE_HEADER, query);
	/* Also of what is refused: who sent an OPT is owed one (RFC 6891 section 7). */
	whole = whole && read_records(octets, len, query->question_end, query);
	/* What other operations' messages hold is theirs to say. */
	if (query->opcode != WIRE_OPCODE_QUERY)
		return refuse(query, WIRE_RCODE_NOTIMP);
	if (!whole)
		return refuse(query, WIRE_RCODE_FORMERR);
	/* So are the options of another version. */
	if (query->version != 0)
		return refuse(query, WIRE_RCODE_BADVERS);
	if (query->has_opt && !read_options(octets, query))
		return refuse(query, WIRE_RCODE_FORMERR);
	if (questions == 1)
		return WIRE_ANSWER;
	return refuse(query,
	              query->cookie.text != NULL ? WIRE_RCODE_NOERROR : WIRE_RCODE_FORMERR);
}

bool
wire_response_read(const uint8_t *octets, size_t len, struct wire_query *response)
{
	if (len < WIRE_HEADER || (octets[WIRE_AT_FLAGS] & WIRE_QR >> 8) == 0 ||
	    wire_get16(octets + WIRE_AT_QDCOUNT) != 1)
		return false;
	begin(octets, response);
	return read_question(octets, len, response) &&
	       read_records(octets, len, response->question_end, response) &&
	       (!response->has_opt || wire_options_find(octets, response));
}

/* The address of ${family} at ${octets}. */
static bool
make_address(unsigned family, const uint8_t octets[16], struct address *address)
{
	if (family == FAMILY_V4)
		*address = address_of_v4(octets);
	else if (family == FAMILY_V6)
		*address = address_of_v6(octets);
	return family == FAMILY_V4 || family == FAMILY_V6;
}

bool
wire_subnet_read(struct span data, struct address *address, uint8_t *bits)
{
	const uint8_t *octets = (const uint8_t *)data.text;
	uint8_t whole[16] = {0};
	struct address read, masked;
	unsigned family, prefix;

	/* The scope is the server's to say: 0 in a request (RFC 7871 section 6). */
	if (data.len < SUBNET_FIXED || octets[3] != 0)
		return false;
	family = wire_get16(octets);
	prefix = octets[2];
	if (family == 0 && prefix == 0)
		family =
		        FAMILY_V6; /* no address of no family: what "dig +subnet=0" sends */
	if (prefix > (family == FAMILY_V4 ? 32 : 128) ||
	    data.len - SUBNET_FIXED != (prefix + 7) / 8)
		return false;
	memcpy(whole, octets + SUBNET_FIXED, data.len - SUBNET_FIXED);
	if (!make_address(family, whole, &read))
		return false;
	/* IPv4 that is written as IPv6: the bits in front of it belong to neither kind. */
	if (family == FAMILY_V6 && address_is_v4(&read)) {
		if (prefix < MAPPED_BITS)
			return false;
		prefix -= MAPPED_BITS;
	}
	masked = read;
	address_mask(&masked, prefix);
	if (!address_equal(&masked, &read))
		return false;
	*address = read;
	*bits = (uint8_t)prefix;
	return true;
}
