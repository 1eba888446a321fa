/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/relay_random.h: numbers that nobody can guess: ids, ports, the case of letters
 * (RFC 5452 section 9.2: of an unpredictable source). They are the kernel's (getrandom(2)
 * by way of libsodium), taken by the hundred, since a request needs ten octets and a system
 * call for each would cost as much as the request.
 */
#ifndef GUARD_RELAY_RANDOM_H
#define GUARD_RELAY_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct relay_random {
	uint8_t pool[512];
	size_t left; /* octets of it that were not given yet; zeroed before first use */
};

uint16_t relay_random_16(struct relay_random *random);
uint64_t relay_random_64(struct relay_random *random);

#endif
