/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/store_part.h: what foresink.conf(5) says of the store: the section [store], which the
 * roles share that see who calls or asks.
 */
#ifndef UP_STORE_PART_H
#define UP_STORE_PART_H

#include "base/fault.h"
#include "store/pseudonym.h"
#include "up/section.h"

struct up_store {
	const char *folder; /* NULL: there is no store */
	size_t line;        /* of the key folder, or of the section's first key */
	unsigned keep_days; /* 0: for ever */
	uint64_t keep_bytes;
	const char *country, *network; /* paths; NULL: none */
	size_t country_line, network_line;
	const char *secret_path; /* of pseudonyms; NULL: clients are kept as they are */
	size_t secret_line;
	bool has_secret; /* up/load.h has read it */
	uint8_t secret[STORE_SECRET];
	size_t segment; /* octets of a journal's */
};

extern const struct up_section up_store_sections[];
extern const size_t up_store_section_count;

/* Puts the defaults into ${store}. */
void up_store_begin(struct up_store *store);

/* When all is read. FSK_SYNTAX with ${fault}. */
FSK_MUST_USE enum fsk_err up_store_settle(struct up_config *config, struct fault *fault);

/* Reads the secret of pseudonyms, 64 hexadecimal digits, which may have blanks and ends of
 * lines around. NULL, or why it cannot be. */
const char *up_store_secret(struct up_store *store, struct span text);

/* Whether ${config} has a store, and a role runs that keeps something in it. */
bool up_store_wanted(const struct up_config *config);

/* Whether two differ in nothing that needs a restart: all but for how long is kept; else
 * the line in ${line}. */
bool up_store_same(const struct up_store *present, const struct up_store *next,
                   size_t *line);

#endif
