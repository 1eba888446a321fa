/* SPDX-License-Identifier: BSD-2-Clause */
#include "drill/ask.h"

#include "net/loop.h"
#include "wire/message.h"
#include "wire/name.h"

#include <errno.h>
#include <ldns/ldns.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#define DATAGRAM 4096 /* octets; a longer one was not asked for, and is passed over */
#define FRAME 2       /* octets of the length in front of a message over TCP */
#define MS INT64_C(1000)
#define LONGEST_MS 60000 /* of one poll(2), which takes an int */

/* A question on its way. */
struct exchange {
	struct drill_asker *asker;
	const struct drill_question *question;
	struct drill_answer *answer;
	uint8_t *octets; /* of the message, its length in front */
	size_t len;      /* without that */
	int fd;
	int64_t began_us; /* of the first message; 0: none was sent */
};

/* Waits until ${fd} (-1: nothing) can do ${what} or ${until_us} comes. FSK_END when
 * that came first. */
static enum fsk_err
wait_for(const struct drill_asker *asker, int fd, short what, int64_t until_us)
{
	struct pollfd wanted[] = {{.fd = fd, .events = what},
	                          {.fd = asker->stop, .events = POLLIN}};

	if (until_us > asker->until_us)
		until_us = asker->until_us;
	for (;;) {
		int64_t left = until_us - net_monotonic_us();
		int64_t ms = left > 0 ? left / MS + 1 : 0;
		int got = poll(wanted, 2, ms < LONGEST_MS ? (int)ms : LONGEST_MS);

		if (got < 0 && errno != EINTR)
			return FSK_IO;
		if (got > 0 && wanted[1].revents != 0)
			return FSK_STOPPED;
		if (got > 0)
			return FSK_OK;
		if (got == 0 && net_monotonic_us() >= until_us)
			return FSK_END;
	}
}

/* Waits for the turn of a message. */
static enum fsk_err
keep_pace(struct exchange *exchange)
{
	struct drill_asker *asker = exchange->asker;
	enum fsk_err err = FSK_END;

	if (asker->last_us != 0)
		err = wait_for(asker, -1, 0, asker->last_us + asker->pace_ms * MS);
	if (err == FSK_END && !drill_ask_late(asker)) {
		asker->last_us = net_monotonic_us();
		asker->sent++;
		if (exchange->began_us == 0)
			exchange->began_us = asker->last_us;
		return FSK_OK;
	}
	return err;
}

/* ${name} as ldns has names: any octet may stand in a label, and there are no escapes. */
static ldns_rdf *
make_name(const struct fsk_name *name)
{
	uint8_t octets[FSK_NAME_MAX + 2] = {0};
	size_t label = 0;

	for (size_t i = 0; i < name->len; i++) {
		if (name->text[i] == '.') {
			label = i + 1;
			continue;
		}
		octets[i + 1] = (uint8_t)name->text[i];
		octets[label]++;
	}
	return ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, name->len + 2u, octets);
}

static ldns_pkt *
make_packet(const struct drill_question *question, bool plain)
{
	ldns_rdf *name = make_name(&question->name);
	ldns_pkt *packet;

	if (name == NULL)
		return NULL;
	packet = ldns_pkt_query_new(name, (ldns_rr_type)question->type, LDNS_RR_CLASS_IN,
	                            LDNS_RD);
	if (packet == NULL) {
		ldns_rdf_deep_free(name);
		return NULL;
	}
	ldns_pkt_set_id(packet, question->id);
	if (!plain)
		ldns_pkt_set_edns_udp_size(packet, DRILL_UDP_SIZE);
	return packet;
}

/* Writes the message of ${exchange}, for the caller to free. */
static enum fsk_err
write_message(struct exchange *exchange)
{
	ldns_pkt *packet = make_packet(exchange->question, exchange->asker->plain);
	uint8_t *octets = NULL;
	size_t len = 0;

	if (packet == NULL || ldns_pkt2wire(&octets, packet, &len) != LDNS_STATUS_OK ||
	    len > UINT16_MAX)
		octets = NULL;
	ldns_pkt_free(packet);
	if (octets == NULL)
		return FSK_NOMEM;
	exchange->octets = malloc(FRAME + len);
	if (exchange->octets != NULL) {
		exchange->octets[0] = (uint8_t)(len >> 8);
		exchange->octets[1] = (uint8_t)len;
		memcpy(exchange->octets + FRAME, octets, len);
		exchange->len = len;
	}
	free(octets);
	return exchange->octets != NULL ? FSK_OK : FSK_NOMEM;
}

/* Receives datagrams until one is the answer. FSK_END: none of them was. */
static enum fsk_err
receive(struct exchange *exchange)
{
	uint8_t octets[DATAGRAM];

	for (;;) {
		ssize_t got = recv(exchange->fd, octets, sizeof(octets), MSG_TRUNC);
		enum fsk_err err;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK ? FSK_END : FSK_IO;
		if ((size_t)got > sizeof(octets))
			continue;
		err = drill_answer_read(octets, (size_t)got, exchange->question,
		                        exchange->answer);
		if (err == FSK_OK || err == FSK_NOMEM)
			return err;
	}
}

/* Asks over UDP, from a port of its own: an answer to another question cannot come. A
 * late answer to an earlier try is as good as that to the last. */
