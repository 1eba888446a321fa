/* SPDX-License-Identifier: BSD-2-Clause
 *
 * publish/manifest.h: what a publication says of itself (manifest.json), how it is
 * signed (Ed25519 over the bytes of that file, manifest.json.sig in base64), and
 * how both are verified. Keys are documented in foresink-publish(1).
 */
#ifndef PUBLISH_MANIFEST_H
#define PUBLISH_MANIFEST_H

#include "publish/format.h"

#define PUBLISH_SEED 32   /* octets of a secret key */
#define PUBLISH_PUBLIC 32 /* of a public one */
#define PUBLISH_SIGNATURE 64

struct publish_key {
	uint8_t seed[PUBLISH_SEED]; /* secret: wiped by publish_key_fini() */
	uint8_t public_key[PUBLISH_PUBLIC];
};

/* Makes a new key from the system's randomness. */
void publish_key_make(struct publish_key *key);

/* Reads a key from the text of its file, and writes such text. A secret key's file is
 * "foresink-secret-key BASE64", a public one's "foresink-public-key BASE64", each a line.
 * FSK_SYNTAX. */
FSK_MUST_USE enum fsk_err publish_key_read(struct publish_key *key, struct span text);
FSK_MUST_USE enum fsk_err publish_key_read_public(uint8_t public_key[PUBLISH_PUBLIC],
                                                  struct span text);
#define PUBLISH_KEY_TEXT 96 /* bytes, with the NUL */
void publish_key_write(const struct publish_key *key, char text[PUBLISH_KEY_TEXT]);
void publish_key_write_public(const struct publish_key *key, char text[PUBLISH_KEY_TEXT]);
void publish_key_fini(struct publish_key *key);

/* What was asked for: where a reader misses a name, it may have been left out by this. */
struct publish_selection {
	const char *const *families; /* patterns, as given; none: all */
	size_t family_count;
	const struct span *suffixes; /* likewise, without a dot in front */
	size_t suffix_count;
	enum dga_confidence least;
};

/* Files of a publication at most, without its manifest. */
#define PUBLISH_FILES_MAX 64

/* A file of a publication, as it was written. */
struct publish_written {
	const struct publish_format *format;
	const char *file;
	struct publish_file_facts facts;
};

/* What a verification found. */
struct publish_verdict {
	uint32_t serial;
	int64_t made; /* seconds since 1970 */
	struct fsk_period window;
	uint64_t blocked; /* names */
	size_t files;     /* that were checked */
	bool is_signed;   /* by the key that was given */
	const char *why;  /* of an error: static words */
	char file[64];    /* of an error: which file; empty: none in particular */
};

/* Verifies the publication that is current in ${folder}, or a copy of one that ${folder}
 * itself is: then there must be nothing that is called "current". That is a link to the
 * ten digits of the manifest's serial, else FSK_MISMATCH. It is opened once, so that one
 * that takes its place meanwhile is not mixed in: each file has the bytes and the SHA-256
 * that the manifest says, no other file lies beside them, and, with
 * ${public_key} (NULL: any, or none), the signature is good. FSK_MISMATCH: it is
 * not; FSK_SYNTAX: the manifest is none; FSK_IO with errno; FSK_NOMEM. After an error
 * ${verdict} says why, and of which file. */
FSK_MUST_USE enum fsk_err publish_verify(const char *folder,
                                         const uint8_t public_key[PUBLISH_PUBLIC],
                                         struct publish_verdict *verdict);

#endif
