/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/rewrite.h"

#include "wire/name.h"
#include "wire/octets.h"
#include "wire/rpz.h"

#define CASE_BIT 0x20u       /* between "A" and "a" */
#define POINTER_MOST 0x3fffu /* RFC 1035 section 4.1.4 */

void
wire_id_set(uint8_t *octets, uint16_t id)
{
	wire_put16(octets, id);
}

uint16_t
wire_id(const uint8_t *octets)
{
	return wire_get16(octets);
}

/* A label's length is 63 at most, which is below all letters, so that the octets of a name
 * need not be told apart. */
static bool
letter(uint8_t octet)
{
	return (uint8_t)((octet | CASE_BIT) - 'a') < 26;
}

void
wire_case_set(uint8_t *octets, size_t question_end, uint64_t bits)
{
	for (size_t at = WIRE_HEADER; at + WIRE_QUESTION_FIXED < question_end; at++) {
		unsigned mask = letter(octets[at]) ? CASE_BIT : 0;
		unsigned bit = (unsigned)(bits >> (at - WIRE_HEADER) % 64 & 1);

		octets[at] = (uint8_t)((octets[at] & ~mask) | (bit * CASE_BIT & mask));
	}
}

bool
wire_question_same(const uint8_t *a, const uint8_t *b, size_t question_end)
{
	return memcmp(a + WIRE_HEADER, b + WIRE_HEADER, question_end - WIRE_HEADER) == 0;
}

bool
wire_question_alike(const uint8_t *a, const uint8_t *b, size_t question_end)
{
	size_t at = WIRE_HEADER;

	if (wire_question_same(a, b, question_end))
		return true;
	for (; at + WIRE_QUESTION_FIXED < question_end; at++) {
		if (a[at] != b[at] && (!letter(a[at]) || (a[at] ^ b[at]) != CASE_BIT))
			return false;
	}
	return memcmp(a + at, b + at, question_end - at) == 0;
}

/* Octets behind ${from} that are moved by ${by}. */
struct shift {
	size_t from;
	ptrdiff_t by;
};

/* Mends the name at octet ${at}, up to ${len}, of a message whose octets are about to be
 * shifted: where it points at is shifted too. Where it ends; 0 when it is cut. */
static size_t
mend_name(uint8_t *octets, size_t len, size_t at, struct shift shift)
{
	size_t end = wire_name_end(octets, len, at);
	unsigned pointer;

	if (end < at + 2)
		return end;
	while (at + 2 < end && octets[at] != 0 && octets[at] <= WIRE_LABEL_MAX)
		at += octets[at] + 1u;
	if (at + 2 != end || octets[at] < WIRE_POINTER >> 8)
		return end;
	pointer = wire_get16(octets + at) & POINTER_MOST;
	if (pointer >= shift.from)
		wire_put16(
		        octets + at,
		        (uint16_t)(WIRE_POINTER | (size_t)((ptrdiff_t)pointer + shift.by)));
	return end;
}

/* Mends the names in the data of ${record}: the types of RFC 1035 section 3.3, which alone
 * may hold pointers (RFC 3597 section 4). */
static void
mend_data(uint8_t *octets, const struct wire_record *record, struct shift shift)
{
	size_t at = record->fixed + WIRE_RECORD_FIXED;
	unsigned names;

	switch (record->type) {
	case 2: /* NS, MD, MF, CNAME, MB, MG, MR, PTR */
	case 3:
	case 4:
	case 5:
	case 7:
	case 8:
	case 9:
	case 12:
		names = 1;
		break;
	case 6: /* SOA, MINFO */
	case 14:
		names = 2;
		break;
	case 15: /* MX: behind its preference */
		names = 1;
		at += 2;
		break;
	default:
		return;
	}
	for (; names > 0 && at > 0; names--)
		at = mend_name(octets, record->end, at, shift);
}

/* Moves what is behind the OPT record, if something is, and mends it for that; the new
 * length of the message. */
static size_t
move_tail(uint8_t *octets, size_t len, size_t from, ptrdiff_t by)
{
	struct shift shift = {from, by};
	struct wire_record record;
	size_t to = (size_t)((ptrdiff_t)from + by);

	for (size_t at = from; at < len && wire_record_read(octets, len, at, &record);
	     at = record.end) {
		mend_name(octets, len, at, shift);
		mend_data(octets, &record, shift);
	}
	memmove(octets + to, octets + from, len - from);
	return to + (len - from);
}

/* Sets the length of the OPT record's data, which end at octet ${end} now, and finds its
 * options again. */
static void
end_opt(uint8_t *octets, struct wire_query *query, size_t end)
{
	size_t data = end - query->opt_at - WIRE_OPT_FIXED;

	query->opt_end = end;
	wire_put16(octets + query->opt_at + WIRE_AT_OPT_RDLENGTH, (uint16_t)data);
	(void)wire_options_find(octets, query);
}

