/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Calls a sinkhole of 127.0.0.1 from as many addresses of 127.0.0.0/8 as there are callers,
 * each over a socket of its own, and keeps a list of who sent what from where, and what
 * came of it.
 *
 *   sinkhole_callers --dns=PORT --web=PORT --names=FILE --list=FILE [OPTION...]
 *
 *   --count=N    callers (1000)
 *   --first=N    number of the first, which says who it is and what it does (0)
 *   --flight=N   so many at a time (128)
 *
 * A line of the list: address, port, whose port was called ("web", "dns"), what was done, a
 * word that was said, and "answered", "closed" (it ended without an answer), "sent" (nobody
 * waited), "failed", "tardy" (so did this one: on a busy machine it did not come to say all
 * in the time that there is), or "late".
 */
#include "deeds.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FLIGHT_MOST 4096
#define TARDY_MS 9500  /* just below the deadline of a header */
#define LATE_MS 25000  /* beyond the deadlines of a sinkhole */
#define ANSWER_MS 8000 /* of a datagram */
#define PROGRESS 500
#define HTTP_LEAST 12 /* octets: "HTTP/1.1 404" */

struct caller {
	int fd; /* -1: this place is free */
	uint16_t port;
	struct in_addr address;
	const struct deed *deed;
	struct deed_text text;
	size_t sent, got;
	bool broken;          /* a send failed */
	uint8_t answer[2048]; /* its beginning */
	int64_t began, until; /* ms */
};

struct run {
	struct sockaddr_in to[2]; /* by enum deed_port */
	struct deed_names names;
	FILE *list;
	unsigned next, rest, flight; /* the next one's number; callers to come */
	unsigned open, done;
	int epoll;
	struct caller *callers;
};

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The address of a number: neighbours in number live far from each other. */
static uint32_t
address_of(unsigned number)
{
	return 0x7f000000u | (number * 0x9e3779u & 0xffffffu);
}

/* Not among those that servers have, nor a broadcast. */
static bool
is_usable(uint32_t address)
{
	uint32_t low = address & 0xffffffu;

	return low > 0xffff && low < 0xff0000;
}

