/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scan/lease_words.h: the text of ISC dhcpd's lease files in statements, which end
 * in ';' or have a block in braces. No more is kept of the text than a place in it,
 * and blocks are counted, so that none is too deep.
 */
#ifndef SCAN_LEASE_WORDS_H
#define SCAN_LEASE_WORDS_H

#include "base/span.h"

/* Words of a statement that are kept; no statement that counts has more. */
#define LEASE_WORDS 4

/* Octets of a string that counts: a host name, or an IAID and a DUID. */
#define LEASE_STRING_MAX 255

enum lease_ending {
	LEASE_SEMICOLON,
	LEASE_OPEN,  /* a block begins */
	LEASE_CLOSE, /* the block that was begun before ends */
	LEASE_CUT    /* the file ends, or a lease begins in the midst of another */
};

struct lease_statement {
	struct span word[LEASE_WORDS]; /* strings without quotes; empty: not there */
	size_t count;                  /* of all words */
	size_t line;
	size_t column;
	enum lease_ending ending;
};

/* How far ${text} has been read. */
struct lease_words {
	struct span text;
	size_t at;
	size_t line;  /* from 1 */
	size_t start; /* where it begins */
};

/* A string without its escapes. */
struct lease_string {
	char text[LEASE_STRING_MAX];
	size_t len;
};

/* Begins at the start of ${text}. */
static inline struct lease_words
lease_words_of(struct span text)
{
	return (struct lease_words){.text = text, .line = 1};
}

/* Passes over blanks and comments; false at the end of the text. */
bool lease_words_pass(struct lease_words *words);

/* Takes the next statement, up to the brace if it has a block. ${inside} a block
 * none begins one of leases. */
struct lease_statement lease_words_take(struct lease_words *words, bool inside);

/* Passes over a block whose brace has been taken, and those in it; false when it
 * is cut. */
bool lease_words_pass_block(struct lease_words *words);

/* Whether ${word} begins a block of leases. */
bool lease_words_start(struct span word);

/* Reads ${text}, the inside of a string, into ${string}: "\ooo" is an octet, "\c"
 * is c. False when it is too long. */
bool lease_words_string(struct span text, struct lease_string *string);

#endif
