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

/* How long a connection of DNS may go on while it asks, however often it does. It ends when
 * all is answered that came. */
#define STREAM_MS 120000

/* Octets of TLS that are taken from one who has said nothing that can be read; and until
 * both have agreed: a hello of SINKHOLE_HELLO_MOST, a second one where the first does not
 * suit (RFC 8446 section 4.1.4), a key, each in its records, are not half as much. */
#define TLS_MOST ((size_t)64 << 10)
#define HANDSHAKE_MOST ((size_t)20 << 10)

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

/* How many of ${octets} the system takes; -1: nobody is there. ${more}: 0 or MSG_MORE. */
static ssize_t
push(const struct sinkhole_caller *caller, struct span octets, int more)
{
	ssize_t sent;

	do
		sent = send(caller->watch.fd, octets.text, octets.len,
		            MSG_NOSIGNAL | MSG_DONTWAIT | more);
	while (sent < 0 && errno == EINTR);
	return sent < 0 && errno == EAGAIN ? 0 : sent;
}

/* Answers ${caller} no more. */
static void
give_up(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
        struct sinkhole_caller *caller)
{
	sinkhole_count(&desk->tally->unsent);
	sinkhole_crowd_waive(crowd, caller);
	caller->gone = true;
}

/* sinkhole_caller_send(). */
static void
give(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
     struct sinkhole_caller *caller, struct span octets, int more)
{
	ssize_t sent = 0;

	if (octets.len == 0 || caller->gone)
		return;
	if (caller->rest == NULL)
		sent = push(caller, octets, more);
	if (sent == (ssize_t)octets.len)
		return;
	if (sent < 0 ||
	    sinkhole_crowd_owe(crowd, caller, span_from(octets, (size_t)sent)) != FSK_OK)
		give_up(crowd, desk, caller);
}

void
sinkhole_caller_send(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
                     struct sinkhole_caller *caller, struct span octets)
{
	give(crowd, desk, caller, octets, 0);
}

/* The same for one who is sent no more: the system holds the last octets until it is told
 * so, and one packet says both. Not until the connection is closed: where an octet comes
 * before that and is not read, what is held would be lost. */
static void
send_last(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
          struct sinkhole_caller *caller, struct span octets)
{
	give(crowd, desk, caller, octets, MSG_MORE);
	if (caller->rest == NULL && !caller->gone)
		(void)!shutdown(caller->watch.fd, SHUT_WR);
}

/* Sends of the rest what the system takes. */
static void
send_rest(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
          struct sinkhole_caller *caller)
{
	struct span rest = {caller->rest, caller->rest_len};
	ssize_t sent = push(caller, span_from(rest, caller->rest_at), 0);

	if (sent < 0) {
		give_up(crowd, desk, caller);
		return;
	}
	caller->rest_at += (uint32_t)sent;
	if (caller->rest_at == caller->rest_len)
		sinkhole_crowd_waive(crowd, caller);
}

/* Sends what TLS has to be sent. */
static void
flush(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
      struct sinkhole_caller *caller)
{
	size_t len;

	while ((len = sinkhole_session_take(caller->session, crowd->out,
	                                    sizeof(crowd->out))) > 0)
		sinkhole_caller_send(crowd, desk, caller,
		                     (struct span){(const char *)crowd->out, len});
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
		send_last(crowd, desk, caller, words);
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
	if (caller->gone ||
	    (caller->rest == NULL && shutdown(caller->watch.fd, SHUT_WR) != 0))
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

/* Feeds ${octets}, as far as they are taken. FSK_END: no more of them are. */
static enum fsk_err
feed(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller, struct span octets)
{
	struct sinkhole_session *session = caller->session;
	enum fsk_err err = FSK_OK;

	do {
		bool agreed = sinkhole_session_agreed(session);
		size_t most = agreed ? TLS_MOST : HANDSHAKE_MOST,
		       fed = sinkhole_session_fed(session);
		struct span part = octets;

		if (fed >= most)
			return FSK_END;
		if (part.len > most - fed)
			part.len = most - fed;
		octets = span_from(octets, part.len);
		err = sinkhole_session_feed(session, part);
		sinkhole_crowd_weigh(crowd, caller);
	} while (err == FSK_OK && octets.len > 0);
	return err;
}

/* Serves ${octets} of TLS, which follow those that were fed before. */
static enum sinkhole_turn
serve_session(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
              struct sinkhole_caller *caller, struct span octets, bool ended)
{
	enum fsk_err err = feed(crowd, caller, octets);
	struct said said;

	if (err == FSK_OK || err == FSK_END) {
		enum fsk_err heard = hear(crowd, caller);

		err = err == FSK_OK ? heard : err;
	}
	sinkhole_crowd_weigh(crowd, caller);
	flush(crowd, desk, caller);
	ended = ended || err != FSK_OK;
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
 * TLS, else it is kept, and refused. So is one too long, of which OpenSSL would take up to
 * 128 KiB. */
static enum sinkhole_turn
serve_hello(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
            struct sinkhole_caller *caller, struct span octets, bool ended)
{
	const struct span refused = {(const char *)refusal, sizeof(refusal)};
	enum sinkhole_greeting greeting;
	char name[256];

