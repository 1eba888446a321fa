/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed/feed.h"

#include "base/size.h"
#include "feed/load.h"
#include "feed/tcp.h"
#include "feed/udp.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define BACKLOG 256
#define KEEP_MS 60000 /* after which a state that was not written is tried again */
#define TRIES 16 /* ports that the system chose for UDP, until one is free for TCP too */

struct feed {
	struct feed_desk desk;
	struct net_loop *loop;
	size_t count; /* of endpoints */
	struct net_endpoint *wanted, *bound;
	struct feed_udp *udp;
	struct feed_listener *listeners;
	int *sockets; /* of udp */
	struct feed_tcp tcp;
	struct feed_notices notices;
	struct net_timer keeper; /* set: a zone was not kept */
	uint8_t out[WIRE_RPZ_MOST + FEED_TSIG_ROOM];
};

/* Opens both sockets of ${wanted} on one port. */
static enum fsk_err
open_both(const struct net_endpoint *wanted, int fds[2], struct net_endpoint *bound)
{
	enum fsk_err err = FSK_IO;

	for (unsigned i = 0; i < TRIES && err != FSK_OK; i++) {
		int error_number;

		err = net_open_udp(wanted, &fds[0], bound);
		if (err != FSK_OK)
			return err;
		err = net_open_tcp(bound, BACKLOG, &fds[1], NULL);
		if (err == FSK_OK)
			return FSK_OK;
		error_number = errno;
		close(fds[0]);
		errno = error_number;
		if (wanted->port != 0)
			break;
	}
	return err;
}

/* Serves endpoint number ${n}. */
static enum fsk_err
begin_endpoint(struct feed *feed, size_t n)
{
	struct feed_udp *udp = &feed->udp[n];
	int fds[2];
	enum fsk_err err = open_both(&feed->wanted[n], fds, &feed->bound[n]);

	if (err != FSK_OK)
		return err;
	udp->desk = &feed->desk;
	udp->loop = feed->loop;
	udp->notices = &feed->notices;
	udp->out = feed->out;
	err = feed_udp_begin(udp, fds[0], &feed->bound[n]);
	if (err != FSK_OK) {
		close(fds[0]);
		close(fds[1]);
		return err;
	}
	feed->sockets[n] = fds[0];
	err = feed_tcp_begin(&feed->tcp, n, fds[1]);
	if (err != FSK_OK)
		close(fds[1]);
	return err;
}

/* Makes what the endpoints of ${setting} need. */
static enum fsk_err
make_room(struct feed *feed, const struct feed_setting *setting)
{
	size_t count = setting->listen_count;

	feed->wanted = calloc(size_add(count, 1), sizeof(*feed->wanted));
	feed->bound = calloc(size_add(count, 1), sizeof(*feed->bound));
	feed->udp = calloc(size_add(count, 1), sizeof(*feed->udp));
	feed->listeners = calloc(size_add(count, 1), sizeof(*feed->listeners));
	feed->sockets = calloc(size_add(count, 1), sizeof(*feed->sockets));
	if (feed->wanted == NULL || feed->bound == NULL || feed->udp == NULL ||
	    feed->listeners == NULL || feed->sockets == NULL)
		return FSK_NOMEM;
	if (count > 0)
		memcpy(feed->wanted, setting->listen, count * sizeof(*feed->wanted));
	for (size_t i = 0; i < count; i++)
		feed->udp[i].watch.fd = feed->listeners[i].watch.fd = -1;
	feed->count = count;
	feed->tcp.desk = feed->notices.desk = &feed->desk;
	feed->tcp.loop = feed->notices.loop = feed->loop;
	feed->tcp.listeners = feed->listeners;
	feed->tcp.listener_count = count;
	feed->notices.sockets = feed->sockets;
	feed->notices.socket_count = count;
	return FSK_OK;
}

/* Keeps what was not kept, or tries again later. */
static void
keep_all(struct net_timer *timer)
{
	struct feed *feed = timer->context;
	bool all = true;

	for (size_t i = 0; i < feed->desk.zone_count; i++)
		all &= feed_load_keep(&feed->desk, &feed->desk.zones[i]);
	/* It was set a moment ago, so there is room for it. */
	if (!all)
		(void)!net_timer_set(feed->loop, timer, KEEP_MS);
}

enum fsk_err
feed_new(const struct feed_setting *setting, struct net_loop *loop, size_t *which,
         struct feed **feed)
{
	struct feed *made = calloc(1, sizeof(*made));
	enum fsk_err err;

