/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/cookie.h"

#include "wire/octets.h"

#include <sodium/crypto_shorthash.h>

/* Places in the option's data, and values: RFC 7873 section 4, RFC 9018 section 4. */
#define AT_VERSION WIRE_COOKIE_CLIENT
#define AT_TIME (AT_VERSION + 4)
#define AT_HASH (AT_TIME + 4)
#define VERSION 1
#define ADDRESS_MOST 16
#define ADDRESS_V4 4

_Static_assert(WIRE_COOKIE_SECRET == crypto_shorthash_KEYBYTES, "SipHash-2-4");
_Static_assert(AT_HASH + crypto_shorthash_BYTES == WIRE_COOKIE_SIZE, "RFC 9018 section 4");

/* Hashes what is in front of the hash in ${cookie}, and ${client} in the octets of its own
 * kind (RFC 9018 section 4.4). */
static void
hash(const uint8_t secret[WIRE_COOKIE_SECRET], const uint8_t *cookie,
     const struct address *client, uint8_t out[crypto_shorthash_BYTES])
{
	uint8_t input[AT_HASH + ADDRESS_MOST];
	size_t len = address_is_v4(client) ? ADDRESS_V4 : ADDRESS_MOST;

	memcpy(input, cookie, AT_HASH);
	memcpy(input + AT_HASH, client->octets + ADDRESS_MOST - len, len);
	crypto_shorthash(out, input, AT_HASH + len, secret);
}

/* Whether ${cookie}, whose length is right, was made here for ${client}; ${age} is how many
 * seconds ago, below 0 in the time to come, in a circle of 32 bits (RFC 1982, as RFC 9018
 * section 4.3 says). The three reserved octets are hashed as they come: section 4.2. */
static bool
holds(const uint8_t secret[WIRE_COOKIE_SECRET], const uint8_t *cookie,
      const struct address *client, int32_t age)
{
	uint8_t wanted[crypto_shorthash_BYTES];
	uint64_t a, b;

	if (cookie[AT_VERSION] != VERSION || age > WIRE_COOKIE_OLD ||
	    age < -WIRE_COOKIE_AHEAD)
		return false;
	hash(secret, cookie, client, wanted);
	/* As one number, so that the time it takes says nothing of where they differ. */
	memcpy(&a, wanted, sizeof(a));
	memcpy(&b, cookie + AT_HASH, sizeof(b));
	return a == b;
}

enum wire_cookie
wire_cookie_check(const uint8_t secret[WIRE_COOKIE_SECRET], struct span data,
                  const struct address *client, int64_t now, uint8_t out[WIRE_COOKIE_SIZE])
{
	const uint8_t *cookie = (const uint8_t *)data.text;
	enum wire_cookie found =
	        data.len == WIRE_COOKIE_CLIENT ? WIRE_COOKIE_NEW : WIRE_COOKIE_BAD;

	if (data.len == WIRE_COOKIE_SIZE) {
		uint32_t made = (uint32_t)wire_get16(cookie + AT_TIME) << 16 |
		                wire_get16(cookie + AT_TIME + 2);
		int32_t age = (int32_t)((uint32_t)now - made);

		if (holds(secret, cookie, client, age)) {
			found = WIRE_COOKIE_GOOD;
			if (age <= WIRE_COOKIE_RENEW) {
				memcpy(out, cookie, WIRE_COOKIE_SIZE);
				return found;
			}
		}
	}
	memset(out, 0, AT_TIME);
	if (data.len > 0)
		memcpy(out, cookie,
		       data.len < WIRE_COOKIE_CLIENT ? data.len : WIRE_COOKIE_CLIENT);
	out[AT_VERSION] = VERSION;
	wire_put32(out + AT_TIME, (uint32_t)now);
	hash(secret, out, client, out + AT_HASH);
	return found;
}
