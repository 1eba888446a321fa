/* SPDX-License-Identifier: BSD-2-Clause
 *
 * wire/cookie.h: server cookies (RFC 7873) as RFC 9018 makes them, version 1, SipHash-2-4
 * (libsodium's crypto_shorthash): servers that share a secret take each other's.
 */
#ifndef WIRE_COOKIE_H
#define WIRE_COOKIE_H

#include "base/address.h"
#include "base/span.h"

#define WIRE_COOKIE_SECRET 16 /* octets */
#define WIRE_COOKIE_CLIENT 8
#define WIRE_COOKIE_SIZE 24 /* client's and server's together */

/* RFC 9018 section 4.3: seconds. */
#define WIRE_COOKIE_OLD 3600   /* older ones are not taken */
#define WIRE_COOKIE_RENEW 1800 /* older ones are taken, and answered with a new one */
#define WIRE_COOKIE_AHEAD 300

enum wire_cookie {
	WIRE_COOKIE_NEW,  /* the client's half alone */
	WIRE_COOKIE_GOOD, /* this server made it, for this address, lately */
	WIRE_COOKIE_BAD   /* anything else */
};

/* Says what ${data}, the data of a cookie option (8 or 16 to 40 octets), is when it came
 * from ${client} at ${now} (seconds since 1970), and writes into ${out} what the answer's
 * option holds: the same if it is good and not to be renewed, else a new one. */
enum wire_cookie wire_cookie_check(const uint8_t secret[WIRE_COOKIE_SECRET],
                                   struct span data, const struct address *client,
                                   int64_t now, uint8_t out[WIRE_COOKIE_SIZE]);

#endif
