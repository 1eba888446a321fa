/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Captured packets: what clients ask over UDP and TCP to port 53.
 */
#include "logs/capture.h"
#include "logs/format.h"
#include "logs/question.h"
#include "logs/tcp.h"

#include <stdlib.h>

#define PORT_DNS 53

struct review {
	struct capture *capture;
	int link;
	struct tcp_table *table;
	struct packet segment; /* of TCP, with what was not taken out of it yet */
	bool in_segment;
	int64_t us; /* when the segment was captured */
};

static void
close_review(void *state)
{
	struct review *review = state;

	if (review == NULL)
		return;
	capture_close(review->capture);
	tcp_free(review->table);
	free(review);
}

/* Opens what ${review} needs to read ${source}. */
static enum fsk_err
begin(struct review *review, struct log_source *source, const char **why)
{
	enum fsk_err err = tcp_new(&review->table);

	if (err == FSK_OK)
		err = capture_open(source, &review->capture, why);
	if (err != FSK_OK)
		return err;
	review->link = capture_link(review->capture);
	if (packet_link_known(review->link))
		return FSK_OK;
	*why = "a capture of a kind of link that is not read; Ethernet, raw IP, loopback "
	       "and Linux cooked are";
	return FSK_CORRUPT;
}

static enum fsk_err
open_review(struct log_source *source, void **state, const char **why)
{
	struct review *review = calloc(1, sizeof(*review));
	enum fsk_err err;

	if (review == NULL)
		return FSK_NOMEM;
	err = begin(review, source, why);
	if (err != FSK_OK) {
		close_review(review);
		return err;
	}
	*state = review;
	return FSK_OK;
}

/* Reads the question in the ${len} octets at ${octets}, sent in ${packet}. */
static enum log_kind
read_question(const struct packet *packet, const unsigned char *octets, size_t len,
              struct log_scratch *scratch, struct log_entry *entry)
{
	enum log_kind kind = question_read(octets, len, scratch, entry);

	entry->port = packet->source_port;
	if (kind == LOG_FOREIGN && packet->missing > 0)
		entry->why = "a packet that is cut before the end of its question";
	if (kind == LOG_ASKED &&
	    !question_address(&packet->source, scratch, &entry->client)) {
		entry->why = "no room for the client";
		kind = LOG_FOREIGN;
	}
	return kind;
}

/* The next entry of the segment that is being read; false when there is none. */
static bool
next_of_segment(struct review *review, struct log_scratch *scratch, struct log_entry *entry,
                enum log_kind *kind)
{
	struct tcp_message message;

	switch (tcp_take(review->table, &review->segment, &message)) {
	case TCP_MESSAGE:
		*kind = read_question(&review->segment, message.octets, message.len,
		                      scratch, entry);
		break;
	case TCP_LOST:
		entry->why = message.why;
		*kind = LOG_FOREIGN;
		break;
	case TCP_NOTHING:
		review->in_segment = false;
		return false;
	}
	entry->us = review->us;
	entry->time = LOG_TIME_UTC;
	entry->transport = LOG_TRANSPORT_TCP;
	return true;
}

/* What ${captured} says. */
static enum log_kind
read_packet(struct review *review, const struct capture_packet *captured,
            struct log_scratch *scratch, struct log_entry *entry)
{
	struct packet packet;
	enum packet_kind kind =
	        packet_read(review->link, captured->octets, captured->len, &packet);
	enum log_kind asked = LOG_ASIDE;

	if (kind == PACKET_BROKEN) {
		entry->why = packet.why;
		return LOG_FOREIGN;
	}
	if (kind == PACKET_OTHER || packet.target_port != PORT_DNS)
		return LOG_ASIDE;
	/* What is below zero is then too large. */
	if (!question_time((uint64_t)captured->seconds, (uint64_t)captured->us, entry))
		return LOG_FOREIGN;
	if (kind == PACKET_UDP) {
		entry->transport = LOG_TRANSPORT_UDP;
		return read_question(&packet, packet.data, packet.len, scratch, entry);
	}
	review->segment = packet;
	review->us = entry->us;
	review->in_segment = true;
	(void)next_of_segment(review, scratch, entry, &asked);
	return asked;
}

static enum fsk_err
next_of_review(void *state, struct log_scratch *scratch, struct log_entry *entry,
               enum log_kind *kind)
{
	struct review *review = state;
	struct capture_packet captured;
	enum fsk_err err;

	if (review->in_segment && next_of_segment(review, scratch, entry, kind))
		return FSK_OK;
	err = capture_next(review->capture, &captured, &entry->why);
	if (err == FSK_OK)
		*kind = read_packet(review, &captured, scratch, entry);
	return err;
}

static const char *const sources[] = {
        "https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-05.html",
        "https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html",
        "https://www.tcpdump.org/linktypes.html",
        "RFC 1035 section 4.2",
        NULL,
};

const struct log_format log_format_pcap = {
        .name = "pcap",
        .title = "packet capture (pcap and pcapng)",
        .text = "Packets as tcpdump, Wireshark, dumpcap and many sensors write them. "
                "DNS messages to port 53 over UDP and TCP that are questions count as "
                "asked, with the address and port that they came from and the network "
                "for which a forwarder asks (ECS). Answers, mDNS and LLMNR, and all "
                "that goes to other ports are set aside.\n\n"
                "Ethernet with VLAN tags, raw IP, BSD loopback and both Linux cooked "
                "forms are read; IPv4 and IPv6. Messages over TCP are put together "
                "from their segments in order; a stream of which segments are missing "
                "is given up and counted. So are fragments, and packets that were cut "
                "in the middle of their question: capture with a snapshot length of "
                "512 octets or more.\n\n"
                "A capture cannot tell what was asked over TLS, HTTPS or QUIC. One "
                "that was made on the resolver itself, or behind it, also holds what "
                "the resolver asks other servers: the resolver's own address then "
                "stands as a client. A pcapng file whose interfaces are of different "
                "kinds is not read: split it by interface.\n\n"
                "To make one: tcpdump -i INTERFACE -w FILE port 53",
        .sources = sources,
        .knows = capture_known,
        .open = open_review,
        .next = next_of_review,
        .close = close_review,
};
