/* SPDX-License-Identifier: BSD-2-Clause */
#include "batches.h"

#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BATCH 64
#define MOST_THREADS 64

struct place {
	struct sockaddr_in from;
	struct iovec span;
	uint8_t message[BATCHES_ROOM];
};

struct server {
	int socket;
	batches_answer *answer;
	struct place places[BATCH];
	struct mmsghdr heads[BATCH];
};

/* The kernel tells the sockets of one port apart by who asks. */
static int
bind_one(uint16_t port)
{
	struct sockaddr_in here = {
	        .sin_family = AF_INET,
	        .sin_port = htons(port),
	        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int one = 1;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one)) != 0 ||
	    bind(fd, (const struct sockaddr *)&here, sizeof(here)) != 0)
		err(71, "port %u", port);
	return fd;
}

static void
set_heads(struct server *server)
{
	for (size_t i = 0; i < BATCH; i++) {
		struct place *place = &server->places[i];

		place->span.iov_base = place->message;
		server->heads[i].msg_hdr.msg_name = &place->from;
		server->heads[i].msg_hdr.msg_iov = &place->span;
		server->heads[i].msg_hdr.msg_iovlen = 1;
	}
}

/* Answers the ${count} that have come; those that get none trade their place with the
 * last. How many are to be sent. */
static unsigned
answer_all(struct server *server, unsigned count)
{
	for (unsigned i = 0; i < count;) {
		struct iovec *span = server->heads[i].msg_hdr.msg_iov;
		size_t len = server->answer(span->iov_base, server->heads[i].msg_len);

		if (len == 0) {
			struct mmsghdr head = server->heads[i];

			count--;
			server->heads[i] = server->heads[count];
			server->heads[count] = head;
			continue;
		}
		span->iov_len = len;
		i++;
	}
	return count;
}

static void *
serve(void *context)
{
	struct server *server = context;

	set_heads(server);
	for (;;) {
		int got;
		unsigned count;

		for (size_t i = 0; i < BATCH; i++) {
			server->heads[i].msg_hdr.msg_iov->iov_len = BATCHES_ROOM;
			server->heads[i].msg_hdr.msg_namelen = sizeof(struct sockaddr_in);
		}
		got = recvmmsg(server->socket, server->heads, BATCH, MSG_WAITFORONE, NULL);
		if (got < 0)
			err(71, "recvmmsg");
		count = answer_all(server, (unsigned)got);
		for (unsigned sent = 0; sent < count;) {
			int more = sendmmsg(server->socket, server->heads + sent,
			                    count - sent, 0);

			if (more <= 0)
				err(71, "sendmmsg");
			sent += (unsigned)more;
		}
	}
	return NULL;
}

void
batches_serve(const char *port, const char *threads, batches_answer *answer)
{
	unsigned long number = strtoul(port, NULL, 10);
	unsigned long count = strtoul(threads, NULL, 10);
	pthread_t last;

	if (number == 0 || number > UINT16_MAX || count == 0 || count > MOST_THREADS)
		errx(64, "a port, and 1 to %d threads", MOST_THREADS);
	for (unsigned long i = 0; i < count; i++) {
		struct server *server = calloc(1, sizeof(*server));

		if (server == NULL)
			err(71, NULL);
		server->socket = bind_one((uint16_t)number);
		server->answer = answer;
		if (pthread_create(&last, NULL, serve, server) != 0)
			errx(71, "no thread");
	}
	pthread_join(last, NULL);
	exit(71);
}
