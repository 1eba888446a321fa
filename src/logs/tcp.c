/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/tcp.h"

#include "base/span.h"
#include "wire/message.h"

#include <stdlib.h>
#include <xxhash.h>

#define WAYS 8 /* flows of a set */
#define SETS (TCP_FLOWS / WAYS)
#define PREFIX 2 /* octets of the length before a message */

struct key {
	struct address source;
	struct address target;
	uint16_t source_port;
	uint16_t target_port;
};

struct flow {
	struct key key;
	uint64_t seen; /* when, in calls of the table; 0: a free place */
	uint32_t next; /* number of the octet that is expected */
	bool lost;     /* given up */
	size_t have;   /* octets of the prefix and the message that went by */
	unsigned char kept[PREFIX + TCP_KEPT];
};

struct tcp_table {
	uint64_t calls;
	struct flow flow[SETS][WAYS];
};

enum fsk_err
tcp_new(struct tcp_table **table)
{
	struct tcp_table *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	*table = made;
	return FSK_OK;
}

void
tcp_free(struct tcp_table *table)
{
	free(table);
}

/* The flow of ${table} with ${key}; NULL when there is none, and then in ${place}
 * the one of its set that was silent longest. */
static struct flow *
find(struct tcp_table *table, const struct key *key, struct flow **place)
{
	struct flow *set = table->flow[XXH3_64bits(key, sizeof(*key)) % SETS];

	*place = set;
	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].seen != 0 && memcmp(&set[i].key, key, sizeof(*key)) == 0)
			return &set[i];
		if (set[i].seen < (*place)->seen)
			*place = &set[i];
	}
	return NULL;
}

/* The flow of ${segment}; NULL when it has none and begins none. */
static struct flow *
flow_of(struct tcp_table *table, struct packet *segment)
{
	struct key key = {segment->source, segment->target, segment->source_port,
	                  segment->target_port};
	struct flow *place, *flow = find(table, &key, &place);

	if ((segment->flags & PACKET_SYN) != 0) {
		segment->flags &= (uint8_t)~PACKET_SYN;
		segment->sequence++; /* a SYN has a number (RFC 9293 section 3.4) */
		if (flow == NULL)
			flow = place;
		flow->seen = 0;
	} else if (flow == NULL && segment->len > 0) {
		flow = place;
		flow->seen = 0;
	}
	if (flow == NULL)
		return NULL;
	if (flow->seen == 0) {
		flow->key = key;
		flow->next = segment->sequence;
		flow->lost = false;
		flow->have = 0;
	}
	flow->seen = ++table->calls;
	return flow;
}

/* Takes up to ${want} octets off the front of ${segment}; returns how many. */
static size_t
pass(struct packet *segment, size_t want)
{
	size_t taken = want < segment->len ? want : segment->len;

	segment->data += taken;
	segment->len -= taken;
	segment->sequence += (uint32_t)taken;
	return taken;
}

/* Drops what of ${segment} ${flow} has already had. */
static void
drop_old(const struct flow *flow, struct packet *segment)
{
	size_t old = flow->next - segment->sequence;

	old -= pass(segment, old);
	segment->missing -= old < segment->missing ? old : segment->missing;
}

/* Takes octets out of ${segment} until ${flow} has ${end}, the prefix counted, as
 * far as there are any. Returns whether it has. */
static bool
fill(struct flow *flow, struct packet *segment, size_t end)
{
	const unsigned char *data = segment->data;
	size_t taken = pass(segment, end - flow->have);

	if (flow->have < sizeof(flow->kept)) {
		size_t room = sizeof(flow->kept) - flow->have;

		memcpy(flow->kept + flow->have, data, taken < room ? taken : room);
	}
	flow->have += taken;
	flow->next += (uint32_t)taken;
	return flow->have == end;
}

/* Takes the message that ${flow} has begun out of ${segment}, or the next one.
 * False with a reason in ${why} when none can be, NULL when it is not whole yet. */
static bool
take_message(struct flow *flow, struct packet *segment, struct tcp_message *message,
             const char **why)
{
	size_t len;

	*why = NULL;
	if (flow->have < PREFIX && !fill(flow, segment, PREFIX))
		return false;
	len = (size_t)flow->kept[0] << 8 | flow->kept[1];
	if (len < WIRE_HEADER) {
		*why = "no DNS messages in a TCP stream";
		return false;
	}
	if (!fill(flow, segment, PREFIX + len))
		return false;
	flow->have = 0;
	message->octets = flow->kept + PREFIX;
	message->len = len < TCP_KEPT ? len : TCP_KEPT;
	message->why = NULL;
	return true;
}

enum tcp_got
tcp_take(struct tcp_table *table, struct packet *segment, struct tcp_message *message)
{
	struct flow *flow = flow_of(table, segment);
	const char *why = NULL;

	if (flow == NULL)
		return TCP_NOTHING;
	if (!flow->lost && segment->len + segment->missing > 0) {
		int32_t ahead = (int32_t)(segment->sequence - flow->next);

		if (ahead < 0)
			drop_old(flow, segment);
		if (ahead > 0)
			why = "a TCP stream of which segments are missing";
		else if (segment->len > 0 && take_message(flow, segment, message, &why))
			return TCP_MESSAGE;
		if (why == NULL && segment->missing > 0)
			why = "a TCP stream of which segments are cut";
	}
	if ((segment->flags & (PACKET_FIN | PACKET_RST)) != 0) {
		if (why == NULL && !flow->lost && flow->have > 0)
			why = "a TCP stream that ends in a message";
		segment->flags = 0;
		flow->seen = 0;
	}
	pass(segment, segment->len);
	segment->missing = 0;
	if (why == NULL)
		return TCP_NOTHING;
	flow->lost = true;
	*message = (struct tcp_message){.why = why};
	return TCP_LOST;
}
