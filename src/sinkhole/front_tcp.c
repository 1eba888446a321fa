/* SPDX-License-Identifier: BSD-2-Clause */
#include "sinkhole/front_tcp.h"

#include "sinkhole/caller.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define ACCEPT 64 /* connections, before others have their turn */
#define PAUSE_MS 250

/* Where callers come faster than this, a listener is looked at once in that time and is
 * not watched: that takes fewer calls of the kernel than to be told of each of them, and
 * what they say has come by then. */
#define TICK_MS 1

struct listener {
	struct net_watch watch; /* first; its context is the front */
	struct net_timer tick;  /* set: it is looked at then, and not watched */
	int64_t seen_ms;        /* when it told of somebody */
	struct listener *next;
	struct net_endpoint endpoint;
	bool any; /* of all addresses of this host: each connection says which it called */
	uint8_t port;
};

struct sinkhole_tcp {
	struct sinkhole_crowd crowd;
	struct listener *listeners;
	int reserve; /* a descriptor that is given up when there are no others; -1 */
	bool keyed;  /* the crowd's table has its key */
	struct net_timer pause; /* set: nobody is accepted */
};

static bool
is_any(const struct address *address)
{
	static const uint8_t zeros[16];
	struct address v4 = address_of_v4(zeros), v6 = address_of_v6(zeros);

	return address_equal(address, &v4) || address_equal(address, &v6);
}

static struct sinkhole_desk *
open_desk(struct sinkhole_tcp *tcp)
{
	struct sinkhole_post *post = tcp->crowd.post;
	struct sinkhole_desk *desk = post->open(post);

	if (!tcp->keyed) {
		memcpy(&tcp->crowd.prefixes.key, desk->secret,
		       sizeof(tcp->crowd.prefixes.key));
		tcp->keyed = true;
	}
	return desk;
}

static void
close_desk(struct sinkhole_tcp *tcp, struct sinkhole_desk *desk)
{
	struct sinkhole_post *post = tcp->crowd.post;
	size_t bytes = tcp->crowd.bytes +
	               tcp->crowd.prefixes.room * sizeof(*tcp->crowd.prefixes.places);

	atomic_store_explicit(&desk->tally->callers, tcp->crowd.count,
	                      memory_order_relaxed);
	atomic_store_explicit(&desk->tally->bytes, bytes, memory_order_relaxed);
	post->close(post);
}

/* Ends ${caller} for a reason of ours. */
static void
cut_off(struct sinkhole_tcp *tcp, struct sinkhole_desk *desk,
        struct sinkhole_caller *caller)
{
	sinkhole_caller_end(&tcp->crowd, desk, caller);
	sinkhole_crowd_leave(&tcp->crowd, caller);
}

/* Ends the connection of ${oldest}, who waits for longest; false, NULL: there is none. */
static bool
evict(struct sinkhole_tcp *tcp, struct sinkhole_desk *desk, struct sinkhole_caller *oldest)
{
	if (oldest == NULL)
		return false;
	sinkhole_count(&desk->tally->evicted);
	cut_off(tcp, desk, oldest);
	return true;
}

/* What has to come about before ${caller} is served again. */
static unsigned
awaited(const struct sinkhole_caller *caller)
{
	return caller->rest != NULL ? NET_WRITE : NET_READ;
}

static void
caller_ready(struct net_watch *watch, unsigned what)
{
	struct sinkhole_caller *caller = (struct sinkhole_caller *)watch;
	struct sinkhole_tcp *tcp = watch->context;
	struct sinkhole_desk *desk = open_desk(tcp);

	(void)what;
	if (sinkhole_caller_serve(&tcp->crowd, desk, caller) == SINKHOLE_OVER)
		sinkhole_crowd_leave(&tcp->crowd, caller);
	else if (net_watch_change(tcp->crowd.post->loop, watch, awaited(caller)) != FSK_OK)
		cut_off(tcp, desk, caller);
	close_desk(tcp, desk);
}

/* Whether ${caller}, who asked for names and is silent for a moment, still has time. */
static bool
has_time(const struct sinkhole_tcp *tcp, const struct sinkhole_caller *caller)
{
	int64_t age = net_loop_now(tcp->crowd.post->loop) - caller->began_ms;

	return caller->line == SINKHOLE_LINE_ASKING &&
	       age + SINKHOLE_ASKING_MS <= SINKHOLE_WHOLE_MS;
}

