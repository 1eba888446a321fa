/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dnstap: what DNS servers write of their messages, as protocol buffers in a file of
 * Frame Streams. The fields that are read are in logs/dnstap.proto.
 */
#include "logs/format.h"
#include "logs/frames.h"
#include "logs/question.h"

#include <logs/dnstap.pb-c.h>
#include <stdlib.h>

#define TYPE_MESSAGE 1 /* of a frame */

/* Types of messages that are questions of clients: to an authoritative server and
 * to a resolver. */
#define AUTH_QUERY 1
#define CLIENT_QUERY 5

/* Transports by their number in dnstap; DNSCrypt is over UDP or TCP. */
static const enum log_transport transports[] = {
        LOG_TRANSPORT_UNKNOWN, LOG_TRANSPORT_UDP, LOG_TRANSPORT_TCP, LOG_TRANSPORT_TLS,
        LOG_TRANSPORT_HTTPS,   LOG_TRANSPORT_UDP, LOG_TRANSPORT_TCP, LOG_TRANSPORT_QUIC,
};

struct tap {
	struct frames *frames;
	bool no_memory; /* for a frame */
};

static void
close_tap(void *state)
{
	struct tap *tap = state;

	if (tap == NULL)
		return;
	frames_close(tap->frames);
	free(tap);
}

static enum fsk_err
open_tap(struct log_source *source, void **state, const char **why)
{
	struct tap *tap = calloc(1, sizeof(*tap));
	enum fsk_err err;

	if (tap == NULL)
		return FSK_NOMEM;
	err = frames_open(source, "protobuf:dnstap.Dnstap", &tap->frames, why);
	if (err != FSK_OK) {
		close_tap(tap);
		return err;
	}
	*state = tap;
	return FSK_OK;
}

/* Reads the address of ${field}, 4 or 16 octets, into ${text}; others say nothing. */
static bool
read_address(const ProtobufCBinaryData *field, struct log_scratch *scratch,
             struct span *text)
{
	struct address address;

	if (field->len == 4)
		address = address_of_v4(field->data);
	else if (field->len == 16)
		address = address_of_v6(field->data);
	else
		return true;
	return question_address(&address, scratch, text);
}

static enum log_kind
foreign(struct log_entry *entry, const char *why)
{
	entry->why = why;
	return LOG_FOREIGN;
}

static enum log_kind
read_message(const Dnstap__Message *message, struct log_scratch *scratch,
             struct log_entry *entry)
{
	enum log_kind kind;

	if (!message->has_type)
		return foreign(entry, "a dnstap message without its type");
	if (message->type != CLIENT_QUERY && message->type != AUTH_QUERY)
		return LOG_ASIDE;
	if (!message->has_question)
		return foreign(entry, "a dnstap question without its DNS message");
	kind = question_read(message->question.data, message->question.len, scratch, entry);
	if (kind != LOG_ASKED)
		return kind;
	/* Without seconds the time is not said, whatever the nanoseconds are. */
	if (message->has_seconds &&
	    !question_time(message->seconds, message->nanoseconds / 1000, entry))
		return LOG_FOREIGN;
	if (message->port <= UINT16_MAX)
		entry->port = (uint16_t)message->port;
	if (message->transport < LOG_COUNT(transports))
		entry->transport = transports[message->transport];
	if (message->has_client && !read_address(&message->client, scratch, &entry->client))
		return foreign(entry, "no room for the client");
	return LOG_ASKED;
}

static enum log_kind
read_frame(const Dnstap__Frame *frame, struct log_scratch *scratch, struct log_entry *entry)
{
	if (frame->has_type && frame->type != TYPE_MESSAGE)
		return LOG_ASIDE;
	if (frame->message == NULL)
		return foreign(entry, "a dnstap frame without a message");
	return read_message(frame->message, scratch, entry);
}

static void *
allocate(void *state, size_t size)
{
	struct tap *tap = state;
	void *got = malloc(size);

	if (got == NULL)
		tap->no_memory = true;
	return got;
}

static void
release(void *state, void *given)
{
	(void)state;
	free(given);
}

static enum fsk_err
next_frame(void *state, struct log_scratch *scratch, struct log_entry *entry,
           enum log_kind *kind)
{
	struct tap *tap = state;
	ProtobufCAllocator allocator = {allocate, release, tap};
	Dnstap__Frame *frame;
	struct span octets;
	enum fsk_err err = frames_next(tap->frames, &octets, &entry->why);

	if (err != FSK_OK)
		return err;
	frame = dnstap__frame__unpack(&allocator, octets.len, (const uint8_t *)octets.text);
	if (frame == NULL && tap->no_memory)
		return FSK_NOMEM;
	*kind = frame == NULL ? foreign(entry, "a frame that is no dnstap")
	                      : read_frame(frame, scratch, entry);
	dnstap__frame__free_unpacked(frame, &allocator);
	return FSK_OK;
}

static const char *const sources[] = {
        "https://dnstap.info/",
        "https://github.com/dnstap/dnstap.pb (dnstap.proto)",
        "https://farsightsec.github.io/fstrm/",
        NULL,
};

const struct log_format log_format_dnstap = {
        .name = "dnstap",
        .title = "dnstap (Frame Streams file)",
        .text = "What BIND, Unbound, Knot Resolver, PowerDNS, dnsdist, CoreDNS, blocky "
                "and others write of the DNS messages that pass through them, with "
                "the messages as they were on the wire. CLIENT_QUERY (a resolver was "
                "asked) and AUTH_QUERY (an authoritative server was) count as asked, "
                "with the network of a client behind a forwarder (ECS). Answers, and "
                "what the server itself asks (RESOLVER_QUERY, FORWARDER_QUERY, "
                "STUB_QUERY), are set aside. So is a log of nothing but answers: have "
                "the server write its CLIENT_QUERY messages.\n\n"
                "Frames are not in the order of time. The identity that a frame may "
                "carry is the server's, not the client's. A file that ends in the "
                "middle of a frame, or without the frame that ends a stream, is read "
                "up to there and told; files that were joined are read through.\n\n"
                "BIND: dnstap { client query; }; dnstap-output file \"FILE\"; Unbound, "
                "under dnstap: dnstap-enable: yes, dnstap-socket-path, "
                "dnstap-log-client-query-messages: yes, and fstrm_capture to make a "
                "file of the socket.",
        .sources = sources,
        .knows = frames_known,
        .open = open_tap,
        .next = next_frame,
        .close = close_tap,
};
