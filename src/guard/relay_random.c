/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/relay_random.h"

#include <string.h>

#include <sodium.h>

/* Takes ${len} octets out of the pool, where nothing stays of them. */
static void
take(struct relay_random *random, void *into, size_t len)
{
	uint8_t *from;

	if (random->left < len) {
		randombytes_buf(random->pool, sizeof(random->pool));
		random->left = sizeof(random->pool);
	}
	random->left -= len;
	from = random->pool + random->left;
	memcpy(into, from, len);
	memset(from, 0, len);
}

uint16_t
relay_random_16(struct relay_random *random)
{
	uint16_t number;

	take(random, &number, sizeof(number));
	return number;
}

uint64_t
relay_random_64(struct relay_random *random)
{
	uint64_t number;

	take(random, &number, sizeof(number));
	return number;
}
