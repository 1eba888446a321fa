/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed/request.h"

#define OPCODE_NOTIFY 4  /* RFC 1996 section 3.1 */
#define COMPRESSED 0xc0u /* RFC 1035 section 4.1.4 */
#define RECORD_FIXED 10  /* type, class, TTL and length of a record */
#define UDP_LEAST 512    /* octets of a datagram that each client takes */
#define QR 0x80

/* What of a request is still to be read. */
struct rest {
	const uint8_t *at, *end;
};

static uint16_t
number(const uint8_t *octets)
{
	return (uint16_t)(octets[0] << 8 | octets[1]);
}

/* Takes ${len} octets; NULL when there are not so many. */
static const uint8_t *
take(struct rest *rest, size_t len)
{
	const uint8_t *taken = rest->at;

	if ((size_t)(rest->end - rest->at) < len)
		return NULL;
	rest->at += len;
	return taken;
}

/* Takes a name: labels up to the root or a pointer. */
static bool
pass_name(struct rest *rest)
{
	const uint8_t *label;

	while ((label = take(rest, 1)) != NULL) {
		if ((*label & COMPRESSED) == COMPRESSED)
			return take(rest, 1) != NULL;
		if (*label == 0)
			return true;
		if ((*label & COMPRESSED) != 0 || take(rest, *label) == NULL)
			return false;
	}
	return false;
}

/* Takes the next record, which must be of a kind that has its place there: an SOA in the
 * authority section, then one OPT, and a TSIG as the last. */
static bool
pass_record(struct rest *rest, const uint8_t *message, bool authority,
            struct feed_request *request)
{
	const uint8_t *owner = rest->at;
	const uint8_t *fixed = NULL;

	if (request->has_tsig)
		return false;
	if (pass_name(rest))
		fixed = take(rest, RECORD_FIXED);
	if (fixed == NULL || take(rest, number(fixed + 8)) == NULL)
		return false;
	switch (number(fixed)) {
	case LDNS_RR_TYPE_SOA:
		return authority && number(fixed + 2) == WIRE_CLASS_IN;
	case LDNS_RR_TYPE_OPT:
		if (authority || *owner != 0 || request->has_edns)
			return false;
		request->has_edns = true;
		request->udp_size = number(fixed + 2);
		request->edns_version = fixed[5];
		return true;
	case LDNS_RR_TYPE_TSIG:
		request->has_tsig = !authority && number(fixed + 2) == WIRE_CLASS_ANY &&
		                    number(fixed + 4) == 0 && number(fixed + 6) == 0;
		request->tsig_at = (size_t)(owner - message);
		return request->has_tsig;
	default:
		return false;
	}
}

/* Looks through all of the request behind its question. */
static bool
look_through(const uint8_t *octets, size_t len, struct feed_request *request)
{
	unsigned authority = number(octets + 8);
	unsigned additional = number(octets + 10);
	struct rest rest = {octets + WIRE_HEADER, octets + len};

	if (number(octets + 6) != 0 || authority > 1 || additional > 2)
		return false;
	if (!pass_name(&rest) || take(&rest, 4) == NULL)
		return false;
	for (unsigned i = 0; i < authority + additional; i++)
		if (!pass_record(&rest, octets, i < authority, request))
			return false;
	if (request->udp_size < UDP_LEAST)
		request->udp_size = UDP_LEAST;
	if (request->udp_size > WIRE_UDP_SIZE)
		request->udp_size = WIRE_UDP_SIZE;
	return rest.at == rest.end;
}

/* Copies what is behind the length in ${field} into ${out}, which has room for ${most}. */
static bool
copy_data(const ldns_rdf *field, uint8_t *out, size_t most, size_t *len)
{
	size_t size = ldns_rdf_size(field);

	if (size < 2 || size - 2 > most)
		return false;
	memcpy(out, ldns_rdf_data(field) + 2, size - 2);
	*len = size - 2;
	return true;
}

/* Reads the fields of the TSIG record. */
static bool
read_tsig(ldns_rr *record, struct feed_tsig *tsig)
{
	static const uint8_t algorithm[] = "\13hmac-sha256";
	const ldns_rdf *fields[7];
	ldns_rdf *owner;

	if (record == NULL || ldns_rr_rd_count(record) != 7)
		return false;
	for (size_t i = 0; i < 7; i++)
		fields[i] = ldns_rr_rdf(record, i);
	owner = ldns_rr_owner(record);
	ldns_dname2canonical(owner);
	ldns_dname2canonical(fields[0]);
	tsig->name_len = ldns_rdf_size(owner);
	if (tsig->name_len > sizeof(tsig->name) || ldns_rdf_size(fields[1]) != 6)
		return false;
	memcpy(tsig->name, ldns_rdf_data(owner), tsig->name_len);
	tsig->known = ldns_rdf_size(fields[0]) == sizeof(algorithm) &&
	              memcmp(ldns_rdf_data(fields[0]), algorithm, sizeof(algorithm)) == 0;
	for (size_t i = 0; i < 6; i++)
		tsig->time = tsig->time << 8 | ldns_rdf_data(fields[1])[i];
	tsig->fudge = ldns_rdf2native_int16(fields[2]);
	tsig->original_id = ldns_rdf2native_int16(fields[4]);
	tsig->error = ldns_rdf2native_int16(fields[5]);
	if (!copy_data(fields[6], tsig->other, sizeof(tsig->other), &tsig->other_len))
		return false;
	if (!copy_data(fields[3], tsig->mac, sizeof(tsig->mac), &tsig->mac_len))
		return !tsig->known; /* the MAC of another algorithm: BADKEY */
	return !tsig->known || tsig->mac_len >= FEED_MAC_LEAST;
}

/* Reads the serial of the SOA in the authority section, when there is one. */
static bool
read_serial(struct feed_request *request)
{
	ldns_rr_list *authority = ldns_pkt_authority(request->packet);
	const ldns_rr *soa;

	if (ldns_rr_list_rr_count(authority) == 0)
		return true;
	soa = ldns_rr_list_rr(authority, 0);
	if (ldns_rr_rd_count(soa) != 7)
		return false;
	request->serial = ldns_rdf2native_int32(ldns_rr_rdf(soa, 2));
	request->has_serial = true;
	return true;
}

bool
feed_request_is(const uint8_t *octets, size_t len)
{
	return len >= WIRE_HEADER && (octets[2] & QR) == 0;
}

enum feed_rcode
feed_request_read(const uint8_t *octets, size_t len, struct feed_request *request)
{
	struct feed_request read = {.packet = NULL};
	unsigned opcode = octets[2] >> 3 & 0xf;

	if (opcode != WIRE_OPCODE_QUERY)
		return opcode == OPCODE_NOTIFY ? FEED_REFUSED : FEED_NOTIMP;
	if (len > FEED_REQUEST_MOST ||
	    wire_message_read(octets, len, &read.message, NULL) != FSK_OK ||
	    !look_through(octets, len, &read))
		return FEED_FORMERR;
	if (ldns_wire2pkt(&read.packet, octets, len) != LDNS_STATUS_OK)
		return FEED_FORMERR;
	if (ldns_rr_list_rr_count(ldns_pkt_question(read.packet)) != 1 ||
	    !read_serial(&read) ||
	    (read.has_tsig && !read_tsig(ldns_pkt_tsig(read.packet), &read.tsig))) {
		feed_request_fini(&read);
		return FEED_FORMERR;
	}
	*request = read;
	return FEED_NOERROR;
}

void
feed_request_fini(struct feed_request *request)
{
	ldns_pkt_free(request->packet);
	request->packet = NULL;
}
