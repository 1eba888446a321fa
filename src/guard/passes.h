/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/passes.h: names that are let through for a while, for everybody or for one client
 * (`foresink allow'), each with a reason and an end. A set that is replaced as a whole
 * when one is added or removed (watch/swap.h); what has ended does not count. A pass allows
 * the name and every name below it. Few: some thousands at most.
 */
#ifndef GUARD_PASSES_H
#define GUARD_PASSES_H

#include "base/fault.h"
#include "base/span.h"
#include "guard/policy.h"

#define GUARD_PASSES_MOST 4096

/* Octets of the longest reason. */
#define GUARD_PASS_REASON 200

struct guard_pass {
	struct fsk_name name; /* lower case */
	bool has_client;
	struct guard_prefix client;
	int64_t since, until;               /* seconds since 1970; until is the last */
	char reason[GUARD_PASS_REASON + 1]; /* printable UTF-8, not empty */
};

struct guard_passes;

/* Makes a set of the ${count} ${passes} that have not ended at ${now}. FSK_NOMEM,
 * FSK_RANGE: too many. */
FSK_MUST_USE enum fsk_err guard_passes_new(const struct guard_pass *passes, size_t count,
                                           int64_t now, struct guard_passes **set);
void guard_passes_free(void *set);

size_t guard_passes_count(const struct guard_passes *set); /* NULL: 0 */
const struct guard_pass *guard_passes_at(const struct guard_passes *set, size_t n);

/* The pass that lets ${name} (lower case, ${len} octets) through for ${client} at ${now},
 * of several the one that ends last; NULL: none. ${set} may be NULL. */
const struct guard_pass *guard_passes_find(const struct guard_passes *set, const char *name,
                                           size_t len, const struct address *client,
                                           int64_t now);

/* To and from lines of text, one a pass, that a daemon keeps over its restarts:
 * "NAME UNTIL SINCE CLIENT REASON", times as RFC 3339, CLIENT a prefix or "-". Reading
 * gives FSK_SYNTAX with ${fault}; FSK_NOMEM. What has ended at ${now} is passed over. */
FSK_MUST_USE enum fsk_err guard_passes_read(struct span text, int64_t now,
                                            struct guard_passes **set, struct fault *fault);

/* Whether ${text} may be a reason: UTF-8 of 1 to GUARD_PASS_REASON octets, without control
 * characters and what else ends a line. */
bool guard_pass_reason(struct span text);

/* Octets of the longest line with its LF and NUL. */
#define GUARD_PASS_LINE 700
size_t guard_pass_write(const struct guard_pass *pass, char line[GUARD_PASS_LINE]);

#endif