	if (made == NULL)
		return FSK_NOMEM;
	made->loop = loop;
	made->keeper = (struct net_timer){.due = keep_all, .context = made};
	/* Now, since it may read OpenSSL's own configuration: later the sandbox is
	 * closed. */
	made->desk.hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	err = made->desk.hmac == NULL ? FSK_NOMEM : make_room(made, setting);
	if (err == FSK_OK)
		err = feed_desk_set(&made->desk, setting);
	if (err == FSK_OK)
		err = feed_notices_set(&made->notices);
	for (size_t i = 0; i < made->count && err == FSK_OK; i++) {
		err = begin_endpoint(made, i);
		if (err != FSK_OK && which != NULL)
			*which = i;
	}
	if (err != FSK_OK) {
		int error_number = errno;

		feed_free(made);
		errno = error_number;
		return err;
	}
	*feed = made;
	return FSK_OK;
}

struct net_endpoint
feed_endpoint(const struct feed *feed, size_t n)
{
	return feed->bound[n];
}

/* Sees to it that ${zone} is kept, if it was not. */
static void
keep_later(struct feed *feed, const struct feed_zone *zone)
{
	/* Without memory for the timer the next swap writes it. */
	if (zone->unkept && feed->keeper.place == 0)
		(void)!net_timer_set(feed->loop, &feed->keeper, KEEP_MS);
}

enum fsk_err
feed_swap(struct feed *feed, size_t zone, struct feed_image *image, int64_t now)
{
	bool changed;
	enum fsk_err err;

	if (zone >= feed->desk.zone_count) {
		feed_image_free(image);
		return FSK_RANGE;
	}
	err = feed_load(&feed->desk, &feed->desk.zones[zone], image, now, &changed);
	keep_later(feed, &feed->desk.zones[zone]);
	if (changed)
		feed_notices_begin(&feed->notices, &feed->desk.zones[zone]);
	return err;
}

/* Whether ${setting} listens where the feed does. */
static bool
same_endpoints(const struct feed *feed, const struct feed_setting *setting)
{
	if (setting->listen_count != feed->count)
		return false;
	for (size_t i = 0; i < feed->count; i++)
		if (setting->listen[i].port != feed->wanted[i].port ||
		    !address_equal(&setting->listen[i].address, &feed->wanted[i].address))
			return false;
	return true;
}

enum fsk_err
feed_change(struct feed *feed, const struct feed_setting *setting)
{
	enum fsk_err err = same_endpoints(feed, setting) ? FSK_OK : FSK_RANGE;

	if (err == FSK_OK)
		err = feed_desk_set(&feed->desk, setting);
	if (err != FSK_OK)
		return err;
	/* The old targets are gone with the old setting, and what was on its way to them
	 * goes on to the new ones of the same place. Without memory nobody is told
	 * until the next change; secondaries ask by themselves. */
	if (feed_notices_set(&feed->notices) != FSK_OK) {
		feed_notices_fini(&feed->notices);
		feed_tell(&feed->desk, "no memory: nobody is notified");
	}
	for (size_t i = 0; i < feed->desk.zone_count; i++) {
		struct feed_zone *zone = &feed->desk.zones[i];
		bool changed;

		/* Told where it fails; the next image brings the new serial then. */
		(void)!feed_load_again(&feed->desk, zone, net_clock(), &changed);
		keep_later(feed, zone);
		if (changed)
			feed_notices_begin(&feed->notices, zone);
	}
	return FSK_OK;
}

const struct feed_counters *
feed_counters(const struct feed *feed)
{
	return &feed->desk.counters;
}

bool
feed_zone_facts(const struct feed *feed, size_t zone, struct feed_zone_facts *facts)
{
	const struct feed_zone *found;

	if (zone >= feed->desk.zone_count || feed->desk.zones[zone].version == NULL)
		return false;
	found = &feed->desk.zones[zone];
	*facts = (struct feed_zone_facts){
	        .name = {found->name.text, found->name.len},
	        .serial = found->version->serial,
	        .names = found->version->image->list.count,
	        .bytes = feed_version_bytes(found->version),
	        .since = found->since,
	        .deltas = (unsigned)found->version->delta_count,
	};
	return true;
}

void
feed_free(struct feed *feed)
{
	if (feed == NULL)
		return;
	net_timer_end(feed->loop, &feed->keeper);
	feed_notices_fini(&feed->notices);
	feed_tcp_end(&feed->tcp);
	for (size_t i = 0; i < feed->count; i++)
		feed_udp_end(&feed->udp[i]);
	feed_desk_fini(&feed->desk);
	EVP_MAC_free(feed->desk.hmac);
	free(feed->wanted);
	free(feed->bound);
	free(feed->udp);
	free(feed->listeners);
	free(feed->sockets);
	free(feed);
}
