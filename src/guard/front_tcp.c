/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/front_tcp.h"

#include "guard/stream.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

#define AT_ONCE 16 /* pieces, before others have their turn */
#define ACCEPT 64  /* connections, as many as datagrams come by one call */
#define PAUSE_MS 250

/* What is under way is answered by the relay in less. */
#define FLYING_MS 10000

/* Octets that wait in the kernel for a client that does not read: without a bound it
 * would take megabytes for each. */
#define UNSENT (64 * 1024)

/* The order of connections. */

static void
unlink_stream(struct guard_tcp *tcp, struct guard_stream *stream)
{
	*(stream->before != NULL ? &stream->before->after : &tcp->first) = stream->after;
	*(stream->after != NULL ? &stream->after->before : &tcp->last) = stream->before;
}

static void
link_stream(struct guard_tcp *tcp, struct guard_stream *stream)
{
	stream->before = tcp->last;
	stream->after = NULL;
	*(tcp->last != NULL ? &tcp->last->after : &tcp->first) = stream;
	tcp->last = stream;
}

/* Something was done for ${stream}. */
static void
touch(struct guard_stream *stream)
{
	unlink_stream(stream->tcp, stream);
	link_stream(stream->tcp, stream);
	stream->active_ms = net_loop_now(stream->tcp->post->loop);
}

/* Takes ${stream} off those that have answers to be sent. */
static void
untouch(struct guard_tcp *tcp, const struct guard_stream *stream)
{
	struct guard_stream **at = &tcp->touched;

	while (*at != NULL && *at != stream)
		at = &(*at)->next_touched;
	if (*at != NULL)
		*at = stream->next_touched;
}

static void
drop(struct guard_stream *stream)
{
	struct guard_tcp *tcp = stream->tcp;

	if (stream->touched)
		untouch(tcp, stream);
	tcp->large -= guard_stream_is_large(stream);
	net_timer_end(tcp->post->loop, &stream->timer);
	net_watch_end(tcp->post->loop, &stream->watch);
	close(stream->watch.fd);
	unlink_stream(tcp, stream);
	tcp->places[stream->place] = NULL;
	tcp->count--;
	free(stream->in);
	free(stream->out);
	free(stream);
}

/* The same, of one that did not end by itself. */
static void
cut_off(struct guard_stream *stream)
{
	guard_tally_add(&stream->tcp->post->desk.tally->connections_dropped, 1);
	drop(stream);
}

/* Serving. */

/* Whether there are messages that wait for answers to others. */
static bool
has_more(const struct guard_stream *stream)
{
	return stream->in_len >= STREAM_PREFIX && guard_stream_hungry(stream) &&
	       stream->in_len - STREAM_PREFIX >=
	               (size_t)(stream->in[0] << 8 | stream->in[1]);
}

/* When ${stream} is to end if nothing happens. */
static int64_t
deadline_of(const struct guard_stream *stream)
{
	if (!stream->asked || (stream->in_len > 0 && guard_stream_hungry(stream)))
		return stream->began_ms + GUARD_WHOLE_MS;
	return stream->active_ms + stream->tcp->idle_ms +
	       (stream->flying > 0 ? FLYING_MS : 0);
}

/* Sees that its time is looked at when it is over. A timer that comes too early is set
 * anew then, so that not every question moves one. */
static bool
set_timer(struct guard_stream *stream)
{
	struct net_loop *loop = stream->tcp->post->loop;
	int64_t deadline = deadline_of(stream);

	if (stream->timer.place != 0 && stream->timer.at_ms <= deadline)
		return true;
	return net_timer_set(loop, &stream->timer, deadline - net_loop_now(loop)) == FSK_OK;
}

/* Sends what there is, and waits for what is to come; ends the connection if nothing is. */
static void
settle(struct guard_stream *stream)
{
	struct guard_tcp *tcp = stream->tcp;
	unsigned what = 0;

	if (stream->failed || !guard_stream_send(stream)) {
		cut_off(stream);
		return;
	}
	/* It was not the client who waited. */
	if (stream->paused && guard_stream_hungry(stream))
		stream->began_ms = net_loop_now(tcp->post->loop);
	stream->paused = !guard_stream_hungry(stream);
	if (stream->ended && stream->flying == 0 && guard_stream_unsent(stream) == 0 &&
	    !has_more(stream)) {
		drop(stream);
		return;
	}
	if (!stream->ended && guard_stream_hungry(stream))
		what |= NET_READ;
	if (guard_stream_unsent(stream) > 0)
		what |= NET_WRITE;
	if (net_watch_change(tcp->post->loop, &stream->watch, what) != FSK_OK ||
	    !set_timer(stream))
		cut_off(stream);
}

