/* SPDX-License-Identifier: BSD-2-Clause */
#include "sinkhole/front_udp.h"

#include <unistd.h>

/* Batches until others have their turn: streams, timers. */
#define AT_ONCE 8

static const struct address nowhere;

/* Datagram ${n} of the batch. */
static struct sinkhole_call
call_of(const struct sinkhole_udp *udp, size_t n)
{
	const struct net_datagram *datagram = net_batch_at(udp->batch, n);
	struct sinkhole_call call = {
	        .octets = datagram->octets,
	        .len = datagram->len,
	        .cut = datagram->cut,
	        .peer = datagram->peer,
	        .local = udp->endpoint,
	};

	if (!address_equal(&datagram->local, &nowhere))
		call.local.address = datagram->local;
	return call;
}

/* Answers ${call}, datagram ${n} of the batch; it is sent with the others. */
static void
serve(struct sinkhole_udp *udp, struct sinkhole_desk *desk,
      const struct sinkhole_call *call, size_t n)
{
	uint8_t *room = net_batch_room(udp->batch, n);
	size_t len = sinkhole_dns(desk, call, room);

	/* Nobody has port 0: an answer there could not be sent. */
	if (len > 0 && call->peer.port != 0)
		net_batch_reply(udp->batch, n, room, len);
}

/* Fetches what the ${count} ${calls} of the batch will need of memory, each while the
 * others are looked at. */
static void
foresee(const struct sinkhole_desk *desk, const struct sinkhole_call *calls, size_t count)
{
	struct sinkhole_sought sought[NET_BATCH];

	for (size_t i = 0; i < count; i++)
		sinkhole_dns_fetch(desk, &calls[i], &sought[i]);
	for (size_t i = 0; i < count; i++)
		sinkhole_ground_fetch_more(desk->ground, &sought[i]);
}

/* Serves a batch; false when there were no more. */
static bool
serve_batch(struct sinkhole_udp *udp)
{
	struct sinkhole_call calls[NET_BATCH];
	struct sinkhole_desk *desk;
	struct sinkhole_tally *tally;
	enum fsk_err err;
	/* What is wrong with the socket is not mended here, and the next round tells. */
	size_t count = net_batch_receive(udp->batch, udp->watch.fd, &err), unsent;

	if (count == 0)
		return false;
	desk = udp->post->open(udp->post);
	tally = desk->tally;
	for (size_t i = 0; i < count; i++)
		calls[i] = call_of(udp, i);
	foresee(desk, calls, count);
	for (size_t i = 0; i < count; i++)
		serve(udp, desk, &calls[i], i);
	udp->post->close(udp->post);
	unsent = net_batch_send(udp->batch, udp->watch.fd);
	for (size_t i = 0; i < unsent; i++)
		sinkhole_count(&tally->unsent);
	return count == NET_BATCH;
}

static void
ready(struct net_watch *watch, unsigned what)
{
	struct sinkhole_udp *udp = watch->context;

	(void)what;
	for (unsigned i = 0; i < AT_ONCE && serve_batch(udp); i++)
		;
}

enum fsk_err
sinkhole_udp_begin(struct sinkhole_udp *udp, int fd)
{
	enum fsk_err err;

	udp->watch = (struct net_watch){.fd = fd, .ready = ready, .context = udp};
	err = net_watch_begin(udp->post->loop, &udp->watch, NET_READ);
	if (err != FSK_OK)
		udp->watch.fd = -1;
	return err;
}

void
sinkhole_udp_end(struct sinkhole_udp *udp)
{
	if (udp->watch.fd < 0)
		return;
	net_watch_end(udp->post->loop, &udp->watch);
	close(udp->watch.fd);
	udp->watch.fd = -1;
}
