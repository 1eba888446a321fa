/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Fetches a zone from 127.0.0.1 by TCP and keeps nothing: what is measured is the
 * server.
 *
 *   transfer PORT ZONE           all of it (AXFR, RFC 5936)
 *   transfer PORT ZONE SERIAL    what changed since (IXFR, RFC 1995)
 *
 * Prints seconds from the question to the last octet, octets, messages, records and
 * the serial. Looks at each record only as far as the end of the transfer is to be seen.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ROOM (1 << 20)
#define SOA 6
#define IXFR 251
#define AXFR 252

/* What has come so far. */
struct transfer {
	unsigned long long octets, messages, records;
	bool is_ixfr;    /* asked for, and answered with differences */
	unsigned last;   /* SOA records with the new serial so far */
	uint32_t serial; /* the new one */
};

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static unsigned
pair_at(const uint8_t *octets)
{
	return (unsigned)octets[0] << 8 | octets[1];
}

static uint32_t
four_at(const uint8_t *octets)
{
	return (uint32_t)pair_at(octets) << 16 | pair_at(octets + 2);
}

/* The octet behind the name at ${at}; errors end the program. */
static size_t
skip_name(const uint8_t *message, size_t len, size_t at)
{
	while (at < len && message[at] != 0) {
		if (message[at] >= 0xc0) {
			at++;
			break;
		}
		at += 1u + message[at];
	}
	if (at + 1 > len)
		errx(71, "a name is cut");
	return at + 1;
}

/* Takes one SOA record; whether it is the last record of the transfer. */
static bool
take_soa(struct transfer *transfer, const uint8_t *message, size_t len, size_t data)
{
	size_t at = skip_name(message, len, skip_name(message, len, data));
	uint32_t serial;

	if (at + 4 > len)
		errx(71, "an SOA record is cut");
	serial = four_at(message + at);
	if (transfer->records == 1)
		transfer->serial = serial;
	else if (transfer->records == 2 && serial != transfer->serial)
		transfer->is_ixfr = true;
	transfer->last += serial == transfer->serial;
	return transfer->last == (transfer->is_ixfr ? 3 : 2);
}

/* Whether ${message} is the last one. */
static bool
take_message(struct transfer *transfer, const uint8_t *message, size_t len)
{
	bool done = false;
	unsigned questions, answers;
	size_t at = 12;

	if (len < 12 || (message[3] & 15) != 0)
		errx(71, "refused: code %d", len < 12 ? -1 : message[3] & 15);
	questions = pair_at(message + 4);
	answers = pair_at(message + 6);
	for (unsigned i = 0; i < questions; i++)
		at = skip_name(message, len, at) + 4;
	for (unsigned i = 0; i < answers; i++) {
		size_t data;

		at = skip_name(message, len, at);
		data = at + 10;
		if (data > len || data + pair_at(message + at + 8) > len)
			errx(71, "a record is cut");
		transfer->records++;
		if (pair_at(message + at) == SOA)
			done = take_soa(transfer, message, len, data);
		at = data + pair_at(message + at + 8);
	}
	transfer->messages++;
	return done;
}

/* Reads messages of ${server} until the last. */
static void
take_all(struct transfer *transfer, int server)
{
	uint8_t *room = malloc(ROOM);
	size_t have = 0;
	bool done = false;

	if (room == NULL)
		err(71, NULL);
	while (!done) {
		ssize_t got = read(server, room + have, ROOM - have);
		size_t at = 0;

		if (got <= 0)
			errx(71, "the server ended the transfer");
		have += (size_t)got;
		transfer->octets += (size_t)got;
		while (!done && have - at >= 2 && have - at - 2 >= pair_at(room + at)) {
			done = take_message(transfer, room + at + 2, pair_at(room + at));
			at += 2u + pair_at(room + at);
		}
		memmove(room, room + at, have - at);
		have -= at;
	}
	free(room);
}

/* Appends the wire form of ${zone} at ${out}; its length. */
static size_t
write_name(const char *zone, uint8_t *out)
{
	size_t len = 0;

	while (*zone != '\0') {
		size_t label = strcspn(zone, ".");

		if (label == 0 || label > 63 || len + label > 200)
			errx(64, "no name of a zone");
		out[len++] = (uint8_t)label;
		memcpy(out + len, zone, label);
		len += label;
		zone += label + (zone[label] == '.');
	}
	out[len++] = 0;
	return len;
}

/* The question with its length in front; with ${serial} (NULL: none) the SOA that one
 * has, whose other members the server does not read. */
static size_t
write_question(const char *zone, const char *serial, uint8_t out[512])
{
	static const uint8_t soa[] = {0xc0, 12, 0, SOA, 0, 1, 0, 0, 0, 0, 0, 22, 0, 0};
	size_t len = 14;

	memset(out, 0, 512);
	out[7] = 1; /* one question */
	len += write_name(zone, out + len);
	out[len + 1] = serial != NULL ? IXFR : AXFR;
	out[len + 3] = 1;
	len += 4;
	if (serial != NULL) {
		uint32_t number = htonl((uint32_t)strtoul(serial, NULL, 10));

		out[11] = 1; /* one record of authority */
		memcpy(out + len, soa, sizeof(soa));
		memcpy(out + len + sizeof(soa), &number, sizeof(number));
		len += sizeof(soa) + 20;
	}
	out[0] = (uint8_t)((len - 2) >> 8);
	out[1] = (uint8_t)(len - 2);
	return len;
}

int
main(int argc, char **argv)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	struct transfer transfer = {0};
	uint8_t question[512];
	size_t len;
	double began;
	int server = socket(AF_INET, SOCK_STREAM, 0);

	if (argc < 3 || argc > 4)
		errx(64, "usage: transfer PORT ZONE [SERIAL]");
	len = write_question(argv[2], argc == 4 ? argv[3] : NULL, question);
	address.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (server < 0 ||
	    connect(server, (struct sockaddr *)&address, sizeof(address)) != 0)
		err(71, "port %s", argv[1]);
	began = seconds();
	if (write(server, question, len) != (ssize_t)len)
		err(71, NULL);
	take_all(&transfer, server);
	printf("%.4f %llu %llu %llu %lu\n", seconds() - began, transfer.octets,
	       transfer.messages, transfer.records, (unsigned long)transfer.serial);
	close(server);
	return 0;
}
