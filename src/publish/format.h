/* SPDX-License-Identifier: BSD-2-Clause
 *
 * publish/format.h: what a publish format must state about itself. A format is one
 * file under formats/ that ends in its constant descriptor, and one line in
 * formats.def. It writes the names of one roster for one kind of reader; what that
 * reader cannot express it leaves out and counts. The descriptor carries the facts
 * for people and its proof: what exactly is written for a small list that all
 * formats share (publish/sample.h).
 */
#ifndef PUBLISH_FORMAT_H
#define PUBLISH_FORMAT_H

#include "publish/file.h"
#include "watch/roster.h"

/* What is published; owned by the caller, never changed while formats read it. */
struct publish_list {
	const struct watch_roster *roster;
	struct fsk_period window; /* that the roster covers, seconds since 1970 */
	int64_t made;             /* the instant of the publication */
	uint32_t serial;          /* of the publication, see publish/publish.h */
	struct span origin;       /* name of the RPZ zone, no final dot */
	struct span canary;       /* name below which the canaries lie, no final dot:
	                           * "s<serial>.<canary>" is a blocked name in each list
	                           * that blocks, "serial.<canary>" a TXT in zones; empty: none */
	uint32_t ttl;             /* seconds, of RPZ records */
	struct span version;      /* of foresink, for the comments; empty: not said */
};

/* Which names a format takes. */
enum publish_kind {
	PUBLISH_BLOCKS,  /* block: only names in the state block (and log-only ones where
	                  * the format can say "pass and log") */
	PUBLISH_DETECTS, /* detection: block and log-only */
	PUBLISH_TELLS /* feeds for people and programs: block and log-only, and says which
	               */
};

struct publish_part {
	const char *file; /* its name in the folder: "rpz.zone" */

	/* Writes the whole file. What goes wrong in writing is kept by ${file}; returns
	 * FSK_NOMEM, FSK_IO, or FSK_OK. */
	enum fsk_err (*write)(const struct publish_list *list, struct publish_file *file);
	const char *sample; /* what it writes of the sample list; NULL: it is no text, and
	                     * sample_sha256 stands for it */
	const char *sample_sha256;
};

#define PUBLISH_PARTS_MAX 2

struct publish_format {
	const char *name;  /* lower case letters, digits and '-'; as in formats.def with '_'
	                    * for '-' */
	const char *title; /* who reads it, in people's mouths */
	const char *text;  /* what is written, whether names below are covered, how the
	                    * reader loads and reloads it; paragraphs parted by \n\n */
	const char *const *sources; /* where the format is documented; NULL ends them */
	enum publish_kind kind;
	bool covers_below; /* it blocks or finds the names below a name, too */
	struct publish_part parts[PUBLISH_PARTS_MAX]; /* the second may lack a file */
};

#endif