	greeting = sinkhole_hello_read(octets, name);
	if (greeting == SINKHOLE_HELLO_NONE)
		return serve_raw(crowd, desk, caller, octets, ended);
	if (greeting == SINKHOLE_HELLO_MORE && !ended)
		return SINKHOLE_WAIT;
	if (!ended && crowd->tls != NULL && greeting == SINKHOLE_HELLO_WHOLE &&
	    (caller->len > 0 || sinkhole_crowd_add(crowd, caller, octets) == FSK_OK) &&
	    sinkhole_crowd_speak(crowd, caller, name) == FSK_OK) {
		caller->reader = (struct sinkhole_reader){.seen = 0};
		return serve_session(crowd, desk, caller, octets, false);
	}
	sinkhole_caller_keep(desk, caller, octets, NULL, name);
	send_last(crowd, desk, caller, refused);
	return greeting == SINKHOLE_HELLO_LONG ? linger(crowd, caller) : SINKHOLE_OVER;
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

/* Whether ${caller} has had all the time that a connection of DNS has. */
static bool
had_its_time(const struct sinkhole_crowd *crowd, const struct sinkhole_caller *caller)
{
	return net_loop_now(crowd->post->loop) - caller->began_ms >= STREAM_MS;
}

/* Serves the messages in ${octets}, and stores what is left of them: a part of one, or what
 * is not answered before the answers that wait were sent. */
static enum sinkhole_turn
serve_dns(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
          struct sinkhole_caller *caller, struct span octets, bool ended)
{
	size_t used;
	enum sinkhole_turn turn = sinkhole_stream_serve(crowd, desk, caller, octets, &used);

	caller->ended = ended;
	if (ended && !caller->kept)
		sinkhole_caller_keep(desk, caller, octets, NULL, NULL);
	if (ended && (turn == SINKHOLE_OVER || caller->rest == NULL))
		return SINKHOLE_OVER;
	if (turn == SINKHOLE_OVER || (caller->rest == NULL && had_its_time(crowd, caller)))
		return linger(crowd, caller);
	if (caller->len == 0) {
		if (sinkhole_crowd_add(crowd, caller, span_from(octets, used)) == FSK_OK)
			return SINKHOLE_WAIT;
		/* There is no memory for what came: it is kept as far as it did. */
		if (!caller->kept)
			sinkhole_caller_keep(desk, caller, octets, NULL, NULL);
		return SINKHOLE_OVER;
	}
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

/* Sends what ${caller} is owed, and goes on where that was waited for. */
static enum sinkhole_turn
catch_up(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
         struct sinkhole_caller *caller)
{
	struct span octets;

	send_rest(crowd, desk, caller);
	if (caller->rest != NULL)
		return SINKHOLE_WAIT;
	if (caller->over)
		return SINKHOLE_OVER;
	if (caller->line == SINKHOLE_LINE_LINGER)
		return linger(crowd, caller);
	octets = (struct span){caller->octets, caller->len};
	if (caller->port == SINKHOLE_PORT_DNS)
		return serve_dns(crowd, desk, caller, octets, caller->ended);
	return SINKHOLE_WAIT;
}

/* Reads once, and serves what came; ${*more}: there may be more. */
static enum sinkhole_turn
read_once(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
          struct sinkhole_caller *caller, bool *more)
{
	size_t room;
	ssize_t got = -1;
	char *at;

	*more = false;
	if (caller->line == SINKHOLE_LINE_LINGER)
		return drain(crowd, caller);
	errno = 0;
	if (find_room(crowd, caller, &at, &room)) {
		do
			got = recv(caller->watch.fd, at, room, MSG_DONTWAIT);
		while (got < 0 && errno == EINTR);
	}
	if (got < 0 && errno == EAGAIN)
		return SINKHOLE_WAIT;
	if (got < 0) {
		sinkhole_caller_end(crowd, desk, caller);
		return SINKHOLE_OVER;
	}
	*more = (size_t)got == room;
	return serve(crowd, desk, caller, at, (size_t)got);
}

enum sinkhole_turn
sinkhole_caller_serve(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
                      struct sinkhole_caller *caller)
{
	enum sinkhole_turn turn = SINKHOLE_WAIT;
	bool more = true;

	if (caller->rest != NULL)
		turn = catch_up(crowd, desk, caller);
	for (unsigned i = 0;
	     i < AT_ONCE && more && turn == SINKHOLE_WAIT && caller->rest == NULL; i++)
		turn = read_once(crowd, desk, caller, &more);
	if (turn == SINKHOLE_WAIT || caller->rest == NULL)
		return turn;
	caller->over = true;
	sinkhole_crowd_join(crowd, caller, SINKHOLE_LINE_LINGER);
	return SINKHOLE_WAIT;
}

void
sinkhole_caller_end(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
                    struct sinkhole_caller *caller)
{
	struct span octets = {caller->octets, caller->len};

	if (caller->rest != NULL)
		give_up(crowd, desk, caller);
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
