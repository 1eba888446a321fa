/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/relay_stream.h"

#include "guard/relay_course.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define PREFIX 2      /* octets of the length in front of a message */
#define AT_ONCE 16    /* reads, before others have their turn */
#define KEPT 8        /* connections that take requests (RFC 7766 section 6.2.2: few) */
#define ENOUGH 16     /* requests under way on each, before there is one more */
#define PIPELINED 256 /* and at most */
#define LINKS 256     /* connections to one upstream in all */
#define ROOM 4096     /* octets that a connection begins with, in each direction */
#define OUT_MOST (256u * 1024)

#define SWEEP_MS 1000
#define IDLE_MS 5000 /* RFC 7766 section 6.2.3: some seconds */

struct relay_link {
	struct relay_lane lane; /* the first: a lane is found in its link */
	struct relay_link *before, *after;
	struct net_watch watch;
	int64_t active_ms; /* when an octet came, or it was begun */
	bool connected;
	bool tired;  /* takes nothing new */
	bool single; /* has its one request */
	bool served; /* gave an answer */
	uint8_t *in, *out;
	size_t in_len, in_room;
	size_t out_len, out_sent, out_room;
};

static struct guard_relay *
relay_of(const struct relay_link *link)
{
	return link->lane.upstream->relay;
}

static void
end(struct relay_link *link)
{
	struct relay_upstream *upstream = link->lane.upstream;

	net_watch_end(upstream->relay->loop, &link->watch);
	close(link->watch.fd);
	*(link->before != NULL ? &link->before->after : &upstream->links) = link->after;
	if (link->after != NULL)
		link->after->before = link->before;
	upstream->link_count--;
	upstream->relay->links--;
	free(link->in);
	free(link->out);
	free(link);
}

/* ${link} broke, or was closed by the upstream: what is under way on it is asked anew. */
static void
lose(struct relay_link *link)
{
	link->tired = true;
	relay_course_lost(&link->lane, RELAY_STREAM, link->served);
	end(link);
}

/* Gives ${buffer} room for ${wanted} octets. */
static bool
make_room(uint8_t **buffer, size_t *room, size_t wanted)
{
	size_t grown = *room > 0 ? *room : ROOM;
	uint8_t *made;

	if (wanted <= *room)
		return true;
	while (grown < wanted)
		grown *= 2;
	made = realloc(*buffer, grown);
	if (made == NULL)
		return false;
	*buffer = made;
	*room = grown;
	return true;
}