/* Reads what came, and serves it; the desk is open. */
static bool
read_some(struct guard_stream *stream)
{
	for (unsigned i = 0; i < AT_ONCE; i++) {
		ssize_t got;

		if (!guard_stream_serve(stream))
			return false;
		if (stream->ended || !guard_stream_hungry(stream))
			return true;
		if (!guard_stream_room(stream))
			return false;
		do
			got = recv(stream->watch.fd, stream->in + stream->in_len,
			           stream->in_room - stream->in_len, MSG_DONTWAIT);
		while (got < 0 && errno == EINTR);
		if (got < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK;
		if (got == 0) {
			stream->ended = true;
			return true;
		}
		if (stream->in_len == 0)
			stream->began_ms = stream->asked
			                           ? net_loop_now(stream->tcp->post->loop)
			                           : stream->began_ms;
		stream->in_len += (size_t)got;
	}
	return guard_stream_serve(stream);
}

static void
go_on(struct guard_stream *stream)
{
	struct guard_tcp *tcp = stream->tcp;
	int64_t active_ms = stream->active_ms;

	stream->busy = true;
	if (guard_stream_unsent(stream) > 0 && !guard_stream_send(stream))
		stream->failed = true;
	if (!stream->failed) {
		guard_post_open(tcp->post);
		stream->failed = !read_some(stream);
		guard_relay_flush(tcp->post->relay);
		guard_post_close(tcp->post);
	}
	stream->busy = false;
	if (stream->active_ms != active_ms)
		touch(stream);
	settle(stream);
}

static void
stream_ready(struct net_watch *watch, unsigned what)
{
	(void)what;
	go_on(watch->context);
}

static void
stream_due(struct net_timer *timer)
{
	struct guard_stream *stream = timer->context;

	if (has_more(stream))
		go_on(stream);
	else if (net_loop_now(stream->tcp->post->loop) >= deadline_of(stream) ||
	         !set_timer(stream))
		cut_off(stream);
}

void
guard_tcp_answer(struct guard_tcp *tcp, const struct guard_wait *wait,
                 const uint8_t *octets, size_t len)
{
	struct guard_stream *stream = tcp->places[wait->stream % GUARD_STREAMS];

	if (stream == NULL || stream->turn != wait->stream_turn)
		return;
	stream->flying--;
	touch(stream);
	if (len > 0 && !guard_stream_put(stream, octets, len))
		stream->failed = true;
	if (stream->touched)
		return;
	stream->touched = true;
	stream->next_touched = tcp->touched;
	tcp->touched = stream;
}

void
guard_tcp_send(struct guard_tcp *tcp)
{
	while (tcp->touched != NULL) {
		struct guard_stream *stream = tcp->touched;

		tcp->touched = stream->next_touched;
		stream->touched = false;
		if (stream->busy)
			continue;
		/* What was not read for want of room is served in a round of its own: this
		 * may be one of the relay's. */
		if (!stream->failed && has_more(stream) &&
		    net_timer_set(tcp->post->loop, &stream->timer, 0) != FSK_OK)
			stream->failed = true;
		settle(stream);
	}
}

/* Accepting. */

/* Those of which one might go. */
struct crowd {
	unsigned count;
	struct guard_stream *oldest; /* for which nothing was done for longest */
	struct guard_stream *idle;   /* the same, of those that wait for nothing */
};

static void
join(struct crowd *crowd, struct guard_stream *stream)
{
	crowd->count++;
	if (crowd->oldest == NULL)
		crowd->oldest = stream;
	if (crowd->idle == NULL && stream->flying == 0 && guard_stream_unsent(stream) == 0)
		crowd->idle = stream;
}

/* Makes a place for a client of ${near}: when there are too many, of its neighbourhood or
 * in all, one goes. */
static void
make_place(struct guard_tcp *tcp, const struct address *near)
{
	struct crowd all = {.count = 0}, neighbours = {.count = 0};
	const struct crowd *crowd = NULL;

	for (struct guard_stream *at = tcp->first; at != NULL; at = at->after) {
		join(&all, at); /* NOLINT(clang-analyzer-unix.Malloc): who was dropped is in
		                 * no list */
		if (address_equal(&at->near, near))
			join(&neighbours, at);
	}
	if (neighbours.count >= tcp->most_of_prefix)
		crowd = &neighbours;
	else if (all.count >= tcp->most || all.count >= GUARD_STREAMS)
		crowd = &all;
	if (crowd != NULL && crowd->oldest != NULL)
		cut_off(crowd->idle != NULL ? crowd->idle : crowd->oldest);
}

/* Stores ${stream} in a free place, of which there is one. */
static void
find_place(struct guard_tcp *tcp, struct guard_stream *stream)
{
	while (tcp->places[tcp->next_place % GUARD_STREAMS] != NULL)
		tcp->next_place++;
	stream->place = tcp->next_place++ % GUARD_STREAMS;
	tcp->places[stream->place] = stream;
	tcp->count++;
}

/* Stores at which of our addresses ${fd} came in. */
static void
find_local(const struct guard_tcp_listener *listener, int fd, struct guard_door *door)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	struct net_endpoint local = listener->endpoint;

	/* It is told to the upstream, if so set; where it cannot be found the listener's is
	 * near enough. */
	if (getsockname(fd, (struct sockaddr *)&address, &len) != 0 ||
	    net_endpoint_from(&address, &local) != FSK_OK)
		local = listener->endpoint;
	*door = (struct guard_door){local.address, local.port, true};
}

