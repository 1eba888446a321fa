/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink/dga.h: which names will infected machines try? Every generator
 * (a variant of a family, written "conficker/b") divides time into periods, and
 * makes one list of names for each. A cursor walks through one list in the
 * order in which the malware makes it, duplicates kept. Instants are seconds
 * since 1970-01-01T00:00:00Z without leap seconds; time is UTC. Nothing here
 * asks the clock, uses the network, prints, or keeps state between calls; all
 * functions may be called from any thread.
 */
#ifndef FORESINK_DGA_H
#define FORESINK_DGA_H

#include <foresink/err.h>

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Octets of the longest domain name in text form, without the final dot
 * (RFC 1035 section 2.3.4: 255 octets on the wire). */
#define FSK_NAME_MAX 253

/* A domain name as a value: text[0..len) in the letters that the malware
 * makes, no final dot, text[len] is NUL. 256 bytes. */
struct fsk_name {
	uint8_t len; /* octets, without the NUL */
	char text[255];
};

/* The time in which a list is asked for: from the first second to the last,
 * both included. A list that never changes has both bounds at the extremes. */
struct fsk_period {
	int64_t first; /* seconds since 1970, UTC; INT64_MIN: since ever */
	int64_t last;  /* seconds since 1970, UTC; INT64_MAX: for ever */
};

/* One walk through one list. */
struct fsk_cursor;

/* The version of this library, "0.1.0". Static, never freed. */
FSK_PUBLIC const char *fsk_version(void);

/* How many generators this library has. A generator is named by its number,
 * from 0, by family in ASCII order and then in the order of the family; the
 * numbers hold for this version of the library only. */
FSK_PUBLIC size_t fsk_generator_count(void);

/* Finds the generator named ${name}, "FAMILY/VARIANT", and stores its number
 * in ${generator}. FSK_UNKNOWN when there is none. */
FSK_PUBLIC FSK_MUST_USE enum fsk_err fsk_generator_find(const char *name,
                                                        size_t *generator);

/* The family and the variant of ${generator}; NULL when there is no such
 * number. Static, never freed. */
FSK_PUBLIC const char *fsk_generator_family(size_t generator);
FSK_PUBLIC const char *fsk_generator_variant(size_t generator);

/* How many names each list of ${generator} has, duplicates included; 0 when
 * there is no such number. */
FSK_PUBLIC uint32_t fsk_generator_names(size_t generator);

/* Stores in ${period} the period of ${generator} that holds ${instant}.
 * FSK_UNKNOWN when there is no such number, FSK_RANGE when the algorithm has
 * no list at that time. */
FSK_PUBLIC FSK_MUST_USE enum fsk_err fsk_generator_period(size_t generator, int64_t instant,
                                                          struct fsk_period *period);

/* Turns ${period}, a period of ${generator}, into the one that comes after it.
 * FSK_END when there is none: the list holds for ever, or the calendar (to
 * 9999-12-31) ends; FSK_UNKNOWN when there is no such number. */
FSK_PUBLIC FSK_MUST_USE enum fsk_err fsk_generator_next_period(size_t generator,
                                                               struct fsk_period *period);

/* Opens the list of ${generator} that holds at ${instant} and stores the walk
 * in ${cursor}; the caller closes it. Errors as above, and FSK_NOMEM. */
FSK_PUBLIC FSK_MUST_USE enum fsk_err fsk_cursor_open(size_t generator, int64_t instant,
                                                     struct fsk_cursor **cursor);

/* The period whose list ${cursor} walks. */
FSK_PUBLIC struct fsk_period fsk_cursor_period(const struct fsk_cursor *cursor);

/* Stores the next name in ${name} and its index, from 1, in ${index} (which
 * may be NULL). FSK_END after the last. */
FSK_PUBLIC FSK_MUST_USE enum fsk_err
fsk_cursor_next(struct fsk_cursor *cursor, struct fsk_name *name, uint32_t *index);

/* Closes ${cursor}; NULL is allowed. */
FSK_PUBLIC void fsk_cursor_close(struct fsk_cursor *cursor);

#ifdef __cplusplus
}
#endif

#endif
