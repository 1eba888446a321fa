/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/guard_part.h: what foresink.conf(5) says to the role guard: the section [guard].
 */
#ifndef UP_GUARD_PART_H
#define UP_GUARD_PART_H

#include "base/fault.h"
#include "guard/policy.h"
#include "net/socket.h"
#include "up/section.h"
#include "up/take.h"
#include "wire/cookie.h"

struct up_prefixes {
	struct guard_prefix *at;
	size_t count;
	size_t line; /* of the first; 0: none was given */
};

/* What some generators are answered with. */
struct up_override {
	bool *meant; /* by number of the generator */
	enum guard_action action;
	size_t line;
};

struct up_guard {
	struct up_places listen;
	struct up_places upstreams; /* none: those of ${resolv}, which up/load.h brings */
	const char *resolv;         /* path */
	size_t resolv_line;         /* 0: the default */
	bool from_resolv;           /* the upstreams came from there */
	enum guard_tell tell;
	unsigned workers; /* 0: one a processor */
	unsigned clients, clients_of_prefix;
	size_t clients_line; /* 0: the default */
	int64_t idle_ms;

	struct up_prefixes allow, carriers;
	size_t who_line; /* of client-by */
	enum guard_action block;
	size_t block_line; /* of the key that wants a sinkhole address first; 0: none */
	struct up_override *overrides;
	size_t override_count;
	const char *cookie_path; /* NULL: none */
	size_t cookie_line;
	bool has_cookie;
	uint8_t cookie[WIRE_COOKIE_SECRET];

	struct guard_policy_setting policy; /* complete when all is read */
};

extern const struct up_section up_guard_sections[];
extern const size_t up_guard_section_count;

/* Puts the defaults into ${guard}. */
void up_guard_begin(struct up_guard *guard);

/* When all is read: completes the policy; with ${needed} at least one endpoint must be
 * there. FSK_SYNTAX with ${fault}, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_guard_settle(struct up_config *config, bool needed,
                                          struct fault *fault);

/* Reads the secret of cookies, 32 hexadecimal digits, which may have blanks and ends of
 * lines around, into ${guard}. NULL, or why it cannot be. */
const char *up_guard_cookie(struct up_guard *guard, struct span text);

/* How many workers ${guard} asks for, and how many descriptors it may need. */
unsigned up_guard_workers(const struct up_guard *guard);
size_t up_guard_descriptors(const struct up_guard *guard);

#endif
