/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/publish_ask.h: what the user of `foresink publish' asked for.
 */
#ifndef CMD_PUBLISH_ASK_H
#define CMD_PUBLISH_ASK_H

#include "cmd/collision.h"
#include "publish/publish.h"

struct publish_ask {
	struct options common;
	struct collision_ask collision;
	bool *formats;     /* which of the catalog's are wanted; none: all */
	bool some_formats; /* not none */
	struct fsk_name *tlds;
	struct span *suffixes; /* of tlds */
	size_t tld_count;
	enum dga_confidence least;
	struct fsk_name origin;
	struct fsk_name canary; /* empty: none */
	uint32_t ttl;
	const char *key;
	const char *new_key;
	const char *public_key;
	bool may_shrink;
	bool may_go_back;
	bool may_replace;
	bool verify;
	bool list_formats;
	bool mdoc; /* with list_formats */
	bool json;
	char **words; /* what is neither option nor its value */
	size_t word_count;
};

/* Sets all that is not said. STATUS_SYSTEM, and said. */
enum status publish_ask_init(struct publish_ask *ask);
void publish_ask_fini(struct publish_ask *ask);

/* Take the value of an option; what is wrong with it is said and ends the process. */
void publish_ask_format(struct publish_ask *ask, const char *name);
void publish_ask_tld(struct publish_ask *ask, const char *text);
void publish_ask_ttl(struct publish_ask *ask, const char *text);
void publish_ask_name(const char *option, const char *text, struct fsk_name *name);

/* STATUS_USAGE, and said, when options do not go together, or the folder lacks. */
enum status publish_ask_check(const struct publish_ask *ask);

#endif
