/* SPDX-License-Identifier: BSD-2-Clause */
#include "sinkhole/caller.h"

#include "sinkhole/contact.h"
#include "sinkhole/hello.h"
#include "sinkhole/stream_dns.h"

#include <errno.h>
#include <sys/socket.h>

#define AT_ONCE 4 /* reads, before others have their turn */

/* Octets that are read and dropped of a body: whoever sends more is not waited for. */
#define DROP_MOST (64 * 1024)

/* Octets of TLS that are taken from one who has said nothing that can be read. */
#define TLS_MOST (64 * 1024)

/* "Handshake failure" (RFC 5246 section 7.2), in a record that every version reads. */
static const uint8_t refusal[] = {0x15, 3, 1, 0, 2, 2, 40};

void
sinkhole_caller_keep(struct sinkhole_desk *desk, struct sinkhole_caller *caller,
                     struct span octets, const struct sinkhole_request *request,
                     const char *sni)
{
	struct sinkhole_contact contact = {
	        .peer = &caller->peer,
	        .local = &caller->local,
	        .us = caller->us,
	        .octets = octets,
	        .request = request,
	        .sni = sni,
	        .spoken = caller->said,
	};

	caller->kept = true;
	sinkhole_contact_keep(desk, &contact);
}

bool
sinkhole_caller_send(struct sinkhole_desk *desk, struct sinkhole_caller *caller,
                     const void *octets, size_t len)
{
	ssize_t sent;

	if (len == 0 || caller->gone)
		return true;
	do
		sent = send(caller->watch.fd, octets, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (sent < 0 && errno == EINTR);
	if (sent == (ssize_t)len)
		return true;
	sinkhole_count(&desk->tally->unsent);
	caller->gone = true;
	return false;
}

/* Sends what TLS has to be sent. */
static void
flush(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
      struct sinkhole_caller *caller)
{
	size_t len;

	while ((len = sinkhole_session_take(caller->session, crowd->out,
	                                    sizeof(crowd->out))) > 0)
		(void)sinkhole_caller_send(desk, caller, crowd->out, len);
}

/* Answers a request, the same to all. */
static void
answer(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
       struct sinkhole_caller *caller)
{
	struct span words = sinkhole_ground_setting(desk->ground)->answer;

	if (caller->gone)
		return;
	if (caller->session == NULL) {
		(void)sinkhole_caller_send(desk, caller, words.text, words.len);
		return;
	}
	if (sinkhole_session_say(caller->session, words) != FSK_OK)
		sinkhole_count(&desk->tally->unsent);
	flush(crowd, desk, caller);
}

/* A connection that is closed while octets wait to be read is reset, and what was sent with
 * it (RFC 1122 section 4.2.2.13): who still sends is heard to the end. */
static enum sinkhole_turn
linger(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller)
{
	if (caller->gone || shutdown(caller->watch.fd, SHUT_WR) != 0)
		return SINKHOLE_OVER;
	sinkhole_crowd_forget(crowd, caller);
	sinkhole_crowd_join(crowd, caller, SINKHOLE_LINE_LINGER);
	return SINKHOLE_WAIT;
}

/* What is no request and no hello is kept once there is enough of it, or it is silent, or
 * has had its time. */
static enum sinkhole_turn
serve_raw(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
          struct sinkhole_caller *caller, struct span octets, bool ended)
{
	int64_t age = net_loop_now(crowd->post->loop) - caller->began_ms;

	if (octets.len >= desk->keep || ended || age >= SINKHOLE_HEADER_MS) {
		sinkhole_caller_keep(desk, caller, octets, NULL, caller->sni);
		return SINKHOLE_OVER;
	}
	sinkhole_crowd_join(crowd, caller, SINKHOLE_LINE_RAW);
	return SINKHOLE_WAIT;
}

/* What was said so far, in clear text or in TLS, and what that is. */
struct said {
	struct span octets;
	bool ended;
	enum sinkhole_state state;
	struct sinkhole_request request;
};

static void
understand(struct sinkhole_caller *caller, struct span octets, bool ended,
           struct said *said)
{
	said->octets = octets;
	said->ended = ended;
	said->state = sinkhole_request_read(&caller->reader, octets, ended, &said->request);
}

static enum sinkhole_turn
serve_said(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
           struct sinkhole_caller *caller, const struct said *said)
{
	if (said->state == SINKHOLE_MORE)
		return SINKHOLE_WAIT;
	if (said->state == SINKHOLE_STRANGE || said->state == SINKHOLE_HELLO)
		return serve_raw(crowd, desk, caller, said->octets, said->ended);
	sinkhole_caller_keep(desk, caller, said->octets, &said->request, caller->sni);
	answer(crowd, desk, caller);
	/* What filled all that is read at once may have more behind it. */
	if (said->ended ||
	    (!said->request.body && said->octets.len < SINKHOLE_REQUEST_MOST))
		return SINKHOLE_OVER;
	return linger(crowd, caller);
}

/* Takes what ${caller} says in TLS. What it sent to begin it gives way. */
static enum fsk_err
hear(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller)
{
	enum fsk_err err = FSK_OK;

	while (err == FSK_OK) {
		size_t len = caller->said ? caller->len : 0;
		size_t got = sinkhole_session_said(caller->session, crowd->in,
		                                   SINKHOLE_REQUEST_MOST - len);

		if (got == 0)
			break;
		caller->said = true;
		caller->len = (uint32_t)len;
		err = sinkhole_crowd_add(crowd, caller, (struct span){crowd->in, got});
	}
	return err;
}

/* Serves ${octets} of TLS, which follow those that were fed before. */
static enum sinkhole_turn
serve_session(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
              struct sinkhole_caller *caller, struct span octets, bool ended)
{
	struct said said;
	enum fsk_err err;

	caller->dropped += (uint32_t)octets.len;
	err = sinkhole_session_feed(caller->session, octets);
	if (err == FSK_OK)
		err = hear(crowd, caller);
	flush(crowd, desk, caller);
	ended = ended || err != FSK_OK || caller->dropped >= TLS_MOST;
	octets = (struct span){caller->octets, caller->len};
	if (caller->said) {
		understand(caller, octets, ended, &said);
		return serve_said(crowd, desk, caller, &said);
	}
	if (!ended)
		return SINKHOLE_WAIT;
	sinkhole_caller_keep(desk, caller, octets, NULL, caller->sni);
	return SINKHOLE_OVER;
}

/* Serves ${octets}, a hello as far as it came: where there is a certificate the rest is
 * TLS, else it is kept, and refused. */
static enum sinkhole_turn
serve_hello(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
            struct sinkhole_caller *caller, struct span octets, bool ended)
{
	enum sinkhole_greeting greeting;
	char name[256];

	greeting = sinkhole_hello_read(octets, name);
	if (greeting == SINKHOLE_HELLO_NONE)
		return serve_raw(crowd, desk, caller, octets, ended);
	if (greeting == SINKHOLE_HELLO_MORE && !ended)
		return SINKHOLE_WAIT;
	if (!ended && crowd->tls != NULL &&
	    (caller->len > 0 || sinkhole_crowd_add(crowd, caller, octets) == FSK_OK) &&
	    sinkhole_crowd_speak(crowd, caller, name) == FSK_OK) {
		caller->reader = (struct sinkhole_reader){.seen = 0};
		return serve_session(crowd, desk, caller, octets, false);
	}
	sinkhole_caller_keep(desk, caller, octets, NULL, name);
	(void)sinkhole_caller_send(desk, caller, refusal, sizeof(refusal));
	return SINKHOLE_OVER;
}

/* Serves ${octets}, all that came, in clear text as far as is known. */
static enum sinkhole_turn
serve_clear(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
            struct sinkhole_caller *caller, struct span octets, bool ended)
{
	struct said said;

	understand(caller, octets, ended, &said);
	if (said.state == SINKHOLE_HELLO)
		return serve_hello(crowd, desk, caller, octets, ended);
	return serve_said(crowd, desk, caller, &said);
}

/* Serves the messages in ${octets}, and stores what is left of them. */
static enum sinkhole_turn
serve_dns(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
          struct sinkhole_caller *caller, struct span octets, bool ended)
{
	size_t used;
	enum sinkhole_turn turn = sinkhole_stream_serve(crowd, desk, caller, octets, &used);

	if (ended && !caller->kept)
		sinkhole_caller_keep(desk, caller, octets, NULL, NULL);
	if (ended)
		return SINKHOLE_OVER;
	if (turn == SINKHOLE_OVER)
		return used < octets.len ? linger(crowd, caller) : SINKHOLE_OVER;
	if (caller->len == 0)
		return sinkhole_crowd_add(crowd, caller, span_from(octets, used)) == FSK_OK
		               ? SINKHOLE_WAIT
		               : SINKHOLE_OVER;
	caller->len -= (uint32_t)used;
	memmove(caller->octets, caller->octets + used, caller->len);
	if (caller->len == 0)
		sinkhole_crowd_forget(crowd, caller);
	return SINKHOLE_WAIT;
}

/* Reads and drops what still comes of one who was answered. */
static enum sinkhole_turn
drain(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller)
{
	ssize_t got;

	do {
		got = recv(caller->watch.fd, crowd->in, sizeof(crowd->in), MSG_DONTWAIT);
		if (got > 0)
			caller->dropped += (uint32_t)got;
	} while ((got > 0 && caller->dropped < DROP_MOST) || (got < 0 && errno == EINTR));
	return got < 0 && errno == EAGAIN ? SINKHOLE_WAIT : SINKHOLE_OVER;
}

/* Where the next octets of ${caller} go: to its own, if it has some. False: no memory. */
static bool
find_room(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller, char **at,
          size_t *room)
{
	if (caller->len == 0 || caller->session != NULL) {
		*at = crowd->in;
		*room = sizeof(crowd->in);
		return true;
	}
	if (sinkhole_crowd_grow(crowd, caller) != FSK_OK)
		return false;
	*at = caller->octets + caller->len;
	*room = caller->room - caller->len;
	return true;
}

/* Serves ${got} octets that were read to ${at}; 0: the other side ended. */
static enum sinkhole_turn
serve(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
      struct sinkhole_caller *caller, const char *at, size_t got)
{
	struct span octets = {at, got};
	enum sinkhole_turn turn;

	if (caller->session != NULL)
		return serve_session(crowd, desk, caller, octets, got == 0);
	if (caller->len > 0) {
		caller->len += (uint32_t)got;
		octets = (struct span){caller->octets, caller->len};
	}
	if (caller->port == SINKHOLE_PORT_DNS)
		return serve_dns(crowd, desk, caller, octets, got == 0);
	turn = serve_clear(crowd, desk, caller, octets, got == 0);
	if (turn == SINKHOLE_OVER || caller->kept || caller->len > 0 ||
	    sinkhole_crowd_add(crowd, caller, octets) == FSK_OK)
		return turn;
	/* There is no memory for what came: it is kept as far as it did. */
	(void)serve_clear(crowd, desk, caller, octets, true);
	return SINKHOLE_OVER;
}

enum sinkhole_turn
sinkhole_caller_serve(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
                      struct sinkhole_caller *caller)
{
	for (unsigned i = 0; i < AT_ONCE; i++) {
		enum sinkhole_turn turn;
		size_t room;
		ssize_t got;
		char *at;

		if (caller->line == SINKHOLE_LINE_LINGER)
			return drain(crowd, caller);
		if (!find_room(crowd, caller, &at, &room))
			break;
		do
			got = recv(caller->watch.fd, at, room, MSG_DONTWAIT);
		while (got < 0 && errno == EINTR);
		if (got < 0 && errno == EAGAIN)
			return SINKHOLE_WAIT;
		if (got < 0)
			break;
		turn = serve(crowd, desk, caller, at, (size_t)got);
		if (turn == SINKHOLE_OVER || (size_t)got < room)
			return turn;
		if (i + 1 == AT_ONCE)
			return SINKHOLE_WAIT;
	}
	sinkhole_caller_end(crowd, desk, caller);
	return SINKHOLE_OVER;
}

void
sinkhole_caller_end(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
                    struct sinkhole_caller *caller)
{
	struct span octets = {caller->octets, caller->len};

	caller->gone = true;
	if (caller->kept)
		return;
	if (caller->port == SINKHOLE_PORT_DNS) {
		sinkhole_caller_keep(desk, caller, octets, NULL, NULL);
	} else if (caller->session != NULL) {
		octets.len = 0;
		(void)serve_session(crowd, desk, caller, octets, true);
	} else {
		(void)serve_clear(crowd, desk, caller, octets, true);
	}
}
