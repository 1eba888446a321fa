/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The packets of a load. One socket sends for all source addresses: the kernel takes
 * the address that a packet names beside it (IP_PKTINFO), so that one call sends
 * for many clients.
 */
#include "load.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define ROOM 1500
#define HEADER 12
#define RCODE_NXDOMAIN 3
#define SCATTER 0x5a17u /* ids do not begin at 0, and a port's lie close together */

/* One packet that goes out. */
struct out {
	struct iovec span;
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(struct in_pktinfo))];
	uint8_t message[ROOM];
};

static int
open_socket(void)
{
	struct sockaddr_in here = {.sin_family = AF_INET};
	int room = 4 << 20;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&here, sizeof(here)) != 0)
		err(71, "socket");
	/* What the kernel grants is enough, or answers are counted as lost. */
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	return fd;
}

void
load_open(struct load *load)
{
	for (unsigned i = 0; i < load->port_count; i++)
		load->ports[i].socket = open_socket();
}

/* The next client: each has a /24 of its own, as limits go by prefixes. */
static in_addr_t
next_source(struct load *load)
{
	uint32_t n = load->next_source++;

	if (load->next_source == load->sources)
		load->next_source = 0;
	return htonl(0x7f010000u + (n << 8) + 1 + n % 250);
}

static void
set_source(struct out *out, struct msghdr *head, in_addr_t source)
{
	struct in_pktinfo info = {.ipi_spec_dst.s_addr = source};
	struct cmsghdr control = {
	        .cmsg_level = IPPROTO_IP,
	        .cmsg_type = IP_PKTINFO,
	        .cmsg_len = CMSG_LEN(sizeof(info)),
	};

	memcpy(out->control, &control, sizeof(control));
	memcpy(out->control + CMSG_LEN(0), &info, sizeof(info));
	head->msg_control = out->control;
	head->msg_controllen = sizeof(out->control);
}

/* A question for the address of ${name}; its length. */
static size_t
write_question(const struct load *load, uint16_t id, const uint8_t *name,
               uint8_t message[ROOM])
{
	static const uint8_t header[HEADER] = {0, 0, 1, 0, 0, 1}; /* RD */
	static const uint8_t kind[] = {0, 1, 0, 1};               /* IN A */
	static const uint8_t edns[] = {0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0};
	size_t len = HEADER;

	memcpy(message, header, HEADER);
	message[0] = (uint8_t)(id >> 8);
	message[1] = (uint8_t)id;
	memcpy(message + len, name + 1, name[0]);
	len += name[0];
	memcpy(message + len, kind, sizeof(kind));
	len += sizeof(kind);
	if (load->edns) {
		memcpy(message + len, edns, sizeof(edns));
		len += sizeof(edns);
		message[11] = 1;
	}
	return len;
}

/* Blocked and clean names mixed evenly, as their share is. */
static enum kind
next_kind(struct load *load)
{
	load->next_share += load->share;
	if (load->next_share < 100)
		return CLEAN;
	load->next_share -= 100;
	return BLOCKED;
}

static void
fill(struct load *load, struct port *port, struct out *out, struct mmsghdr *head,
     int64_t now)
{
	uint16_t id = (uint16_t)(port->sent ^ SCATTER);
	struct slot *slot = &port->slots[id];

	slot->kind = next_kind(load);
	slot->name = names_next(&load->names[slot->kind]);
	slot->sent = now;
	out->span = (struct iovec){out->message,
	                           write_question(load, id, slot->name, out->message)};
	head->msg_hdr.msg_name = &load->server;
	head->msg_hdr.msg_namelen = sizeof(load->server);
	head->msg_hdr.msg_iov = &out->span;
	head->msg_hdr.msg_iovlen = 1;
	set_source(out, &head->msg_hdr, next_source(load));
	port->sent++;
}

static struct bucket *
bucket_of(struct load *load, int64_t now)
{
	int64_t n = (now - load->tally.first_sent) / LOAD_BUCKET;

	return &load->series[n < LOAD_BUCKETS ? n : LOAD_BUCKETS - 1];
}

void
load_send(struct load *load, struct port *port, unsigned count, int64_t now)
{
	static struct out outs[LOAD_BATCH];
	struct mmsghdr heads[LOAD_BATCH] = {0};
	unsigned first = port->sent;

	/* No id may be on its way twice. */
	if (count > LOAD_BATCH)
		count = LOAD_BATCH;
	if (port->sent - port->oldest > LOAD_IDS - LOAD_BATCH)
		return;
	if (load->tally.first_sent == 0)
		load->tally.first_sent = now;
	for (unsigned i = 0; i < count; i++) {
		fill(load, port, &outs[i], &heads[i], now);
		port->slots[(uint16_t)((first + i) ^ SCATTER)].open = true;
	}
	for (unsigned sent = 0; sent < count;) {
		int more = sendmmsg(port->socket, heads + sent, count - sent, 0);

		if (more > 0)
			sent += (unsigned)more;
		else if (errno != EAGAIN && errno != ENOBUFS && errno != ECONNREFUSED)
			err(71, "sendmmsg");
	}
	port->open += count;
	load->tally.sent += count;
	load->tally.last_sent = now;
	bucket_of(load, now)->sent += count;
}

