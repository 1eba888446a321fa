/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/feed_part.h: what foresink.conf(5) says to the role feed: the sections [feed],
 * [key NAME] and [zone NAME].
 */
#ifndef UP_FEED_PART_H
#define UP_FEED_PART_H

#include "base/fault.h"
#include "feed/feed.h"
#include "up/choice.h"
#include "up/section.h"

/* A key's secret as the configuration has it; the other fields are in ${keys}. */
struct up_secret {
	const char
	        *path; /* of the file that has it; NULL: it stands in the configuration */
	size_t line;   /* of secret or secret-file; 0: neither was given */
	size_t title_line;
};

/* A rule that names a key which may only be defined further down. */
struct up_rule {
	struct span key; /* empty: none */
	size_t line;
};

struct up_zone {
	struct feed_zone_setting setting;
	struct up_choice choice; /* complete */
	struct feed_allow *allow;
	struct up_rule *allow_rules;
	struct feed_notify *notify;
	struct up_rule *notify_rules;
	size_t line; /* of its title */
};

struct up_feed {
	struct net_endpoint *listen;
	size_t *listen_lines;
	size_t listen_count;
	unsigned clients, clients_of_prefix;
	size_t clients_line; /* 0: the default */
	int64_t idle_ms;
	struct feed_key *keys;
	struct up_secret *secrets; /* one a key */
	size_t key_count;
	struct up_zone *zones;
	struct feed_zone_setting *settings; /* one a zone, complete */
	size_t zone_count;
};

extern const struct up_section up_feed_sections[];
extern const size_t up_feed_section_count;

/* Puts the defaults into ${feed}. */
void up_feed_begin(struct up_feed *feed);

/* When all is read: finds the keys that rules name and completes the zones by ${names};
 * with ${needed} at least one endpoint and one zone must be there. FSK_SYNTAX with
 * ${fault}, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_feed_settle(struct up_config *config, bool needed,
                                         struct fault *fault);

/* Reads a secret in base64 (RFC 4648 section 4), which may have blanks and ends of lines
 * around, into ${key}. NULL, or why it cannot be. */
const char *up_feed_secret(struct feed_key *key, struct span base64);

#endif