size_t
wire_option_drop(uint8_t *octets, size_t len, struct wire_query *query,
                 enum wire_option code)
{
	size_t at = query->opt_at + WIRE_OPT_FIXED, to = at, end = query->opt_end;

	if (!query->has_opt)
		return len;
	while (end - at >= WIRE_OPTION_FIXED) {
		size_t size = WIRE_OPTION_FIXED + wire_get16(octets + at + 2);

		if (size > end - at)
			break;
		if (wire_get16(octets + at) != code) {
			if (to != at)
				memmove(octets + to, octets + at, size);
			to += size;
		}
		at += size;
	}
	if (to == at)
		return len;
	memmove(octets + to, octets + at, end - at);
	to += end - at;
	len = move_tail(octets, len, end, (ptrdiff_t)to - (ptrdiff_t)end);
	end_opt(octets, query, to);
	return len;
}

/* Appends an OPT record without options. */
static size_t
add_opt(uint8_t *octets, size_t len, struct wire_query *query)
{
	uint8_t *opt = octets + len;

	memset(opt, 0, WIRE_OPT_FIXED);
	wire_put16(opt + 1, WIRE_TYPE_OPT);
	wire_put16(opt + WIRE_AT_OPT_SIZE, WIRE_UDP_SIZE);
	wire_put16(octets + WIRE_AT_ARCOUNT,
	           (uint16_t)(wire_get16(octets + WIRE_AT_ARCOUNT) + 1));
	query->has_opt = true;
	query->udp_size = WIRE_UDP_SIZE;
	query->opt_at = len;
	query->opt_end = len + WIRE_OPT_FIXED;
	return query->opt_end;
}

bool
wire_option_add(uint8_t *octets, size_t *len, size_t most, struct wire_query *query,
                struct wire_addition option)
{
	size_t size = WIRE_OPTION_FIXED + option.data.len;
	size_t more = size + (query->has_opt ? 0 : WIRE_OPT_FIXED);
	size_t old = query->has_opt ? query->opt_end - query->opt_at - WIRE_OPT_FIXED : 0;
	uint8_t *at;

	if (option.data.len > UINT16_MAX || old + size > UINT16_MAX || *len > most ||
	    more > most - *len)
		return false;
	/* A record behind it could come to lie where no pointer reaches. */
	if (query->has_opt && *len > query->opt_end && *len + more > POINTER_MOST)
		return false;
	if (!query->has_opt)
		*len = add_opt(octets, *len, query);
	at = octets + query->opt_end;
	*len = move_tail(octets, *len, query->opt_end, (ptrdiff_t)size);
	at = wire_put16(wire_put16(at, (uint16_t)option.code), (uint16_t)option.data.len);
	if (option.data.len > 0)
		memcpy(at, option.data.text, option.data.len);
	end_opt(octets, query, query->opt_end + size);
	return true;
}

size_t
wire_opt_drop(uint8_t *octets, size_t len, struct wire_query *query)
{
	size_t size = query->opt_end - query->opt_at;

	if (!query->has_opt)
		return len;
	/* What goes with the record would leave another code behind: NOERROR of BADVERS. */
	if (octets[query->opt_at + WIRE_AT_OPT_RCODE] != 0) {
		query->flags =
		        (uint16_t)((query->flags & ~WIRE_RCODE) | WIRE_RCODE_SERVFAIL);
		wire_put16(octets + WIRE_AT_FLAGS, query->flags);
	}
	wire_put16(octets + WIRE_AT_ARCOUNT,
	           (uint16_t)(wire_get16(octets + WIRE_AT_ARCOUNT) - 1));
	len = move_tail(octets, len, query->opt_end, -(ptrdiff_t)size);
	query->has_opt = query->dnssec_ok = false;
	query->version = 0;
	query->udp_size = WIRE_UDP_LEAST;
	query->opt_at = query->opt_end = 0;
	query->cookie = query->subnet = query->mac = (struct span){NULL, 0};
	return len;
}

size_t
wire_truncate(uint8_t *octets, size_t len, const struct wire_query *response)
{
	size_t to = response->question_end;

	if (to > len || (response->has_opt && response->opt_end > len))
		return len;
	wire_put16(octets + WIRE_AT_FLAGS,
	           (uint16_t)(wire_get16(octets + WIRE_AT_FLAGS) | WIRE_TC));
	wire_put16(octets + WIRE_AT_ANCOUNT, 0);
	wire_put16(octets + WIRE_AT_NSCOUNT, 0);
	wire_put16(octets + WIRE_AT_ARCOUNT, response->has_opt);
	if (!response->has_opt)
		return to;
	memmove(octets + to, octets + response->opt_at, WIRE_OPT_FIXED);
	wire_put16(octets + to + WIRE_AT_OPT_RDLENGTH, 0);
	return to + WIRE_OPT_FIXED;
}
