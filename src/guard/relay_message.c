/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/relay_message.h"

#include "wire/rewrite.h"

#define TYPE_AND_CLASS 4 /* octets of a question behind its name */
#define MESSAGE_MOST 65535

/* What a subnet option says of a client: all of its address, since it goes to who runs this
 * network's resolver, whose views and logs shall tell machines apart. The shorter prefixes
 * of RFC 7871 section 11.1 are for who asks the world. */
#define SUBNET_V4 32
#define SUBNET_V6 128
#define FAMILY_V4 1
#define FAMILY_V6 2
#define SUBNET_FIXED 4

/* An OPT record's size, behind the root's octet and the type. */
#define OPT_SIZE 3
#define SIZE_WITHOUT_OPT 512

_Static_assert(sizeof(((struct relay_waiter *)0)->upper) * 8 >= FSK_NAME_MAX + 2,
               "each octet of a name has its bit");

/* Writes the data of the option for ${client}; its length. */
static size_t
write_subnet(const struct address *client, uint8_t out[SUBNET_FIXED + 16])
{
	bool v4 = address_is_v4(client);
	unsigned bits = v4 ? SUBNET_V4 : SUBNET_V6;

	out[0] = 0;
	out[1] = v4 ? FAMILY_V4 : FAMILY_V6;
	out[2] = (uint8_t)bits;
	out[3] = 0;
	memcpy(out + SUBNET_FIXED, client->octets + (v4 ? 12 : 0), bits / 8);
	return SUBNET_FIXED + bits / 8;
}

/* Tells ${client}'s address, if it fits. */
static void
add_subnet(const struct address *client, struct relay_entry *entry,
           struct wire_query *query)
{
	size_t most = entry->room < MESSAGE_MOST ? entry->room : MESSAGE_MOST;
	bool had_opt = query->has_opt;
	uint8_t data[SUBNET_FIXED + 16];
	size_t len = write_subnet(client, data);

	if (!wire_option_add(
	            entry->octets, &entry->len, most, query,
	            (struct wire_addition){WIRE_OPTION_SUBNET,
	                                   (struct span){(const char *)data, len}}))
		return;
	entry->waiters->drop_opt = !had_opt;
	entry->waiters->drop_subnet = true;
	/* Who sends no OPT record takes no more than this, and the upstream shall know. */
	if (!had_opt && query->has_opt) {
		entry->octets[query->opt_at + OPT_SIZE] = SIZE_WITHOUT_OPT >> 8;
		entry->octets[query->opt_at + OPT_SIZE + 1] = SIZE_WITHOUT_OPT & 0xff;
	}
}

/* Changes the options that are hop by hop. */
static void
change_options(const struct guard_request *request, bool tell, struct relay_entry *entry)
{
	struct wire_query query;

	/* What was read lies where the request does; this is its copy. */
	if (wire_query_read(entry->octets, entry->len, &query) != WIRE_ANSWER)
		return;
	if (query.cookie.text != NULL)
		entry->len = wire_option_drop(entry->octets, entry->len, &query,
		                              WIRE_OPTION_COOKIE);
	if (tell)
		add_subnet(&request->client, entry, &query);
}

static void
write_head(const struct guard_request *request, struct relay_entry *entry)
{
	struct wire_proxy proxy = {.stream = request->stream,
	                           .source = request->client,
	                           .target = request->local,
	                           .source_port = request->port,
	                           .target_port = request->local_port};

	entry->client = request->client;
	entry->local = request->local;
	entry->head_len = (uint8_t)wire_proxy_write(&proxy, entry->head);
}

/* Makes the letters of the question small, and notes which were not. Octets that count a
 * label's are below 64 and so are no letters. */
static void
fold(struct relay_entry *entry, struct relay_waiter *waiter)
{
	uint8_t *name = entry->octets + WIRE_HEADER;
	size_t len = entry->question_end - WIRE_HEADER - TYPE_AND_CLASS;

	for (size_t i = 0; i < len; i++) {
		unsigned upper = name[i] - (unsigned)'A' < 26;

		waiter->upper[i / 8] |= (uint8_t)(upper << i % 8);
		name[i] |= (uint8_t)(upper << 5);
	}
}

