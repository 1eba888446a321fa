/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed/answer.h"

/* The fields of a record, and whether each could be had. */
struct record {
	ldns_rr *rr;
	bool whole;
};

/* Appends ${field}, which it owns, to ${record}. */
static void
push(struct record *record, ldns_rdf *field)
{
	if (field == NULL)
		record->whole = false;
	else if (!record->whole || !ldns_rr_push_rdf(record->rr, field)) {
		ldns_rdf_deep_free(field);
		record->whole = false;
	}
}

static void
push_name(struct record *record, const char *octets, uint16_t len)
{
	push(record, ldns_dname_new_frm_data(len, octets));
}

static void
push_number(struct record *record, uint32_t value)
{
	push(record, ldns_native2rdf_int32(LDNS_RDF_TYPE_INT32, value));
}

/* A text of at most 255 octets. */
static void
push_text(struct record *record, struct span text)
{
	uint8_t data[256] = {(uint8_t)text.len};

	memcpy(data + 1, text.text, text.len);
	push(record, ldns_rdf_new_frm_data(LDNS_RDF_TYPE_STR, text.len + 1, data));
}

static void
push_soa(struct record *record, const struct feed_version *version)
{
	const struct wire_zone *zone = &version->render.zone;

	push_name(record, WIRE_RPZ_SERVER, sizeof(WIRE_RPZ_SERVER));
	push_name(record, WIRE_RPZ_MAILBOX, sizeof(WIRE_RPZ_MAILBOX));
	push_number(record, version->serial);
	push_number(record, zone->refresh);
	push_number(record, zone->retry);
	push_number(record, zone->expire);
	push_number(record, zone->minimum);
}

/* Fills ${record} with the data of ${answer}. */
static ldns_rr_type
push_data(struct record *record, const struct feed_answer *answer, enum feed_record kind)
{
	struct feed_canaries canaries;
	struct span target = wire_action_target(answer->action);

	switch (kind) {
	case FEED_SOA:
		push_soa(record, answer->version);
		return LDNS_RR_TYPE_SOA;
	case FEED_NS:
		push_name(record, WIRE_RPZ_SERVER, sizeof(WIRE_RPZ_SERVER));
		return LDNS_RR_TYPE_NS;
	case FEED_TXT:
		if (feed_canaries_of(&answer->version->render, answer->version->serial,
		                     &canaries))
			push_text(record, span_of(canaries.text));
		return LDNS_RR_TYPE_TXT;
	case FEED_RULE:
		push_name(record, target.text, (uint16_t)target.len);
		return LDNS_RR_TYPE_CNAME;
	case FEED_NO_RECORD:
		break;
	}
	return LDNS_RR_TYPE_ANY;
}

/* Appends a record of ${kind}, owned by ${owner}, to ${section} of ${packet}. */
static bool
add(ldns_pkt *packet, ldns_pkt_section section, const struct feed_answer *answer,
    enum feed_record kind, ldns_rdf *owner)
{
	struct record record = {.rr = ldns_rr_new(), .whole = owner != NULL};

	if (record.rr == NULL) {
		ldns_rdf_deep_free(owner);
		return false;
	}
	ldns_rr_set_owner(record.rr, owner);
	ldns_rr_set_class(record.rr, LDNS_RR_CLASS_IN);
	ldns_rr_set_ttl(record.rr, answer->version->render.zone.ttl);
	ldns_rr_set_type(record.rr, push_data(&record, answer, kind));
	if (record.whole && ldns_pkt_push_rr(packet, section, record.rr))
		return true;
	ldns_rr_free(record.rr);
	return false;
}

/* Copies the question, and sets what the header and the OPT record say. */
static bool
fill_head(ldns_pkt *packet, const struct feed_request *request,
          const struct feed_answer *answer)
{
	ldns_rr *asked = ldns_rr_list_rr(ldns_pkt_question(request->packet), 0);
	ldns_rr *question = ldns_rr_clone(asked);

	if (question == NULL ||
	    !ldns_pkt_push_rr(packet, LDNS_SECTION_QUESTION, question)) {
		ldns_rr_free(question);
		return false;
	}
	ldns_pkt_set_id(packet, request->message.id);
	ldns_pkt_set_qr(packet, true);
	ldns_pkt_set_aa(packet, answer->version != NULL);
	ldns_pkt_set_tc(packet, answer->truncated);
	ldns_pkt_set_rd(packet, ldns_pkt_rd(request->packet));
	ldns_pkt_set_rcode(packet, answer->code & 0xf);
	if (request->has_edns) {
		ldns_pkt_set_edns_udp_size(packet, WIRE_UDP_SIZE);
		ldns_pkt_set_edns_extended_rcode(packet, (uint8_t)(answer->code >> 4));
	}
	return true;
}

static bool
fill(ldns_pkt *packet, const struct feed_request *request, const struct feed_answer *answer)
{
	ldns_rr *asked = ldns_rr_list_rr(ldns_pkt_question(request->packet), 0);

	if (!fill_head(packet, request, answer))
		return false;
	if (answer->truncated || answer->version == NULL)
		return true;
	if (answer->record != FEED_NO_RECORD)
		return add(packet, LDNS_SECTION_ANSWER, answer, answer->record,
		           ldns_rdf_clone(ldns_rr_owner(asked)));
	return add(packet, LDNS_SECTION_AUTHORITY, answer, FEED_SOA,
	           ldns_dname_new_frm_data(answer->version->render.zone.len,
	                                   answer->version->render.zone.name));
}

enum fsk_err
feed_answer_write(const struct feed_request *request, const struct feed_answer *answer,
                  struct wire_packer *packer)
{
	ldns_pkt *packet = ldns_pkt_new();
	uint8_t *octets = NULL;
	size_t len = 0;
	enum fsk_err err = FSK_NOMEM;

	if (packet == NULL)
		return FSK_NOMEM;
	if (fill(packet, request, answer) &&
	    ldns_pkt2wire(&octets, packet, &len) == LDNS_STATUS_OK && octets != NULL)
		err = len <= packer->most ? FSK_OK : FSK_RANGE;
	if (err == FSK_OK) {
		memcpy(packer->octets, octets, len);
		packer->len = len;
	}
	LDNS_FREE(octets);
	ldns_pkt_free(packet);
	return err;
}

void
feed_answer_bare(const uint8_t *octets, enum feed_rcode code, uint8_t *out)
{
	uint8_t id[2] = {octets[0], octets[1]};
	uint8_t flags = octets[2];

	memset(out, 0, WIRE_HEADER);
	out[0] = id[0];
	out[1] = id[1];
	out[2] = (uint8_t)(0x80 | (flags & 0x79)); /* QR; opcode and RD as they came */
	out[3] = (uint8_t)(code & 0xf);
}
