/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/page.h: what all pages that we write have in common: one file that needs nothing
 * else, with no script, no picture and no font from outside; readable on a telephone, in
 * the dark, and on paper. Texts are foreign unless it is said that they are ours.
 */
#ifndef CMD_PAGE_H
#define CMD_PAGE_H

#include "cmd/html.h"

/* Begins a page that is called ${title}, with ${style}, rules for this page alone; both
 * are constants of ours. */
void page_begin(FILE *out, const char *title, const char *style);
void page_end(FILE *out);

/* A table under ${titles}, ours, which NULL ends; begin and end rows by <tr>. */
void page_begin_table(FILE *out, const char *const *titles);
void page_end_table(FILE *out);

/* A cell of it that is a number, a time, an address: all that is short. */
void page_cell(FILE *out, const char *text);

/* An item of a <dl>; with an empty ${label}, ours, it goes on with the one before. */
void page_fact(FILE *out, const char *label, const char *text);

#endif
