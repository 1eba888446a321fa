/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The rest of the world, fast: answers each question for an address with 192.0.2.1, and
 * of all else says that the name has nothing of the kind. Knows no name, so that
 * what a relayed question costs is what the server in front of it takes.
 *
 *   upstream PORT [THREADS]
 */
#include "batches.h"

#include <err.h>
#include <stdbool.h>
#include <string.h>

#define HEADER 12
#define A 1
#define OPT 41

/* The octet behind the question, 0 if there is none. */
static size_t
skip_question(const uint8_t *message, size_t len)
{
	size_t at = HEADER;

	while (at < len && message[at] != 0) {
		if (message[at] > 63)
			return 0;
		at += 1u + message[at];
	}
	return at + 5 <= len ? at + 5 : 0;
}

/* Whether an OPT record is the first behind the question, where clients put it. */
static bool
has_edns(const uint8_t *message, size_t len, size_t end)
{
	return message[11] > 0 && end + 11 <= len && message[end] == 0 &&
	       message[end + 1] == 0 && message[end + 2] == OPT;
}

static size_t
answer(uint8_t *message, size_t len)
{
	static const uint8_t record[] = {0xc0, HEADER, 0, A, 0,   1, 0, 0,
	                                 0,    60,     0, 4, 192, 0, 2, 1};
	static const uint8_t edns[] = {0, 0, OPT, 0x04, 0xd0, 0, 0, 0, 0, 0, 0};
	size_t end = len < HEADER || message[2] & 0x80 ? 0 : skip_question(message, len);
	bool is_address, is_edns;

	if (end == 0 || end + sizeof(record) + sizeof(edns) > BATCHES_ROOM)
		return 0;
	is_address = message[end - 4] == 0 && message[end - 3] == A;
	is_edns = has_edns(message, len, end);
	message[2] = (uint8_t)(0x80 | (message[2] & 1)); /* QR, and RD as it was */
	message[3] = 0x80;                               /* RA */
	memset(message + 6, 0, 6);
	message[7] = is_address;
	message[11] = is_edns;
	if (is_address) {
		memcpy(message + end, record, sizeof(record));
		end += sizeof(record);
	}
	if (is_edns) {
		memcpy(message + end, edns, sizeof(edns));
		end += sizeof(edns);
	}
	return end;
}

int
main(int argc, char **argv)
{
	if (argc < 2 || argc > 3)
		errx(64, "usage: upstream PORT [THREADS]");
	batches_serve(argv[1], argc == 3 ? argv[2] : "1", answer);
}