static void
caller_due(struct net_timer *timer)
{
	struct sinkhole_tcp *tcp = timer->context;
	struct sinkhole_desk *desk = open_desk(tcp);
	struct sinkhole_caller *caller;

	while ((caller = sinkhole_crowd_overdue(&tcp->crowd)) != NULL) {
		if (has_time(tcp, caller)) {
			sinkhole_crowd_join(&tcp->crowd, caller, SINKHOLE_LINE_ASKING);
			continue;
		}
		if (caller->line == SINKHOLE_LINE_HEADER ||
		    (caller->port == SINKHOLE_PORT_DNS && caller->len > 0 &&
		     caller->line != SINKHOLE_LINE_LINGER))
			sinkhole_count(&desk->tally->late);
		cut_off(tcp, desk, caller);
	}
	close_desk(tcp, desk);
}

/* Accepting. */

/* At which of our addresses ${fd} came in. */
static struct net_endpoint
find_local(const struct listener *listener, int fd)
{
	struct net_endpoint local = listener->endpoint;
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);

	if (!listener->any || getsockname(fd, (struct sockaddr *)&address, &len) != 0 ||
	    net_endpoint_from(&address, &local) != FSK_OK)
		return listener->endpoint;
	return local;
}

/* Those whom a listener accepted, and who were not yet served: they stand in no line. */
struct round {
	struct sinkhole_tcp *tcp;
	struct sinkhole_desk *desk;
	size_t count;
	struct sinkhole_caller *taken[ACCEPT];
};

/* Serves what ${caller} has sent by now; mostly that is all. Only who waits is watched. */
static void
begin(struct sinkhole_tcp *tcp, struct sinkhole_desk *desk, struct sinkhole_caller *caller)
{
	struct sinkhole_crowd *crowd = &tcp->crowd;

	if (sinkhole_caller_serve(crowd, desk, caller) == SINKHOLE_OVER) {
		sinkhole_crowd_leave(crowd, caller);
		return;
	}
	if (caller->line == SINKHOLE_LINE_NONE)
		sinkhole_crowd_join(crowd, caller,
		                    caller->port == SINKHOLE_PORT_DNS
		                            ? SINKHOLE_LINE_DNS
		                            : SINKHOLE_LINE_HEADER);
	if (net_watch_begin(crowd->post->loop, &caller->watch, awaited(caller)) != FSK_OK)
		cut_off(tcp, desk, caller);
}

/* Serves all of ${round}; false: there are none. */
static bool
begin_all(struct round *round)
{
	if (round->count == 0)
		return false;
	for (size_t i = 0; i < round->count; i++)
		begin(round->tcp, round->desk, round->taken[i]);
	round->count = 0;
	return true;
}

/* Makes room for one more: the oldest goes. Who came in the same round is no older than
 * anybody, and may be served and gone by then. */
static bool
make_room(struct round *round)
{
	return evict(round->tcp, round->desk, sinkhole_crowd_oldest(&round->tcp->crowd)) ||
	       begin_all(round);
}

/* The same in the neighbourhood of ${address}. */
static bool
make_room_near(struct round *round, const struct address *address)
{
	struct sinkhole_caller *oldest =
	        sinkhole_crowd_neighbour(&round->tcp->crowd, address);

	return evict(round->tcp, round->desk, oldest) || begin_all(round);
}

/* A place for a connection of ${peer}; NULL: there is none. */
static struct sinkhole_caller *
take_place(struct round *round, const struct net_endpoint *peer)
{
	struct sinkhole_crowd *crowd = &round->tcp->crowd;
	const struct address *address = &peer->address;
	struct sinkhole_caller *caller;

	while (!sinkhole_prefixes_take(&crowd->prefixes, address, crowd->most_of_prefix))
		if (!make_room_near(round, address))
			return NULL;
	while (crowd->count >= crowd->most && make_room(round))
		;
	caller = sinkhole_crowd_place(crowd);
	if (caller == NULL && make_room(round))
		caller = sinkhole_crowd_place(crowd);
	if (caller == NULL)
		sinkhole_prefixes_give(&crowd->prefixes,
		                       sinkhole_prefixes_find(&crowd->prefixes, address));
	else
		sinkhole_crowd_settle(crowd, caller, peer);
	return caller;
}

