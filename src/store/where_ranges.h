/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/where_ranges.h: countries and networks of addresses as iptoasn.com gives them away
 * ("ip2asn-combined.tsv" and its like): a line a range, "first<TAB>last<TAB>number of the
 * network<TAB>country<TAB>description", of IPv4 or IPv6, in any order. Network 0 is none,
 * and so is the country "None", "Unknown", "-" or "".
 */
#ifndef STORE_WHERE_RANGES_H
#define STORE_WHERE_RANGES_H

#include "logs/source.h"
#include "store/where.h"

struct where_ranges;

/* Whether what begins with ${head} may be such a file: a text, as a file in MaxMind's form
 * never is, which begins with the nodes of a tree. An empty one is none. */
bool where_ranges_may_be(struct span head);

/* Reads all of ${source}. FSK_CORRUPT for a line that says no such thing, or of whose
 * addresses a line before it has some, and for what cannot be unpacked, FSK_IO with errno,
 * FSK_NOMEM; ${fault} says where and why of the first. */
FSK_MUST_USE enum fsk_err where_ranges_read(struct log_source *source,
                                            struct where_ranges **ranges,
                                            struct fault *fault);

void where_ranges_find(const struct where_ranges *ranges, const struct address *address,
                       struct store_where *where);

/* Frees; NULL is allowed. */
void where_ranges_free(struct where_ranges *ranges);

#endif
