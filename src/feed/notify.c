/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed/notify.h"

#include "base/size.h"
#include "wire/message.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/random.h>

#define OPCODE_NOTIFY 4 /* RFC 1996 section 3.1 */
#define TYPE_SOA 6
#define TRIES 6       /* the first, and 5 more */
#define FIRST_MS 1000 /* before the second; each wait is twice the one before it */
#define LONGEST 4     /* times: 16 s */
#define MESSAGE 512   /* octets of a message without its signature */

/* One zone and one who is told. */
struct feed_notice {
	struct feed_notices *all;
	size_t zone; /* number of it */
	struct fsk_name name;
	const struct feed_notify *target;
	struct net_endpoint to;    /* of the target, whose place may be gone */
	struct feed_secret secret; /* its secret_len is 0: unsigned */
	struct net_timer timer;    /* set: it is under way */
	uint16_t id;
	unsigned tries;
};

static const struct feed_zone *
zone_of(const struct feed_notice *notice)
{
	return &notice->all->desk->zones[notice->zone];
}

/* Writes the message: the SOA is a hint (RFC 1996 section 3.7). */
static enum fsk_err
write_message(struct feed_notice *notice, uint8_t *octets, size_t *len)
{
	const struct feed_version *version = zone_of(notice)->version;
	struct wire_packer packer = {.octets = octets, .most = MESSAGE};
	struct feed_signer signer = {.active = false};
	enum fsk_err err;

	wire_pack_begin(&packer, &version->render.zone, notice->id, TYPE_SOA);
	(void)wire_pack_soa(&packer, version->serial);
	wire_pack_end(&packer);
	octets[2] = OPCODE_NOTIFY << 3 | 4; /* AA, and no answer */
	if (notice->secret.secret_len > 0) {
		feed_signer_of(notice->all->desk->hmac, &notice->secret, &signer);
		signer.original_id = notice->id;
	}
	err = feed_tsig_sign(&signer, octets, &packer.len, net_clock());
	*len = packer.len;
	return err;
}

/* Sends the message from the first socket that can reach the target. */
static bool
send_message(struct feed_notice *notice)
{
	uint8_t octets[MESSAGE + FEED_TSIG_ROOM];
	struct sockaddr_storage to;
	socklen_t to_len = net_endpoint_to(&notice->target->to, &to);
	size_t len;

	if (write_message(notice, octets, &len) != FSK_OK)
		return false;
	for (size_t i = 0; i < notice->all->socket_count; i++)
		if (sendto(notice->all->sockets[i], octets, len,
		           MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&to,
		           to_len) == (ssize_t)len)
			return true;
	return false;
}

static void
give_up(struct feed_notice *notice, const char *why)
{
	char to[NET_ENDPOINT_SIZE];

	net_timer_end(notice->all->loop, &notice->timer);
	notice->all->desk->counters.notify_failed++;
	net_endpoint_write(&notice->target->to, to);
	feed_tell(notice->all->desk, "zone %s: %s %s a NOTIFY", zone_of(notice)->name.text,
	          to, why);
}

/* Sends the message and waits for the answer. A message that could not be sent is tried
 * again like one that was lost: the network may be on its way. */
static void
try(struct feed_notice *notice)
{
	unsigned waits = notice->tries < LONGEST ? notice->tries : LONGEST;

	(void)send_message(notice);
	notice->tries++;
	if (net_timer_set(notice->all->loop, &notice->timer, (int64_t)FIRST_MS << waits) !=
	    FSK_OK)
		give_up(notice, "could not be sent");
}

static void
wait_over(struct net_timer *timer)
{
	struct feed_notice *notice = timer->context;

	if (notice->tries < TRIES)
		try(notice);
	else
		give_up(notice, "does not answer");
}

/* How many notices the zones of ${desk} need. */
static size_t
count_targets(const struct feed_desk *desk)
{
	size_t count = 0;

	for (size_t i = 0; i < desk->zone_count; i++)
		count = size_add(count, desk->zones[i].setting->notify_count);
	return count;
}

