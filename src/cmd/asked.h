/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/asked.h: what a user typed or pasted when a name was wanted, turned into
 * a name: a URL gives its host, "jogli[.]com" its dots, an internationalised
 * name its A-labels. What was done to it is told, so that nobody is surprised.
 */
#ifndef CMD_ASKED_H
#define CMD_ASKED_H

#include <foresink/dga.h>

#include "base/fault.h"
#include "base/span.h"

/* Longest text that is taken for a name: a URL may be long, a name not. */
#define ASKED_MAX 4096

/* What was done to get a name. */
enum asked_taken {
	ASKED_HOST = 1, /* the host of a URL, or of host:port, was taken */
	ASKED_DOTS = 2, /* "[.]" and the like became dots */
	ASKED_IDN = 4   /* an internationalised name became A-labels */
};

struct asked {
	struct fsk_name name; /* lower case, A-labels, no final dot */
	unsigned taken;       /* of enum asked_taken */
};

/* Longest text that asked_tell() writes, with its NUL. */
#define ASKED_WORDS_SIZE 96

/* ${text} without the blanks around it. */
struct span asked_trim(struct span text);

/* Reads ${text} into ${asked}. FSK_SYNTAX when no name is in it; ${fault} gives
 * the octet, from 1, and why. */
FSK_MUST_USE enum fsk_err asked_read(struct span text, struct asked *asked,
                                     struct fault *fault);

/* Writes what was done to get ${asked} in words; nothing: an empty text. */
void asked_tell(const struct asked *asked, char words[ASKED_WORDS_SIZE]);

/* Whether ${name} is a suffix below which anybody may have a name: ".com" or
 * ".co.uk" (by the public suffix list's first part), or "ddns.net" and
 * "github.io" (by its second part: ${rented} is set). */
bool asked_is_public_suffix(const struct fsk_name *name, bool *rented);

#endif
