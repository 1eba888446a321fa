/* SPDX-License-Identifier: BSD-2-Clause */
#include "drill/answer.h"

#include "base/ascii.h"
#include "wire/message.h"
#include "wire/name.h"

#include <ldns/ldns.h>

#define OPTION_EDE 15 /* RFC 8914 section 2 */

#define EDE_FORGED 4
#define EDE_BLOCKED 15
#define EDE_CENSORED 16
#define EDE_FILTERED 17
#define EDE_PROHIBITED 18

static unsigned
number_at(const uint8_t *octets)
{
	return (unsigned)(octets[0] << 8 | octets[1]);
}

/* The octets of ${rdf}. */
static struct span
octets_of(const ldns_rdf *rdf)
{
	return (struct span){(const char *)ldns_rdf_data(rdf), ldns_rdf_size(rdf)};
}

/* Turns the uncompressed ${dname} into text, lower case, without regard to what stands in
 * its labels; false when it does not fit or has a dot or a NUL in a label. */
static bool
write_name(const ldns_rdf *dname, struct fsk_name *name)
{
	struct span octets = octets_of(dname);
	size_t at = 0, len = 0;

	while (at < octets.len && octets.text[at] != 0) {
		size_t label = (uint8_t)octets.text[at++];

		if (label > WIRE_LABEL_MAX || label > octets.len - at ||
		    len + label + 1 > FSK_NAME_MAX + 1)
			return false;
		if (len > 0)
			name->text[len++] = '.';
		for (size_t i = 0; i < label; i++) {
			char c = octets.text[at + i];

			if (c == '.' || c == '\0')
				return false;
			name->text[len++] = ascii_to_lower(c);
		}
		at += label;
	}
	if (len > FSK_NAME_MAX)
		return false;
	name->len = (uint8_t)len;
	name->text[len] = '\0';
	return true;
}

/* Whether the question of ${packet} is ${question}. */
static bool
is_of(const ldns_pkt *packet, const struct drill_question *question)
{
	const ldns_rr_list *list = ldns_pkt_question(packet);
	struct fsk_name name;
	const ldns_rr *rr;

	if (ldns_rr_list_rr_count(list) == 0)
		return ldns_pkt_ancount(packet) == 0 && ldns_pkt_nscount(packet) == 0;
	rr = ldns_rr_list_rr(list, 0);
	return ldns_rr_list_rr_count(list) == 1 && ldns_rr_get_type(rr) == question->type &&
	       ldns_rr_get_class(rr) == LDNS_RR_CLASS_IN &&
	       write_name(ldns_rr_owner(rr), &name) && name.len == question->name.len &&
	       memcmp(name.text, question->name.text, name.len) == 0;
}

static void
take_address(struct drill_answer *answer, const ldns_rdf *rdf)
{
	struct span octets = octets_of(rdf);
	uint8_t room[16];

	if (answer->address_count == DRILL_ADDRESSES ||
	    (octets.len != 4 && octets.len != sizeof(room)))
		return;
	memcpy(room, octets.text, octets.len);
	answer->addresses[answer->address_count++] =
	        octets.len == 4 ? address_of_v4(room) : address_of_v6(room);
}

/* The first string of a TXT record, which has its length in front. */
static void
take_text(struct drill_answer *answer, const ldns_rdf *rdf)
{
	struct span octets = octets_of(rdf);

	if (answer->text_len > 0 || octets.len < 2 ||
	    octets.len - 1 < (uint8_t)octets.text[0])
		return;
	answer->text_len = (uint8_t)octets.text[0];
	memcpy(answer->text, octets.text + 1, answer->text_len);
}

static void
take_records(struct drill_answer *answer, const ldns_pkt *packet, uint16_t type)
{
	const ldns_rr_list *list = ldns_pkt_answer(packet);

	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(list, i);
		ldns_rr_type got = ldns_rr_get_type(rr);

		if (got == type || got == LDNS_RR_TYPE_CNAME || got == LDNS_RR_TYPE_DNAME)
			answer->has_data = true;
		if (ldns_rr_rd_count(rr) == 0)
			continue;
		if (got == LDNS_RR_TYPE_A || got == LDNS_RR_TYPE_AAAA)
			take_address(answer, ldns_rr_rdf(rr, 0));
		else if (got == LDNS_RR_TYPE_TXT)
			take_text(answer, ldns_rr_rdf(rr, 0));
	}
}

