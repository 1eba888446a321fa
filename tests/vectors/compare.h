/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/vectors/compare.h: whether a generator makes exactly the names of a
 * published list, on each of the ways on which lists are made.
 */
#ifndef TESTS_VECTORS_COMPARE_H
#define TESTS_VECTORS_COMPARE_H

#include "vectors/walk.h"

/* Bytes of a sentence that says what is wrong, and its NUL. */
#define COMPARE_WHY 800

/* How many lists ${file}, whose generator is known, holds; 0 when its names
 * are no whole number of lists. */
size_t compare_periods(const struct walk_file *file);

/* Whether the generator of ${file} makes exactly its names: by the cursor, by
 * dga_list_make() one list alone and many together, and entered in the middle.
 * Else ${why} says where they part. */
bool compare(const struct walk_file *file, char why[COMPARE_WHY]);

#endif
