/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/unit/feed/asking.h: requests as clients write them, by ldns, and what comes of
 * them.
 */
#ifndef TEST_FEED_ASKING_H
#define TEST_FEED_ASKING_H

#include "scene.h"

#include <ldns/ldns.h>

/* Writes the request for ${type} of ${name} at ${out}; IXFR from ${serial}. */
static inline size_t
write_request(uint8_t out[512], const char *name, uint16_t type, uint32_t serial)
{
	ldns_rdf *dname = ldns_dname_new_frm_str(name);
	ldns_pkt *packet =
	        ldns_pkt_query_new(dname, (ldns_rr_type)type, LDNS_RR_CLASS_IN, 0);
	uint8_t *wire;
	size_t len;

	ldns_pkt_set_id(packet, 4711);
	if (type == LDNS_RR_TYPE_IXFR) {
		ldns_rr *soa;
		char text[200];

		snprintf(text, sizeof(text), "%s. 0 IN SOA . . %u 0 0 0 0", name,
		         (unsigned)serial);
		assert_int_equal(ldns_rr_new_frm_str(&soa, text, 0, NULL, NULL),
		                 LDNS_STATUS_OK);
		ldns_pkt_push_rr(packet, LDNS_SECTION_AUTHORITY, soa);
	}
	assert_int_equal(ldns_pkt2wire(&wire, packet, &len), LDNS_STATUS_OK);
	assert_true(len <= 512);
	memcpy(out, wire, len);
	free(wire);
	ldns_pkt_free(packet);
	return len;
}

/* A request from 192.0.2.1, and what came of it. */
struct dialogue {
	struct feed_call call;
	struct feed_reply reply;
	enum feed_outcome outcome;
	uint8_t octets[WIRE_RPZ_MOST + FEED_TSIG_ROOM];
};

static inline void
ask(struct scene *scene, struct dialogue *dialogue, const uint8_t *octets, size_t len,
    bool stream)
{
	dialogue->call = (struct feed_call){
	        .octets = octets, .len = len, .stream = stream, .now = NOW};
	assert_int_equal(address_read(span_of("192.0.2.1"), &dialogue->call.peer.address),
	                 FSK_OK);
	dialogue->reply = (struct feed_reply){.packer = {.octets = dialogue->octets}};
	dialogue->outcome = feed_serve(&scene->desk, &dialogue->call, &dialogue->reply);
}

/* Parses ${len} octets by ldns, for the caller to free. */
static inline ldns_pkt *
parse(const uint8_t *octets, size_t len)
{
	ldns_pkt *packet = NULL;

	assert_int_equal(ldns_wire2pkt(&packet, octets, len), LDNS_STATUS_OK);
	return packet;
}

#endif