/* Sends what the upstream takes; false when the connection is broken. */
static bool
write_some(struct relay_link *link)
{
	while (link->out_sent < link->out_len) {
		ssize_t sent =
		        send(link->watch.fd, link->out + link->out_sent,
		             link->out_len - link->out_sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK;
		link->out_sent += (size_t)sent;
	}
	link->out_len = link->out_sent = 0;
	return true;
}

/* Gives away the whole messages that came; false when what came is none. */
static bool
take_messages(struct relay_link *link)
{
	size_t at = 0;

	while (link->in_len - at >= PREFIX) {
		uint8_t *message = link->in + at + PREFIX;
		size_t len = (size_t)(link->in[at] << 8 | link->in[at + 1]);
		struct relay_arrival arrival = {message, len, 0};

		/* Shorter than a header: lengths and messages are out of step. */
		if (len < WIRE_HEADER)
			return false;
		if (link->in_len - at - PREFIX < len)
			break;
		link->served = true;
		relay_course_take(&link->lane, RELAY_STREAM, &arrival);
		at += PREFIX + len;
	}
	link->in_len -= at;
	memmove(link->in, link->in + at, link->in_len);
	return true;
}

/* Octets that the buffer must hold for the message of which a part is there. */
static size_t
wanted(const struct relay_link *link)
{
	if (link->in_len < PREFIX)
		return ROOM;
	return PREFIX + (size_t)(link->in[0] << 8 | link->in[1]);
}

/* Reads what came; false when the connection has ended. */
static bool
read_some(struct relay_link *link)
{
	for (unsigned i = 0; i < AT_ONCE; i++) {
		size_t room;
		ssize_t got;

		if (!make_room(&link->in, &link->in_room, wanted(link)))
			return false;
		room = link->in_room - link->in_len;
		do
			got = recv(link->watch.fd, link->in + link->in_len, room,
			           MSG_DONTWAIT);
		while (got < 0 && errno == EINTR);
		if (got < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK;
		if (got == 0)
			return false;
		link->in_len += (size_t)got;
		link->active_ms = net_loop_now(relay_of(link)->loop);
		if (!take_messages(link))
			return false;
		if ((size_t)got < room)
			return true;
	}
	return true;
}

/* Waits for what ${link} needs next; false when it is to end. */
static bool
settle(struct relay_link *link)
{
	unsigned what = NET_READ;

	if ((link->tired || link->single) && link->lane.waiting == 0)
		return false;
	if (!link->connected)
		what = NET_WRITE;
	else if (link->out_sent < link->out_len)
		what |= NET_WRITE;
	return net_watch_change(relay_of(link)->loop, &link->watch, what) == FSK_OK;
}

static bool
serve(struct relay_link *link)
{
	if (!link->connected && net_reached_tcp(link->watch.fd) != FSK_OK)
		return false;
	link->connected = true;
	/* What came before the end is taken, also when nothing can be sent any more. */
	return read_some(link) && write_some(link) && settle(link);
}

static void
link_ready(struct net_watch *watch, unsigned what)
{
	struct relay_link *link = watch->context;
	struct guard_relay *relay = relay_of(link);

	(void)what;
	relay->now_us = net_monotonic_us();
	if (!serve(link))
		lose(link);
	relay_course_flush(relay);
	relay_course_done(relay);
}

/* Opens a connection to ${upstream}; NULL when it cannot be. */
static struct relay_link *
begin(struct relay_upstream *upstream)
{
	struct guard_relay *relay = upstream->relay;
	struct relay_link *link = calloc(1, sizeof(*link));
	int fd;

	if (link == NULL)
		return NULL;
	if (net_reach_tcp(&upstream->endpoint, &fd) != FSK_OK) {
		/* Without descriptors it is not the upstream that fails. */
		if (!net_is_exhausted(errno))
			relay_upstream_failed(upstream, RELAY_STREAM, relay->now_us);
		free(link);
		return NULL;
	}
	link->lane.upstream = upstream;
	link->lane.number = relay->lanes++;
	link->watch = (struct net_watch){.fd = fd, .ready = link_ready, .context = link};
	link->active_ms = net_loop_now(relay->loop);
	link->after = upstream->links;
	if (upstream->links != NULL)
		upstream->links->before = link;
	upstream->links = link;
	upstream->link_count++;
	if (relay->links++ == 0)
		relay->sweep_ms = link->active_ms + SWEEP_MS;
	if (net_watch_begin(relay->loop, &link->watch, NET_WRITE) == FSK_OK)
		return link;
	end(link);
	return NULL;
}

/* The connection of ${upstream} on which the fewest requests are under way, with room for
 * ${octets} (NULL: there is none), and how many take requests. */
static struct relay_link *
least_busy(const struct relay_upstream *upstream, size_t octets, size_t *fresh)
{
	struct relay_link *least = NULL;

	*fresh = 0;
	for (struct relay_link *at = upstream->links; at != NULL; at = at->after) {
		if (at->tired || at->single)
			continue;
		++*fresh;
		if (at->lane.waiting < PIPELINED &&
		    at->out_len - at->out_sent + octets <= OUT_MOST &&
		    (least == NULL || at->lane.waiting < least->lane.waiting))
			least = at;
	}
	return least;
}

/* The connection by which ${entry} goes to ${upstream}. */
static struct relay_link *
choose(struct relay_upstream *upstream, const struct relay_entry *entry)
{
	bool may_begin = upstream->link_count < LINKS;
	struct relay_link *link, *more = NULL;
	size_t fresh;

	if (entry->head_len > 0)
		return may_begin ? begin(upstream) : NULL;
	link = least_busy(upstream, PREFIX + entry->len, &fresh);
	/* What was lost with one that the upstream closed would be lost with the next
	 * that it is about to close: it goes by a new one. */
	if ((link == NULL || link->lane.waiting >= ENOUGH || entry->redialed) &&
	    may_begin && fresh < KEPT)
		more = begin(upstream);
	return more != NULL ? more : link;
}

/* Writes ${entry} behind what ${link} has to send. */
static bool
append(struct relay_link *link, struct relay_entry *entry)
{
	size_t octets = entry->head_len + PREFIX + entry->len;
	uint8_t *at;

	if (link->out_sent > 0) {
		link->out_len -= link->out_sent;
		memmove(link->out, link->out + link->out_sent, link->out_len);
		link->out_sent = 0;
	}
	if (!make_room(&link->out, &link->out_room, link->out_len + octets) ||
	    relay_course_draw(&link->lane, entry) == NULL)
		return false;
	at = link->out + link->out_len;
	memcpy(at, entry->head, entry->head_len);
	at += entry->head_len;
	at[0] = (uint8_t)(entry->len >> 8);
	at[1] = (uint8_t)entry->len;
	memcpy(at + PREFIX, entry->octets, entry->len);
	link->out_len += octets;
	link->single = entry->head_len > 0;
	return true;
}

bool
relay_stream_send(struct relay_upstream *upstream, struct relay_entry *entry)
{
	struct relay_link *link;

	upstream->relay->now_us = net_monotonic_us();
	link = choose(upstream, entry);
	if (link == NULL)
		return false;
	if (!append(link, entry)) {
		/* Nothing was ever asked on it, and nothing will be. */
		if (entry->head_len > 0)
			end(link);
		return false;
	}
	upstream->relay->written = true;
	return true;
}

/* Sends what was written to ${upstream}. */
static bool
flush(struct relay_upstream *upstream)
{
	struct relay_link *next;
	bool lost = false;

	/* What is lost opens others, in front of those that are still to come. */
	for (struct relay_link *at = upstream->links; at != NULL; at = next) {
		next = at->after;
		if (!at->connected || at->out_sent == at->out_len)
			continue;
		if (write_some(at) && settle(at))
			continue;
		lose(at);
		lost = true;
	}
	return lost;
}

bool
relay_stream_flush(struct guard_relay *relay)
{
	bool lost = false;

	if (!relay->written)
		return false;
	relay->written = false;
	for (size_t i = 0; i < relay->upstream_count; i++)
		lost |= flush(relay->upstreams[i]);
	for (struct relay_upstream *at = relay->retired; at != NULL; at = at->next)
		lost |= flush(at);
	return lost;
}

void
relay_stream_tire(struct relay_lane *lane, int64_t sent_us)
{
	struct relay_link *link = (struct relay_link *)lane;

	if (link->active_ms * 1000 <= sent_us)
		link->tired = true;
}

void
relay_stream_tire_all(struct relay_upstream *upstream)
{
	for (struct relay_link *at = upstream->links; at != NULL; at = at->after)
		at->tired = true;
}

/* Whether ${link} is not needed any more, or will never be of use. */
static bool
is_over(const struct relay_link *link)
{
	const struct guard_relay *relay = relay_of(link);
	int64_t most = IDLE_MS;

	if (link->lane.waiting == 0 && (link->tired || link->single))
		return true;
	if (link->lane.waiting > 0 && relay->setting.total_ms > most)
		most = relay->setting.total_ms;
	return net_loop_now(relay->loop) - link->active_ms >= most;
}

static void
sweep(struct relay_upstream *upstream)
{
	struct relay_link *next;

	for (struct relay_link *at = upstream->links; at != NULL; at = next) {
		next = at->after;
		if (is_over(at))
			lose(at);
	}
}

void
relay_stream_sweep(struct guard_relay *relay)
{
	relay->sweep_ms = net_loop_now(relay->loop) + SWEEP_MS;
	for (size_t i = 0; i < relay->upstream_count; i++)
		sweep(relay->upstreams[i]);
	for (struct relay_upstream *at = relay->retired; at != NULL; at = at->next)
		sweep(at);
}

void
relay_stream_close(struct relay_upstream *upstream)
{
	struct relay_link *next;

	for (struct relay_link *at = upstream->links; at != NULL; at = next) {
		next = at->after;
		while (at->lane.first != NULL)
			relay_table_close(&upstream->relay->table, at->lane.first);
		end(at);
	}
}
