/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed/tcp.h"

#include "feed/request.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/crypto.h>

#define PREFIX 2   /* octets of the length in front of a message */
#define AT_ONCE 16 /* messages or connections, before others have their turn */
#define PAUSE_MS 250
#define PREFIX_V6 64 /* bits of an address that one host may choose from */
#define REFUSALS 3   /* after which a connection ends: who asks on is mistaken, or worse */

/* Octets that wait in the kernel for a client that does not read: without a bound it
 * would take megabytes for each. */
#define UNSENT (64 * 1024)

struct feed_client {
	struct feed_tcp *tcp;
	struct net_watch watch;
	struct feed_client *before, *after; /* in the order of feed_tcp */
	struct net_endpoint peer;
	int64_t active_ms;
	size_t len;  /* octets of the request so far, or of the message, with the prefix */
	size_t sent; /* of the message */
	bool sending;
	bool transferring; /* there are more messages */
	unsigned refusals; /* how often the answer was that */
	uint64_t octets;   /* of the transfer, sent */
	int64_t began_ms;  /* the transfer */
	struct feed_reply reply;
	uint8_t buffer[PREFIX + WIRE_RPZ_MOST + FEED_TSIG_ROOM];
};

static void
unlink_client(struct feed_tcp *tcp, struct feed_client *client)
{
	*(client->before != NULL ? &client->before->after : &tcp->first) = client->after;
	*(client->after != NULL ? &client->after->before : &tcp->last) = client->before;
}

static void
link_client(struct feed_tcp *tcp, struct feed_client *client)
{
	client->before = tcp->last;
	client->after = NULL;
	*(tcp->last != NULL ? &tcp->last->after : &tcp->first) = client;
	tcp->last = client;
	client->active_ms = net_loop_now(tcp->loop);
}

/* Something was done for ${client}. */
static void
touch(struct feed_client *client)
{
	unlink_client(client->tcp, client);
	link_client(client->tcp, client);
}

static void
tell_transfer(struct feed_client *client, const char *what)
{
	const struct feed_transfer *transfer = &client->reply.transfer;
	static const char *const kinds[] = {[FEED_ALL] = "AXFR",
	                                    [FEED_DELTAS] = "IXFR",
	                                    [FEED_SINGLE] = "IXFR, nothing new"};
	struct fsk_name zone;
	char peer[NET_ENDPOINT_SIZE];

	feed_zone_text(&transfer->version->render.zone, &zone);
	net_endpoint_write(&client->peer, peer);
	feed_tell_client(client->tcp->desk, FEED_CLIENT, net_clock(),
	                 "%s: %s of %s to serial %" PRIu32 " %s, %" PRIu64 " octets", peer,
	                 kinds[transfer->kind], zone.text, transfer->version->serial, what,
	                 client->octets);
}

static void
drop(struct feed_client *client)
{
	struct feed_tcp *tcp = client->tcp;

	if (client->reply.transfer.version != NULL)
		tell_transfer(client, "broke off");
	feed_transfer_end(&client->reply.transfer);
	net_watch_end(tcp->loop, &client->watch);
	close(client->watch.fd);
	unlink_client(tcp, client);
	tcp->count--;
	OPENSSL_cleanse(&client->reply.signer, sizeof(client->reply.signer));
	free(client);
}

/* Makes the ${len} octets behind the prefix the message to be sent. */
static void
begin_sending(struct feed_client *client, size_t len)
{
	client->buffer[0] = (uint8_t)(len >> 8);
	client->buffer[1] = (uint8_t)len;
	client->len = PREFIX + len;
	client->sent = 0;
	client->sending = true;
}

/* Makes the next message of the transfer; false when the connection is to end. */
static bool
next_message(struct feed_client *client)
{
	struct wire_packer *packer = &client->reply.packer;
	enum fsk_err err;

	packer->octets = client->buffer + PREFIX;
	packer->most = WIRE_RPZ_MOST;
	err = feed_transfer_next(&client->reply.transfer, &client->reply.signer,
	                         net_clock(), packer);
	if (err != FSK_OK && err != FSK_END)
		return false;
	client->transferring = err == FSK_OK;
	begin_sending(client, packer->len);
	return true;
}