static void
take_soa(struct drill_answer *answer, const ldns_pkt *packet)
{
	const ldns_rr_list *list = ldns_pkt_authority(packet);

	for (size_t i = 0; i < ldns_rr_list_rr_count(list) && !answer->has_soa; i++) {
		const ldns_rr *rr = ldns_rr_list_rr(list, i);

		if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_SOA)
			continue;
		answer->has_soa = true;
		if (!write_name(ldns_rr_owner(rr), &answer->soa))
			answer->soa = (struct fsk_name){.len = 0, .text = "?"};
	}
}

static bool
is_block(unsigned code)
{
	return code == EDE_FORGED || code == EDE_BLOCKED || code == EDE_CENSORED ||
	       code == EDE_FILTERED || code == EDE_PROHIBITED;
}

/* Takes the extended error of ${data}, an option without its header. */
static void
take_error(struct drill_answer *answer, struct span data)
{
	unsigned code;

	if (data.len < 2)
		return;
	code = number_at((const uint8_t *)data.text);
	if (answer->has_ede && (is_block(answer->ede) || !is_block(code)))
		return;
	data = span_from(data, 2);
	/* Some end the text with a NUL, which RFC 8914 section 2 allows to pass over. */
	if (data.len > 0 && data.text[data.len - 1] == '\0')
		data.len--;
	answer->has_ede = true;
	answer->ede = (uint16_t)code;
	answer->ede_len = data.len < DRILL_TEXT ? data.len : DRILL_TEXT;
	memcpy(answer->ede_text, data.text, answer->ede_len);
	answer->ede_text[answer->ede_len] = '\0';
}

static void
take_options(struct drill_answer *answer, const ldns_pkt *packet)
{
	const ldns_rdf *data = ldns_pkt_edns_data(packet);
	struct span rest;

	if (data == NULL || ldns_rdf_data(data) == NULL)
		return;
	for (rest = octets_of(data); rest.len >= 4;) {
		const uint8_t *head = (const uint8_t *)rest.text;
		struct span option = span_from(rest, 4);
		size_t len = number_at(head + 2);

		if (len > option.len)
			return;
		if (number_at(head) == OPTION_EDE)
			take_error(answer, (struct span){option.text, len});
		rest = span_from(option, len);
	}
}

enum fsk_err
drill_answer_read(const uint8_t *octets, size_t len, const struct drill_question *question,
                  struct drill_answer *answer)
{
	struct drill_answer got = {.rcode = 0};
	ldns_pkt *packet = NULL;
	ldns_status status;

	if (len < WIRE_HEADER)
		return FSK_SYNTAX;
	if (number_at(octets) != question->id || (octets[2] & 0x80) == 0)
		return FSK_MISMATCH;
	status = ldns_wire2pkt(&packet, octets, len);
	if (status != LDNS_STATUS_OK)
		return status == LDNS_STATUS_MEM_ERR ? FSK_NOMEM : FSK_SYNTAX;
	if (ldns_pkt_get_opcode(packet) != LDNS_PACKET_QUERY || !is_of(packet, question)) {
		ldns_pkt_free(packet);
		return FSK_MISMATCH;
	}
	got.rcode = (uint16_t)((unsigned)ldns_pkt_edns_extended_rcode(packet) << 4 |
	                       (unsigned)ldns_pkt_get_rcode(packet));
	got.truncated = ldns_pkt_tc(packet);
	take_records(&got, packet, question->type);
	take_soa(&got, packet);
	take_options(&got, packet);
	ldns_pkt_free(packet);
	*answer = got;
	return FSK_OK;
}

bool
drill_answer_from_above(const struct drill_answer *answer, const struct fsk_name *name)
{
	size_t len = answer->soa.len;

	if (!answer->has_soa)
		return false;
	if (len == 0)
		return answer->soa.text[0] == '\0';
	return len < name->len && name->text[name->len - len - 1] == '.' &&
	       memcmp(name->text + name->len - len, answer->soa.text, len) == 0;
}

bool
drill_answer_says_blocked(const struct drill_answer *answer)
{
	return answer->has_ede && is_block(answer->ede);
}

bool
drill_answer_same(const struct drill_answer *answer, const struct drill_answer *other)
{
	if (answer->address_count != other->address_count)
		return false;
	for (size_t i = 0; i < answer->address_count; i++) {
		bool found = false;

		for (size_t k = 0; k < other->address_count && !found; k++)
			found = address_equal(&answer->addresses[i], &other->addresses[k]);
		if (!found)
			return false;
	}
	return true;
}
