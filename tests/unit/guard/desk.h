/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A desk as a worker has it, at one moment, with the lists of some generators; questions as
 * clients send them, and what the answers say.
 */
#ifndef TEST_DESK_H
#define TEST_DESK_H

#include "desk_ground.h"
#include "desk_question.h"

/* What came of a message. */
static uint8_t asked[70000], answered[GUARD_ANSWER_MOST];
static size_t asked_len;
static struct guard_outcome outcome;

/* Handles ${call}, whose octets are at a place of their own, so that the sanitizer sees
 * who reads outside. */
static inline enum guard_step
handle(struct guard_call call)
{
	uint8_t *octets = malloc(call.len + (call.len == 0));
	enum guard_step step;

	memcpy(octets, call.octets, call.len);
	call.octets = octets;
	step = guard_handle(&desk, &call, answered, &outcome);
	/* What is relayed is where it came. */
	if (step == GUARD_RELAY)
		outcome.message = asked + (outcome.message - octets);
	free(octets);
	return step;
}

static inline enum guard_step
handle_from(const char *peer, bool stream)
{
	return handle((struct guard_call){.octets = asked,
	                                  .len = asked_len,
	                                  .stream = stream,
	                                  .peer = address_of(peer),
	                                  .port = 4711});
}

static inline enum guard_step
ask(struct question question)
{
	asked_len = write_question(&question, asked);
	return handle_from(CLIENT, false);
}

static inline enum guard_step
ask_name(const char *name)
{
	return ask((struct question){.name = name});
}

static inline unsigned
rcode_of_answer(void)
{
	return answered[3] & 0xfU;
}

/* Finds option ${code} in the answer; its data, or an empty one. */
static inline struct span
option_of_answer(uint16_t code)
{
	static const char none[WIRE_COOKIE_SIZE]; /* as long as what is looked for */
	struct wire_query response;

	assert_true(wire_response_read(answered, outcome.len, &response));
	for (size_t at = response.opt_at + 11; response.has_opt && at < response.opt_end;) {
		const struct span data = {
		        (const char *)answered + at + 4,
		        (size_t)(answered[at + 2] << 8 | answered[at + 3])};

		if ((answered[at] << 8 | answered[at + 1]) == code)
			return data;
		at += 4 + data.len;
	}
	return (struct span){none, 0};
}

/* The code of the extended error of the answer, -1: none; its text goes to ${text}. */
static inline int
ede_of_answer(char text[256])
{
	struct span data = option_of_answer(WIRE_OPTION_EDE);

	text[0] = '\0';
	if (data.len == 0)
		return -1;
	assert_in_range(data.len, 2, 255);
	memcpy(text, data.text + 2, data.len - 2);
	text[data.len - 2] = '\0';
	return (uint8_t)data.text[0] << 8 | (uint8_t)data.text[1];
}

/* The answer as ldns reads it; the caller frees it. */
static inline ldns_pkt *
read_answer(void)
{
	ldns_pkt *packet = NULL;

	assert_int_equal(ldns_wire2pkt(&packet, answered, outcome.len), LDNS_STATUS_OK);
	return packet;
}

/* The answer's head and question are those of what was asked. */
static inline void
assert_head(void)
{
	struct wire_query query;

	assert_true(wire_response_read(answered, outcome.len, &query));
	assert_memory_equal(answered, asked, 2);
	assert_memory_equal(answered + 12, asked + 12, query.question_end - 12);
	assert_true((query.flags & WIRE_RD) != 0 && (query.flags & WIRE_RA) != 0);
}

/* The first name of today of ${generator}. */
static inline struct fsk_name
name_of(const char *generator)
{
	struct dga_generator found;
	struct fsk_cursor *cursor;
	struct fsk_name name, lower;

	assert_int_equal(dga_generator_find(span_of(generator), &found), FSK_OK);
	assert_int_equal(fsk_cursor_open(found.number, NOW, &cursor), FSK_OK);
	assert_int_equal(fsk_cursor_next(cursor, &name, NULL), FSK_OK);
	fsk_cursor_close(cursor);
	assert_int_equal(wire_name_read((struct span){name.text, name.len}, &lower, NULL),
	                 FSK_OK);
	return lower;
}

static inline size_t
number_of(const char *generator)
{
	struct dga_generator found;

	assert_int_equal(dga_generator_find(span_of(generator), &found), FSK_OK);
	return found.number;
}

/* Whether there is a hit. */
static inline bool
has_hit(void)
{
	return guard_hits_at(desk.hits, 0) != NULL;
}

/* Takes the next hit, which must be there. */
static inline const struct guard_hit *
take_hit(void)
{
	static struct guard_hit hit;
	const struct guard_hit *next = guard_hits_at(desk.hits, 0);

	assert_non_null(next);
	if (next != NULL) {
		hit = *next;
		guard_hits_take(desk.hits);
	}
	return &hit;
}

/* The SOA of the answer, as text of owner, TTL and serial. */
static inline void
assert_soa(const char *owner, uint32_t ttl)
{
	ldns_pkt *packet = read_answer();
	ldns_rr_list *authority = ldns_pkt_authority(packet);
	char wanted[300];
	ldns_rr *soa;
	char *text;

	assert_int_equal(ldns_pkt_ancount(packet), 0);
	assert_int_equal(ldns_rr_list_rr_count(authority), 1);
	soa = ldns_rr_list_rr(authority, 0);
	assert_int_equal(ldns_rr_get_type(soa), LDNS_RR_TYPE_SOA);
	assert_int_equal(ldns_rr_ttl(soa), ttl);
	text = ldns_rdf2str(ldns_rr_owner(soa));
	snprintf(wanted, sizeof(wanted), "%s.", owner);
	assert_string_equal(text, wanted);
	free(text);
	text = ldns_rdf2str(ldns_rr_rdf(soa, 2));
	assert_int_equal(strtoul(text, NULL, 10), SERIAL);
	free(text);
	text = ldns_rdf2str(ldns_rr_rdf(soa, 6));
	assert_int_equal(strtoul(text, NULL, 10), ttl);
	free(text);
	ldns_pkt_free(packet);
}

#endif
