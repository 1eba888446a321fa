/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dga/selftest.h: runs the proof that each family ships. One loop serves the
 * unit test and the user's `foresink selftest`.
 */
#ifndef DGA_SELFTEST_H
#define DGA_SELFTEST_H

#include "dga/catalog.h"

/* Octets of a SHA-256 in hex and its NUL. */
#define DGA_SHA256_SIZE 65

/* One check that was made. */
struct dga_check {
	const struct dga_family *family;
	const struct dga_variant *variant;
	const struct dga_vector *vector; /* NULL: the digest of the list */
	const char *want;                /* name, or SHA-256 in hex */
	char got[256];                   /* the same of what was made, with NUL */
	bool passed;
};

/* Makes every check of ${family} and hands each to ${report} with ${context},
 * vectors first. Returns FSK_OK when all passed, FSK_MISMATCH when one did
 * not, FSK_NOMEM, or FSK_SYNTAX when a proof itself is malformed (its date, or
 * its variant); then the check that could not be made was reported as failed. */
FSK_MUST_USE enum fsk_err
dga_selftest(const struct dga_family *family,
             void (*report)(const struct dga_check *check, void *context), void *context);

/* The SHA-256 of ${periods} consecutive lists of ${generator}, from the one
 * that holds ${instant} on, as hex: of all names, each followed by LF.
 * FSK_RANGE when there is no list at that time, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err dga_list_digest(const struct dga_generator *generator,
                                          int64_t instant, uint32_t periods,
                                          char hex[DGA_SHA256_SIZE]);

#endif
