/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/relay_datagram.h"

#include "guard/relay_course.h"
#include "guard/relay_ports.h"
#include "wire/rewrite.h"

#include <errno.h>

void
relay_datagram_queue(struct relay_upstream *upstream, struct relay_entry *entry)
{
	if (entry->queue != NULL)
		relay_list_remove(entry->queue, RELAY_QUEUED, entry);
	entry->queue = &upstream->queue;
	relay_list_add(entry->queue, RELAY_QUEUED, entry);
}

/* Takes the first of the queue. */
static struct relay_entry *
take_queued(struct relay_upstream *upstream)
{
	struct relay_entry *entry = upstream->queue.first;

	relay_list_remove(&upstream->queue, RELAY_QUEUED, entry);
	entry->queue = NULL;
	return entry;
}

/* Makes ${entry} number ${n} of those that are sent. */
static void
put(struct guard_relay *relay, struct relay_entry *entry, size_t n)
{
	struct iovec *parts = relay->parts[n];

	parts[0] = (struct iovec){entry->head, entry->head_len};
	parts[1] = (struct iovec){entry->octets, entry->len};
	relay->heads[n].msg_hdr.msg_iov = entry->head_len > 0 ? parts : parts + 1;
	relay->heads[n].msg_hdr.msg_iovlen = entry->head_len > 0 ? 2 : 1;
	relay->sent[n] = entry;
}

/* Takes up to RELAY_SEND of the queue, to leave by ${port}; how many. */
static size_t
fill(struct relay_upstream *upstream, struct relay_port *port)
{
	size_t count = 0;

	while (upstream->queue.first != NULL && count < RELAY_SEND) {
		struct relay_entry *entry = take_queued(upstream);

		/* Else it is asked when it is due. */
		if (relay_course_draw(&port->lane, entry) != NULL)
			put(upstream->relay, entry, count++);
	}
	return count;
}

/* Sends the first ${count} that were put, by ${port}. */
static void
send_all(struct relay_port *port, size_t count)
{
	struct guard_relay *relay = port->lane.upstream->relay;
	bool refused = false;

	for (size_t done = 0; done < count;) {
		struct relay_entry *entry = relay->sent[done];
		int sent = sendmmsg(port->watch.fd, relay->heads + done,
		                    (unsigned)(count - done), MSG_DONTWAIT | MSG_NOSIGNAL);

		if (sent > 0) {
			done += (size_t)sent;
			continue;
		}
		if (errno == EINTR)
			continue;
		/* There is no room now: lost, as on the way; asked again when due. */
		if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)
			return;
		/* It is this one that is too long, and not the upstream that fails. */
		if (errno == EMSGSIZE) {
			done++;
			continue;
		}
		/* This tells of one that was sent before, not of this one. */
		if (errno == ECONNREFUSED && !refused) {
			refused = true;
			continue;
		}
		relay_course_unsent(&entry->attempts[entry->latest], RELAY_DATAGRAM);
		done++;
	}
	if (refused)
		relay_course_lost(&port->lane, RELAY_DATAGRAM, false);
}

/* There is no socket to ${upstream}: what is queued goes to others. */
static void
pass_on(struct relay_upstream *upstream)
{
	struct guard_relay *relay = upstream->relay;

	relay_upstream_failed(upstream, RELAY_DATAGRAM, relay->now_us);
	for (size_t n = upstream->queue.count; n > 0; n--)
		relay_course_pass(upstream, take_queued(upstream));
}

bool
relay_datagram_flush(struct relay_upstream *upstream)
{
	struct relay_port *port;
	size_t count;

	if (upstream->queue.first == NULL)
		return false;
	upstream->relay->now_us = net_monotonic_us();
	port = relay_ports_pick(upstream);
	if (port == NULL) {
		pass_on(upstream);
		return true;
	}
	count = fill(upstream, port);
	port->uses -= port->uses < count ? port->uses : (unsigned)count;
	send_all(port, count);
	return true;
}