static enum fsk_err
ask_udp(struct exchange *exchange)
{
	struct drill_asker *asker = exchange->asker;
	enum fsk_err err = FSK_END;

	for (unsigned i = 0; i < asker->tries && err == FSK_END; i++) {
		int64_t until_us;

		err = keep_pace(exchange);
		if (err != FSK_OK)
			return err;
		if (send(exchange->fd, exchange->octets + FRAME, exchange->len,
		         MSG_NOSIGNAL) < 0 &&
		    errno != EAGAIN && errno != ENOBUFS)
			return FSK_IO;
		until_us = asker->last_us + asker->wait_ms * MS;
		do {
			err = wait_for(asker, exchange->fd, POLLIN, until_us);
			if (err != FSK_OK)
				break;
			err = receive(exchange);
		} while (err == FSK_END && net_monotonic_us() < until_us);
	}
	return err;
}

/* Sends or receives ${len} octets; FSK_END also when the other side ends before. */
static enum fsk_err
move(const struct exchange *exchange, uint8_t *octets, size_t len, bool out,
     int64_t until_us)
{
	while (len > 0) {
		enum fsk_err err = wait_for(exchange->asker, exchange->fd,
		                            out ? POLLOUT : POLLIN, until_us);
		ssize_t done;

		if (err != FSK_OK)
			return err;
		done = out ? send(exchange->fd, octets, len, MSG_NOSIGNAL)
		           : recv(exchange->fd, octets, len, 0);
		if (done < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (done < 0)
			return FSK_IO;
		if (done == 0)
			return FSK_END;
		octets += done;
		len -= (size_t)done;
	}
	return FSK_OK;
}

/* Receives one message; FSK_END when it is not the answer, since no other was asked for
 * on this connection. */
static enum fsk_err
receive_framed(const struct exchange *exchange, int64_t until_us)
{
	uint8_t head[FRAME];
	enum fsk_err err = move(exchange, head, sizeof(head), false, until_us);
	size_t len;
	uint8_t *octets;

	if (err != FSK_OK)
		return err;
	len = (size_t)(head[0] << 8 | head[1]);
	octets = malloc(len + 1);
	if (octets == NULL)
		return FSK_NOMEM;
	err = move(exchange, octets, len, false, until_us);
	if (err == FSK_OK)
		err = drill_answer_read(octets, len, exchange->question, exchange->answer);
	free(octets);
	return err == FSK_SYNTAX || err == FSK_MISMATCH ? FSK_END : err;
}

static enum fsk_err
ask_tcp(struct exchange *exchange)
{
	struct drill_asker *asker = exchange->asker;
	enum fsk_err err = keep_pace(exchange);
	int64_t until_us = asker->last_us + asker->wait_ms * asker->tries * MS;

	if (err == FSK_OK)
		err = wait_for(asker, exchange->fd, POLLOUT, until_us);
	if (err == FSK_OK)
		err = net_reached_tcp(exchange->fd);
	if (err == FSK_OK)
		err = move(exchange, exchange->octets, FRAME + exchange->len, true,
		           until_us);
	if (err == FSK_OK)
		err = receive_framed(exchange, until_us);
	return err;
}

/* Asks once, over UDP or TCP. */
static enum fsk_err
ask_by(struct exchange *exchange, bool tcp)
{
	const struct net_endpoint *to = &exchange->asker->resolver;
	enum fsk_err err = tcp ? net_reach_tcp(to, &exchange->fd)
	                       : net_reach_udp(to, 0, &exchange->fd);
	int error;

	if (err != FSK_OK)
		return err;
	err = tcp ? ask_tcp(exchange) : ask_udp(exchange);
	error = errno;
	close(exchange->fd);
	errno = error;
	return err;
}

static enum fsk_err
exchange_one(struct drill_asker *asker, const struct drill_question *question,
             struct drill_answer *answer)
{
	struct exchange exchange = {.asker = asker, .question = question, .answer = answer};
	enum fsk_err err = write_message(&exchange);

	if (err != FSK_OK)
		return err;
	err = ask_by(&exchange, asker->tcp);
	if (err == FSK_OK && answer->truncated && !asker->tcp)
		err = ask_by(&exchange, true);
	free(exchange.octets);
	if (err == FSK_OK)
		answer->took_us = net_monotonic_us() - exchange.began_us;
	return err;
}

/* Whether ${answer} is that of a server which does not know EDNS (RFC 6891 section 7). */
static bool
lacks_edns(const struct drill_answer *answer)
{
	return answer->rcode == DRILL_RCODE_FORMERR ||
	       answer->rcode == DRILL_RCODE_NOTIMP || answer->rcode == DRILL_RCODE_BADVERS;
}

enum fsk_err
drill_ask(struct drill_asker *asker, const struct fsk_name *name, uint16_t type,
          struct drill_answer *answer)
{
	struct drill_question question = {.type = type, .name = *name};
	struct drill_answer got;
	enum fsk_err err;

	if (getrandom(&question.id, sizeof(question.id), 0) != sizeof(question.id))
		return FSK_IO;
	err = exchange_one(asker, &question, &got);
	if (err == FSK_OK && !asker->plain && lacks_edns(&got)) {
		asker->plain = true;
		err = exchange_one(asker, &question, &got);
	}
	if (err == FSK_OK)
		*answer = got;
	return err;
}

bool
drill_ask_late(const struct drill_asker *asker)
{
	return net_monotonic_us() >= asker->until_us;
}
