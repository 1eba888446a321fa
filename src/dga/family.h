/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dga/family.h: what a family of malware must state about itself to be
 * forecast. A family is one file under families/ that ends in its constant
 * descriptor, and one line in families.def. The descriptor carries the facts
 * for people, the calendar, the generator and its proof: known names, and the
 * SHA-256 of one whole list of each variant. The same data are the unit test
 * and the user's selftest.
 *
 * The functions of a descriptor are pure: no clock, no heap, no global state.
 * They are total: every period that ${period} admits has a list of exactly
 * ${count} names. Nothing here is freed.
 */
#ifndef DGA_FAMILY_H
#define DGA_FAMILY_H

#include <foresink/dga.h>

#include "dga/list.h"
#include "dga/period.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bytes of the largest state that a generator may keep (qakbot's Mersenne
 * Twister needs 2.5 KiB). */
#define DGA_STATE_MAX 4096

/* Longest suffix with its dot, so that a suffix can be copied as 16 bytes. */
#define DGA_SUFFIX_MAX 15

/* What stands after the label that the generator makes: ".com", ".co.uk",
 * ".ddns.net". */
struct dga_suffix {
	uint8_t len;   /* octets with the leading dot, without the NUL */
	char text[15]; /* the dot first; the bytes behind len are 0 */
};

#define DGA_SUFFIX(without_dot)                                                            \
	{                                                                                  \
		sizeof("." without_dot) - 1, "." without_dot                               \
	}

/* How certain it is that a variant's lists are those of the malware. It says nothing of
 * how often they collide with names of real sites. */
enum dga_confidence {
	DGA_LOW,    /* one program alone makes them */
	DGA_MEDIUM, /* two independent programs agree, or names of the lists were seen */
	DGA_HIGH    /* equal to a whole list that was published or captured */
};

/* One seed or version of a family. */
struct dga_variant {
	const char *name;  /* "b", "v2-cfg1": letters, digits, '-' */
	const char *about; /* what sets it apart, for people; one line */
	const void *seed;  /* the family's own constants for it; may be NULL */
	uint32_t count;    /* names of one list, duplicates included */
	uint8_t label_min; /* octets before the suffix: bounds that hold for */
	uint8_t label_max; /* every list of the variant */
	uint8_t suffix_count;
	const struct dga_suffix *suffixes; /* in the order of the malware's table;
	                                    * the same one may stand twice */
	const char *proof_date;            /* start of the lists that are digested:
	                                    * a date or an instant of base/date.h */
	uint32_t proof_periods;            /* how many consecutive lists; 0 counts as 1 */
	enum dga_confidence confidence;    /* proof_standing as a rank */
	const char *proof_sha256;          /* 64 hex digits: of the names, each with LF */
	const char *proof_standing;        /* how certain the list is, and by whose word */
};

/* A name that somebody published. */
struct dga_vector {
	const char *variant;
	const char *date; /* a date or an instant in the period */
	uint32_t index;   /* from 1 */
	const char *name;
	const char *source;
};

enum dga_life {
	DGA_ALIVE,  /* its author or its bots still use it */
	DGA_ORPHAN, /* nobody commands it any more, infected machines still call */
	DGA_DEAD    /* neither */
};

/* How other catalogs call it; NULL where they do not have it, or where no
 * source was at hand. */
struct dga_aka {
	const char *malpedia;
	const char *dgarchive;
	const char *microsoft;
	const char *symantec;
};

struct dga_family {
	const char *name;           /* lower case letters and digits; as in families.def */
	const char *title;          /* the name in people's mouths, with its other names */
	const char *text;           /* the algorithm in words from which a stranger could
	                             * program it; paragraphs parted by \n\n */
	const char *const *sources; /* published analyses; NULL ends them */
	struct dga_aka aka;

	const char *first_seen; /* "2008-11-21", "2008-11" or "2008" */
	const char *last_seen;  /* the last known activity; NULL: see life */
	enum dga_life life;
	const char *life_note;  /* in words, with the year that it speaks of */
	const char *known_from; /* "2009-01-08": from this day an outsider could
	                         * compute its names: a registration after it may
	                         * be a stranger's, one before it is innocent */
	const char *known_note; /* why that day */
	uint32_t tries;         /* names of a list that one bot tries at most in a
	                         * period, if none answers; 0: not known */
	const char *tries_note; /* in words: order, pace, pauses */
	uint32_t rounds;        /* times that one bot goes through its list in a period
	                         * at most; 0: not known */
	uint32_t ahead;         /* seconds before a period in which a bot may ask for its
	                         * names already */

	bool (*period)(const struct dga_variant *variant, int64_t instant,
	               struct fsk_period *period);

	size_t state_size; /* bytes, at most DGA_STATE_MAX */

	/* Puts ${state} before the first name of the list of the period whose
	 * first second is ${first} (INT64_MIN for a list that holds for ever). */
	void (*begin)(void *state, const struct dga_variant *variant, int64_t first);

	/* Makes the next name: text, len and the NUL of ${name}. Called at most
	 * ${count} times after begin. Bytes of name->text behind the NUL may be
	 * overwritten. */
	void (*next)(void *state, struct fsk_name *name);

	/* Optional, both or neither: the state between two names in 64 bits, so
	 * that a list can be entered in the middle. resume() leaves ${state} as
	 * begin() and ${index} calls of next() would. */
	uint64_t (*mark)(const void *state);
	void (*resume)(void *state, const struct dga_variant *variant, int64_t first,
	               uint32_t index, uint64_t mark);

	/* Optional: makes the lists of ${count} periods at once, faster than one
	 * name after another. Each list has its period set and room for it; the
	 * rest of it (bytes, count, text, len, marks if they are wanted) is
	 * written as dga_list_make() says. */
	void (*bulk)(const struct dga_variant *variant, struct dga_list *lists,
	             size_t count);

	const struct dga_variant *variants;
	size_t variant_count;

	/* Of a family whose lists hold for ever, NULL of others: for each variant
	 * one with a seed of the same kind that no malware is known to use, to
	 * measure how often innocent names match (dga_placebo_at()). Only what the
	 * generator needs is filled. */
	const struct dga_variant *placebos;
	const struct dga_vector *vectors;
	size_t vector_count;
};

#define DGA_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Puts ${suffix} behind the first ${label_len} octets of ${name} and closes it:
 * len and NUL. label_len is at most FSK_NAME_MAX - DGA_SUFFIX_MAX. */
static inline void
dga_close_name(struct fsk_name *name, size_t label_len, const struct dga_suffix *suffix)
{
	memcpy(name->text + label_len, suffix->text, sizeof(suffix->text));
	name->len = (uint8_t)(label_len + suffix->len);
	name->text[name->len] = '\0';
}

#endif