/* Whether ${message} answers what ${slot} asked. */
static bool
is_answer(const struct slot *slot, const uint8_t *message, size_t len)
{
	static const uint8_t kind[] = {0, 1, 0, 1};
	size_t name_len = slot->name[0];

	return slot->open && (message[2] & 0xf8) == 0x80 && message[4] == 0 &&
	       message[5] == 1 && len >= HEADER + name_len + sizeof(kind) &&
	       memcmp(message + HEADER, slot->name + 1, name_len) == 0 &&
	       memcmp(message + HEADER + name_len, kind, sizeof(kind)) == 0;
}

static enum fate
fate_of(const uint8_t *message)
{
	unsigned rcode = message[3] & 15;
	bool has_records = message[6] != 0 || message[7] != 0;

	if ((message[2] & 2) != 0)
		return FATE_OTHER;
	if (rcode == RCODE_NXDOMAIN || (rcode == 0 && !has_records))
		return FATE_BLOCK;
	return rcode == 0 ? FATE_PASS : FATE_OTHER;
}

/* What is asked for once: when a blocked name was first answered, blocked, passed. */
static void
note_first(struct tally *tally, const struct slot *slot, enum fate fate, int64_t now)
{
	if (tally->first_answer == 0)
		tally->first_answer = now;
	if (fate == FATE_BLOCK && tally->first_block == 0) {
		tally->first_block = now;
		tally->blocked_latency = now - slot->sent;
	}
	if (fate == FATE_PASS && tally->first_pass == 0)
		tally->first_pass = now;
}

static void
take_one(struct load *load, struct port *port, const uint8_t *message, size_t len,
         int64_t now)
{
	struct tally *tally = &load->tally;
	uint16_t id = (uint16_t)(len < HEADER ? 0 : message[0] << 8 | message[1]);
	struct slot *slot = &port->slots[id];
	struct bucket *bucket;
	enum fate fate;

	if (len < HEADER || !is_answer(slot, message, len)) {
		tally->unasked++;
		return;
	}
	slot->open = false;
	port->open--;
	fate = fate_of(message);
	tally->answers++;
	tally->rcodes[message[3] & 15]++;
	tally->fates[slot->kind][fate]++;
	if (slot->kind == BLOCKED)
		note_first(tally, slot, fate, now);
	bucket = bucket_of(load, slot->sent);
	bucket->answers++;
	if (now - slot->sent > bucket->longest)
		bucket->longest = now - slot->sent;
	if (now - slot->sent > tally->latency)
		tally->latency = now - slot->sent;
}

unsigned
load_take(struct load *load, struct port *port, int64_t (*clock)(void))
{
	static uint8_t messages[LOAD_BATCH][ROOM];
	struct tally *tally = &load->tally;
	struct iovec spans[LOAD_BATCH];
	struct mmsghdr heads[LOAD_BATCH] = {0};
	uint64_t before = tally->answers;
	int64_t now;
	int got;

	for (size_t i = 0; i < LOAD_BATCH; i++) {
		spans[i] = (struct iovec){messages[i], ROOM};
		heads[i].msg_hdr.msg_iov = &spans[i];
		heads[i].msg_hdr.msg_iovlen = 1;
	}
	got = recvmmsg(port->socket, heads, LOAD_BATCH, MSG_DONTWAIT, NULL);
	if (got <= 0) {
		if (got < 0 && errno != EAGAIN && errno != EINTR && errno != ECONNREFUSED)
			err(71, "recvmmsg");
		return 0;
	}
	now = clock();
	for (int i = 0; i < got; i++)
		take_one(load, port, messages[i], heads[i].msg_len, now);
	if (tally->answers == before)
		return 0;
	if (tally->last_answer != 0 && now - tally->last_answer > tally->silence)
		tally->silence = now - tally->last_answer;
	tally->last_answer = now;
	return (unsigned)got;
}

void
load_expire(struct load *load, struct port *port, int64_t now)
{
	for (; port->oldest != port->sent; port->oldest++) {
		struct slot *slot = &port->slots[(uint16_t)(port->oldest ^ SCATTER)];

		if (!slot->open)
			continue;
		if (now - slot->sent < load->timeout)
			return;
		slot->open = false;
		port->open--;
		load->tally.lost++;
	}
}
