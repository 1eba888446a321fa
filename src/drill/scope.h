/* SPDX-License-Identifier: BSD-2-Clause
 *
 * drill/scope.h: whose resolver may be asked for bots' names without a further word: one
 * of this machine or of this network. Names that a stranger's resolver does not block
 * reach registries and sinkholes, where they count as an infected machine.
 */
#ifndef DRILL_SCOPE_H
#define DRILL_SCOPE_H

#include "base/address.h"

/* Whether ${address} is one of loopback (127.0.0.0/8, ::1), private (RFC 1918, RFC 4193),
 * link-local (169.254.0.0/16, fe80::/10) or behind a carrier's NAT (100.64.0.0/10, RFC
 * 6598). */
bool drill_is_private(const struct address *address);

/* Whether ${address} is what block lists give in place of an address: 0.0.0.0/8, ::, or
 * one of loopback. No bot meets anybody there. */
bool drill_is_nowhere(const struct address *address);

#endif