/* Whether a header of the PROXY protocol stands in front of what ${peer} sends. */
static bool
is_headed(struct guard_post *post, const struct address *peer)
{
	const struct guard_policy_setting *policy;
	bool headed;

	guard_post_open(post);
	policy = guard_ground_policy(post->desk.ground);
	headed = (policy->who & GUARD_WHO_PROXY) != 0 &&
	         guard_prefix_has(policy->carriers, policy->carrier_count, peer);
	guard_post_close(post);
	return headed;
}

/* Makes a stream of the connection ${fd}, which it owns in any case. */
static void
take(struct guard_tcp_listener *listener, int fd, const struct net_endpoint *peer)
{
	struct guard_tcp *tcp = listener->tcp;
	struct guard_stream *stream = NULL;
	struct address near = net_neighbourhood(&peer->address);
	int on = 1, unsent = UNSENT;

	guard_tally_add(&tcp->post->desk.tally->connections, 1);
	make_place(tcp, &near);
	if (tcp->count < GUARD_STREAMS)
		stream = calloc(1, sizeof(*stream));
	if (stream == NULL) {
		close(fd);
		return;
	}
	find_place(tcp, stream);
	stream->tcp = tcp;
	stream->turn = ++tcp->turn;
	stream->peer = *peer;
	stream->near = near;
	stream->headed = is_headed(tcp->post, &peer->address);
	stream->began_ms = stream->active_ms = net_loop_now(tcp->post->loop);
	stream->timer = (struct net_timer){.due = stream_due, .context = stream};
	stream->watch =
	        (struct net_watch){.fd = fd, .ready = stream_ready, .context = stream};
	find_local(listener, fd, &stream->door);
	/* Both only make it better. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof(unsent));
	link_stream(tcp, stream);
	if (net_watch_begin(tcp->post->loop, &stream->watch, NET_READ) != FSK_OK ||
	    !set_timer(stream))
		cut_off(stream);
}

/* Lets all listeners wait for ${what}. */
static void
listen_for(struct guard_tcp *tcp, unsigned what)
{
	for (size_t i = 0; i < tcp->listener_count; i++)
		if (tcp->listeners[i].watch.fd >= 0)
			(void)!net_watch_change(tcp->post->loop, &tcp->listeners[i].watch,
			                        what);
}

static void
pause_over(struct net_timer *timer)
{
	listen_for(timer->context, NET_READ);
}

/* Without descriptors: gives up the connection for which nothing was done for longest, if
 * somebody waits. FSK_OK: try again. */
static enum fsk_err
give_one(struct guard_tcp *tcp, int listener)
{
	if (!net_is_waiting(listener))
		return FSK_END;
	if (tcp->first == NULL)
		return FSK_IO;
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): who was dropped is in no list */
	cut_off(tcp->first);
	return FSK_OK;
}

static void
listener_ready(struct net_watch *watch, unsigned what)
{
	struct guard_tcp_listener *listener = watch->context;
	struct guard_tcp *tcp = listener->tcp;
	enum fsk_err err = FSK_OK;

	(void)what;
	for (unsigned i = 0; i < ACCEPT && err == FSK_OK; i++) {
		struct net_endpoint peer;
		int fd;

		err = net_accept(watch->fd, &fd, &peer);
		if (err == FSK_OK)
			take(listener, fd, &peer);
		else if (err == FSK_IO && net_is_exhausted(errno))
			err = give_one(tcp, watch->fd);
	}
	if (err == FSK_OK || err == FSK_END)
		return;
	/* The connection stays in front of the door, and the loop would be told of it again
	 * and again. */
	if (net_timer_set(tcp->post->loop, &tcp->pause, PAUSE_MS) == FSK_OK)
		listen_for(tcp, 0);
}

enum fsk_err
guard_tcp_begin(struct guard_tcp *tcp, size_t n, int fd)
{
	struct guard_tcp_listener *listener = &tcp->listeners[n];
	enum fsk_err err;

	tcp->pause.due = pause_over;
	tcp->pause.context = tcp;
	listener->tcp = tcp;
	listener->watch =
	        (struct net_watch){.fd = fd, .ready = listener_ready, .context = listener};
	err = net_watch_begin(tcp->post->loop, &listener->watch, NET_READ);
	if (err != FSK_OK)
		listener->watch.fd = -1;
	return err;
}

void
guard_tcp_end(struct guard_tcp *tcp)
{
	struct guard_stream *stream, *next;

	for (stream = tcp->first; stream != NULL; stream = next) {
		next = stream->after;
		drop(stream);
	}
	net_timer_end(tcp->post->loop, &tcp->pause);
	for (size_t i = 0; i < tcp->listener_count; i++) {
		struct net_watch *watch = &tcp->listeners[i].watch;

		if (watch->fd < 0)
			continue;
		net_watch_end(tcp->post->loop, watch);
		close(watch->fd);
		watch->fd = -1;
	}
}