/* Makes one of ${round} of the connection ${fd}, or refuses it. */
static void
take(struct listener *listener, struct round *round, int fd,
     const struct net_endpoint *peer)
{
	struct sinkhole_caller *caller = take_place(round, peer);

	if (caller == NULL) {
		sinkhole_count(&round->desk->tally->rejected[SINKHOLE_CROWD]);
		close(fd);
		return;
	}
	caller->watch.fd = fd;
	caller->watch.ready = caller_ready;
	caller->local = find_local(listener, fd);
	caller->us = round->desk->us;
	caller->began_ms = net_loop_now(round->tcp->crowd.post->loop);
	caller->port = listener->port;
	round->taken[round->count++] = caller;
}

/* Waits for who comes next to ${listener}; without memory for that it is looked at once
 * more later. */
static void
listen_again(struct sinkhole_tcp *tcp, struct listener *listener)
{
	if (net_watch_change(tcp->crowd.post->loop, &listener->watch, NET_READ) != FSK_OK)
		(void)!net_timer_set(tcp->crowd.post->loop, &listener->tick, PAUSE_MS);
}

/* Lets ${listener} be looked at ${after_ms} from now. */
static void
look_later(struct sinkhole_tcp *tcp, struct listener *listener, int64_t after_ms)
{
	struct net_loop *loop = tcp->crowd.post->loop;

	if (net_timer_set(loop, &listener->tick, after_ms) != FSK_OK)
		listen_again(tcp, listener);
	else
		(void)!net_watch_change(loop, &listener->watch, 0);
}

static void
pause_over(struct net_timer *timer)
{
	struct sinkhole_tcp *tcp = timer->context;

	for (struct listener *at = tcp->listeners; at != NULL; at = at->next)
		listen_again(tcp, at);
}

/* Accepts nothing for a while. */
static void
rest(struct sinkhole_tcp *tcp)
{
	struct net_loop *loop = tcp->crowd.post->loop;

	if (net_timer_set(loop, &tcp->pause, PAUSE_MS) != FSK_OK)
		return;
	for (struct listener *at = tcp->listeners; at != NULL; at = at->next) {
		net_timer_end(loop, &at->tick);
		(void)!net_watch_change(loop, &at->watch, 0);
	}
}

/* Keeps a descriptor for when there are no others. That of a listener once more asks for no
 * file that a sandbox would have to allow. */
static void
fill_reserve(struct sinkhole_tcp *tcp)
{
	if (tcp->reserve < 0 && tcp->listeners != NULL)
		tcp->reserve = fcntl(tcp->listeners->watch.fd, F_DUPFD_CLOEXEC, 0);
}

/* Without descriptors: gives one up, if somebody waits. FSK_OK: try again. */
static enum fsk_err
give_one(struct round *round, int listener)
{
	struct sinkhole_tcp *tcp = round->tcp;

	if (!net_is_waiting(listener))
		return FSK_END;
	if (make_room(round))
		return FSK_OK;
	if (tcp->reserve < 0)
		return FSK_IO;
	close(tcp->reserve);
	tcp->reserve = -1;
	return FSK_OK;
}

/* Accepts who waits, up to ACCEPT of them, into ${round}; how many, and in ${err} why no
 * more. */
static size_t
accept_some(struct listener *listener, struct round *round, enum fsk_err *err)
{
	size_t count = 0;

	*err = FSK_OK;
	for (unsigned i = 0; i < ACCEPT && *err == FSK_OK; i++) {
		struct net_endpoint peer;
		int fd;

		*err = net_accept(listener->watch.fd, &fd, &peer);
		if (*err == FSK_OK) {
			take(listener, round, fd, &peer);
			count++;
		} else if (*err == FSK_IO && net_is_exhausted(errno)) {
			*err = give_one(round, listener->watch.fd);
		}
	}
	return count;
}

/* All who wait at ${listener} are accepted before the first is served, as far as there is
 * room: what they say comes meanwhile, and who has said all by then is never watched.
 * False: nobody can be accepted now. */
