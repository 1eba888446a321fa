/* SPDX-License-Identifier: BSD-2-Clause
 *
 * publish/manifest_read.h: a manifest as a reader sees it: what is needed to check a
 * publication. Everything else in it is for people.
 */
#ifndef PUBLISH_MANIFEST_READ_H
#define PUBLISH_MANIFEST_READ_H

#include "publish/check.h"

struct publish_stated; /* a manifest that was read */

/* A file that it names. */
struct publish_stated_file {
	const char *file; /* valid as long as the manifest; a plain name */
	uint64_t bytes;
	uint8_t sha256[PUBLISH_SHA256];
};

/* Reads the manifest ${text}, and fills what ${verdict} and ${record} say of it; the
 * caller frees ${stated}. FSK_SYNTAX, with verdict->why; FSK_NOMEM. */
FSK_MUST_USE enum fsk_err publish_stated_read(struct span text,
                                              struct publish_stated **stated,
                                              struct publish_verdict *verdict,
                                              struct publish_record *record);

/* How many files it names, and number ${n} of them, which must exist. */
size_t publish_stated_count(const struct publish_stated *stated);
const struct publish_stated_file *publish_stated_at(const struct publish_stated *stated,
                                                    size_t n);

void publish_stated_free(struct publish_stated *stated);

#endif
