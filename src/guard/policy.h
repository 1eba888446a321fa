/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/policy.h: what guard does with whom: who may ask, what a forecast name is answered
 * with, which names are turned away besides. Made of what the configuration says, copied,
 * and never changed: workers read it without a lock, and grounds (guard/ground.h) share it.
 */
#ifndef GUARD_POLICY_H
#define GUARD_POLICY_H

#include "base/address.h"
#include "base/span.h"
#include "watch/ruling.h"

/* How a name is answered. */
enum guard_action {
	GUARD_NXDOMAIN, /* it does not exist, and the answer can be cached */
	GUARD_NODATA,   /* it has no data */
	GUARD_SINKHOLE, /* addresses of the policy; NODATA for other types */
	GUARD_LOG       /* relayed, and told */
};

/* Addresses that share their first ${bits}. */
struct guard_prefix {
	struct address address;
	unsigned bits; /* 0..32 of IPv4, 0..128 of IPv6 */
};

/* Who stands behind the one that asks, taken from what a carrier says; a set. */
enum guard_who {
	GUARD_WHO_SUBNET = 1, /* EDNS client subnet */
	GUARD_WHO_MAC = 2,    /* dnsmasq's EDNS option */
	GUARD_WHO_PROXY = 4   /* PROXY v2: then each message of a carrier has its header */
};

/* How the upstream is told who asked. */
enum guard_tell { GUARD_TELL_NOBODY, GUARD_TELL_SUBNET, GUARD_TELL_PROXY };

#define GUARD_SINKHOLES 8

struct guard_policy_setting {
	const struct guard_prefix *clients; /* who may ask; others are REFUSED. It is the
	                                     * peer that counts, the one whose packet comes:
	                                     * whom it speaks for is its word alone */
	size_t client_count;
	const struct guard_prefix *carriers; /* whose word of who asked is taken; they may
	                                      * ask, too */
	size_t carrier_count;
	unsigned who; /* of enum guard_who, from carriers */

	const enum guard_action *actions; /* one a generator: of WATCH_BLOCK; NULL:
	                                   * GUARD_NXDOMAIN of all */
	enum guard_action suspicious;     /* of those of WATCH_GROUND_SUSPICIOUS */
	bool has_suspicious;              /* else as the others */
	bool likely_blocks; /* a log-only name is blocked for who is likely infected */
	struct address sinkholes[GUARD_SINKHOLES];
	size_t sinkhole_count;
	uint32_t ttl; /* seconds, of answers that guard makes */

	bool refuse_canary_doh; /* use-application-dns.net does not exist: browsers keep to
	                         * this resolver */
	bool refuse_relay;      /* mask.icloud.com, mask-h2.icloud.com do not exist */
	struct span canary; /* domain, as in feed and publish; empty: none. "serial.CANARY"
	                     * TXT tells the serial, "sSERIAL.CANARY" is blocked */
	bool cookies;       /* RFC 7873 */
	bool require_cookies; /* of UDP clients beyond a rate: BADCOOKIE */
	unsigned rate;        /* answers a second that guard makes itself by UDP for one
	                       * /24 or /56 without a good cookie; 0: no limit. Beyond it
	                       * every second one is truncated, the others are dropped */
};

struct guard_policy;

/* Copies ${setting}, with all that it points to; a canary that is no domain name is none.
 * FSK_NOMEM. guard_policy_keep() gives it one more owner, who frees it too; the last one
 * does. NULL is allowed. */
FSK_MUST_USE enum fsk_err guard_policy_new(const struct guard_policy_setting *setting,
                                           struct guard_policy **policy);
struct guard_policy *guard_policy_keep(struct guard_policy *policy);
void guard_policy_free(struct guard_policy *policy);

const struct guard_policy_setting *guard_policy_of(const struct guard_policy *policy);

/* Whether ${address} lies in one of the ${count} ${prefixes}, of its own kind: "::/0" has
 * no IPv4 address. */
bool guard_prefix_has(const struct guard_prefix *prefixes, size_t count,
                      const struct address *address);

/* Octets of the longest text with its NUL: an address, "/128". */
#define GUARD_PREFIX_SIZE (ADDRESS_SIZE + 4)

/* Reads ${prefix} as address_read_prefix() does. FSK_SYNTAX. */
FSK_MUST_USE enum fsk_err guard_prefix_read(struct span text, struct guard_prefix *prefix);
void guard_prefix_write(const struct guard_prefix *prefix, char out[GUARD_PREFIX_SIZE]);

#endif
