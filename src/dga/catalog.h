/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dga/catalog.h: all families and their variants. A generator is one variant
 * of one family, a value of three words; generators are numbered from 0 in the
 * order of families.def and of each family. The catalog is constant.
 */
#ifndef DGA_CATALOG_H
#define DGA_CATALOG_H

#include "base/span.h"
#include "dga/family.h"

struct dga_generator {
	const struct dga_family *family; /* NULL: no such generator */
	const struct dga_variant *variant;
	size_t number;
};

/* How many families there are, and family ${n} of them, counted from 0; NULL
 * behind the last. */
size_t dga_family_count(void);
const struct dga_family *dga_family_at(size_t n);

/* The family called ${name}, or NULL. */
const struct dga_family *dga_family_find(struct span name);

/* How many generators there are, and number ${number} of them; its family is
 * NULL behind the last. */
size_t dga_generator_count(void);
struct dga_generator dga_generator_at(size_t number);

/* The placebo of generator ${number}: the same with a seed that no malware is
 * known to use if its lists hold for ever, else the generator itself, whose
 * placebo are lists of another time. */
struct dga_generator dga_placebo_at(size_t number);

/* Finds "FAMILY/VARIANT" and stores it in ${generator}; FSK_UNKNOWN. */
FSK_MUST_USE enum fsk_err dga_generator_find(struct span name,
                                             struct dga_generator *generator);

/* Octets of the longest "FAMILY/VARIANT" and its NUL. */
#define DGA_GENERATOR_NAME_SIZE 65

/* Writes the name of ${generator}, "FAMILY/VARIANT", with its NUL. */
void dga_generator_name(const struct dga_generator *generator,
                        char name[DGA_GENERATOR_NAME_SIZE]);

/* Whether ${pattern}, "FAMILY" or "FAMILY/VARIANT" with globs (fnmatch(3)), without regard
 * to case, means ${generator}. */
bool dga_generator_means(const struct dga_generator *generator, const char *pattern);

/* "low", "medium" or "high"; and which of them ${word} is, false: none. */
const char *dga_confidence_name(enum dga_confidence confidence);
bool dga_confidence_find(struct span word, enum dga_confidence *confidence);

/* The suffix of ${variant} in which ${name} ends, the longest if several would
 * do; NULL when there is none. */
const struct dga_suffix *dga_suffix_of(const struct dga_variant *variant, struct span name);

/* The instant from which ${family} was seen: the first second of the day,
 * the month or the year that its descriptor names. */
int64_t dga_first_seen(const struct dga_family *family);

/* The first second of the day from which an outsider could compute the names of
 * ${family}. */
int64_t dga_known_from(const struct dga_family *family);

/* Stores in ${period} the first period of ${generator} that holds ${from} or
 * comes after it, if it begins at ${to} or before (seconds since 1970).
 * FSK_END when there is none. */
FSK_MUST_USE enum fsk_err dga_period_first(const struct dga_generator *generator,
                                           int64_t from, int64_t to,
                                           struct fsk_period *period);

/* Turns ${period} of ${generator} into the one that follows it, if that begins
 * at ${to} or before. FSK_END when there is none. */
FSK_MUST_USE enum fsk_err dga_period_next(const struct dga_generator *generator, int64_t to,
                                          struct fsk_period *period);

/* A number that changes whenever the lists of any generator could change: made
 * from the names of all generators and the digests of their proofs. A file
 * that holds forecasts is only good for the catalog that made it. */
uint64_t dga_catalog_version(void);

#endif
