/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the kernel takes for a datagram that comes in and one that goes out: sends each
 * question back with its QR bit set, and does nothing else.
 *
 *   echo PORT [THREADS]
 */
#include "batches.h"

#include <err.h>

#define HEADER 12

static size_t
answer(uint8_t *message, size_t len)
{
	if (len < HEADER)
		return 0;
	message[2] |= 0x80;
	return len;
}

int
main(int argc, char **argv)
{
	if (argc < 2 || argc > 3)
		errx(64, "usage: echo PORT [THREADS]");
	batches_serve(argv[1], argc == 3 ? argv[2] : "1", answer);
}
