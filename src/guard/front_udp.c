/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/front_udp.h"

#include "guard/foresee.h"

#include <unistd.h>

/* Batches until others have their turn: streams, answers of the relay, timers. */
#define AT_ONCE 8

static const struct address nowhere;

/* Relays ${outcome} for the client of ${datagram}; false when that cannot be. */
static bool
relay(struct guard_udp *udp, const struct net_datagram *datagram,
      const struct guard_outcome *outcome)
{
	const struct guard_door door = {
	        .local = address_equal(&datagram->local, &nowhere) ? udp->endpoint.address
	                                                           : datagram->local,
	        .port = udp->endpoint.port,
	};
	struct guard_wait *wait = guard_waits_take(udp->post->waits, outcome);

	if (wait == NULL)
		return false;
	wait->listener = udp->number;
	wait->peer = datagram->peer;
	wait->local = datagram->local;
	return guard_post_ask(udp->post, outcome, wait, &door);
}

/* Serves datagram ${n} of the batch. */
static void
serve(struct guard_udp *udp, size_t n)
{
	const struct net_datagram *datagram = net_batch_at(udp->batch, n);
	uint8_t *room = net_batch_room(udp->batch, n);
	struct guard_tally *tally = udp->post->desk.tally;
	const struct guard_call call = {.octets = datagram->octets,
	                                .len = datagram->len,
	                                .cut = datagram->cut,
	                                .peer = datagram->peer.address,
	                                .port = datagram->peer.port};
	struct guard_outcome outcome;
	uint8_t gist[GUARD_GIST];

	/* Nobody has port 0: an answer there could not be sent. */
	if (datagram->peer.port == 0)
		return;
	switch (guard_handle(&udp->post->desk, &call, room, &outcome)) {
	case GUARD_DROP:
		outcome.len = 0;
		break;
	case GUARD_ANSWER:
		break;
	case GUARD_RELAY:
		outcome.len = 0;
		if (relay(udp, datagram, &outcome))
			break;
		guard_tally_add(&tally->refused, 1);
		outcome.len =
		        guard_failed(gist, guard_gist(&outcome, gist), &outcome.back, room);
		break;
	}
	udp->post->hit |= outcome.hit;
	if (outcome.len > 0)
		net_batch_reply(udp->batch, n, room, outcome.len);
}

/* Serves a batch; false when there were no more. */
static bool
serve_batch(struct guard_udp *udp)
{
	const struct guard_desk *desk = &udp->post->desk;
	struct watch_look looks[NET_BATCH];
	enum fsk_err err;
	/* What is wrong with the socket is not mended here, and the next round tells. */
	size_t count = net_batch_receive(udp->batch, udp->watch.fd, &err);

	if (count == 0)
		return false;
	guard_post_open(udp->post);
	for (size_t i = 0; i < count; i++) {
		const struct net_datagram *datagram = net_batch_at(udp->batch, i);

		guard_foresee(desk->ground, datagram->octets, datagram->len, &looks[i]);
	}
	for (size_t i = 0; i < count; i++)
		guard_ground_fetch_more(desk->ground, &looks[i]);
	for (size_t i = 0; i < count; i++)
		serve(udp, i);
	guard_tally_add(&desk->tally->dropped, net_batch_send(udp->batch, udp->watch.fd));
	guard_relay_flush(udp->post->relay);
	guard_post_close(udp->post);
	return count == NET_BATCH;
}

static void
ready(struct net_watch *watch, unsigned what)
{
	struct guard_udp *udp = watch->context;

	(void)what;
	for (unsigned i = 0; i < AT_ONCE && serve_batch(udp); i++)
		;
}

enum fsk_err
guard_udp_begin(struct guard_udp *udp, int fd)
{
	enum fsk_err err;

	udp->watch = (struct net_watch){.fd = fd, .ready = ready, .context = udp};
	err = net_watch_begin(udp->post->loop, &udp->watch, NET_READ);
	if (err != FSK_OK)
		udp->watch.fd = -1;
	return err;
}

void
guard_udp_end(struct guard_udp *udp)
{
	if (udp->watch.fd < 0)
		return;
	net_watch_end(udp->post->loop, &udp->watch);
	close(udp->watch.fd);
	udp->watch.fd = -1;
}

void
guard_udp_answer(const struct guard_udp *udp, const struct guard_wait *wait,
                 struct net_outbox *box, uint8_t *octets, size_t len)
{
	const struct net_letter letter = {.fd = udp->watch.fd,
	                                  .peer = wait->peer,
	                                  .local = wait->local,
	                                  .octets = octets,
	                                  .len = len};

	net_outbox_put(box, &letter);
}