/* Goes on with ${notice} where the one of ${old} for the same zone and place is. */
static void
go_on(struct feed_notice *notice, const struct feed_notices *old)
{
	int64_t now = net_loop_now(notice->all->loop);

	for (size_t i = 0; i < old->count; i++) {
		struct feed_notice *before = &old->notices[i];

		if (before->timer.place == 0 || before->to.port != notice->to.port ||
		    !address_equal(&before->to.address, &notice->to.address) ||
		    !span_equal((struct span){before->name.text, before->name.len},
		                (struct span){notice->name.text, notice->name.len}))
			continue;
		notice->id = before->id;
		notice->tries = before->tries;
		/* One timer ends before the other begins: there is room for it. */
		net_timer_end(notice->all->loop, &before->timer);
		(void)!net_timer_set(notice->all->loop, &notice->timer,
		                     before->timer.at_ms - now);
		return;
	}
}

enum fsk_err
feed_notices_set(struct feed_notices *notices)
{
	const struct feed_desk *desk = notices->desk;
	size_t count = count_targets(desk);
	struct feed_notice *made = calloc(size_add(count, 1), sizeof(*made));
	struct feed_notice *notice = made;

	if (made == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < desk->zone_count; i++) {
		const struct feed_zone_setting *setting = desk->zones[i].setting;

		for (size_t n = 0; n < setting->notify_count; n++, notice++) {
			notice->all = notices;
			notice->zone = i;
			notice->name = desk->zones[i].name;
			notice->target = &setting->notify[n];
			notice->to = notice->target->to;
			notice->timer.due = wait_over;
			notice->timer.context = notice;
			/* A key that is none: the message goes unsigned, and is refused
			 * there. */
			if (notice->target->key == NULL ||
			    feed_secret_of(notice->target->key, &notice->secret) != FSK_OK)
				notice->secret.secret_len = 0;
			go_on(notice, notices);
		}
	}
	feed_notices_fini(notices);
	notices->notices = made;
	notices->count = count;
	return FSK_OK;
}

void
feed_notices_begin(struct feed_notices *notices, const struct feed_zone *zone)
{
	for (size_t i = 0; i < notices->count; i++) {
		struct feed_notice *notice = &notices->notices[i];

		if (zone_of(notice) != zone || zone->version == NULL)
			continue;
		/* Nobody who does not see the message can guess its id. */
		if (getrandom(&notice->id, sizeof(notice->id), GRND_NONBLOCK) !=
		    sizeof(notice->id))
			notice->id = (uint16_t)(notice->id * 31421u + 6927u);
		notice->tries = 0;
		try(notice);
	}
}

/* The notice that the message of ${len} octets from ${peer} answers. */
static struct feed_notice *
find(const struct feed_notices *notices, const uint8_t *octets, size_t len,
     const struct net_endpoint *peer)
{
	if (len < WIRE_HEADER || (octets[2] & 0x80) == 0 ||
	    (octets[2] >> 3 & 0xf) != OPCODE_NOTIFY)
		return NULL;
	for (size_t i = 0; i < notices->count; i++) {
		struct feed_notice *notice = &notices->notices[i];
		const struct net_endpoint *to = &notice->target->to;

		if (notice->timer.place != 0 &&
		    notice->id == (octets[0] << 8 | octets[1]) && to->port == peer->port &&
		    address_equal(&to->address, &peer->address))
			return notice;
	}
	return NULL;
}

void
feed_notices_take(struct feed_notices *notices, const uint8_t *octets, size_t len,
                  const struct net_endpoint *peer)
{
	struct feed_notice *notice = find(notices, octets, len, peer);
	char to[NET_ENDPOINT_SIZE];

	if (notice == NULL)
		return;
	if ((octets[3] & 0xf) != 0) {
		give_up(notice, "refuses");
		return;
	}
	net_timer_end(notices->loop, &notice->timer);
	notices->desk->counters.notified++;
	net_endpoint_write(peer, to);
	feed_tell(notices->desk, "zone %s: %s knows of serial %" PRIu32,
	          zone_of(notice)->name.text, to, zone_of(notice)->version->serial);
}

void
feed_notices_fini(struct feed_notices *notices)
{
	for (size_t i = 0; i < notices->count; i++)
		net_timer_end(notices->loop, &notices->notices[i].timer);
	free(notices->notices);
	notices->notices = NULL;
	notices->count = 0;
}
