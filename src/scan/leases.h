/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scan/leases.h: which machine held an address at a time? From the lease files of
 * DHCP servers: dnsmasq.leases, ISC dhcpd.leases and dhcpd6.leases, Kea's
 * memfile CSV (v4 and v6), told by content. Made once, then only read. Servers
 * forget: dnsmasq writes when a lease ends and not when it began, the others drop
 * what is over whenever they rewrite their file.
 */
#ifndef SCAN_LEASES_H
#define SCAN_LEASES_H

#include <foresink/err.h>

#include "base/address.h"
#include "base/fault.h"
#include "base/span.h"

struct leases;

/* One lease. Spans are valid as long as the leases. Foreign text. */
struct lease {
	struct address address;
	int64_t from;         /* seconds since 1970, UTC; INT64_MIN: not said */
	int64_t to;           /* last second; INT64_MAX: for ever, or not said */
	struct span hardware; /* "00:16:3e:aa:bb:cc", or the DUID of IPv6 in the same
	                       * form; may be empty */
	struct span name;     /* host name; may be empty */
};

FSK_MUST_USE enum fsk_err leases_new(struct leases **leases);

/* Adds the leases of ${text}, a whole file, which may also be empty. Lines (of
 * dhcpd: blocks) that cannot be read are passed over and counted in ${skipped},
 * the first of them in ${fault} (may be NULL), whose why is NULL when there is
 * none. What a server says again of the same address from the same second on (it
 * was extended, given back) takes the place of what it said before; prefixes, and
 * addresses that nobody holds (declined, abandoned), are passed over and not
 * counted. FSK_SYNTAX when it is of none of the forms, with the reason in
 * ${fault}; FSK_NOMEM; then nothing is added. */
FSK_MUST_USE enum fsk_err leases_read(struct leases *leases, struct span text,
                                      size_t *skipped, struct fault *fault);

/* The lease that ${address} had at ${instant} (seconds since 1970), the one that
 * began last if several would do, and of those that do not say when they began the
 * one that ends first; NULL when there is none. Valid until more are read. */
const struct lease *leases_find(const struct leases *leases, const struct address *address,
                                int64_t instant);

size_t leases_count(const struct leases *leases);

/* Frees ${leases}; NULL is allowed. */
void leases_free(struct leases *leases);

#endif
