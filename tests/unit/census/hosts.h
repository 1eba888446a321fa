/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Hosts by chance, for the tests of what counts them.
 */
#ifndef TEST_CENSUS_HOSTS_H
#define TEST_CENSUS_HOSTS_H

#include "watch/sighting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* SplitMix64 (Steele, Lea, Flood 2014). */
static inline uint64_t
draw(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static inline struct sighting_client
host_v4(uint32_t value)
{
	uint8_t octets[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16),
	                     (uint8_t)(value >> 8), (uint8_t)value};

	return (struct sighting_client){.address = address_of_v4(octets), .prefix = 32};
}

static inline struct sighting_client
host_of(const char *text)
{
	struct sighting_client client = {.prefix = 128};

	assert_int_equal(address_read(span_of(text), &client.address), FSK_OK);
	if (address_is_v4(&client.address))
		client.prefix = 32;
	return client;
}

/* A pseudonym: of 100:0:0:1::/64. */
static inline struct sighting_client
host_pseudonym(uint64_t number)
{
	struct sighting_client client = sighting_named(number);

	client.address.octets[7] = 1;
	return client;
}

/* One of some ${many} hosts of each kind: most of them IPv4. */
static inline struct sighting_client
host_by_chance(uint64_t *state, uint64_t many)
{
	uint64_t number = draw(state) % many, mixed = number;
	struct sighting_client client;

	mixed = draw(&mixed);
	switch (draw(state) % 16) {
	case 0:
		client = host_of("2001:db8::");
		memcpy(client.address.octets + 4, &mixed, 4);
		/* Whatever the last 64 bits are. */
		mixed = draw(state);
		memcpy(client.address.octets + 8, &mixed, 8);
		return client;
	case 1:
		return sighting_named(mixed);
	case 2:
		return host_pseudonym(mixed);
	default:
		/* Some thick, some thin. */
		return host_v4(number % 3 == 0 ? (uint32_t)number : (uint32_t)mixed);
	}
}

#endif