/* The whole message has been sent; false when the connection is to end. */
static bool
message_sent(struct feed_client *client)
{
	client->sending = false;
	client->len = 0;
	if (client->transferring)
		return next_message(client);
	if (client->reply.transfer.version != NULL) {
		tell_transfer(client, "done");
		feed_transfer_end(&client->reply.transfer);
	}
	return client->refusals < REFUSALS;
}

/* Whether the transfer has taken longer than it may: who takes an octet now and then is
 * never idle, and keeps a version in memory. */
static bool
is_overdue(const struct feed_client *client)
{
	return client->reply.transfer.version != NULL &&
	       net_loop_now(client->tcp->loop) - client->began_ms >=
	               client->tcp->desk->setting.transfer_ms;
}

/* Sends what the client takes; false when the connection is to end. */
static bool
send_some(struct feed_client *client)
{
	if (is_overdue(client)) {
		client->tcp->desk->counters.clients_dropped++;
		return false;
	}
	for (unsigned i = 0; i < AT_ONCE && client->sending; i++) {
		ssize_t sent;

		do
			sent = send(client->watch.fd, client->buffer + client->sent,
			            client->len - client->sent,
			            MSG_NOSIGNAL | MSG_DONTWAIT);
		while (sent < 0 && errno == EINTR);
		if (sent < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK;
		touch(client);
		client->sent += (size_t)sent;
		if (client->reply.transfer.version != NULL) {
			client->octets += (size_t)sent;
			client->tcp->desk->counters.transferred += (size_t)sent;
		}
		if (client->sent == client->len && !message_sent(client))
			return false;
	}
	return true;
}

/* Whether the answer says that the client may not ask. */
static bool
is_refusal(const struct feed_reply *reply)
{
	unsigned code = reply->packer.octets[3] & 0xf;

	return code == FEED_REFUSED || code == FEED_NOTAUTH;
}

/* Answers the request that the buffer holds; false when the connection is to end. */
static bool
answer(struct feed_client *client)
{
	struct feed_call call = {.octets = client->buffer + PREFIX,
	                         .len = client->len - PREFIX,
	                         .peer = client->peer,
	                         .stream = true,
	                         .now = net_clock()};
	struct feed_reply *reply = &client->reply;

	touch(client);
	client->len = 0;
	*reply = (struct feed_reply){.packer = {.octets = client->buffer + PREFIX}};
	switch (feed_serve(client->tcp->desk, &call, reply)) {
	case FEED_REPLY:
		client->refusals += is_refusal(reply);
		begin_sending(client, reply->packer.len);
		return true;
	case FEED_TRANSFER:
		client->octets = 0;
		client->began_ms = net_loop_now(client->tcp->loop);
		return next_message(client);
	case FEED_SILENCE:
		break;
	}
	return false;
}

/* Octets that are still missing: of the prefix, and then of the request. The kernel keeps
 * what comes behind it until its turn. */
static size_t
missing(const struct feed_client *client)
{
	size_t whole = PREFIX;

	if (client->len >= PREFIX)
		whole += (size_t)(client->buffer[0] << 8 | client->buffer[1]);
	return whole - client->len;
}

/* Reads what the client has sent, up to the end of a request; false when the connection
 * is to end. */
static bool
read_some(struct feed_client *client)
{
	while (!client->sending) {
		size_t wanted = missing(client);
		ssize_t got;

		/* Nothing that is asked here is so long, or shorter than a header. */
		if (client->len == PREFIX &&
		    (wanted > FEED_REQUEST_MOST || wanted < WIRE_HEADER)) {
			client->tcp->desk->counters.malformed++;
			return false;
		}
		do
			got = recv(client->watch.fd, client->buffer + client->len, wanted,
			           MSG_DONTWAIT);
		while (got < 0 && errno == EINTR);
		if (got < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK;
		if (got == 0)
			return false;
		client->len += (size_t)got;
		if (client->len > PREFIX && missing(client) == 0 && !answer(client))
			return false;
	}
	return true;
}

static void
client_ready(struct net_watch *watch, unsigned what)
{
	struct feed_client *client = watch->context;
	bool goes_on = true;

	(void)what;
	for (unsigned i = 0; i < AT_ONCE && goes_on; i++) {
		bool was_sending = client->sending;

		goes_on = was_sending ? send_some(client) : read_some(client);
		/* Neither has changed: the client is waited for. */
		if (was_sending == client->sending)
			break;
	}
	if (goes_on)
		goes_on =
		        net_watch_change(client->tcp->loop, watch,
		                         client->sending ? NET_WRITE : NET_READ) == FSK_OK;
	if (!goes_on)
		drop(client);
}

/* Closes what has been idle for too long, and waits for the next. */
static void
idle_due(struct net_timer *timer)
{
	struct feed_tcp *tcp = timer->context;
	int64_t now = net_loop_now(tcp->loop);
	int64_t most = tcp->desk->setting.idle_ms;
	struct feed_client *client, *next;

	for (client = tcp->first; client != NULL && now - client->active_ms >= most;
	     client = next) {
		next = client->after;
		tcp->desk->counters.clients_dropped++;
		drop(client);
	}
	/* Without memory for the timer the next connection sets it. */
	if (client != NULL)
		(void)!net_timer_set(tcp->loop, timer, client->active_ms + most - now);
}

/* Whether ${a} and ${b} are addresses that one host may have: the same IPv4 address, or
 * of the same IPv6 network. */
static bool
same_prefix(const struct address *a, const struct address *b)
{
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): who was dropped is in no list */
	struct address x = *a;
	struct address y = *b;

	if (!address_is_v4(&x))
		address_mask(&x, PREFIX_V6);
	if (!address_is_v4(&y))
		address_mask(&y, PREFIX_V6);
	return address_equal(&x, &y);
}

static bool
is_spared(const struct feed_client *client)
{
	return client->reply.transfer.version != NULL;
}

/* Makes a place for ${peer}: when there are too many, of its prefix or in all, the one
 * that has been idle longest goes. Those to whom a zone is being sent stay: they were
 * allowed to ask, and the newcomer is nobody yet. Everything else that is sent may be a
 * refusal, by which nobody shall keep a place. */
static bool
make_place(struct feed_tcp *tcp, const struct net_endpoint *peer)
{
	struct feed_client *idle = NULL;      /* the oldest */
	struct feed_client *neighbour = NULL; /* the oldest of the prefix */
	size_t neighbours = 0;

	for (struct feed_client *at = tcp->first; at != NULL; at = at->after) {
		bool near = same_prefix(&at->peer.address, &peer->address);

		neighbours += near;
		if (idle == NULL && !is_spared(at))
			idle = at;
		if (neighbour == NULL && near && !is_spared(at))
			neighbour = at;
	}
	if (neighbours >= tcp->desk->setting.most_of_prefix)
		idle = neighbour;
	else if (tcp->count < tcp->desk->setting.most_clients)
		return true;
	tcp->desk->counters.clients_dropped++;
	if (idle == NULL)
		return false;
	drop(idle);
	return true;
}

/* Makes a client of the connection ${fd}, which it owns in any case. */
static void
take(struct feed_tcp *tcp, int fd, const struct net_endpoint *peer)
{
	struct feed_client *client = NULL;
	int on = 1;
	int unsent = UNSENT;

	tcp->desk->counters.clients++;
	if (make_place(tcp, peer))
		client = malloc(sizeof(*client));
	if (client == NULL) {
		close(fd);
		return;
	}
	/* The buffer stays as it is: its pages are taken when they are needed. */
	memset(client, 0, offsetof(struct feed_client, buffer));
	client->tcp = tcp;
	client->peer = *peer;
	client->watch =
	        (struct net_watch){.fd = fd, .ready = client_ready, .context = client};
	/* Both only make it better. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof(unsent));
	link_client(tcp, client);
	tcp->count++;
	if (net_watch_begin(tcp->loop, &client->watch, NET_READ) != FSK_OK ||
	    (tcp->idle.place == 0 &&
	     net_timer_set(tcp->loop, &tcp->idle, tcp->desk->setting.idle_ms) != FSK_OK))
		drop(client);
}

/* Lets all listeners wait for ${what}. */
static void
listen_for(struct feed_tcp *tcp, unsigned what)
{
	for (size_t i = 0; i < tcp->listener_count; i++)
		if (tcp->listeners[i].watch.fd >= 0)
			(void)!net_watch_change(tcp->loop, &tcp->listeners[i].watch, what);
}

static void
pause_over(struct net_timer *timer)
{
	listen_for(timer->context, NET_READ);
}

/* Gives up the connection that has been idle longest; false when none can be, and then
 * errno stays. */
static bool
give_one(struct feed_tcp *tcp)
{
	for (struct feed_client *at = tcp->first; at != NULL; at = at->after) {
		if (is_spared(at))
			continue;
		tcp->desk->counters.clients_dropped++;
		drop(at);
		return true;
	}
	return false;
}

static void
listener_ready(struct net_watch *watch, unsigned what)
{
	struct feed_listener *listener = watch->context;
	struct feed_tcp *tcp = listener->tcp;
	enum fsk_err err = FSK_OK;

	(void)what;
	for (unsigned i = 0; i < AT_ONCE && err == FSK_OK; i++) {
		struct net_endpoint peer;
		int fd;

		err = net_accept(watch->fd, &fd, &peer);
		if (err == FSK_OK)
			take(tcp, fd, &peer);
		else if (err == FSK_IO && net_is_exhausted(errno))
			err = !net_is_waiting(watch->fd) ? FSK_END
			      : give_one(tcp)            ? FSK_OK
			                                 : err;
	}
	if (err == FSK_OK || err == FSK_END)
		return;
	/* No descriptors: the connection stays in front of the door, and the loop would
	 * be told of it again and again. */
	feed_tell_client(tcp->desk, FEED_STRANGER, net_clock(), "cannot accept: %s",
	                 strerror(errno));
	if (net_timer_set(tcp->loop, &tcp->pause, PAUSE_MS) == FSK_OK)
		listen_for(tcp, 0);
}

enum fsk_err
feed_tcp_begin(struct feed_tcp *tcp, size_t n, int fd)
{
	struct feed_listener *listener = &tcp->listeners[n];
	enum fsk_err err;

	tcp->idle.due = idle_due;
	tcp->idle.context = tcp;
	tcp->pause.due = pause_over;
	tcp->pause.context = tcp;
	listener->tcp = tcp;
	listener->watch =
	        (struct net_watch){.fd = fd, .ready = listener_ready, .context = listener};
	err = net_watch_begin(tcp->loop, &listener->watch, NET_READ);
	if (err != FSK_OK)
		listener->watch.fd = -1;
	return err;
}

void
feed_tcp_end(struct feed_tcp *tcp)
{
	struct feed_client *client, *next;

	for (client = tcp->first; client != NULL; client = next) {
		next = client->after;
		drop(client);
	}
	net_timer_end(tcp->loop, &tcp->idle);
	net_timer_end(tcp->loop, &tcp->pause);
	for (size_t i = 0; i < tcp->listener_count; i++) {
		struct net_watch *watch = &tcp->listeners[i].watch;

		if (watch->fd < 0)
			continue;
		net_watch_end(tcp->loop, watch);
		close(watch->fd);
		watch->fd = -1;
	}
}