static bool
receive(struct listener *listener, size_t *count)
{
	struct sinkhole_tcp *tcp = listener->watch.context;
	struct round round = {.tcp = tcp, .desk = open_desk(tcp)};
	enum fsk_err err;

	*count = accept_some(listener, &round, &err);
	(void)begin_all(&round);
	fill_reserve(tcp);
	close_desk(tcp, round.desk);
	/* The connection stays in front of the door, and the loop would be told of it again
	 * and again. Those that were served made room. */
	return err == FSK_OK || err == FSK_END || *count > 0;
}

static void
listener_ready(struct net_watch *watch, unsigned what)
{
	struct listener *listener = (struct listener *)watch;
	struct sinkhole_tcp *tcp = watch->context;
	int64_t now = net_loop_now(tcp->crowd.post->loop);
	size_t count;

	(void)what;
	if (!receive(listener, &count))
		rest(tcp);
	else if (now - listener->seen_ms <= TICK_MS)
		look_later(tcp, listener, TICK_MS);
	listener->seen_ms = now;
}

static void
tick_due(struct net_timer *timer)
{
	struct listener *listener = timer->context;
	struct sinkhole_tcp *tcp = listener->watch.context;
	size_t count;

	if (!receive(listener, &count))
		rest(tcp);
	else if (count > 0)
		look_later(tcp, listener, count < ACCEPT ? TICK_MS : 0);
	else
		listen_again(tcp, listener);
}

enum fsk_err
sinkhole_tcp_new(const struct sinkhole_tcp_setting *setting, struct sinkhole_tcp **tcp)
{
	struct sinkhole_tcp *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	made->crowd.post = setting->post;
	made->crowd.tls = setting->tls;
	made->reserve = -1;
	made->crowd.timer = (struct net_timer){.due = caller_due, .context = made};
	made->pause = (struct net_timer){.due = pause_over, .context = made};
	sinkhole_tcp_limit(made, setting->most, setting->most_of_prefix);
	if (net_timer_set(setting->post->loop, &made->crowd.timer, SINKHOLE_WHOLE_MS) !=
	    FSK_OK) {
		free(made);
		return FSK_NOMEM;
	}
	*tcp = made;
	return FSK_OK;
}

enum fsk_err
sinkhole_tcp_listen(struct sinkhole_tcp *tcp, int fd, const struct net_endpoint *endpoint,
                    enum sinkhole_port kind)
{
	struct listener *made = calloc(1, sizeof(*made));
	enum fsk_err err;

	if (made == NULL)
		return FSK_NOMEM;
	made->watch = (struct net_watch){.fd = fd, .ready = listener_ready, .context = tcp};
	made->tick = (struct net_timer){.due = tick_due, .context = made};
	made->endpoint = *endpoint;
	made->any = is_any(&endpoint->address);
	made->port = (uint8_t)kind;
	err = net_watch_begin(tcp->crowd.post->loop, &made->watch, NET_READ);
	if (err != FSK_OK) {
		free(made);
		return err;
	}
	made->next = tcp->listeners;
	tcp->listeners = made;
	fill_reserve(tcp);
	return FSK_OK;
}

void
sinkhole_tcp_limit(struct sinkhole_tcp *tcp, unsigned most, unsigned most_of_prefix)
{
	tcp->crowd.most = most > 0 ? most : 1;
	tcp->crowd.most_of_prefix = most_of_prefix;
}

static void
end_listeners(struct sinkhole_tcp *tcp)
{
	struct listener *next;

	for (struct listener *at = tcp->listeners; at != NULL; at = next) {
		next = at->next;
		net_watch_end(tcp->crowd.post->loop, &at->watch);
		net_timer_end(tcp->crowd.post->loop, &at->tick);
		close(at->watch.fd);
		free(at);
	}
	if (tcp->reserve >= 0)
		close(tcp->reserve);
}

void
sinkhole_tcp_free(struct sinkhole_tcp *tcp)
{
	struct sinkhole_caller *caller;
	struct sinkhole_desk *desk;

	if (tcp == NULL)
		return;
	end_listeners(tcp);
	if (tcp->crowd.count > 0) {
		desk = open_desk(tcp);
		while ((caller = sinkhole_crowd_oldest(&tcp->crowd)) != NULL)
			cut_off(tcp, desk, caller);
		close_desk(tcp, desk);
	}
	net_timer_end(tcp->crowd.post->loop, &tcp->crowd.timer);
	net_timer_end(tcp->crowd.post->loop, &tcp->pause);
	sinkhole_crowd_fini(&tcp->crowd);
	free(tcp);
}