static void
finish(struct run *run, struct caller *caller, const char *fate)
{
	char address[INET_ADDRSTRLEN];
	const struct linger now = {.l_onoff = 1, .l_linger = 0};

	if (caller->deed->end == DEED_RESETS)
		setsockopt(caller->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(caller->fd);
	caller->fd = -1;
	inet_ntop(AF_INET, &caller->address, address, sizeof(address));
	fprintf(run->list, "%s %u %s %s %s %s\n", address, caller->port,
	        caller->deed->port == DEED_WEB ? "web" : "dns", caller->deed->word,
	        caller->text.word, fate);
	run->open--;
	if (++run->done % PROGRESS == 0) {
		printf("%u\n", run->done);
		fflush(stdout);
	}
}

static void
wait_for(struct run *run, struct caller *caller, uint32_t events, int how)
{
	struct epoll_event event = {.events = events, .data.ptr = caller};

	if (epoll_ctl(run->epoll, how, caller->fd, &event) != 0)
		err(71, "epoll_ctl");
}

static void
begin(struct run *run, struct caller *caller)
{
	struct sockaddr_in here = {.sin_family = AF_INET};
	socklen_t len = sizeof(here);
	const struct sockaddr_in *to;
	int on = 1;

	caller->deed = deed_of(run->next);
	to = &run->to[caller->deed->port];
	caller->deed->write(&caller->text, run->next, &run->names);
	here.sin_addr.s_addr = htonl(address_of(run->next));
	caller->address = here.sin_addr;
	caller->sent = caller->got = 0;
	caller->broken = false;
	caller->began = now_ms();
	caller->until = caller->began + (caller->deed->datagram ? ANSWER_MS : LATE_MS);
	caller->fd = socket(
	        AF_INET,
	        (caller->deed->datagram ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK, 0);
	if (caller->fd < 0)
		err(71, "socket");
	setsockopt(caller->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	if (!caller->deed->datagram)
		setsockopt(caller->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (bind(caller->fd, (const struct sockaddr *)&here, sizeof(here)) != 0)
		err(71, "bind");
	run->open++;
	run->next++;
	run->rest--;
	if (connect(caller->fd, (const struct sockaddr *)to, sizeof(*to)) != 0 &&
	    errno != EINPROGRESS) {
		finish(run, caller, "failed");
		return;
	}
	if (getsockname(caller->fd, (struct sockaddr *)&here, &len) != 0)
		err(71, "getsockname");
	caller->port = ntohs(here.sin_port);
	wait_for(run, caller, EPOLLOUT, EPOLL_CTL_ADD);
}

/* All was said. */
static void
go_on(struct run *run, struct caller *caller)
{
	switch (caller->deed->end) {
	case DEED_LEAVES:
	case DEED_RESETS:
		finish(run, caller, "sent");
		return;
	case DEED_SHUTS:
		shutdown(caller->fd, SHUT_WR);
		break;
	case DEED_READS:
		break;
	}
	wait_for(run, caller, EPOLLIN, EPOLL_CTL_MOD);
}

static bool
is_answer(const struct caller *caller)
{
	const uint8_t *answer = caller->answer, *asked = caller->text.octets;
	size_t len =
	        caller->got < sizeof(caller->answer) ? caller->got : sizeof(caller->answer);

	if (caller->deed->port == DEED_WEB && asked[0] == 0x16)
		return len > 0;
	if (caller->deed->port == DEED_WEB)
		return len >= HTTP_LEAST && memcmp(answer, "HTTP/1.", 7) == 0 &&
		       memmem(answer, len, "\r\n\r\n", 4) != NULL;
	if (!caller->deed->datagram)
		return len >= 14 && len >= 2 + ((size_t)answer[0] << 8 | answer[1]) &&
		       memcmp(answer + 2, asked + 2, 2) == 0 && (answer[4] & 0x80) != 0;
	return len >= 12 && memcmp(answer, asked, 2) == 0 && (answer[2] & 0x80) != 0;
}

static void
take(struct run *run, struct caller *caller)
{
	uint8_t more[sizeof(caller->answer)];
	ssize_t len = recv(caller->fd, more, sizeof(more), 0);
	size_t room = sizeof(caller->answer) - caller->got;

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len > 0) {
		size_t kept = (size_t)len < room ? (size_t)len : room;

		memcpy(caller->answer + caller->got, more, kept);
		caller->got += kept;
		/* Of DNS the connection stays; of all else its end is waited for. */
		if (caller->deed->port == DEED_WEB || !is_answer(caller))
			return;
	}
	if (is_answer(caller))
		finish(run, caller, "answered");
	else if ((caller->broken || caller->deed->piece > 0) &&
	         now_ms() - caller->began >= TARDY_MS)
		finish(run, caller, "tardy");
	else
		finish(run, caller, len < 0 || caller->broken ? "failed" : "closed");
}

static void
serve(struct run *run, struct caller *caller, uint32_t events)
{
	size_t rest = caller->text.len - caller->sent;
	size_t piece = caller->deed->piece;
	ssize_t len;

	if (caller->fd < 0)
		return;
	if ((events & EPOLLOUT) == 0) {
		take(run, caller);
		return;
	}
	if (piece == 0 || piece > rest)
		piece = rest;
	len = piece == 0 && (events & (EPOLLERR | EPOLLHUP)) == 0
	              ? 0
	              : send(caller->fd, caller->text.octets + caller->sent, piece,
	                     MSG_NOSIGNAL);
	if (len < 0 && errno == EAGAIN)
		return;
	if (len < 0) {
		/* It was answered before all was said, perhaps. */
		caller->broken = true;
		take(run, caller);
		if (caller->fd >= 0)
			wait_for(run, caller, EPOLLIN, EPOLL_CTL_MOD);
		return;
	}
	caller->sent += (size_t)len;
	if (caller->sent == caller->text.len)
		go_on(run, caller);
}

static void
give_up(struct run *run)
{
	int64_t now = now_ms();

	for (unsigned i = 0; i < run->flight; i++)
		if (run->callers[i].fd >= 0 && now > run->callers[i].until)
			finish(run, &run->callers[i],
			       is_answer(&run->callers[i]) ? "unended" : "late");
}

static void
call_all(struct run *run)
{
	struct epoll_event events[256];
	int64_t look = now_ms();

	while (run->open > 0 || run->rest > 0) {
		int count;

		for (unsigned i = 0; i < run->flight && run->open < run->flight; i++) {
			while (!is_usable(address_of(run->next)))
				run->next++;
			if (run->callers[i].fd < 0 && run->rest > 0)
				begin(run, &run->callers[i]);
		}
		count = epoll_wait(run->epoll, events, 256, 100);
		for (int i = 0; i < count; i++)
			serve(run, events[i].data.ptr, events[i].events);
		if (now_ms() - look > 100) {
			give_up(run);
			look = now_ms();
		}
	}
}

static void
read_names(struct deed_names *names, const char *path)
{
	FILE *file = fopen(path, "r");
	char line[254];

	if (file == NULL)
		err(66, "%s", path);
	while (fgets(line, sizeof(line), file) != NULL) {
		char(*grown)[254] =
		        realloc(names->names, (names->count + 1) * sizeof(*grown));

		if (grown == NULL)
			err(71, NULL);
		line[strcspn(line, "\n")] = '\0';
		snprintf(grown[names->count++], sizeof(*grown), "%s", line);
		names->names = grown;
	}
	fclose(file);
	if (names->count == 0)
		errx(65, "%s: no names", path);
}

static unsigned
number(const char *text, unsigned long most)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (end == text || *end != '\0' || value > most)
		errx(64, "%s: not from 0 to %lu", text, most);
	return (unsigned)value;
}

static void
take_option(struct run *run, int option)
{
	switch (option) {
	case 'd':
		run->to[DEED_DNS].sin_port = htons((uint16_t)number(optarg, 65535));
		break;
	case 'w':
		run->to[DEED_WEB].sin_port = htons((uint16_t)number(optarg, 65535));
		break;
	case 'n':
		read_names(&run->names, optarg);
		break;
	case 'l':
		run->list = fopen(optarg, "w");
		if (run->list == NULL)
			err(71, "%s", optarg);
		break;
	case 'c':
		run->rest = number(optarg, 10000000);
		break;
	case 'f':
		run->next = number(optarg, 10000000);
		break;
	case 'p':
		run->flight = number(optarg, FLIGHT_MOST);
		break;
	default:
		exit(64);
	}
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
	        {"dns", required_argument, NULL, 'd'},
	        {"web", required_argument, NULL, 'w'},
	        {"names", required_argument, NULL, 'n'},
	        {"list", required_argument, NULL, 'l'},
	        {"count", required_argument, NULL, 'c'},
	        {"first", required_argument, NULL, 'f'},
	        {"flight", required_argument, NULL, 'p'},
	        {0},
	};
	struct run run = {.rest = 1000, .flight = 128};
	int option;

	for (int i = 0; i < 2; i++) {
		run.to[i].sin_family = AF_INET;
		run.to[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	}
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		take_option(&run, option);
	if (optind != argc || run.names.count == 0 || run.list == NULL || run.flight == 0)
		errx(64, "usage: sinkhole_callers --dns=PORT --web=PORT --names=FILE "
		         "--list=FILE [OPTION...]");
	run.epoll = epoll_create1(EPOLL_CLOEXEC);
	run.callers = calloc(run.flight, sizeof(run.callers[0]));
	if (run.epoll < 0 || run.callers == NULL)
		err(71, NULL);
	for (unsigned i = 0; i < run.flight; i++)
		run.callers[i].fd = -1;
	call_all(&run);
	printf("%u\n", run.done);
	free(run.callers);
	free(run.names.names);
	close(run.epoll);
	return fclose(run.list) == 0 && fflush(stdout) == 0 ? 0 : 71;
}
