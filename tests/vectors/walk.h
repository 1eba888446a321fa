/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/vectors/walk.h: the published lists, one file each, and whether the
 * generators make them. lists/FAMILY/VARIANT_DATE.txt holds the names in the
 * order of the malware, each with its LF; DATE is YYYY-MM-DD, or with
 * Thhmmss behind it, or "static" for a list that holds for ever. A file may
 * hold the lists of several consecutive periods. Needs no library, so that it
 * can be built for any machine.
 */
#ifndef TESTS_VECTORS_WALK_H
#define TESTS_VECTORS_WALK_H

#include "dga/catalog.h"

/* Bytes of a sentence that says what is wrong, and its NUL. */
#define WALK_WHY 1024

struct walk_file {
	const char *path; /* below the folder: "conficker/b_2009-03-08.txt" */
	const char *text;
	size_t len; /* bytes */

	struct dga_generator generator;
	int64_t instant; /* seconds since 1970, UTC; in the first period */
	bool fixed;      /* the list holds for ever */
};

/* Reads every file below ${folder} and hands it to ${visit} with ${context}, in
 * ASCII order; ${why} is "" or says why the file is no list of any generator
 * (then generator.family is NULL). Returns how many there were; ends the
 * process when the folder or a file cannot be read. */
size_t walk(const char *folder,
            void (*visit)(const struct walk_file *file, const char *why, void *context),
            void *context);

/* Whether the generator of ${file} makes exactly its names: by the cursor, by
 * dga_list_make() one list at a time and many at once, and entered in the
 * middle; else ${why} says where they part. */
bool walk_compare(const struct walk_file *file, char why[WALK_WHY]);

/* How many periods ${file} holds; 0 when it is no whole number of lists. */
size_t walk_periods(const struct walk_file *file);

#endif