/* Gives the question, whatever the case of its letters, those of ${waiter}. */
static void
unfold(uint8_t *octets, size_t question_end, const struct relay_waiter *waiter)
{
	uint8_t *name = octets + WIRE_HEADER;
	size_t len = question_end - WIRE_HEADER - TYPE_AND_CLASS;

	for (size_t i = 0; i < len; i++) {
		unsigned letter = (name[i] | 0x20u) - 'a' < 26;
		unsigned upper = waiter->upper[i / 8] >> i % 8 & 1;

		if (letter)
			name[i] = (uint8_t)((name[i] | 0x20u) ^ upper << 5);
	}
}

void
relay_message_make(const struct guard_request *request, enum guard_tell tell,
                   struct relay_entry *entry)
{
	const struct wire_query *asked = request->query;
	bool subnet = tell == GUARD_TELL_SUBNET && asked->subnet.text == NULL;

	memcpy(entry->octets, request->octets, request->len);
	entry->len = request->len;
	entry->question_end = asked->question_end;
	entry->stream = request->stream;
	entry->plain = asked->extra;
	entry->waiters->id = asked->id;
	entry->waiters->is_signed = asked->extra;
	if (!asked->extra && (subnet || asked->cookie.text != NULL))
		change_options(request, subnet, entry);
	if (tell == GUARD_TELL_PROXY)
		write_head(request, entry);
	wire_id_set(entry->octets, 0);
	fold(entry, entry->waiters);
}

void
relay_message_case(struct relay_entry *entry, bool plain)
{
	if (plain)
		unfold(entry->octets, entry->question_end, entry->waiters);
	else
		wire_case_set(entry->octets, entry->question_end, entry->cases);
}

enum relay_likeness
relay_message_check(const struct relay_attempt *attempt, const uint8_t *octets, size_t len,
                    struct wire_query *response)
{
	const struct relay_entry *entry = attempt->entry;
	size_t end = entry->question_end;
	uint8_t sent[WIRE_HEADER + FSK_NAME_MAX + 2 + TYPE_AND_CLASS];

	if (!wire_response_read(octets, len, response) || response->opcode != 0 ||
	    response->question_end != end)
		return RELAY_STRANGE;
	/* The message stands in the case in which it was sent last. */
	if (!attempt->plain && !entry->attempts[entry->latest].plain &&
	    wire_question_same(octets, entry->octets, end))
		return RELAY_RIGHT;
	if (!wire_question_alike(octets, entry->octets, end))
		return RELAY_STRANGE;
	if (attempt->plain)
		return RELAY_RIGHT;
	memcpy(sent, entry->octets, end);
	wire_case_set(sent, end, entry->cases);
	return wire_question_same(octets, sent, end) ? RELAY_RIGHT : RELAY_FOLDED;
}

/* Takes out what the client is not to see. */
static size_t
drop_options(const struct relay_waiter *waiter, uint8_t *octets, size_t len)
{
	struct wire_query own;

	/* Once more, since ${octets} may be a copy of what was read before. */
	if (!wire_response_read(octets, len, &own))
		return len;
	if (waiter->drop_opt)
		return wire_opt_drop(octets, len, &own);
	/* One that was not asked for; our own is the front's to add. */
	if (own.cookie.text != NULL)
		len = wire_option_drop(octets, len, &own, WIRE_OPTION_COOKIE);
	if (waiter->drop_subnet && own.subnet.text != NULL)
		len = wire_option_drop(octets, len, &own, WIRE_OPTION_SUBNET);
	return len;
}

size_t
relay_message_restore(const struct relay_waiter *waiter, const struct wire_query *response,
                      uint8_t *octets, size_t len)
{
	wire_id_set(octets, waiter->id);
	unfold(octets, response->question_end, waiter);
	if (response->has_opt && !waiter->is_signed &&
	    (waiter->drop_opt || response->cookie.text != NULL ||
	     (waiter->drop_subnet && response->subnet.text != NULL)))
		len = drop_options(waiter, octets, len);
	return len;
}
