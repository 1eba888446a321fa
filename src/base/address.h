/* SPDX-License-Identifier: BSD-2-Clause
 *
 * base/address.h: addresses of hosts, IPv4 and IPv6, as values of 16 octets
 * that can be compared with memcmp(): IPv4 is mapped into IPv6 (RFC 4291
 * section 2.5.5.2, ::ffff:192.0.2.1). No name is looked up here.
 */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include <foresink/err.h>

#include "base/span.h"

#include <stdint.h>

/* Octets of the longest text with its NUL (INET6_ADDRSTRLEN). */
#define ADDRESS_SIZE 46

struct address {
	uint8_t octets[16];
};

/* Reads ${text}, "192.0.2.1", "2001:db8::1" or "[2001:db8::1]", also with a
 * zone ("fe80::1%eth0", which is dropped), into ${address}. FSK_SYNTAX. */
FSK_MUST_USE enum fsk_err address_read(struct span text, struct address *address);

/* Writes ${address} as text with its NUL: IPv4 with dots, IPv6 after RFC 5952. */
void address_write(const struct address *address, char out[ADDRESS_SIZE]);

/* Makes an address of 4 octets, or of 16 in network order. */
struct address address_of_v4(const uint8_t octets[4]);
struct address address_of_v6(const uint8_t octets[16]);

/* Whether ${address} is IPv4. */
bool address_is_v4(const struct address *address);

/* Clears all bits of ${address} behind the first ${prefix}, which counts the
 * bits of its own kind: 0..32 for IPv4, 0..128 for IPv6; more changes nothing. */
void address_mask(struct address *address, unsigned prefix);

/* Reads ${text}, an address, or one with "/" and a number of bits behind which all are 0
 * ("192.0.2.0/24"), without a zone, into ${address} and ${prefix}, which counts as
 * address_mask() does; of an address alone it is all of its bits. FSK_SYNTAX. */
FSK_MUST_USE enum fsk_err address_read_prefix(struct span text, struct address *address,
                                              unsigned *prefix);

static inline bool
address_equal(const struct address *a, const struct address *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

#endif