void
relay_datagram_forget_probe(struct relay_upstream *upstream)
{
	if (upstream->probe.port != NULL)
		upstream->probe.port->lane.waiting--;
	upstream->probe.port = NULL;
}

/* Sends a copy of ${entry} to ${upstream}. The answer shall only show that there is one. */
static void
probe(struct relay_upstream *upstream, const struct relay_entry *entry)
{
	struct guard_relay *relay = upstream->relay;
	struct relay_probe *made = &upstream->probe;
	uint8_t octets[WIRE_PROXY_SIZE + RELAY_INLINE], *message = octets + entry->head_len;
	struct relay_port *port;

	relay_datagram_forget_probe(upstream);
	port = relay_ports_pick(upstream);
	if (port == NULL)
		return;
	memcpy(octets, entry->head, entry->head_len);
	memcpy(message, entry->octets, entry->len);
	made->id = relay_random_16(&relay->random);
	wire_id_set(message, made->id);
	made->question_end = entry->question_end;
	memcpy(made->question, message, entry->question_end);
	/* An error of before says that nobody is there, as far as this host knows. */
	if (send(port->watch.fd, octets, entry->head_len + entry->len,
	         MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return;
	relay_count(&upstream->facts->asked);
	made->sent_us = net_monotonic_us();
	made->port = port;
	port->lane.waiting++;
}

void
relay_datagram_probe(struct guard_relay *relay, const struct relay_entry *entry)
{
	int64_t now = net_loop_now(relay->loop);

	if (entry->stream || entry->len > RELAY_INLINE)
		return;
	for (size_t i = 0; i < relay->upstream_count; i++) {
		struct relay_upstream *upstream = relay->upstreams[i];
		struct relay_health *health = &upstream->health[RELAY_DATAGRAM];

		if (!health->down || now < health->probe_ms ||
		    entry->queue == &upstream->queue)
			continue;
		health->probe_ms = now + RELAY_PROBE_MS;
		probe(upstream, entry);
	}
}

/* Whether the ${len} octets at ${octets}, which came by ${port}, answer a probe. */
static bool
take_probe(struct relay_port *port, const uint8_t *octets, size_t len)
{
	struct relay_upstream *upstream = port->lane.upstream;
	struct relay_probe *made = &upstream->probe;
	struct wire_query *response = &upstream->relay->query;

	if (made->port != port || len < WIRE_HEADER || wire_id(octets) != made->id ||
	    !wire_response_read(octets, len, response) ||
	    response->question_end != made->question_end ||
	    !wire_question_alike(octets, made->question, made->question_end))
		return false;
	relay_datagram_forget_probe(upstream);
	relay_upstream_answered(upstream, RELAY_DATAGRAM, made->sent_us);
	return true;
}

/* Receives what waits at ${port}; how many, -1 with errno. */
static int
receive(struct relay_port *port)
{
	struct guard_relay *relay = port->lane.upstream->relay;
	int got;

	do
		got = recvmmsg(port->watch.fd, relay->room_heads, RELAY_RECEIVE,
		               MSG_DONTWAIT, NULL);
	while (got < 0 && errno == EINTR);
	return got;
}

void
relay_datagram_ready(struct net_watch *watch, unsigned what)
{
	struct relay_port *port = watch->context;
	struct guard_relay *relay = port->lane.upstream->relay;
	int got = receive(port);

	(void)what;
	relay->now_us = net_monotonic_us();
	if (got < 0 && errno == ECONNREFUSED)
		relay_course_lost(&port->lane, RELAY_DATAGRAM, false);
	for (int i = 0; i < got; i++) {
		struct relay_arrival arrival = {relay->room_parts[i].iov_base,
		                                relay->room_heads[i].msg_len, RELAY_ROOM};

		if (port->lane.upstream->probe.port != port ||
		    !take_probe(port, arrival.octets, arrival.len))
			relay_course_take(&port->lane, RELAY_DATAGRAM, &arrival);
	}
	relay_course_flush(relay);
	relay_course_done(relay);
}
